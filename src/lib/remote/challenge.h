/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a host asks the security key of somebody at another machine for: a
 * login or a registration, for one user, on that host, once. PROTOCOL.md has
 * the form. Whoever answers reads all that is signed out of the challenge, so
 * that what a person is shown is what is signed.
 */
#ifndef ATT_REMOTE_CHALLENGE_H
#define ATT_REMOTE_CHALLENGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"
#include "wire/device.h"

enum {
	ATT_REMOTE_RANDOM_LEN = 32,
	ATT_REMOTE_ID_LEN = 16,
	ATT_REMOTE_HOST_MAX = 253,
	ATT_REMOTE_USER_MAX = 256,
	ATT_REMOTE_RP_ID_MAX = 253,
	ATT_REMOTE_SECONDS_MAX = 600,
};

enum att_remote_kind {
	ATT_REMOTE_LOGIN = 1,
	ATT_REMOTE_REGISTRATION = 2,
};

struct att_remote_challenge {
	enum att_remote_kind kind;
	uint8_t random[ATT_REMOTE_RANDOM_LEN]; /* of this attempt */
	const char *host;  /* lent, or owned after reading */
	const char *user;  /* likewise */
	const char *rp_id; /* likewise; what the client data name */
	enum att_choice_user_verification user_verification;
	uint32_t seconds; /* that an answer may take */
	/*
	 * The credentials that may sign a login: 1 to ATT_BATCHES_MAX. Those
	 * that a registration excludes: none, or one batch of that RP ID.
	 */
	struct att_allow_batch *batches;
	size_t batch_count;
	uint8_t *owned; /* what the IDs are lent by after reading */
};

/* Frees what att_remote_challenge_read() allocated. */
void att_remote_challenge_reset(struct att_remote_challenge *challenge);

/*
 * Appends the line of a challenge; id is what an answer has to name.
 * ATT_ERR_MESSAGE_MALFORMED for what nobody would read (see below),
 * ATT_ERR_TOO_LARGE for more credentials than a line can hold, NO_MEMORY,
 * CRYPTO.
 */
enum att_err att_remote_challenge_print(
    const struct att_remote_challenge *challenge, struct att_buf *line,
    uint8_t id[ATT_REMOTE_ID_LEN]) ATT_MUST_USE;

/*
 * Reads a line that was pasted. The names in it can be shown between quotes as
 * they are: a host has letters, digits, ".", "_", "-" and ":" only, and user
 * and RP IDs no quote and nothing that att_text_escape() would change.
 * ATT_ERR_CHALLENGE_MALFORMED, CHALLENGE_DAMAGED, NO_MEMORY, CRYPTO.
 */
enum att_err att_remote_challenge_read(struct att_bytes line,
    struct att_remote_challenge *challenge, uint8_t id[ATT_REMOTE_ID_LEN],
    struct att_reason *why) ATT_MUST_USE;

/* Whether a host, or a user, can stand in a challenge. */
bool att_remote_is_host(const char *host);
bool att_remote_is_user(const char *user);

/*
 * The challenge of a login's client data:
 * SHA-256("pam_attest remote login v1" || 0 || host || 0 || user || 0 ||
 * random). ATT_ERR_CRYPTO, NO_MEMORY.
 */
enum att_err att_remote_login_challenge(
    const struct att_remote_challenge *challenge,
    uint8_t hash[32]) ATT_MUST_USE;

/*
 * The nonce of a registration's record, of which its challenge is made:
 * SHA-256("pam_attest remote registration v1" || 0 || host || 0 || random).
 */
enum att_err att_remote_registration_nonce(
    const struct att_remote_challenge *challenge,
    uint8_t nonce[32]) ATT_MUST_USE;

#endif
