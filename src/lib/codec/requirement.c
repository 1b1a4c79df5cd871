/* SPDX-License-Identifier: BSD-2-Clause */
/* Required claims: reading "POINTER OPERATOR VALUE", and judging a claim. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/utf8.h"
#include "codec/json_pointer.h"
#include "codec/requirement.h"

enum {
	SHOWN_MAX = 60, /* of something wrong in a message */
	POINTER_SHOWN = 160 /* of a pointer to a claim */,
	VALUE_SHOWN = 100, /* of a value found, or wanted */
};

enum operation {
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_AT_LEAST,
	OP_AT_MOST,
	OP_IN,
	OP_CONTAINS,
	OP_EXISTS,
	OP_MASK,
	OP_COUNT
};

static const char *const words[OP_COUNT] = {
	[OP_EQUAL] = "==",
	[OP_NOT_EQUAL] = "!=",
	[OP_AT_LEAST] = ">=",
	[OP_AT_MOST] = "<=",
	[OP_IN] = "in",
	[OP_CONTAINS] = "contains",
	[OP_EXISTS] = "exists",
	[OP_MASK] = "mask",
};

struct att_requirement {
	char *text;
	const char *wanted; /* into text: operator and value */
	struct att_json_pointer *pointer;
	enum operation operation;
	json_t *value;
	struct att_requirement *condition; /* NULL: none */
};

/* --- Reading ------------------------------------------------------------ */

/* Text of others in a message: its beginning, and whether that is all. */
#define SHOWN(text, len, max)                                                  \
	(int)((len) > (max) ? (max) : (len)), (text), (len) > (max) ? "..." : ""

static const char *
skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

static enum att_err
check_text(const char *text, struct att_reason *why)
{
	size_t len = strnlen(text, ATT_REQUIREMENT_MAX + 1);

	if (len > ATT_REQUIREMENT_MAX)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "a requirement of more than %d bytes; make it shorter",
		    ATT_REQUIREMENT_MAX);
	if (!att_utf8_is_valid(att_bytes(text, len)))
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "\"%.*s%s\" is not UTF-8", SHOWN(text, len, SHOWN_MAX));
	for (const char *p = text; *p != '\0'; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return att_refuse(why, ATT_ERR_CONF_VALUE,
			    "\"%.*s%s\" has a control character; write it as "
			    "\\u and four digits",
			    SHOWN(text, len, SHOWN_MAX));
	return ATT_OK;
}

/* A pointer in quotes is a JSON string; *pp goes past it. */
static enum att_err
parse_quoted_pointer(struct att_requirement *requirement, const char **pp,
    struct att_reason *why)
{
	json_error_t at;
	json_t *text =
	    json_loads(*pp, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &at);
	enum att_err r;

	if (text == NULL)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "the pointer %.*s%s is no JSON string; write \"/NAME\"",
		    SHOWN(*pp, strlen(*pp), SHOWN_MAX));
	*pp += at.position;
	r = att_json_pointer_parse(
	    att_bytes(json_string_value(text), json_string_length(text)),
	    &requirement->pointer, why);
	json_decref(text);
	if (r == ATT_OK && skip_blanks(*pp) == *pp && **pp != '\0')
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "expected a blank after the pointer, found \"%.*s%s\"",
		    SHOWN(*pp, strlen(*pp), SHOWN_MAX));
	return r;
}

static enum att_err
parse_pointer(struct att_requirement *requirement, const char **pp,
    struct att_reason *why)
{
	size_t len;

	if (**pp == '\0')
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "an empty requirement; write POINTER OPERATOR VALUE, such "
		    "as /secureboot == true");
	if (**pp == '"')
		return parse_quoted_pointer(requirement, pp, why);
	len = strcspn(*pp, " \t");
	*pp += len;
	return att_json_pointer_parse(
	    att_bytes(*pp - len, len), &requirement->pointer, why);
}

static enum att_err
parse_operator(struct att_requirement *requirement, const char **pp,
    struct att_reason *why)
{
	size_t len = strcspn(*pp, " \t");

	for (unsigned int i = 0; i < OP_COUNT; i++) {
		if (strlen(words[i]) != len || memcmp(*pp, words[i], len) != 0)
			continue;
		requirement->operation = (enum operation)i;
		*pp += len;
		return ATT_OK;
	}
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "expected one of == != >= <= in contains exists mask after the "
	    "pointer, found \"%.*s%s\"",
	    SHOWN(*pp, len, SHOWN_MAX));
}

/* Digits, or hexadecimal ones after 0x: a positive number. */
static bool
read_mask(const char *p, json_int_t *mask)
{
	bool is_hex = p[0] == '0' && p[1] == 'x';
	json_int_t base = is_hex ? 16 : 10;

	*mask = 0;
	if (is_hex)
		p += 2;
	else if (*p == '0')
		return false;
	for (; *p != '\0'; p++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit =
		    strchr(digits, *p >= 'A' && *p <= 'F' ? *p | 0x20 : *p);

		if (digit == NULL || digit - digits >= base ||
		    *mask > (INT64_MAX - (digit - digits)) / base)
			return false;
		*mask = *mask * base + (digit - digits);
	}
	return *mask > 0;
}

