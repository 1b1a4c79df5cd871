/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The judgement of an answer by a registered key, wherever the key is: at this
 * machine, at another one, behind an agent.
 */
#ifndef ATT_VERIFIER_PROOF_H
#define ATT_VERIFIER_PROOF_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "verifier/candidates.h"
#include "verifier/session.h"

/* All lent. */
struct att_proof {
	const struct att_candidate *candidate; /* which it says it is by */
	struct att_bytes auth_data;
	struct att_bytes signature;
	uint8_t client_data_hash[32]; /* over our challenge */
};

/*
 * Verifies RP ID, flags (UP, UV as the candidate requires), signature and
 * counter, and puts what is known into the audit line. ATT_OK: the candidate's
 * key has signed our challenge. Errors of att_assertion_verify(),
 * att_counter_advance().
 */
enum att_err att_proof_judge(struct att_session *session,
    const struct att_proof *proof, struct att_reason *why) ATT_MUST_USE;

/* Of a silent look: att_assertion_recognise(). Nobody is let in by it. */
enum att_err att_proof_recognise(struct att_session *session,
    const struct att_proof *proof, struct att_reason *why) ATT_MUST_USE;

#endif
