/* SPDX-License-Identifier: BSD-2-Clause */
/* Borrowed bytes: a pointer and a length that somebody else owns. */
#ifndef ATT_BASE_BYTES_H
#define ATT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A credential ID has at most as many bytes: WebAuthn Level 3 section 7.1. */
enum {
	ATT_CREDENTIAL_ID_MAX = 1023
};

struct att_bytes {
	const uint8_t *ptr;
	size_t len;
};

static inline struct att_bytes
att_bytes(const void *ptr, size_t len)
{
	return (struct att_bytes){ .ptr = ptr, .len = len };
}

static inline struct att_bytes
att_bytes_text(const char *text)
{
	return att_bytes(text, strlen(text));
}

/* Public values only: not constant time. */
static inline bool
att_bytes_is_equal(struct att_bytes a, struct att_bytes b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

#endif
