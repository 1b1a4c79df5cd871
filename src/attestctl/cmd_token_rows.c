/* SPDX-License-Identifier: BSD-2-Clause */
/* The claims of a token as rows of a table: one line each, for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/cmd_token.h"
#include "base/clock.h"
#include "base/text.h"

enum {
	/* Bytes, with the NUL; what is longer is cut. */
	VALUE_SIZE = 100,
	POINTER_SIZE = 200,
	POINTER_MAX = 4 * POINTER_SIZE
};

struct rows {
	struct att_table *table;
	const char *part; /* or NULL */
	struct att_buf pointer;
};

/* RFC 6901 section 3; what will be cut anyway is left out. */
static enum att_err
put_name(struct att_buf *pointer, const char *name)
{
	enum att_err r = ATT_OK;

	if (pointer->len < POINTER_SIZE)
		r = att_buf_put_u8(pointer, '/');
	for (; *name != '\0' && pointer->len < POINTER_SIZE; name++) {
		if (r != ATT_OK)
			break;
		if (*name == '~' || *name == '/')
			r = att_buf_put(pointer, *name == '~' ? "~0" : "~1", 2);
		else
			r = att_buf_put_u8(pointer, (uint8_t)*name);
	}
	return r;
}

/* As a requirement has to write it: a JSON string where it has blanks. */
static enum att_err
print_pointer(const struct att_buf *pointer, char shown[POINTER_SIZE])
{
	struct att_buf quoted;
	bool has_blank = false;
	enum att_err r = ATT_OK;

	att_buf_init(&quoted, POINTER_MAX);
	for (size_t i = 0; i < pointer->len && r == ATT_OK; i++) {
		uint8_t c = pointer->ptr[i];

		has_blank = has_blank || c <= ' ' || c == '"';
		if (c == '"' || c == '\\')
			r = att_buf_put_u8(&quoted, '\\');
		if (r == ATT_OK)
			r = att_buf_put_u8(&quoted, c);
	}
	if (r == ATT_OK && has_blank)
		r = att_buf_printf(&quoted, "\"");
	if (r == ATT_OK)
		r = att_buf_put_u8(&quoted, '\0');
	if (r == ATT_OK) {
		if (has_blank)
			shown[0] = '"';
		att_text_escape(shown + has_blank, POINTER_SIZE - has_blank,
		    (const char *)quoted.ptr);
	}
	att_buf_reset(&quoted);
	return r;
}

/* RFC 7519 section 4.1: NumericDate. */
static bool
is_time(const char *pointer, const json_t *value)
{
	return json_is_integer(value) &&
	       (strcmp(pointer, "/iat") == 0 || strcmp(pointer, "/nbf") == 0 ||
		   strcmp(pointer, "/exp") == 0);
}

static enum att_err
print_value(const char *pointer, const json_t *value, char shown[VALUE_SIZE])
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	char date[ATT_UTC_SHOWN];

	if (text == NULL)
		return ATT_ERR_NO_MEMORY;
	att_text_escape(shown, VALUE_SIZE, text);
	if (is_time(pointer, value))
		snprintf(shown, VALUE_SIZE, "%.24s  %.40s", text,
		    att_clock_show_utc(json_integer_value(value), date));
	free(text);
	return ATT_OK;
}

static enum att_err
add_row(const struct rows *rows, const json_t *value)
{
	char pointer[POINTER_SIZE];
	char shown[VALUE_SIZE];
	const struct att_cell cells[] = {
		{ "unverified", ATT_STYLE_BAD },
		{ .text = rows->part },
		{ .text = pointer },
		{ .text = shown },
	};
	enum att_err r;

	if ((r = print_pointer(&rows->pointer, pointer)) != ATT_OK ||
	    (r = print_value(pointer, value, shown)) != ATT_OK)
		return r;
	return att_table_add(rows->table, cells + (rows->part == NULL ? 2 : 0));
}

/* Objects that have members, and arrays that hold any such thing. */
static bool
has_parts(const json_t *value)
{
	size_t i;
	json_t *element;

	if (json_is_object(value))
		return json_object_size(value) > 0;
	json_array_foreach(value, i, element)
	{
		if (json_is_object(element) || json_is_array(element))
			return true;
	}
	return false;
}

static enum att_err add(struct rows *rows, const json_t *value);

static enum att_err
add_below(struct rows *rows, const char *name, const json_t *value)
{
	size_t len = rows->pointer.len;
	enum att_err r;

	r = put_name(&rows->pointer, name);
	if (r == ATT_OK)
		r = add(rows, value);
	rows->pointer.len = len;
	return r;
}

/* As deep as the parser let it be (ATT_JSON_DEPTH_MAX). */
static enum att_err
add(struct rows *rows, const json_t *value)
{
	enum att_err r = ATT_OK;
	const char *name;
	json_t *element;
	size_t i;

	if (!has_parts(value))
		return rows->pointer.len == 0 ? ATT_OK : add_row(rows, value);
	json_object_foreach((json_t *)(uintptr_t)value, name, element)
	{
		if ((r = add_below(rows, name, element)) != ATT_OK)
			return r;
	}
	json_array_foreach(value, i, element)
	{
		char index[24];

		snprintf(index, sizeof(index), "%zu", i);
		if ((r = add_below(rows, index, element)) != ATT_OK)
			return r;
	}
	return r;
}

enum att_err
att_token_rows_add(
    struct att_table *table, const char *part, const json_t *object)
{
	struct rows rows = { .table = table, .part = part };
	enum att_err r;

	att_buf_init(&rows.pointer, POINTER_MAX);
	r = add(&rows, object);
	att_buf_reset(&rows.pointer);
	return r;
}
