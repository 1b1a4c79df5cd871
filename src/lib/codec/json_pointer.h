/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Pointer: RFC 6901, in the form of a string (section 5 unquoted). */
#ifndef ATT_CODEC_JSON_POINTER_H
#define ATT_CODEC_JSON_POINTER_H

#include "base/bytes.h"
#include "base/err.h"

struct json_t;
struct att_json_pointer;

enum {
	ATT_JSON_POINTER_MAX = 4096, /* bytes of text */
	ATT_JSON_POINTER_DEPTH = 32, /* reference tokens */
};

/*
 * Reads "/a/b": UTF-8 without control characters, each "~" of it in "~0" or
 * "~1". The pointer to the whole document, "", is none here: what is asked of
 * a document is asked of something in it. The caller frees *pointerp.
 * ATT_ERR_CONF_VALUE, ATT_ERR_NO_MEMORY.
 */
enum att_err att_json_pointer_parse(struct att_bytes text,
    struct att_json_pointer **pointerp, struct att_reason *why) ATT_MUST_USE;

void att_json_pointer_free(struct att_json_pointer **pointerp);

/* The pointer as it was written, NUL-terminated; lent. */
const char *att_json_pointer_get_text(const struct att_json_pointer *pointer);

/*
 * What it points to in document, lent by that, or NULL. An element of an array
 * is named by its number without leading zeros; "-", the element after the
 * last one, is never there. The first *reachedp bytes of the text (may be
 * NULL) point to something: "" is the document.
 */
const struct json_t *att_json_pointer_find(
    const struct att_json_pointer *pointer, const struct json_t *document,
    size_t *reachedp);

#endif
