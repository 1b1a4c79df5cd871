/* SPDX-License-Identifier: BSD-2-Clause */
/* A login with a key at the machine of a remote caller: remote = respond. */
#ifndef ATT_VERIFIER_RESPOND_H
#define ATT_VERIFIER_RESPOND_H

#include "base/err.h"
#include "verifier/session.h"

/*
 * The decision, after the lock-down and att_attempt_find_host(): loads and
 * judges the credentials, asks the person for a response, and judges that as
 * the answer of a key at this machine is judged. ATT_OK means that every
 * configured check passed.
 */
enum att_err att_respond_decide(
    struct att_session *session, struct att_reason *why) ATT_MUST_USE;

#endif
