/* SPDX-License-Identifier: BSD-2-Clause */
/* Typed look-ups in a CBOR document that was read. */
#include <string.h>

#include "codec/cbor.h"

const struct att_cbor_item *
att_cbor_get_first(const struct att_cbor_item *container)
{
	return container + 1;
}

const struct att_cbor_item *
att_cbor_get_next(const struct att_cbor *doc, const struct att_cbor_item *item)
{
	return &doc->items[item->next];
}

bool
att_cbor_get_int(const struct att_cbor_item *item, int64_t *out)
{
	*out = 0;
	if (item->number > INT64_MAX)
		return false;
	if (item->type == ATT_CBOR_UINT)
		*out = (int64_t)item->number;
	else if (item->type == ATT_CBOR_NEGINT)
		*out = -1 - (int64_t)item->number;
	else
		return false;
	return true;
}

bool
att_cbor_is_text(const struct att_cbor_item *item, const char *text)
{
	return item->type == ATT_CBOR_TEXT &&
	       att_bytes_is_equal(item->value, att_bytes_text(text));
}

static bool
is_number(const struct att_cbor_item *item, int64_t number)
{
	int64_t v;

	return att_cbor_get_int(item, &v) && v == number;
}

static bool
is_key(const struct att_cbor_item *key, const struct att_cbor_field *field)
{
	if (field->text != NULL)
		return att_cbor_is_text(key, field->text);
	return is_number(key, field->number);
}

static bool
is_type(const struct att_cbor_item *item, enum att_cbor_type type)
{
	if (type == ATT_CBOR_ANY)
		return true;
	if (type == ATT_CBOR_INT)
		return item->type == ATT_CBOR_UINT ||
		       item->type == ATT_CBOR_NEGINT;
	return item->type == type;
}

static enum att_err
refuse_field(const struct att_cbor_schema *schema,
    const struct att_cbor_field *field, const char *problem,
    struct att_reason *why)
{
	if (field->text != NULL)
		return att_refuse(why, schema->err, "%s: \"%s\" %s",
		    schema->what, field->text, problem);
	return att_refuse(why, schema->err, "%s: parameter %jd %s",
	    schema->what, (intmax_t)field->number, problem);
}

static enum att_err
refuse_key(const struct att_cbor_schema *schema,
    const struct att_cbor_item *key, struct att_reason *why)
{
	int64_t number;

	if (key->type == ATT_CBOR_TEXT)
		return att_refuse(why, schema->err,
		    "%s: key \"%.*s\" does not belong there", schema->what,
		    (int)(key->value.len < 40 ? key->value.len : 40),
		    (const char *)key->value.ptr);
	if (att_cbor_get_int(key, &number))
		return att_refuse(why, schema->err,
		    "%s: parameter %jd does not belong there", schema->what,
		    (intmax_t)number);
	return att_refuse(
	    why, schema->err, "%s: a key is out of range", schema->what);
}

static const struct att_cbor_field *
find_field(
    const struct att_cbor_schema *schema, const struct att_cbor_item *key)
{
	for (size_t i = 0; i < schema->count; i++) {
		if (is_key(key, &schema->fields[i]))
			return &schema->fields[i];
	}
	return NULL;
}

static enum att_err
collect_fields(const struct att_cbor *doc, const struct att_cbor_item *map,
    const struct att_cbor_schema *schema, const struct att_cbor_item **values,
    struct att_reason *why)
{
	const struct att_cbor_item *key = att_cbor_get_first(map), *value;
	const struct att_cbor_field *field;

	for (uint64_t i = 0; i < map->number; i++) {
		value = att_cbor_get_next(doc, key);
		if ((field = find_field(schema, key)) == NULL)
			return refuse_key(schema, key, why);
		if (!is_type(value, field->type))
			return refuse_field(schema, field,
			    "has a value of the wrong type", why);
		values[field - schema->fields] = value;
		key = att_cbor_get_next(doc, value);
	}
	return ATT_OK;
}

enum att_err
att_cbor_get_fields(const struct att_cbor *doc, const struct att_cbor_item *map,
    const struct att_cbor_schema *schema, const struct att_cbor_item **values,
    struct att_reason *why)
{
	enum att_err err;

	for (size_t i = 0; i < schema->count; i++)
		values[i] = NULL;
	if (map->type != ATT_CBOR_MAP)
		return att_refuse(
		    why, schema->err, "%s: not a CBOR map", schema->what);
	err = collect_fields(doc, map, schema, values, why);
	if (err != ATT_OK)
		return err;
	for (size_t i = 0; i < schema->count; i++) {
		if (values[i] == NULL && !schema->fields[i].is_optional)
			return refuse_field(
			    schema, &schema->fields[i], "is missing", why);
	}
	return ATT_OK;
}

const struct att_cbor_item *
att_cbor_find_number(
    const struct att_cbor *doc, const struct att_cbor_item *map, int64_t number)
{
	const struct att_cbor_item *key, *value;

	if (map->type != ATT_CBOR_MAP)
		return NULL;
	key = att_cbor_get_first(map);
	for (uint64_t i = 0; i < map->number; i++) {
		value = att_cbor_get_next(doc, key);
		if (is_number(key, number))
			return value;
		key = att_cbor_get_next(doc, value);
	}
	return NULL;
}
