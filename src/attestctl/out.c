/* SPDX-License-Identifier: BSD-2-Clause */
/* What attestctl prints: errors, escapes, JSON values. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "attestctl/out.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/base64url.h"

enum {
	TEXT_MAX = 1 << 20,
	FACT_SIZE = 400 /* bytes of a value, with the NUL */
};

/* How many bytes the printable character at text has; 0 for none. */
static size_t
printable(const char *text, size_t len, size_t *width)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n;
	int columns;

	n = mbrtowc(&c, text, len, &state);
	if (n == 0 || n > len || (columns = wcwidth(c)) < 0)
		return 0;
	*width += (size_t)columns;
	return n;
}

/* Escaped by the rules of base/text.h; free() it. */
static char *
escape_all(const char *text)
{
	size_t size = 4 * strlen(text) + 1;
	char *escaped = malloc(size);

	if (escaped != NULL)
		att_text_escape(escaped, size, text);
	return escaped;
}

/* And then what the terminal's own character set cannot show. */
static enum att_err
put_shown(const char *text, struct att_buf *out, size_t *width)
{
	enum att_err r = ATT_OK;
	size_t len = strlen(text);

	while (len > 0 && r == ATT_OK) {
		size_t n = printable(text, len, width);

		if (n > 0) {
			r = att_buf_put(out, text, n);
		} else {
			n = 1;
			*width += 4;
			r = att_buf_printf(
			    out, "\\x%02x", (unsigned char)*text);
		}
		text += n;
		len -= n;
	}
	return r;
}

enum att_err
att_out_escape(const char *text, struct att_buf *out, size_t *width)
{
	char *safe = escape_all(text);
	enum att_err r;

	if (safe == NULL)
		return ATT_ERR_NO_MEMORY;
	r = put_shown(safe, out, width);
	free(safe);
	return r;
}

/* A string of what buf holds; buf is empty afterwards. */
static char *
take_text(struct att_buf *buf, enum att_err r)
{
	uint8_t *text = NULL;
	size_t len;

	if (r == ATT_OK && att_buf_put_u8(buf, '\0') == ATT_OK &&
	    att_buf_take(buf, &text, &len) != ATT_OK)
		text = NULL;
	att_buf_reset(buf);
	return (char *)text;
}

static char *
escaped(const char *text)
{
	struct att_buf buf;
	size_t width = 0;

	att_buf_init(&buf, TEXT_MAX);
	return take_text(&buf, att_out_escape(text, &buf, &width));
}

static void
print_error(const char *object, const char *text)
{
	char *shown_object = escaped(object);
	char *shown_text = escaped(text);

	fflush(stdout);
	fprintf(stderr, "attestctl: %s: %s\n",
	    shown_object == NULL ? "" : shown_object,
	    shown_text == NULL ? "out of memory" : shown_text);
	free(shown_object);
	free(shown_text);
}

void
att_out_error(const char *object, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	print_error(object, text == NULL ? "out of memory" : text);
	free(text);
}

static const char *
reason_text(enum att_err err, const struct att_reason *why)
{
	if (why != NULL && why->code == err && why->text[0] != '\0')
		return why->text;
	return att_err_text(err);
}

void
att_out_reason(
    const char *object, enum att_err err, const struct att_reason *why)
{
	print_error(object, reason_text(err, why));
}

void
att_out_fact(const char *name, const char *value)
{
	char shown[FACT_SIZE];

	att_text_escape(shown, sizeof(shown), value);
	printf("%-9s %s\n", name, shown);
}

void
att_out_fact_time(const char *name, int64_t seconds)
{
	char text[ATT_UTC_SHOWN];

	att_out_fact(name, att_clock_show_utc(seconds, text));
}

void
att_out_stale(const struct att_options *opts)
{
	att_out_error("warning",
	    "the metadata in %s is overdue for more than %u days "
	    "(mds_max_age); run: attestctl mds update",
	    opts->mds_dir, opts->mds_max_age);
}

enum att_exit
att_out_json(json_t *root, enum att_exit status)
{
	if (root == NULL ||
	    json_dumpf(root, stdout,
		JSON_INDENT(2) | JSON_ENCODE_ANY | JSON_ENSURE_ASCII) != 0) {
		att_out_error("JSON", "%s",
		    root == NULL ? "out of memory" : "cannot be written");
		status = ATT_EXIT_UNKNOWN;
	} else {
		putchar('\n');
	}
	json_decref(root);
	return status;
}

json_t *
att_json_text(const char *text)
{
	json_t *value = json_string(text);
	char *shown;

	if (value != NULL || (shown = escaped(text)) == NULL)
		return value;
	value = json_string(shown);
	free(shown);
	return value;
}

/* The JSON of a fresh text, which is freed. */
static json_t *
json_of(char *text)
{
	json_t *value = text == NULL ? NULL : json_string(text);

	free(text);
	return value;
}

json_t *
att_json_base64url(struct att_bytes bytes)
{
	return json_of(att_text_base64url(bytes));
}

json_t *
att_json_aaguid(const uint8_t aaguid[16])
{
	char text[ATT_UUID_TEXT_SIZE];

	att_uuid_print(aaguid, text);
	return json_string(text);
}

json_t *
att_json_anchor(const struct att_anchor *anchor)
{
	char sha256[ATT_HEX_TEXT_SIZE(sizeof(anchor->sha256))];

	att_hex_print(
	    att_bytes(anchor->sha256, sizeof(anchor->sha256)), sha256);
	return json_pack("{s:o, s:s}", "subject",
	    att_json_text(anchor->subject), "sha256", sha256);
}

json_t *
att_json_append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) == 0)
		return list;
	json_decref(list);
	return NULL;
}

json_t *
att_json_time(int64_t seconds)
{
	char text[ATT_UTC_SHOWN];

	return json_string(att_clock_show_utc(seconds, text));
}

json_t *
att_json_reason(enum att_err err, const struct att_reason *why)
{
	if (err == ATT_OK)
		return json_null();
	return json_pack("{s:s, s:o}", "code", att_err_code(err), "text",
	    att_json_text(reason_text(err, why)));
}

char *
att_text_base64url(struct att_bytes bytes)
{
	struct att_buf buf;

	att_buf_init(&buf, TEXT_MAX);
	return take_text(&buf, att_base64url_encode(bytes, &buf));
}
