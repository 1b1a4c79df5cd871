/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Pointer, over the values of jansson. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/utf8.h"
#include "codec/json_pointer.h"

enum {
	SHOWN_MAX = 60, /* of a wrong pointer in a message */
};

struct token {
	char *name; /* into att_json_pointer.names */
	size_t end; /* of the token in att_json_pointer.text */
};

struct att_json_pointer {
	char *text;
	char *names; /* the tokens, unescaped, each with a NUL */
	struct token tokens[ATT_JSON_POINTER_DEPTH];
	size_t count;
};

static enum att_err
refuse_pointer(
    struct att_bytes text, const char *expected, struct att_reason *why)
{
	int shown = text.len > SHOWN_MAX ? SHOWN_MAX : (int)text.len;

	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "\"%.*s%s\" is no JSON Pointer: %s", shown, (const char *)text.ptr,
	    text.len > SHOWN_MAX ? "..." : "", expected);
}

static bool
has_controls(struct att_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return true;
	return false;
}

/* RFC 6901 section 3: what follows a tilde is 0 or 1. */
static bool
has_bare_tilde(struct att_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '~' &&
		    (i + 1 == text.len ||
			(text.ptr[i + 1] != '0' && text.ptr[i + 1] != '1')))
			return true;
	return false;
}

static enum att_err
check_text(struct att_bytes text, struct att_reason *why)
{
	if (text.len == 0)
		return refuse_pointer(text,
		    "expected \"/\" and a name, such as /secureboot", why);
	if (text.len > ATT_JSON_POINTER_MAX)
		return refuse_pointer(
		    text, "it is longer than 4096 bytes", why);
	if (!att_utf8_is_valid(text) || has_controls(text))
		return refuse_pointer(
		    text, "expected UTF-8 without control characters", why);
	if (text.ptr[0] != '/')
		return refuse_pointer(
		    text, "expected a \"/\" before each name", why);
	if (has_bare_tilde(text))
		return refuse_pointer(text,
		    "write \"~\" in a name as \"~0\", and \"/\" as \"~1\"",
		    why);
	return ATT_OK;
}

/* Takes the token that begins at in, behind its slash; the length read. */
static size_t
take_token(struct att_json_pointer *pointer, const char *in, char **outp)
{
	const char *p = in;
	char *out = *outp;

	pointer->tokens[pointer->count].name = out;
	for (; *p != '\0' && *p != '/'; p++) {
		if (*p == '~')
			*out++ = *++p == '0' ? '~' : '/';
		else
			*out++ = *p;
	}
	*out++ = '\0';
	*outp = out;
	pointer->tokens[pointer->count++].end = (size_t)(p - pointer->text);
	return (size_t)(p - in);
}

static enum att_err
split(struct att_json_pointer *pointer, struct att_bytes text,
    struct att_reason *why)
{
	const char *in = pointer->text;
	char *out = pointer->names;

	while (*in == '/') {
		if (pointer->count == ATT_JSON_POINTER_DEPTH)
			return refuse_pointer(
			    text, "it has more than 32 names", why);
		in++;
		in += take_token(pointer, in, &out);
	}
	return ATT_OK;
}

enum att_err
att_json_pointer_parse(struct att_bytes text,
    struct att_json_pointer **pointerp, struct att_reason *why)
{
	struct att_json_pointer *pointer = NULL;
	enum att_err r;

	*pointerp = NULL;
	if ((r = check_text(text, why)) != ATT_OK)
		return r;
	if ((pointer = calloc(1, sizeof(*pointer))) == NULL ||
	    (pointer->text = strndup((const char *)text.ptr, text.len)) ==
		NULL ||
	    (pointer->names = calloc(1, text.len + 1)) == NULL)
		r = att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	else
		r = split(pointer, text, why);
	if (r == ATT_OK) {
		*pointerp = pointer;
		pointer = NULL;
	}
	att_json_pointer_free(&pointer);
	return r;
}

void
att_json_pointer_free(struct att_json_pointer **pointerp)
{
	struct att_json_pointer *pointer = *pointerp;

	*pointerp = NULL;
	if (pointer == NULL)
		return;
	free(pointer->text);
	free(pointer->names);
	free(pointer);
}

const char *
att_json_pointer_get_text(const struct att_json_pointer *pointer)
{
	return pointer->text;
}

/* RFC 6901 section 4: digits without leading zeros. */
static const json_t *
find_element(const json_t *array, const char *name)
{
	size_t count = json_array_size(array), index = 0;

	if (*name == '\0' || (*name == '0' && name[1] != '\0'))
		return NULL;
	for (; *name != '\0'; name++) {
		/* No array has that many, so index does not overflow. */
		if (*name < '0' || *name > '9' || index >= count)
			return NULL;
		index = index * 10 + (size_t)(*name - '0');
	}
	return json_array_get(array, index);
}

const struct json_t *
att_json_pointer_find(const struct att_json_pointer *pointer,
    const struct json_t *document, size_t *reachedp)
{
	const json_t *at = document;
	size_t reached = 0;

	for (size_t i = 0; i < pointer->count; i++) {
		const struct token *token = &pointer->tokens[i];

		at = json_is_array(at) ? find_element(at, token->name)
				       : json_object_get(at, token->name);
		if (at == NULL)
			break;
		reached = token->end;
	}
	if (reachedp != NULL)
		*reachedp = reached;
	return at;
}
