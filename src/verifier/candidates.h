/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The credentials of a user, each judged again: a stored credential is its
 * own evidence (FORMAT.md), and only what is accepted today may log in.
 */
#ifndef ATT_VERIFIER_CANDIDATES_H
#define ATT_VERIFIER_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "attestation/verify.h"
#include "base/err.h"
#include "store/store.h"
#include "verifier/session.h"

struct att_candidate {
	const struct att_record *record;
	struct att_verdict verdict;
	bool is_accepted;
	bool require_uv; /* of an assertion */
};

struct att_candidates {
	struct att_credentials credentials;
	struct att_trust trust;
	struct att_candidate *list; /* one for each record */
	size_t count;
	struct att_reason refusal; /* of the last one that is not accepted */
};

void att_candidates_reset(struct att_candidates *candidates);

/*
 * Loads anchors and credentials of the session's user and judges each; every
 * refused one is logged with its reason. ATT_OK even if none is accepted.
 * ATT_ERR_STORE_*, FILE_*, ROOTS_INVALID, CRYPTO, NO_MEMORY.
 */
enum att_err att_candidates_load(struct att_session *session,
    struct att_candidates *candidates, struct att_reason *why) ATT_MUST_USE;

/*
 * Leaves those that may answer, and says whether any is left. sshd alone obeys
 * the options of an SSH key (from=, command=), so a key that has any answers to
 * nobody else. is_remote: somebody at another machine is to answer, where an
 * SSH agent would sign what "attestctl respond" signs, and show nobody for
 * which host: so no SSH key answers there.
 * ATT_ERR_ATTESTATION_WITHDRAWN, with the reason of the last refusal, where
 * none is accepted; ATT_ERR_SSH_KEY_ONLY where none of those is left.
 */
enum att_err att_candidates_choose(struct att_candidates *candidates,
    bool is_remote, struct att_reason *why) ATT_MUST_USE;

/*
 * Opens what the options trust, and logs that metadata is stale. As
 * att_trust_open(): the caller closes *trust.
 */
enum att_err att_candidates_open_trust(struct att_session *session,
    struct att_trust *trust, struct att_reason *why) ATT_MUST_USE;

/* Puts what is known of a credential into the audit line. */
void att_candidate_audit(struct att_session *session, const char *label,
    const struct att_verdict *verdict);

#endif
