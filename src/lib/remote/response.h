/* SPDX-License-Identifier: BSD-2-Clause */
/* What the security key at another machine answered to a challenge. */
#ifndef ATT_REMOTE_RESPONSE_H
#define ATT_REMOTE_RESPONSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "remote/challenge.h"

enum {
	ATT_REMOTE_OBJECT_MAX = 32768, /* bytes of an attestation object */
};

struct att_remote_response {
	enum att_remote_kind kind;
	uint8_t id[ATT_REMOTE_ID_LEN]; /* of the challenge it answers */
	/* A login: which credential of the challenge signed, and what. */
	uint8_t batch, index;
	struct att_bytes auth_data;
	struct att_bytes signature;
	/* A registration. */
	struct att_bytes attestation_object;
	uint8_t *owned; /* what bytes are lent by after reading */
};

/* Frees what att_remote_response_read() allocated. */
void att_remote_response_reset(struct att_remote_response *response);

/*
 * Appends the line of a response; that of a login fits into
 * ATT_LINE_ASSERTION_MAX characters. ATT_ERR_MESSAGE_MALFORMED, TOO_LARGE,
 * NO_MEMORY, CRYPTO.
 */
enum att_err att_remote_response_print(
    const struct att_remote_response *response,
    struct att_buf *line) ATT_MUST_USE;

/*
 * Reads a line that was pasted as the response to a challenge of this kind.
 * Whether it answers that challenge is not looked at.
 * ATT_ERR_RESPONSE_MALFORMED, RESPONSE_DAMAGED, NO_MEMORY, CRYPTO.
 */
enum att_err att_remote_response_read(struct att_bytes line,
    enum att_remote_kind kind, struct att_remote_response *response,
    struct att_reason *why) ATT_MUST_USE;

#endif
