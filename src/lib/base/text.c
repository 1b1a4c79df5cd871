/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of others in logs and on terminals. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

/* Characters that are escaped though they are valid. */
static const struct {
	uint32_t first, last;
} unprintable[] = {
	{ 0x00, 0x1f },	    /* C0 */
	{ 0x7f, 0x9f },	    /* DEL, C1 */
	{ 0x061c, 0x061c }, /* Arabic letter mark */
	{ 0x200e, 0x200f }, /* left-to-right and right-to-left marks */
	{ 0x2028, 0x202e }, /* separators; embeddings and overrides */
	{ 0x2066, 0x2069 }, /* isolates */
};

/* The length of the printable character at the start of text; 0: none. */
static size_t
printable_length(struct att_bytes text)
{
	uint32_t character;
	size_t len = att_utf8_next(text, &character);

	for (size_t i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]);
	     i++)
		if (character >= unprintable[i].first &&
		    character <= unprintable[i].last)
			return 0;
	return len;
}

bool
att_text_is_printable(const char *text)
{
	struct att_bytes rest = att_bytes_text(text);
	size_t len;

	while (rest.len > 0) {
		if ((len = printable_length(rest)) == 0)
			return false;
		rest.ptr += len;
		rest.len -= len;
	}
	return true;
}

/* Whether it fits: the text, or the escape of one byte. */
static bool
put(char *dst, size_t size, size_t *used, struct att_bytes text)
{
	char escape[sizeof("\\xNN")];

	if (text.len == 0) {
		snprintf(escape, sizeof(escape), "\\x%02x", text.ptr[0]);
		text = att_bytes_text(escape);
	}
	if (text.len >= size - *used)
		return false;
	memcpy(dst + *used, text.ptr, text.len);
	*used += text.len;
	return true;
}

size_t
att_text_escape(char *dst, size_t size, const char *src)
{
	static const char dots[] = "...";
	struct att_bytes rest = att_bytes_text(src);
	size_t used = 0, cut = 0, len;

	if (size == 0)
		return 0;
	while (rest.len > 0) {
		if (used + sizeof(dots) <= size)
			cut = used;
		len = printable_length(rest);
		if (!put(dst, size, &used, att_bytes(rest.ptr, len))) {
			used = cut;
			len = sizeof(dots) - 1 < size - used ? sizeof(dots) - 1
							     : size - used - 1;
			memcpy(dst + used, dots, len);
			used += len;
			break;
		}
		rest.ptr += len == 0 ? 1 : len;
		rest.len -= len == 0 ? 1 : len;
	}
	dst[used] = '\0';
	return used;
}
