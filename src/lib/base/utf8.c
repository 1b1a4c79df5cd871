/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 by the table of RFC 3629 section 4. */
#include "base/utf8.h"

/* First bytes, how many follow, and the range of the second byte. */
static const struct {
	uint8_t first, last, more, low, high;
} forms[] = {
	{ 0x00, 0x7f, 0, 0x00, 0x00 },
	{ 0xc2, 0xdf, 1, 0x80, 0xbf },
	{ 0xe0, 0xe0, 2, 0xa0, 0xbf },
	{ 0xe1, 0xec, 2, 0x80, 0xbf },
	{ 0xed, 0xed, 2, 0x80, 0x9f },
	{ 0xee, 0xef, 2, 0x80, 0xbf },
	{ 0xf0, 0xf0, 3, 0x90, 0xbf },
	{ 0xf1, 0xf3, 3, 0x80, 0xbf },
	{ 0xf4, 0xf4, 3, 0x80, 0x8f },
};

/* The row of the character at the start of text; count if there is none. */
static size_t
find_form(struct att_bytes text)
{
	const size_t count = sizeof(forms) / sizeof(forms[0]);
	const uint8_t *p = text.ptr;
	size_t form = 0;

	if (text.len == 0)
		return count;
	while (form < count &&
	       (p[0] < forms[form].first || p[0] > forms[form].last))
		form++;
	if (form == count || text.len <= forms[form].more)
		return count;
	for (size_t i = 1; i <= forms[form].more; i++) {
		uint8_t low = i == 1 ? forms[form].low : 0x80;
		uint8_t high = i == 1 ? forms[form].high : 0xbf;

		if (p[i] < low || p[i] > high)
			return count;
	}
	return form;
}

size_t
att_utf8_next(struct att_bytes text, uint32_t *character)
{
	/* What the first byte gives, by how many follow. */
	static const uint8_t masks[] = { 0x7f, 0x1f, 0x0f, 0x07 };
	size_t form = find_form(text), more;

	*character = UINT32_MAX;
	if (form == sizeof(forms) / sizeof(forms[0]))
		return 0;
	more = forms[form].more;
	*character = text.ptr[0] & masks[more];
	for (size_t i = 1; i <= more; i++)
		*character = *character << 6 | (text.ptr[i] & 0x3f);
	return 1 + more;
}

bool
att_utf8_is_valid(struct att_bytes text)
{
	uint32_t character;
	size_t len;

	while (text.len > 0) {
		if ((len = att_utf8_next(text, &character)) == 0)
			return false;
		text.ptr += len;
		text.len -= len;
	}
	return true;
}
