/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of messages to a service read in them. */
#ifndef TESTS_UNIT_SENT_JSON_H
#define TESTS_UNIT_SENT_JSON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/bytes.h"
#include "codec/base64url.h"

/* The caller lets it go. */
static inline json_t *
read_json(struct att_bytes text)
{
	json_t *object = json_loadb(
	    (const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(object);
	return object;
}

/* The same of base64url. */
static inline json_t *
read_coded_json(struct att_bytes text)
{
	json_t *object;
	uint8_t *ptr;
	size_t len;

	assert_int_equal(
	    att_base64url_decode(text, 1 << 20, &ptr, &len), ATT_OK);
	object = read_json(att_bytes(ptr, len));
	free(ptr);
	return object;
}

static inline const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	return text;
}

#endif
