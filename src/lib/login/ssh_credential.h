/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stored credential that an SSH key is, judged as of now: for everybody
 * who lets somebody in by such a key, so that all of them agree.
 *
 * Only records whose key is the wanted one are verified, and what the options
 * trust is not even opened before there is one: a key that nobody registered
 * costs no more than reading the file of the user.
 */
#ifndef ATT_LOGIN_SSH_CREDENTIAL_H
#define ATT_LOGIN_SSH_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "attestation/verify.h"
#include "base/err.h"
#include "conf/options.h"
#include "ssh/sk_key.h"
#include "store/record.h"
#include "trust/trust.h"

/* One that was found. Everything is lent for the time of the call. */
struct att_ssh_credential {
	const struct att_record *record;
	enum att_err err;      /* ATT_OK: accepted today */
	struct att_reason why; /* of a refusal */
	struct att_verdict verdict;
	/* Of an accepted one: the key that was proven, lent by numbers. */
	struct att_sk_key key;
	uint8_t numbers[ATT_SK_POINT_LEN - 1];
	bool require_uv; /* of an accepted one: each login has to show it */
};

struct att_ssh_question {
	const struct att_options *opts;
	const char *user;
	/* NULL: every credential of the user that is an SSH key. */
	const struct att_sk_key *wanted;
	/* For who has to say more of it; NULL: att_trust_open(). */
	enum att_err (*open_trust)(
	    void *arg, struct att_trust *trust, struct att_reason *why);
	/* Called for each that was found. Anything but ATT_OK ends it all. */
	enum att_err (*take)(void *arg,
	    const struct att_ssh_credential *credential,
	    struct att_reason *why);
	void *arg;
};

/*
 * Asks. ATT_OK: at least one was found, and each that was has been taken; ask
 * what was taken, it may be refused. ATT_ERR_SSH_KEY_UNKNOWN where the user has
 * no such credential, ATT_ERR_STORE_NO_USER where there is none at all; what
 * keeps it from being found out (ATT_ERR_STORE_*, FILE_*, ROOTS_INVALID,
 * CRYPTO, NO_MEMORY and the like); what take() gave.
 */
enum att_err att_ssh_credential_ask(const struct att_ssh_question *question,
    struct att_reason *why) ATT_MUST_USE;

#endif
