/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message as one line that a person carries from one terminal to another:
 * its name and version, a full stop, and in base64url the bytes of the message
 * and a checksum of them (PROTOCOL.md). The checksum protects against nobody;
 * it tells a line that was cut, doubled or altered on the way from a wrong one.
 */
#ifndef ATT_REMOTE_LINE_H
#define ATT_REMOTE_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_LINE_CHECKSUM_LEN = 8, /* of SHA-256 over what stands before it */
	/* Characters of a line, without what may stand around it. */
	ATT_LINE_CHALLENGE_MAX = 16384,
	ATT_LINE_ASSERTION_MAX = 1000, /* ssh takes 1,023 */
	ATT_LINE_REGISTRATION_MAX = 45056,
};

enum att_line {
	ATT_LINE_CHALLENGE,
	ATT_LINE_RESPONSE,
};

/* The bytes of a message; ptr is owned, and freed by free(). */
struct att_line_message {
	uint8_t *ptr;
	size_t len;
};

/*
 * Appends the line of message, without a newline. ATT_ERR_TOO_LARGE when it
 * has more than max characters or does not fit into out, NO_MEMORY, CRYPTO.
 */
enum att_err att_line_print(enum att_line line, struct att_bytes message,
    size_t max, struct att_buf *out) ATT_MUST_USE;

/*
 * The message of a line that was pasted; blanks and newlines around it do not
 * matter. The caller frees message->ptr, which is never NULL on ATT_OK and NULL
 * else.
 * ATT_ERR_CHALLENGE_MALFORMED or RESPONSE_MALFORMED for something else than
 * such a line, _DAMAGED for a part of one, or one that was changed; NO_MEMORY,
 * CRYPTO.
 */
enum att_err att_line_read(enum att_line line, struct att_bytes text,
    size_t max, struct att_line_message *message,
    struct att_reason *why) ATT_MUST_USE;

#endif
