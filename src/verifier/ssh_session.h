/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * By which key sshd let somebody in: with ssh_keys = attested it has to be a
 * credential of the user that is accepted today.
 */
#ifndef ATT_VERIFIER_SSH_SESSION_H
#define ATT_VERIFIER_SSH_SESSION_H

#include "base/err.h"
#include "verifier/session.h"

/*
 * Judges every key of the method publickey in SSH_AUTH_INFO_0, after the
 * lock-down. ATT_OK, and session->is_key_judged is false, where the option is
 * off, where the session is not one of SSH, and in the phases auth and account
 * where sshd does not know the key yet: it sets the variable to nothing then.
 * In the phase session it knows, so nothing is a refusal there.
 *
 * ATT_ERR_SSH_AUTH_INFO, SSH_KEY_TYPE, SSH_KEY_UNKNOWN, ATTESTATION_WITHDRAWN,
 * and what keeps the credentials from being read.
 */
enum att_err att_ssh_session_judge(
    struct att_session *session, struct att_reason *why) ATT_MUST_USE;

#endif
