/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that are sets of names: formats, statuses, types of host tokens. */
#include <stdio.h>
#include <string.h>

#include "codec/metadata.h"
#include "conf/value.h"

static const char *const format_names[] = {
#define FORMAT(symbol, name) [symbol] = name,
#include "conf/formats.def"
#undef FORMAT
};

#define FORMAT(symbol, name) +1
_Static_assert(0
#include "conf/formats.def"
		   == ATT_FORMAT_COUNT,
    "formats.def has a row for each enumerator of enum att_format");
#undef FORMAT

static const char *const token_type_names[] = {
#define TOKEN_TYPE(symbol, name) [symbol] = name,
#include "conf/token_types.def"
#undef TOKEN_TYPE
};

#define TOKEN_TYPE(symbol, name) +1
_Static_assert(0
#include "conf/token_types.def"
		   == ATT_TOKEN_TYPE_COUNT,
    "token_types.def has a row for each enumerator of enum att_token_type");
#undef TOKEN_TYPE

_Static_assert(ATT_STATUS_COUNT <= 32, "a set of statuses is 32 bits");

const char *
att_format_name(enum att_format format)
{
	if ((unsigned int)format >= ATT_FORMAT_COUNT)
		return "unknown";
	return format_names[format];
}

const char *
att_token_type_name(enum att_token_type type)
{
	if ((unsigned int)type >= ATT_TOKEN_TYPE_COUNT)
		return "unknown";
	return token_type_names[type];
}

/* Names to choose from; the bit of each is 1 << its place. */
struct names {
	const char *(*get)(unsigned int i); /* NULL: nothing to choose */
	unsigned int count;
	const char *expected;
	bool is_short; /* all of them fit into a message */
};

static const char *
get_format(unsigned int i)
{
	return format_names[i];
}

/* What is not known cannot be named. */
static const char *
get_status(unsigned int i)
{
	if (i == ATT_STATUS_UNKNOWN)
		return NULL;
	return att_metadata_status_get_info((enum att_metadata_status)i)->name;
}

static const char *
get_token_type(unsigned int i)
{
	return token_type_names[i];
}

static const struct names formats = { get_format, ATT_FORMAT_COUNT,
	"names of formats", true };
static const struct names statuses = { get_status, ATT_STATUS_COUNT,
	"statuses of metadata, such as REVOKED", false };
static const struct names token_types = { get_token_type, ATT_TOKEN_TYPE_COUNT,
	"types of host tokens", true };

static uint32_t
find_bit(const struct names *names, const char *word, size_t len)
{
	for (unsigned int i = 0; i < names->count; i++) {
		const char *name = names->get(i);

		if (name != NULL && strlen(name) == len &&
		    memcmp(name, word, len) == 0)
			return UINT32_C(1) << i;
	}
	return 0;
}

static enum att_err
refuse_names(const struct att_value *value, const struct names *names,
    struct att_reason *why)
{
	char expected[200];

	snprintf(expected, sizeof(expected),
	    "%s%s%s%s, each once, with blanks between them", names->expected,
	    names->is_short ? " (" : "", names->is_short ? value->values : "",
	    names->is_short ? ")" : "");
	return att_value_refuse(value, expected, why);
}

static enum att_err
parse_names(const struct att_value *value, const struct names *names,
    uint32_t *out, struct att_reason *why)
{
	const char *p = value->text;
	uint32_t bits = 0;
	size_t len;

	for (; (len = att_value_next_word(&p)) > 0; p += len) {
		uint32_t bit = find_bit(names, p, len);

		if (bit == 0 || (bits & bit) != 0)
			return refuse_names(value, names, why);
		bits |= bit;
	}
	*out = bits;
	return ATT_OK;
}

static enum att_err
print_names(const struct names *names, uint32_t bits, struct att_buf *out)
{
	enum att_err r = ATT_OK;
	const char *gap = "";

	for (unsigned int i = 0; i < names->count && r == ATT_OK; i++) {
		if ((bits & UINT32_C(1) << i) == 0)
			continue;
		r = att_buf_printf(out, "%s%s", gap, names->get(i));
		gap = " ";
	}
	return r;
}

enum att_err
att_value_parse_formats(
    const struct att_value *value, uint32_t *out, struct att_reason *why)
{
	return parse_names(value, &formats, out, why);
}

enum att_err
att_value_print_formats(const uint32_t *v, struct att_buf *out)
{
	return print_names(&formats, *v, out);
}

void
att_value_free_formats(uint32_t *v)
{
	*v = 0;
}

enum att_err
att_value_parse_statuses(
    const struct att_value *value, uint32_t *out, struct att_reason *why)
{
	return parse_names(value, &statuses, out, why);
}

enum att_err
att_value_print_statuses(const uint32_t *v, struct att_buf *out)
{
	return print_names(&statuses, *v, out);
}

void
att_value_free_statuses(uint32_t *v)
{
	*v = 0;
}

enum att_err
att_value_parse_token_types(
    const struct att_value *value, uint32_t *out, struct att_reason *why)
{
	return parse_names(value, &token_types, out, why);
}

enum att_err
att_value_print_token_types(const uint32_t *v, struct att_buf *out)
{
	return print_names(&token_types, *v, out);
}

void
att_value_free_token_types(uint32_t *v)
{
	*v = 0;
}
