/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of repeatable options, a line each: paths, URLs, requirements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/requirement.h"
#include "conf/value.h"

enum {
	URL_MAX = 2048,
};

static enum att_err
check_room(const struct att_value *value, size_t count, struct att_reason *why)
{
	char expected[80];

	if (count < value->max)
		return ATT_OK;
	snprintf(expected, sizeof(expected),
	    "no more than %u lines of this option", value->max);
	return att_value_refuse(value, expected, why);
}

static enum att_err
append_text(const struct att_value *value, struct att_paths *out,
    struct att_reason *why)
{
	char **paths;
	enum att_err r;
	char *copy;

	if ((r = check_room(value, out->count, why)) != ATT_OK)
		return r;
	paths = reallocarray(out->paths, out->count + 1, sizeof(*paths));
	if (paths == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	out->paths = paths;
	if ((copy = strdup(value->text)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	out->paths[out->count++] = copy;
	return ATT_OK;
}

enum att_err
att_value_parse_paths(const struct att_value *value, struct att_paths *out,
    struct att_reason *why)
{
	if (!att_value_is_path(value->text))
		return att_value_refuse(value, "an absolute path", why);
	return append_text(value, out, why);
}

enum att_err
att_value_print_paths(const struct att_paths *v, struct att_buf *out)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < v->count && r == ATT_OK; i++)
		r = att_buf_printf(
		    out, "%s%s", i == 0 ? "" : "\n", v->paths[i]);
	return r;
}

void
att_value_free_paths(struct att_paths *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->paths[i]);
	free(v->paths);
	*v = (struct att_paths){ 0 };
}

/*
 * What names a provider: https, a host, perhaps a path. Nobody is in the
 * name, nothing is asked of it (OpenID Connect Discovery 1.0 section 3).
 */
static bool
is_url(const char *text)
{
	static const char scheme[] = "https://";
	size_t len = strlen(text);

	if (len > URL_MAX || strncmp(text, scheme, strlen(scheme)) != 0)
		return false;
	text += strlen(scheme);
	if (*text == '\0' || *text == '/' || *text == ':')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' ||
		    strchr("\"<>?#@\\^`{|}", *text) != NULL)
			return false;
	return true;
}

enum att_err
att_value_parse_urls(const struct att_value *value, struct att_paths *out,
    struct att_reason *why)
{
	if (!is_url(value->text))
		return att_value_refuse(value,
		    "an https:// URL as in the claim iss, such as "
		    "https://sharedweu.weu.attest.azure.net",
		    why);
	return append_text(value, out, why);
}

enum att_err
att_value_print_urls(const struct att_paths *v, struct att_buf *out)
{
	return att_value_print_paths(v, out);
}

void
att_value_free_urls(struct att_paths *v)
{
	att_value_free_paths(v);
}

enum att_err
att_value_parse_requirements(const struct att_value *value,
    struct att_requirements *out, struct att_reason *why)
{
	struct att_requirement *requirement = NULL, **list;
	enum att_err r;

	if ((r = check_room(value, out->count, why)) != ATT_OK)
		return r;
	list = reallocarray(out->list, out->count + 1, sizeof(*list));
	if (list == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	out->list = list;
	r = att_requirement_parse(value->text, &requirement, why);
	if (r != ATT_OK)
		return att_refuse_within(
		    why, r, "%s: %s", value->where, value->name);
	out->list[out->count++] = requirement;
	return ATT_OK;
}

enum att_err
att_value_print_requirements(
    const struct att_requirements *v, struct att_buf *out)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < v->count && r == ATT_OK; i++)
		r = att_buf_printf(out, "%s%s", i == 0 ? "" : "\n",
		    att_requirement_get_text(v->list[i]));
	return r;
}

void
att_value_free_requirements(struct att_requirements *v)
{
	for (size_t i = 0; i < v->count; i++)
		att_requirement_free(&v->list[i]);
	free(v->list);
	*v = (struct att_requirements){ 0 };
}
