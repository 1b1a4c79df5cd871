/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Over which challenge an attestation was made. The file does not say, so
 * each one that may be meant is tried, and so is what it may have been
 * mistaken for: whoever is refused learns why.
 */
#ifndef ATT_VERIFIER_SSH_CHALLENGE_H
#define ATT_VERIFIER_SSH_CHALLENGE_H

#include <stdbool.h>
#include <stddef.h>

#include "attestation/verify.h"
#include "base/buf.h"
#include "login/ssh_attestation.h"
#include "store/challenges.h"

struct att_ssh_search {
	const struct att_ssh_judgement *judgement;
	const char *state_dir;
	const char *user;
	const struct att_challenges *challenges; /* of the user */
	const struct att_bytes *given; /* what the person says it is; or NULL */
};

/* What was found; the verdict lends from object. */
struct att_ssh_found {
	size_t index; /* of challenges; of one that is pending */
	uint8_t challenge[32];
	struct att_buf object;
	struct att_verdict verdict;
};

/*
 * Finds the pending challenge and judges the attestation over it; ATT_OK: it
 * is accepted. The caller resets *found, also on a failure.
 *
 * What would be refused over every challenge is refused as that. A challenge
 * that the person gives is looked up, and STATEMENT_SIGNATURE means that the
 * attestation was made over another one. Without it all are tried, and then
 * those that are spent and those of others, of which not more than some
 * hundreds: ATT_ERR_SSH_CHALLENGE_USED, _EXPIRED, _OTHER_USER, _UNKNOWN.
 * ATT_ERR_SSH_APPLICATION for one that was issued for another application.
 * Otherwise the errors of att_attestation_verify().
 */
enum att_err att_ssh_search_run(const struct att_ssh_search *search,
    struct att_ssh_found *found, struct att_reason *why) ATT_MUST_USE;
void att_ssh_found_reset(struct att_ssh_found *found);

#endif
