/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON objects from others (RFC 8259), read so that two readers cannot see
 * two things in one text (RFC 7493, I-JSON).
 */
#ifndef ATT_CODEC_JSON_H
#define ATT_CODEC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct json_t; /* jansson's */

enum {
	ATT_JSON_DEPTH_MAX = 32
};
/* Integers past it are another number to who reads them as IEEE 754. */
#define ATT_JSON_INTEGER_MAX (INT64_C(1) << 53)

/*
 * Parses text that is one object and nothing else but blanks: UTF-8, no member
 * twice at any depth, no NUL, also not as \u0000, no number that does not fit
 * (int64_t; double), objects and arrays at most ATT_JSON_DEPTH_MAX deep, the
 * object itself counted. The caller frees *objectp, NULL on an error, with
 * att_json_free(). ATT_ERR_JWS_MALFORMED.
 */
enum att_err att_json_parse_object(struct att_bytes text,
    struct json_t **objectp, struct att_reason *why) ATT_MUST_USE;
void att_json_free(struct json_t **objectp);

/*
 * From here on jansson wipes all memory before it frees it, in the whole
 * process: for who reads secrets. May be called again, and whatever jansson
 * has allocated before.
 */
void att_json_wipe_memory(void);

/*
 * A member of an object, lent; NULL when there is none. As a string: NULL
 * also when it is of another type.
 */
const struct json_t *att_json_get(
    const struct json_t *object, const char *name);
const char *att_json_get_text(const struct json_t *object, const char *name);

/* How many elements an array has, 0 for what is none; and one of them, lent. */
bool att_json_is_array(const struct json_t *value);
size_t att_json_get_size(const struct json_t *array);
const struct json_t *att_json_get_element(
    const struct json_t *array, size_t index);

/* A string itself, lent; NULL for what is none. */
const char *att_json_get_string(const struct json_t *value);

/*
 * A member that is an integer, 0 to ATT_JSON_INTEGER_MAX; false, and *value 0,
 * for anything else: 1.0 and "1" are none.
 */
bool att_json_get_count(
    const struct json_t *object, const char *name, int64_t *value);
/* The same for such a value itself. */
bool att_json_is_count(const struct json_t *value, int64_t *count);

#endif