static enum att_err
parse_mask(
    struct att_requirement *requirement, const char *p, struct att_reason *why)
{
	json_int_t mask;

	if (!read_mask(p, &mask))
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "mask: expected a number above 0, decimal or as 0x32, "
		    "found \"%.*s%s\"",
		    SHOWN(p, strlen(p), SHOWN_MAX));
	if ((requirement->value = json_integer(mask)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	return ATT_OK;
}

/* Values that the operator cannot take, or that would never be met. */
static enum att_err
check_value(const struct att_requirement *requirement, const char *p,
    struct att_reason *why)
{
	const char *word = words[requirement->operation];

	if ((requirement->operation == OP_AT_LEAST ||
		requirement->operation == OP_AT_MOST) &&
	    !json_is_number(requirement->value))
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: expected a number, found %.*s%s", word,
		    SHOWN(p, strlen(p), SHOWN_MAX));
	if (requirement->operation == OP_IN &&
	    json_array_size(requirement->value) == 0)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: expected an array that is not empty, such as "
		    "[1, 2], found %.*s%s",
		    word, SHOWN(p, strlen(p), SHOWN_MAX));
	return ATT_OK;
}

static enum att_err
parse_value(
    struct att_requirement *requirement, const char *p, struct att_reason *why)
{
	const char *word = words[requirement->operation];
	json_error_t at;

	if (requirement->operation == OP_EXISTS)
		return *p == '\0' ? ATT_OK
				  : att_refuse(why, ATT_ERR_CONF_VALUE,
					"%s: expected no value, found %.*s%s",
					word, SHOWN(p, strlen(p), SHOWN_MAX));
	if (*p == '\0')
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: expected a value after it, found none", word);
	if (requirement->operation == OP_MASK)
		return parse_mask(requirement, p, why);
	requirement->value =
	    json_loads(p, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &at);
	if (requirement->value == NULL)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: expected a JSON value (text in double quotes), found "
		    "%.*s%s: %s",
		    word, SHOWN(p, strlen(p), SHOWN_MAX), at.text);
	return check_value(requirement, p, why);
}

static enum att_err
parse_text(struct att_requirement *requirement, const char *text,
    struct att_reason *why)
{
	const char *p;
	enum att_err r;
	size_t len;

