/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values that may be left out, which is written "none" and is the empty text:
 * words, paths and URLs.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/value.h"

enum {
	URL_MAX = 2048,
};

static bool
is_none(const struct att_value *value)
{
	return strcmp(value->text, "none") == 0;
}

static enum att_err
print_maybe(const char *text, struct att_buf *out)
{
	return att_buf_printf(out, "%s", text[0] == '\0' ? "none" : text);
}

enum att_err
att_value_parse_maybe_word(
    const struct att_value *value, char **out, struct att_reason *why)
{
	if (is_none(value))
		return att_value_replace_text(out, "", why);
	return att_value_parse_word(value, out, why);
}

enum att_err
att_value_print_maybe_word(char *const *v, struct att_buf *out)
{
	return print_maybe(*v, out);
}

void
att_value_free_maybe_word(char **v)
{
	att_value_free_word(v);
}

enum att_err
att_value_parse_maybe_path(
    const struct att_value *value, char **out, struct att_reason *why)
{
	if (is_none(value))
		return att_value_replace_text(out, "", why);
	if (!att_value_is_path(value->text))
		return att_value_refuse(value, "an absolute path or none", why);
	return att_value_replace_text(out, value->text, why);
}

enum att_err
att_value_print_maybe_path(char *const *v, struct att_buf *out)
{
	return print_maybe(*v, out);
}

void
att_value_free_maybe_path(char **v)
{
	att_value_free_word(v);
}

/* The characters of a URL that asks nothing of anybody in particular. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' ||
		    strchr("\"<>?#@\\^`{|}", *text) != NULL)
			return false;
	return true;
}

/* The length of what stands before the host; 0 for another scheme. */
static size_t
scheme_length(const char *text, bool may_be_http)
{
	if (strncmp(text, "https://", 8) == 0)
		return 8;
	return may_be_http && strncmp(text, "http://", 7) == 0 ? 7 : 0;
}

/*
 * A host and a port, and a path where it may have one (RFC 3986 section 3);
 * out has the text without a slash at its end.
 */
static bool
read_url(const char *text, bool may_be_http, bool may_have_path, char *out)
{
	size_t begin = scheme_length(text, may_be_http);
	size_t len = strlen(text);

	if (begin == 0 || len > URL_MAX || !is_plain(text))
		return false;
	while (len > begin && text[len - 1] == '/')
		len--;
	memcpy(out, text, len);
	out[len] = '\0';
	if (len == begin || out[begin] == ':' || out[begin] == '/')
		return false;
	return may_have_path || strchr(out + begin, '/') == NULL;
}

enum att_err
att_value_parse_service_url(
    const struct att_value *value, char **out, struct att_reason *why)
{
	char url[URL_MAX + 1];

	if (!read_url(value->text, false, false, url))
		return att_value_refuse(
		    value, "https:// and a host, without a path", why);
	return att_value_replace_text(out, url, why);
}

enum att_err
att_value_print_service_url(char *const *v, struct att_buf *out)
{
	return att_value_print_word(v, out);
}

void
att_value_free_service_url(char **v)
{
	att_value_free_word(v);
}

enum att_err
att_value_parse_maybe_service_url(
    const struct att_value *value, char **out, struct att_reason *why)
{
	if (is_none(value))
		return att_value_replace_text(out, "", why);
	return att_value_parse_service_url(value, out, why);
}

enum att_err
att_value_print_maybe_service_url(char *const *v, struct att_buf *out)
{
	return print_maybe(*v, out);
}

void
att_value_free_maybe_service_url(char **v)
{
	att_value_free_word(v);
}

enum att_err
att_value_parse_proxy_url(
    const struct att_value *value, char **out, struct att_reason *why)
{
	char url[URL_MAX + 1];

	if (is_none(value))
		return att_value_replace_text(out, "", why);
	if (!read_url(value->text, true, false, url))
		return att_value_refuse(value,
		    "http:// or https:// and a host, without a user or a "
		    "path, or none",
		    why);
	return att_value_replace_text(out, url, why);
}

enum att_err
att_value_print_proxy_url(char *const *v, struct att_buf *out)
{
	return print_maybe(*v, out);
}

void
att_value_free_proxy_url(char **v)
{
	att_value_free_word(v);
}

enum att_err
att_value_parse_platform_url(
    const struct att_value *value, char **out, struct att_reason *why)
{
	char url[URL_MAX + 1];

	if (is_none(value))
		return att_value_replace_text(out, "", why);
	if (!read_url(value->text, true, true, url))
		return att_value_refuse(value,
		    "http:// or https://, a host and perhaps a path, or none",
		    why);
	return att_value_replace_text(out, url, why);
}

enum att_err
att_value_print_platform_url(char *const *v, struct att_buf *out)
{
	return print_maybe(*v, out);
}

void
att_value_free_platform_url(char **v)
{
	att_value_free_word(v);
}
