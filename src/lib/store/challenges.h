/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The challenges that were issued for SSH keys, and wait for the registration
 * of one: state_dir/challenges, a file per user. FORMAT.md describes it.
 *
 * A challenge is good once, for one user and one application, and for as long
 * as it says. What was used or has expired is remembered for a while, so that
 * whoever presents it again is told so; it is never good again.
 */
#ifndef ATT_STORE_CHALLENGES_H
#define ATT_STORE_CHALLENGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/kept.h"
#include "store/record.h"

enum {
	ATT_CHALLENGES_PENDING_MAX = 16, /* of a user */
	ATT_CHALLENGES_SPENT_MAX = 32,	 /* likewise, remembered */
	ATT_CHALLENGES_MAX =
	    ATT_CHALLENGES_PENDING_MAX + ATT_CHALLENGES_SPENT_MAX,
	ATT_CHALLENGES_REMEMBERED = 7 * 24 * 3600, /* seconds */
	ATT_CHALLENGES_FILE_MAX = 65536,
};

struct att_challenge {
	char application[ATT_RP_ID_MAX + 1];
	uint8_t nonce[ATT_NONCE_LEN];
	time_t issued;
	time_t expires;
	time_t used; /* 0: not yet */
};

struct att_challenges {
	struct att_challenge list[ATT_CHALLENGES_MAX]; /* oldest first */
	size_t count;
};

enum att_challenge_state {
	ATT_CHALLENGE_PENDING,
	ATT_CHALLENGE_USED,
	/* Also one that was issued later than now: the clock went back. */
	ATT_CHALLENGE_EXPIRED,
};
enum att_challenge_state att_challenge_get_state(
    const struct att_challenge *challenge, time_t now);

/* What was issued: att_registration_challenge(). ATT_ERR_CRYPTO. */
enum att_err att_challenge_get_bytes(const struct att_challenge *challenge,
    const char *user, uint8_t bytes[32]) ATT_MUST_USE;

/*
 * Reads and writes what is in a file. ATT_ERR_STATE_MALFORMED names the line;
 * ATT_ERR_NO_MEMORY, TOO_LARGE.
 */
enum att_err att_challenges_parse(struct att_bytes content,
    struct att_challenges *challenges, struct att_reason *why) ATT_MUST_USE;
enum att_err att_challenges_print(
    const struct att_challenges *challenges, struct att_buf *out) ATT_MUST_USE;

/*
 * Makes state_dir/challenges, and state_dir if its parent exists: to be called
 * before the process is locked down. ATT_ERR_FILE_*, ATT_ERR_SYSTEM.
 */
enum att_err att_challenges_prepare(
    const char *state_dir, struct att_reason *why) ATT_MUST_USE;

/*
 * The challenges of a user, open under the lock of their file until they are
 * closed. Without a file there are none.
 */
struct att_challenges_file {
	struct att_challenges challenges;
	struct att_kept kept;
};

/*
 * Opens the file of a user; waits up to 5 s for who has it. The caller closes
 * it, also on a failure. ATT_ERR_STORE_BAD_USER, STATE_MALFORMED, FILE_*,
 * SYSTEM, NO_MEMORY.
 */
enum att_err att_challenges_open(const char *state_dir, const char *user,
    struct att_challenges_file *file, struct att_reason *why) ATT_MUST_USE;
void att_challenges_close(struct att_challenges_file *file);

/*
 * Issues a challenge and writes it down: *challenge is the last of the list.
 * application has been checked. ATT_ERR_USAGE when as many as allowed are
 * pending; ATT_ERR_CRYPTO, SYSTEM, FILE_*.
 */
enum att_err att_challenges_issue(struct att_challenges_file *file,
    const char *application, time_t now, unsigned int lifetime,
    struct att_reason *why) ATT_MUST_USE;

/* Marks the one at index as used, and writes that down. Errors likewise. */
enum att_err att_challenges_use(struct att_challenges_file *file, size_t index,
    time_t now, struct att_reason *why) ATT_MUST_USE;

/*
 * Calls fn for each other user with challenges until it returns something else
 * than ATT_OK, which is returned; files are read without a lock, and one that
 * cannot be read is passed over: nothing is decided by it.
 */
struct att_challenges_walk {
	const char *state_dir;
	const char *user; /* this one is left out */
	enum att_err (*fn)(void *arg, const char *user,
	    const struct att_challenges *challenges);
	void *arg;
};
enum att_err att_challenges_each_other(
    const struct att_challenges_walk *walk) ATT_MUST_USE;

#endif
