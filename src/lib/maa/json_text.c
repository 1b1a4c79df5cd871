/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing JSON piece by piece. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/base64url.h"
#include "maa/json_text.h"

enum {
	PIECE_MAX = 256
};

void
att_json_text_put(struct att_json_text *text, const char *piece)
{
	if (text->err == ATT_OK)
		text->err = att_buf_put(text->out, piece, strlen(piece));
}

void
att_json_text_printf(struct att_json_text *text, const char *fmt, ...)
{
	char piece[PIECE_MAX];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(piece, sizeof(piece), fmt, args);
	va_end(args);
	if (len < 0 || len >= PIECE_MAX)
		text->err = ATT_ERR_INTERNAL;
	att_json_text_put(text, piece);
}

void
att_json_text_put_string(struct att_json_text *text, const char *value)
{
	json_t *string = json_string(value);
	char *quoted = NULL;

	if (string != NULL)
		quoted = json_dumps(string, JSON_ENCODE_ANY);
	if (quoted != NULL)
		att_json_text_put(text, quoted);
	else
		text->err = ATT_ERR_NO_MEMORY;
	free(quoted);
	json_decref(string);
}

static void
put_encoded(struct att_json_text *text, const char *name,
    struct att_bytes value,
    enum att_err (*encode)(struct att_bytes bytes, struct att_buf *out))
{
	att_json_text_printf(text, "\"%s\":\"", name);
	if (text->err == ATT_OK)
		text->err = encode(value, text->out);
	att_json_text_put(text, "\"");
}

void
att_json_text_put_base64url(
    struct att_json_text *text, const char *name, struct att_bytes value)
{
	put_encoded(text, name, value, att_base64url_encode);
}

void
att_json_text_put_base64(
    struct att_json_text *text, const char *name, struct att_bytes value)
{
	put_encoded(text, name, value, att_base64_encode);
}