	if ((r = check_text(text, why)) != ATT_OK)
		return r;
	text = skip_blanks(text);
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	if ((requirement->text = strndup(text, len)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	p = requirement->text;
	if ((r = parse_pointer(requirement, &p, why)) != ATT_OK)
		return r;
	p = requirement->wanted = skip_blanks(p);
	if ((r = parse_operator(requirement, &p, why)) != ATT_OK)
		return r;
	return parse_value(requirement, skip_blanks(p), why);
}

enum att_err
att_requirement_parse(const char *text, struct att_requirement **requirementp,
    struct att_reason *why)
{
	struct att_requirement *requirement = calloc(1, sizeof(*requirement));
	enum att_err r;

	*requirementp = NULL;
	if (requirement == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((r = parse_text(requirement, text, why)) == ATT_OK) {
		*requirementp = requirement;
		requirement = NULL;
	}
	att_requirement_free(&requirement);
	return r;
}

enum att_err
att_requirement_parse_conditional(const char *condition, const char *text,
    struct att_requirement **requirementp, struct att_reason *why)
{
	enum att_err r;

	if ((r = att_requirement_parse(text, requirementp, why)) != ATT_OK)
		return r;
	r = att_requirement_parse(condition, &(*requirementp)->condition, why);
	if (r != ATT_OK)
		att_requirement_free(requirementp);
	return r;
}

void
att_requirement_free(struct att_requirement **requirementp)
{
	struct att_requirement *requirement = *requirementp;

	*requirementp = NULL;
	if (requirement == NULL)
		return;
	att_requirement_free(&requirement->condition);
	att_json_pointer_free(&requirement->pointer);
	json_decref(requirement->value);
	free(requirement->text);
	free(requirement);
}

const char *
att_requirement_get_text(const struct att_requirement *requirement)
{
	return requirement->text;
}

/* --- Judging ------------------------------------------------------------ */

/* JSON has one type for true and false, jansson two. */
static bool
is_same_type(const json_t *a, const json_t *b)
{
	return json_typeof(a) == json_typeof(b) ||
	       (json_is_boolean(a) && json_is_boolean(b));
}

static bool
has_element(const json_t *array, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		if (json_equal(json_array_get(array, i), value))
			return true;
	return false;
}

/* -1, 0 or 1; both are integers, or both reals. */
static int
compare(const json_t *a, const json_t *b)
{
	json_int_t i = json_integer_value(a), j = json_integer_value(b);
	double x = json_real_value(a), y = json_real_value(b);

	if (json_is_integer(a))
		return (i > j) - (i < j);
	return (x > y) - (x < y);
}

/* Whether the operator can say anything of a claim of this type. */
static bool
is_fit(const struct att_requirement *requirement, const json_t *claim)
{
	switch (requirement->operation) {
	case OP_EQUAL:
	case OP_NOT_EQUAL:
	case OP_AT_LEAST:
	case OP_AT_MOST:
	case OP_MASK:
		return is_same_type(claim, requirement->value);
	case OP_CONTAINS:
		return json_is_array(claim);
	case OP_IN:
	case OP_EXISTS:
		return true;
	case OP_COUNT:
		break;
	}
	return false;
}

/* For a claim that is fit. */
static bool
is_met(const struct att_requirement *requirement, const json_t *claim)
{
	const json_t *value = requirement->value;
	json_int_t mask = json_integer_value(value);

	switch (requirement->operation) {
	case OP_EQUAL:
		return json_equal(claim, value);
	case OP_NOT_EQUAL:
		return !json_equal(claim, value);
	case OP_AT_LEAST:
		return compare(claim, value) >= 0;
	case OP_AT_MOST:
		return compare(claim, value) <= 0;
	case OP_IN:
		return has_element(value, claim);
	case OP_CONTAINS:
		return has_element(claim, value);
	case OP_EXISTS:
		return true;
	case OP_MASK:
		return json_integer_value(claim) >= 0 &&
		       (json_integer_value(claim) & mask) == mask;
	case OP_COUNT:
		break;
	}
	return false;
}

/* The beginning of a value as JSON. */
struct shown {
	char text[VALUE_SHOWN + 4];
	size_t len;
};

/* A callback of jansson; stops it once there is enough. */
static int
add_shown(const char *text, size_t len, void *context)
{
	struct shown *shown = context;
	size_t room = VALUE_SHOWN - shown->len;
	bool is_cut = len > room;

	memcpy(shown->text + shown->len, text, is_cut ? room : len);
	shown->len += is_cut ? room : len;
	if (is_cut)
		memcpy(shown->text + shown->len, "...", sizeof("..."));
	return is_cut ? -1 : 0;
}

static const char *
type_text(const json_t *claim)
{
	switch (json_typeof(claim)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a real";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a boolean";
	case JSON_NULL:
		break;
	}
	return "null";
}

static enum att_err
refuse_claim(const struct att_requirement *requirement, const json_t *claim,
    struct att_reason *why)
{
	const char *pointer = att_json_pointer_get_text(requirement->pointer);
	bool is_type = !is_fit(requirement, claim);
	struct shown shown = { 0 };

	(void)json_dump_callback(claim, add_shown, &shown,
	    JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
	return att_refuse(why, ATT_ERR_TOKEN_CLAIM,
	    "%.*s%s is %s%s%s%s, wanted %.*s%s",
	    SHOWN(pointer, strlen(pointer), POINTER_SHOWN), shown.text,
	    is_type ? " (" : "", is_type ? type_text(claim) : "",
	    is_type ? ")" : "",
	    SHOWN(
		requirement->wanted, strlen(requirement->wanted), VALUE_SHOWN));
}

/* Names what is missing first on the way, if that is not the claim itself. */
static enum att_err
refuse_missing(const struct att_requirement *requirement, size_t reached,
    struct att_reason *why)
{
	const char *pointer = att_json_pointer_get_text(requirement->pointer);
	size_t len = reached + 1 + strcspn(pointer + reached + 1, "/");
	bool is_whole = pointer[len] == '\0';

	return att_refuse(why, ATT_ERR_TOKEN_CLAIM,
	    "%.*s%s is missing%s%.*s%s, wanted %.*s%s",
	    SHOWN(pointer, strlen(pointer), POINTER_SHOWN),
	    is_whole ? "" : " (there is no ",
	    is_whole ? 0 : (int)(len > VALUE_SHOWN ? VALUE_SHOWN : len),
	    pointer, is_whole ? "" : ")",
	    SHOWN(
		requirement->wanted, strlen(requirement->wanted), VALUE_SHOWN));
}

static enum att_err
check_claim(const struct att_requirement *requirement,
    const struct json_t *claims, struct att_reason *why)
{
	const json_t *claim;
	size_t reached;

	claim = att_json_pointer_find(requirement->pointer, claims, &reached);
	if (claim == NULL)
		return refuse_missing(requirement, reached, why);
	if (!is_fit(requirement, claim) || !is_met(requirement, claim))
		return refuse_claim(requirement, claim, why);
	return ATT_OK;
}

enum att_err
att_requirement_check(const struct att_requirement *requirement,
    const struct json_t *claims, struct att_reason *why)
{
	if (requirement->condition != NULL &&
	    check_claim(requirement->condition, claims, NULL) != ATT_OK)
		return ATT_OK;
	return check_claim(requirement, claims, why);
}
