/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON that is written piece by piece, since its bytes are hashed and signed
 * as they are, and may be many. Errors: ATT_ERR_TOO_LARGE, NO_MEMORY.
 */
#ifndef ATT_MAA_JSON_TEXT_H
#define ATT_MAA_JSON_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/*
 * Writes pieces as they are. After an error nothing more is written, so only
 * the last result has to be looked at.
 */
struct att_json_text {
	struct att_buf *out;
	enum att_err err;
};

void att_json_text_put(struct att_json_text *text, const char *piece);
void att_json_text_printf(struct att_json_text *text, const char *fmt, ...)
    ATT_PRINTF(2, 3);
/* A string of UTF-8, quoted and escaped. */
void att_json_text_put_string(struct att_json_text *text, const char *value);
/* "NAME":"VALUE" with bytes as base64url without padding, or as base64. */
void att_json_text_put_base64url(
    struct att_json_text *text, const char *name, struct att_bytes value);
void att_json_text_put_base64(
    struct att_json_text *text, const char *name, struct att_bytes value);

#endif
