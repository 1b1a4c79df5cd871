/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other side of an attempt: a challenge of another host is answered with a
 * key at this machine, for whoever runs "attestctl respond". No configuration
 * and no store takes part in it.
 */
#ifndef ATT_VERIFIER_RESPONDER_H
#define ATT_VERIFIER_RESPONDER_H

#include "base/err.h"
#include "verifier/authenticators.h"
#include "verifier/session.h"

/*
 * Reads the line in the payload, which is hostile, shows the person what it is
 * about, asks the authenticators, and hands the line of the response over.
 * What is signed is client data of pam_attest for the user and host that were
 * shown, and nothing else. The options become what the challenge wants.
 * ATT_ERR_CHALLENGE_*, what att_ceremony_run() returns, ASSERTION_CREDENTIAL,
 * TOO_LARGE.
 */
enum att_err att_responder_run(struct att_session *session,
    struct att_authenticators *set, struct att_reason *why) ATT_MUST_USE;

#endif
