/* SPDX-License-Identifier: BSD-2-Clause */
/* base64url without padding, and base64 with it, strictly. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789";

/* The characters of the values 62 and 63, in which the two differ. */
static const char last_of_base64url[2] = { '-', '_' };
static const char last_of_base64[2] = { '+', '/' };

enum {
	PLAIN = 62, /* characters in which the two do not differ */
	GROUP = 4
};

/* The characters of up to three bytes; of fewer, the last ones say nothing. */
static void
encode_group(struct att_bytes bytes, const char last[2], char text[GROUP])
{
	uint32_t bits = (uint32_t)bytes.ptr[0] << 16;

	if (bytes.len > 1)
		bits |= (uint32_t)bytes.ptr[1] << 8;
	if (bytes.len > 2)
		bits |= bytes.ptr[2];
	for (unsigned int i = 0; i < GROUP; i++) {
		uint32_t value = bits >> (18 - 6 * i) & 63;

		text[i] = value < PLAIN ? alphabet[value] : last[value - PLAIN];
	}
}

static enum att_err
encode(struct att_bytes bytes, const char last[2], struct att_buf *out)
{
	bool is_padded = last == last_of_base64;
	char text[GROUP];
	enum att_err err = ATT_OK;

	while (bytes.len > 0 && err == ATT_OK) {
		size_t len = bytes.len < 3 ? bytes.len : 3;

		encode_group(att_bytes(bytes.ptr, len), last, text);
		if (is_padded)
			memset(text + len + 1, '=', GROUP - 1 - len);
		err = att_buf_put(out, text, is_padded ? GROUP : len + 1);
		bytes = att_bytes(bytes.ptr + len, bytes.len - len);
	}
	return err;
}

enum att_err
att_base64url_encode(struct att_bytes bytes, struct att_buf *out)
{
	return encode(bytes, last_of_base64url, out);
}

enum att_err
att_base64_encode(struct att_bytes bytes, struct att_buf *out)
{
	return encode(bytes, last_of_base64, out);
}

/*
 * The six bits of each character, -1 for one outside the alphabet. Comparing
 * would be guessing: nobody can foresee which range the next one is in.
 */
static void
make_table(const char last[2], int8_t table[256])
{
	memset(table, -1, 256);
	for (int i = 0; i < PLAIN; i++)
		table[(uint8_t)alphabet[i]] = (int8_t)i;
	table[(uint8_t)last[0]] = PLAIN;
	table[(uint8_t)last[1]] = PLAIN + 1;
}

/* Four characters are three bytes; false for one outside the alphabet. */
static bool
decode_group(const int8_t table[256], const uint8_t in[4], uint8_t out[3])
{
	const int a = table[in[0]], b = table[in[1]], c = table[in[2]],
		  d = table[in[3]];

	if ((a | b | c | d) < 0)
		return false;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	out[1] = (uint8_t)(b << 4 | c >> 2);
	out[2] = (uint8_t)(c << 6 | d);
	return true;
}

/*
 * Fewer than four: of those that are missing, and so are the bytes, all bits
 * are zero. One text per value: bits that belong to no byte have to be, too.
 */
static bool
decode_rest(const int8_t table[256], struct att_bytes text, uint8_t out[2])
{
	uint8_t group[4] = { 'A', 'A', 'A', 'A' };
	uint8_t bytes[3];

	if (text.len == 0)
		return true;
	memcpy(group, text.ptr, text.len);
	if (!decode_group(table, group, bytes))
		return false;
	memcpy(out, bytes, text.len - 1);
	return bytes[text.len - 1] == 0;
}

static enum att_err
decode_into(struct att_bytes text, const char last[2], uint8_t *out)
{
	int8_t table[256];

	make_table(last, table);
	for (; text.len >= 4; text.ptr += 4, text.len -= 4, out += 3) {
		if (!decode_group(table, text.ptr, out))
			return ATT_ERR_BASE64URL;
	}
	return decode_rest(table, text, out) ? ATT_OK : ATT_ERR_BASE64URL;
}

static enum att_err
decode(struct att_bytes text, const char last[2], size_t max, uint8_t **ptrp,
    size_t *lenp)
{
	size_t len = text.len / 4 * 3;
	uint8_t *ptr = NULL;
	enum att_err err;

	if (text.len % 4 == 1)
		return ATT_ERR_BASE64URL;
	if (text.len % 4 > 1)
		len += text.len % 4 - 1;
	if (len > max)
		return ATT_ERR_TOO_LARGE;
	if ((ptr = malloc(len + 1)) == NULL)
		return ATT_ERR_NO_MEMORY;
	if ((err = decode_into(text, last, ptr)) != ATT_OK) {
		free(ptr);
		return err;
	}
	*ptrp = ptr;
	*lenp = len;
	return ATT_OK;
}

enum att_err
att_base64url_decode(
    struct att_bytes text, size_t max, uint8_t **ptrp, size_t *lenp)
{
	*ptrp = NULL;
	*lenp = 0;
	return decode(text, last_of_base64url, max, ptrp, lenp);
}

enum att_err
att_base64_decode(
    struct att_bytes text, size_t max, uint8_t **ptrp, size_t *lenp)
{
	*ptrp = NULL;
	*lenp = 0;
	if (text.len == 0 || text.len % 4 != 0)
		return ATT_ERR_BASE64URL;
	/* With the padding gone, what is left has one form. */
	for (int i = 0; i < 2 && text.ptr[text.len - 1] == '='; i++)
		text.len--;
	return decode(text, last_of_base64, max, ptrp, lenp);
}
