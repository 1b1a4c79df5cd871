/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Required claims. The first line is a requirement, the rest is JSON, the
 * claims: what was read can be read again; only a claim that exists meets
 * anything; no claim equals a value and does not; what is refused is named.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/bytes.h"
#include "base/text.h"
#include "codec/requirement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUT_MAX = 65536,
	TEXT_SIZE = 2 * ATT_REQUIREMENT_MAX,
	LONGER = 16,	   /* what check_others() adds to a text, at most */
	JSON_DEPTH = 2048, /* of jansson */
};

static void
promise(bool is_kept)
{
	if (!is_kept)
		abort();
}

static void
check_reason(
    enum att_err r, enum att_err expected, const struct att_reason *why)
{
	promise(r == expected && why->code == r);
	promise(why->text[0] != '\0' && att_text_is_printable(why->text));
}

/* Judges by the requirement with another operator and value; false: malformed.
 */
static bool
judge_by(const char *text, const json_t *claims, enum att_err *r)
{
	struct att_requirement *requirement;

	if (att_requirement_parse(text, &requirement, NULL) != ATT_OK)
		return false;
	*r = att_requirement_check(requirement, claims, NULL);
	att_requirement_free(&requirement);
	return true;
}

/* Where the pointer of a requirement that was read ends. */
static size_t
pointer_len(const char *text)
{
	json_error_t at;
	json_t *quoted;

	if (text[0] != '"')
		return strcspn(text, " \t");
	quoted =
	    json_loads(text, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &at);
	promise(quoted != NULL);
	json_decref(quoted);
	return (size_t)at.position;
}

/* What else holds of a claim, given what one requirement says of it. */
static void
check_others(const struct att_requirement *requirement, const json_t *claims,
    enum att_err r)
{
	const char *text = att_requirement_get_text(requirement);
	int len = (int)pointer_len(text);
	const char *word = text + len + strspn(text + len, " \t");
	char other[TEXT_SIZE];
	enum att_err s;

	if (strlen(text) > ATT_REQUIREMENT_MAX - LONGER)
		return;
	snprintf(other, sizeof(other), "%.*s exists", len, text);
	promise(judge_by(other, claims, &s));
	promise(r != ATT_OK || s == ATT_OK);
	if (strncmp(word, "==", 2) != 0)
		return;
	snprintf(other, sizeof(other), "%.*s !=%s", len, text, word + 2);
	promise(judge_by(other, claims, &s));
	promise(r != ATT_OK || s != ATT_OK);
	snprintf(other, sizeof(other), "%.*s in [%s]", len, text, word + 2);
	/* One deeper than the value: too deep for jansson, perhaps. */
	if (judge_by(other, claims, &s))
		promise(r == s);
	else
		promise(strlen(word) > JSON_DEPTH);
}

static void
check_again(const struct att_requirement *requirement, const json_t *claims,
    enum att_err r)
{
	const char *text = att_requirement_get_text(requirement);
	struct att_requirement *conditional;
	enum att_err s;

	promise(judge_by(text, claims, &s) && s == r);
	promise(att_requirement_parse_conditional(
		    text, text, &conditional, NULL) == ATT_OK);
	promise(strcmp(att_requirement_get_text(conditional), text) == 0);
	/* Met wherever it is asked for. */
	promise(att_requirement_check(conditional, claims, NULL) == ATT_OK);
	att_requirement_free(&conditional);
}

static void
judge(const char *text, struct att_bytes json)
{
	struct att_requirement *requirement;
	struct att_reason why = { 0 };
	json_t *claims;
	enum att_err r;

	r = att_requirement_parse(text, &requirement, &why);
	if (r != ATT_OK) {
		promise(requirement == NULL);
		check_reason(r, ATT_ERR_CONF_VALUE, &why);
		return;
	}
	promise(strlen(att_requirement_get_text(requirement)) <=
		ATT_REQUIREMENT_MAX);
	claims = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	r = att_requirement_check(requirement, claims, &why);
	if (r != ATT_OK) {
		check_reason(r, ATT_ERR_TOKEN_CLAIM, &why);
		promise(why.text[0] == '/');
	}
	check_again(requirement, claims, r);
	check_others(requirement, claims, r);
	json_decref(claims);
	att_requirement_free(&requirement);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end;
	char *text;
	size_t len;

	if (size == 0 || size > INPUT_MAX)
		return 0;
	end = memchr(data, '\n', size);
	len = end == NULL ? size : (size_t)(end - data);
	if ((text = strndup((const char *)data, len)) == NULL)
		abort();
	judge(text, end == NULL ? att_bytes(data + size, 0)
				: att_bytes(end + 1, size - len - 1));
	free(text);
	return 0;
}
