/* SPDX-License-Identifier: BSD-2-Clause */
/* Values about a TPM: lists of PCRs, and where a key of it is. */
#include <string.h>

#include "conf/value.h"

enum {
	PCR_COUNT = 24, /* of a TPM of a PC */
	HANDLE_LEN = 10,
};

/* One or two digits, no zero in front; steps over them. */
static bool
read_index(const char **textp, const char *end, unsigned int *index)
{
	const char *p = *textp;

	*index = 0;
	if (p == end || *p < '0' || *p > '9')
		return false;
	if (*p == '0') {
		*textp = p + 1;
		return true;
	}
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		*index = *index * 10 + (unsigned int)(*p - '0');
		if (*index >= PCR_COUNT)
			return false;
	}
	*textp = p;
	return true;
}

/* "7" or "0-7" as bits; 0 for anything else. */
static uint32_t
read_range(const char *text, size_t len)
{
	const char *end = text + len;
	unsigned int first, last;
	uint32_t bits = 0;

	if (!read_index(&text, end, &first))
		return 0;
	last = first;
	if (text < end && *text == '-') {
		text++;
		if (!read_index(&text, end, &last) || last <= first)
			return 0;
	}
	if (text != end)
		return 0;
	for (; first <= last; first++)
		bits |= UINT32_C(1) << first;
	return bits;
}

enum att_err
att_value_parse_pcrs(
    const struct att_value *value, uint32_t *out, struct att_reason *why)
{
	static const char expected[] =
	    "PCRs from 0 to 23 and ranges of them, each once, with blanks "
	    "between them, such as 0-7 10";
	const char *p = value->text;
	uint32_t bits = 0;
	size_t len;

	for (; (len = att_value_next_word(&p)) > 0; p += len) {
		uint32_t range = read_range(p, len);

		if (range == 0 || (bits & range) != 0)
			return att_value_refuse(value, expected, why);
		bits |= range;
	}
	if (bits == 0)
		return att_value_refuse(value, expected, why);
	*out = bits;
	return ATT_OK;
}

static bool
has_bit(uint32_t bits, unsigned int i)
{
	return i < PCR_COUNT && (bits & UINT32_C(1) << i) != 0;
}

enum att_err
att_value_print_pcrs(const uint32_t *v, struct att_buf *out)
{
	enum att_err r = ATT_OK;
	const char *gap = "";

	for (unsigned int i = 0; i < PCR_COUNT && r == ATT_OK; i++) {
		unsigned int first = i;

		if (!has_bit(*v, i))
			continue;
		while (has_bit(*v, i + 1))
			i++;
		r = first == i ? att_buf_printf(out, "%s%u", gap, i)
			       : att_buf_printf(out, "%s%u-%u", gap, first, i);
		gap = " ";
	}
	return r;
}

void
att_value_free_pcrs(uint32_t *v)
{
	*v = 0;
}

/* A persistent object (TPM 2.0 part 2, 7.4: TPM_HT_PERSISTENT). */
static bool
is_handle(const char *text)
{
	return strncmp(text, "0x81", 4) == 0 && strlen(text) == HANDLE_LEN &&
	       strspn(text + 4, "0123456789abcdefABCDEF") == HANDLE_LEN - 4;
}

enum att_err
att_value_parse_tpm_key(
    const struct att_value *value, char **out, struct att_reason *why)
{
	if (!att_value_is_path(value->text) && !is_handle(value->text))
		return att_value_refuse(value,
		    "an absolute path, or a persistent handle such as "
		    "0x81000003",
		    why);
	return att_value_replace_text(out, value->text, why);
}

enum att_err
att_value_print_tpm_key(char *const *v, struct att_buf *out)
{
	return att_value_print_word(v, out);
}

void
att_value_free_tpm_key(char **v)
{
	att_value_free_word(v);
}
