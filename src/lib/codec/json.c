/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON objects from others, by jansson. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/json.h"

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_JWS_MALFORMED, "%s", what);
}

/* Recursion ends one past the limit, however deep jansson went. */
static bool
is_deeper(const json_t *value, unsigned int limit)
{
	const char *name;
	json_t *member;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return false;
	if (limit == 0)
		return true;
	json_array_foreach(value, i, member)
	{
		if (is_deeper(member, limit - 1))
			return true;
	}
	/* jansson iterates over what it may change, but does not. */
	json_object_foreach((json_t *)(uintptr_t)value, name, member)
	{
		if (is_deeper(member, limit - 1))
			return true;
	}
	return false;
}

enum att_err
att_json_parse_object(
    struct att_bytes text, json_t **objectp, struct att_reason *why)
{
	json_error_t at;
	json_t *value;
	enum att_err err;

	*objectp = NULL;
	value = json_loadb(
	    (const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &at);
	if (value == NULL)
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "not JSON: %s at byte %d", at.text, at.position);
	if (!json_is_object(value)) {
		err = malformed(why, "not a JSON object");
		goto out;
	}
	if (is_deeper(value, ATT_JSON_DEPTH_MAX)) {
		err = att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "JSON nested deeper than %d", ATT_JSON_DEPTH_MAX);
		goto out;
	}
	*objectp = value;
	value = NULL;
	err = ATT_OK;
out:
	json_decref(value);
	return err;
}

void
att_json_free(json_t **objectp)
{
	json_decref(*objectp);
	*objectp = NULL;
}

static void
wipe_and_free(void *ptr)
{
	if (ptr != NULL)
		explicit_bzero(ptr, malloc_usable_size(ptr));
	free(ptr);
}

void
att_json_wipe_memory(void)
{
	json_set_alloc_funcs(malloc, wipe_and_free);
}

const json_t *
att_json_get(const json_t *object, const char *name)
{
	return json_object_get(object, name);
}

const char *
att_json_get_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

bool
att_json_is_array(const json_t *value)
{
	return json_is_array(value);
}

size_t
att_json_get_size(const json_t *array)
{
	return json_array_size(array);
}

const json_t *
att_json_get_element(const json_t *array, size_t index)
{
	return json_array_get(array, index);
}

const char *
att_json_get_string(const json_t *value)
{
	return json_string_value(value);
}

bool
att_json_is_count(const json_t *value, int64_t *count)
{
	int64_t number = json_integer_value(value);
	bool is_count = json_is_integer(value) && number >= 0 &&
			number <= ATT_JSON_INTEGER_MAX;

	*count = is_count ? number : 0;
	return is_count;
}

bool
att_json_get_count(const json_t *object, const char *name, int64_t *value)
{
	return att_json_is_count(json_object_get(object, name), value);
}
