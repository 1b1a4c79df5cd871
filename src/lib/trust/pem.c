/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates in PEM text. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "trust/pem.h"

static const char begin_line[] = "-----BEGIN CERTIFICATE-----";
static const char end_line[] = "-----END CERTIFICATE-----";

struct att_pem
att_pem(struct att_bytes text)
{
	return (struct att_pem){ .left = text };
}

static bool
is_text(struct att_bytes line, const char *text)
{
	return att_bytes_is_equal(line, att_bytes_text(text));
}

static bool
is_ignored(struct att_bytes line)
{
	return line.len == 0 || line.ptr[0] == '#';
}

/* Takes one line without its end, "\n" or "\r\n". */
static struct att_bytes
take_line(struct att_pem *pem)
{
	const uint8_t *ptr = pem->left.ptr;
	const uint8_t *end = memchr(ptr, '\n', pem->left.len);
	size_t len = end == NULL ? pem->left.len : (size_t)(end - ptr);
	size_t taken = end == NULL ? len : len + 1;

	pem->left = att_bytes(ptr + taken, pem->left.len - taken);
	pem->line++;
	if (len > 0 && ptr[len - 1] == '\r')
		len--;
	return att_bytes(ptr, len);
}

/* The value of each character of base64, plus one; zero for all others. */
/* clang-format off */
static const uint8_t sextets[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6,
	['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};
/* clang-format on */

/* Base64 decoded a character at a time; the lines of a block are one text. */
struct decoder {
	uint8_t *ptr; /* has room for three quarters of the text */
	size_t len;
	uint32_t bits;
	unsigned int chars;   /* of the group of four */
	unsigned int padding; /* "=" seen */
};

static void
finish_group(struct decoder *d)
{
	size_t bytes = 3 - d->padding;

	for (size_t i = 0; i < bytes; i++)
		d->ptr[d->len++] = (uint8_t)(d->bits >> (16 - 8 * i));
	d->bits = 0;
	d->chars = 0;
}

/* The bits that padding leaves unused have to be zero. */
static bool
is_rest_zero(const struct decoder *d)
{
	return d->padding == 0 ||
	       (d->bits & (0xffffffu >> (24 - 8 * d->padding))) == 0;
}

static bool
decode_char(struct decoder *d, uint8_t c)
{
	unsigned int v = sextets[c];

	if (c == '=') {
		if (d->chars < 2 || ++d->padding > 2)
			return false;
		v = 1;
	} else if (v == 0 || d->padding > 0) {
		return false;
	}
	d->bits = d->bits << 6 | (v - 1);
	if (++d->chars < 4)
		return true;
	if (!is_rest_zero(d))
		return false;
	finish_group(d);
	return true;
}

static bool
decode_line(struct decoder *d, struct att_bytes line)
{
	if (line.len == 0)
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (!decode_char(d, line.ptr[i]))
			return false;
	}
	return true;
}

static enum att_err
invalid(const struct att_pem *pem, const char *what, struct att_reason *why)
{
	return att_refuse(
	    why, ATT_ERR_ROOTS_INVALID, "line %zu: %s", pem->line, what);
}

static enum att_err
decode_block(struct att_pem *pem, struct decoder *d, struct att_reason *why)
{
	while (pem->left.len > 0) {
		struct att_bytes line = take_line(pem);

		if (!is_text(line, end_line)) {
			if (decode_line(d, line))
				continue;
			return invalid(pem, "not base64", why);
		}
		if (d->chars != 0)
			return invalid(pem, "the base64 text is cut", why);
		if (d->len == 0)
			return invalid(pem, "the certificate is empty", why);
		return ATT_OK;
	}
	return invalid(pem, "the certificate has no end line", why);
}

static enum att_err
refuse_line(
    const struct att_pem *pem, struct att_bytes line, struct att_reason *why)
{
	if (line.len >= 11 && memcmp(line.ptr, "-----BEGIN ", 11) == 0)
		return invalid(pem,
		    "a PEM block that is not a CERTIFICATE; "
		    "only certificates may be in this file",
		    why);
	return invalid(pem,
	    "neither a PEM certificate nor a comment "
	    "beginning with #",
	    why);
}

enum att_err
att_pem_next(
    struct att_pem *pem, uint8_t **derp, size_t *lenp, struct att_reason *why)
{
	struct decoder d = { 0 };
	const uint8_t *end;
	enum att_err r;

	*derp = NULL;
	*lenp = 0;
	while (pem->left.len > 0) {
		const uint8_t *start = pem->left.ptr;
		struct att_bytes line = take_line(pem);

		if (is_ignored(line))
			continue;
		pem->block_line = pem->line;
		if (!is_text(line, begin_line))
			return refuse_line(pem, line, why);
		end = memmem(pem->left.ptr, pem->left.len, end_line,
		    sizeof(end_line) - 1);
		if (end == NULL)
			return invalid(
			    pem, "this certificate has no end line", why);
		if ((d.ptr = malloc((size_t)(end - pem->left.ptr) + 1)) == NULL)
			return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		if ((r = decode_block(pem, &d, why)) != ATT_OK) {
			free(d.ptr);
			return r;
		}
		pem->block = att_bytes(start, (size_t)(pem->left.ptr - start));
		*derp = d.ptr;
		*lenp = d.len;
		return ATT_OK;
	}
	return ATT_OK;
}
