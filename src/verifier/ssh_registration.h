/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registration of an SSH key by the two files of ssh-keygen: no device is
 * asked, and what is decided is whether they may be believed.
 */
#ifndef ATT_VERIFIER_SSH_REGISTRATION_H
#define ATT_VERIFIER_SSH_REGISTRATION_H

#include "base/err.h"
#include "verifier/authenticators.h"
#include "verifier/session.h"

/*
 * What can be said, and has to be made, before the lock-down: the label, and
 * the folder of the challenges. ATT_ERR_USAGE, FILE_*, SYSTEM.
 */
enum att_err att_ssh_registration_precheck(
    struct att_session *session, struct att_reason *why) ATT_MUST_USE;

/*
 * The registration, after the lock-down: the files are read, and are about one
 * key; the challenge is one that is pending for the user; the attestation is
 * accepted over it. Then the credential is stored, and the challenge used up,
 * under the lock of the challenges. set is not looked at.
 * The errors of att_ssh_presented_read() and att_attestation_verify();
 * ATT_ERR_SSH_CHALLENGE_*; USAGE, STORE_*, STATE_*, FILE_*, ...
 */
enum att_err att_ssh_registration_run(struct att_session *session,
    struct att_authenticators *set, struct att_reason *why) ATT_MUST_USE;

#endif
