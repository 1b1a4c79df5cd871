/* SPDX-License-Identifier: BSD-2-Clause */
/* The value of one option, by type. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/value.h"

enum {
	SHOWN_MAX = 60, /* of a wrong value in a message */
};

enum att_err
att_value_refuse(
    const struct att_value *value, const char *expected, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "%s: %s: expected %s, found \"%.*s%s\"", value->where, value->name,
	    expected, SHOWN_MAX, value->text,
	    strlen(value->text) > SHOWN_MAX ? "..." : "");
}

enum att_err
att_value_parse_yesno(
    const struct att_value *value, bool *out, struct att_reason *why)
{
	bool is_yes = strcmp(value->text, "yes") == 0;

	if (!is_yes && strcmp(value->text, "no") != 0)
		return att_value_refuse(value, "yes or no", why);
	*out = is_yes;
	return ATT_OK;
}

enum att_err
att_value_print_yesno(const bool *v, struct att_buf *out)
{
	return att_buf_printf(out, "%s", *v ? "yes" : "no");
}

void
att_value_free_yesno(bool *v)
{
	*v = false;
}

static enum att_err
refuse_number(
    const struct att_value *value, const char *unit, struct att_reason *why)
{
	char expected[80];

	snprintf(expected, sizeof(expected), "a number%s from %u to %u", unit,
	    value->min, value->max);
	return att_value_refuse(value, expected, why);
}

/* Digits alone: no sign, blank, base or leading zero. */
static enum att_err
parse_number(const struct att_value *value, const char *unit, unsigned int *out,
    struct att_reason *why)
{
	const char *p = value->text;
	uint64_t v = 0;

	if (*p == '\0' || (*p == '0' && p[1] != '\0'))
		return refuse_number(value, unit, why);
	for (; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || v > UINT_MAX)
			return refuse_number(value, unit, why);
		v = v * 10 + (uint64_t)(*p - '0');
	}
	if (v < value->min || v > value->max)
		return refuse_number(value, unit, why);
	*out = (unsigned int)v;
	return ATT_OK;
}

enum att_err
att_value_parse_number(
    const struct att_value *value, unsigned int *out, struct att_reason *why)
{
	return parse_number(value, "", out, why);
}

enum att_err
att_value_print_number(const unsigned int *v, struct att_buf *out)
{
	return att_buf_printf(out, "%u", *v);
}

void
att_value_free_number(unsigned int *v)
{
	*v = 0;
}

enum att_err
att_value_parse_seconds(
    const struct att_value *value, unsigned int *out, struct att_reason *why)
{
	return parse_number(value, " of seconds", out, why);
}

enum att_err
att_value_print_seconds(const unsigned int *v, struct att_buf *out)
{
	return att_value_print_number(v, out);
}

void
att_value_free_seconds(unsigned int *v)
{
	*v = 0;
}

enum att_err
att_value_replace_text(char **out, const char *text, struct att_reason *why)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	free(*out);
	*out = copy;
	return ATT_OK;
}

static bool
is_word(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

enum att_err
att_value_parse_word(
    const struct att_value *value, char **out, struct att_reason *why)
{
	size_t len = strlen(value->text);
	char expected[80];

	if (len < value->min || len > value->max || !is_word(value->text)) {
		snprintf(expected, sizeof(expected),
		    "%u to %u ASCII characters without blanks", value->min,
		    value->max);
		return att_value_refuse(value, expected, why);
	}
	return att_value_replace_text(out, value->text, why);
}

enum att_err
att_value_print_word(char *const *v, struct att_buf *out)
{
	return att_buf_printf(out, "%s", *v);
}

void
att_value_free_word(char **v)
{
	free(*v);
	*v = NULL;
}

bool
att_value_is_path(const char *text)
{
	if (text[0] != '/' || strlen(text) >= PATH_MAX)
		return false;
	for (; *text != '\0'; text++)
		if (iscntrl((unsigned char)*text))
			return false;
	return true;
}

enum att_err
att_value_parse_path(
    const struct att_value *value, char **out, struct att_reason *why)
{
	if (!att_value_is_path(value->text))
		return att_value_refuse(value, "an absolute path", why);
	return att_value_replace_text(out, value->text, why);
}

enum att_err
att_value_print_path(char *const *v, struct att_buf *out)
{
	return att_value_print_word(v, out);
}

void
att_value_free_path(char **v)
{
	att_value_free_word(v);
}

size_t
att_value_next_word(const char **textp)
{
	*textp += strspn(*textp, " \t");
	return strcspn(*textp, " \t");
}

static enum att_err
refuse_choice(const struct att_value *value, struct att_reason *why)
{
	char expected[120];

	snprintf(expected, sizeof(expected), "one of %s", value->values);
	return att_value_refuse(value, expected, why);
}

/* Reading: an enumerator for each word. */
#define CHOICE(type, symbol, word)                                             \
	if (strcmp(value->text, word) == 0) {                                  \
		*out = symbol;                                                 \
		return ATT_OK;                                                 \
	}
#define CHOICES(type, list)                                                    \
	enum att_err att_value_parse_##type(const struct att_value *value,     \
	    enum att_choice_##type *out, struct att_reason *why)               \
	{                                                                      \
		list return refuse_choice(value, why);                         \
	}
#include "conf/choices.def"
#undef CHOICES
#undef CHOICE

/* Writing; -Wswitch finds an enumerator that has no row in choices.def. */
#define CHOICE(type, symbol, word)                                             \
	case symbol:                                                           \
		return word;
#define CHOICES(type, list)                                                    \
	const char *att_value_name_##type(enum att_choice_##type v)            \
	{                                                                      \
		switch (v) {                                                   \
			list                                                   \
		}                                                              \
		return NULL;                                                   \
	}                                                                      \
	enum att_err att_value_print_##type(                                   \
	    const enum att_choice_##type *v, struct att_buf *out)              \
	{                                                                      \
		const char *word = att_value_name_##type(*v);                  \
                                                                               \
		return word == NULL ? ATT_ERR_INTERNAL                         \
				    : att_buf_printf(out, "%s", word);         \
	}                                                                      \
	void att_value_free_##type(enum att_choice_##type *v)                  \
	{                                                                      \
		*v = (enum att_choice_##type)0;                                \
	}
#include "conf/choices.def"
#undef CHOICES
#undef CHOICE
