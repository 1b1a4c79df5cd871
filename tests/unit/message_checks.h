/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What holds for every message of PROTOCOL.md: a decoder takes exactly what
 * its encoder made, no byte less, no byte more, and no other type.
 */
#ifndef TESTS_MESSAGE_CHECKS_H
#define TESTS_MESSAGE_CHECKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "wire/channel.h"

/* Decodes and frees what came out. */
typedef enum att_err decode_fn(struct att_bytes message);

/* From the heap and of the exact size, so that a sanitizer sees overreads. */
static inline enum att_err
decode_copy(decode_fn *decode, const uint8_t *ptr, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err r;

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, ptr, len);
	r = decode(att_bytes(copy, len));
	free(copy);
	return r;
}

static inline void
check_lengths(struct att_bytes message, decode_fn *decode)
{
	uint8_t *longer = malloc(message.len + 1);

	for (size_t len = 0; len < message.len; len++)
		assert_int_equal(decode_copy(decode, message.ptr, len),
		    ATT_ERR_MESSAGE_MALFORMED);
	assert_non_null(longer);
	memcpy(longer, message.ptr, message.len);
	for (int extra = 0; extra < 256; extra++) {
		longer[message.len] = (uint8_t)extra;
		assert_int_equal(decode_copy(decode, longer, message.len + 1),
		    ATT_ERR_MESSAGE_MALFORMED);
	}
	free(longer);
}

static inline void
check_other_types(struct att_bytes message, decode_fn *decode)
{
	uint8_t *other = malloc(message.len);

	assert_non_null(other);
	memcpy(other, message.ptr, message.len);
	for (int type = 0; type < 256; type++) {
		other[0] = (uint8_t)type;
		assert_int_equal(decode_copy(decode, other, message.len),
		    type == message.ptr[0] ? ATT_OK
					   : ATT_ERR_MESSAGE_MALFORMED);
	}
	free(other);
}

/* Checks an encoded message and empties its buffer. */
static inline void
check_message(struct att_buf *message, decode_fn *decode)
{
	struct att_bytes bytes = att_buf_get(message);

	assert_int_equal(decode_copy(decode, bytes.ptr, bytes.len), ATT_OK);
	check_lengths(bytes, decode);
	check_other_types(bytes, decode);
	att_buf_reset(message);
}

/* The byte at an offset may have just these values; then empties. */
static inline void
check_byte(struct att_buf *message, size_t at, const char *allowed,
    size_t allowed_count, decode_fn *decode)
{
	struct att_bytes bytes = att_buf_get(message);
	uint8_t *other = malloc(bytes.len);

	assert_non_null(other);
	assert_true(at < bytes.len);
	memcpy(other, bytes.ptr, bytes.len);
	for (int v = 0; v < 256; v++) {
		other[at] = (uint8_t)v;
		assert_int_equal(decode_copy(decode, other, bytes.len),
		    memchr(allowed, v, allowed_count) != NULL
			? ATT_OK
			: ATT_ERR_MESSAGE_MALFORMED);
	}
	free(other);
	att_buf_reset(message);
}

/* What a test encodes into, fresh for each. */
static struct att_buf message;

static int
set_up(void **state)
{
	(void)state;
	att_buf_init(&message, ATT_MESSAGE_MAX);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&message);
	return 0;
}

#endif
