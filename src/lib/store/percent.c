/* SPDX-License-Identifier: BSD-2-Clause */
/* Percent-encoding with one form per value. */
#include <stdlib.h>
#include <string.h>

#include "store/percent.h"

static const char digits[] = "0123456789ABCDEF";

/* Whether the byte stands for itself; not isalnum(3), which has a locale. */
static bool
is_plain(uint8_t c, bool is_first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       (c == '.' && !is_first);
}

enum att_err
att_percent_encode(struct att_bytes bytes, struct att_buf *out)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < bytes.len && r == ATT_OK; i++) {
		uint8_t c = bytes.ptr[i];

		if (is_plain(c, i == 0))
			r = att_buf_put_u8(out, c);
		else
			r = att_buf_printf(out, "%%%02X", c);
	}
	return r;
}

static int
hex_digit(uint8_t c)
{
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* The byte at the reader's place, or -1. */
static int
next_byte(struct att_bytes *text, bool is_first)
{
	int high, low;
	uint8_t c;

	if (text->ptr[0] != '%') {
		c = *text->ptr++;
		text->len--;
		return is_plain(c, is_first) ? c : -1;
	}
	if (text->len < 3 || (high = hex_digit(text->ptr[1])) < 0 ||
	    (low = hex_digit(text->ptr[2])) < 0)
		return -1;
	text->ptr += 3;
	text->len -= 3;
	c = (uint8_t)(high << 4 | low);
	return c == '\0' || is_plain(c, is_first) ? -1 : c;
}

enum att_err
att_percent_decode(struct att_bytes text, size_t max, char **out)
{
	size_t len = 0;
	char *copy;

	*out = NULL;
	if (text.len == 0)
		return ATT_ERR_STORE_MALFORMED;
	if ((copy = malloc(text.len + 1)) == NULL)
		return ATT_ERR_NO_MEMORY;
	while (text.len > 0) {
		int c = len < max ? next_byte(&text, len == 0) : -1;

		if (c < 0) {
			free(copy);
			return ATT_ERR_STORE_MALFORMED;
		}
		copy[len++] = (char)c;
	}
	copy[len] = '\0';
	*out = copy;
	return ATT_OK;
}
