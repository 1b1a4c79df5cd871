/* SPDX-License-Identifier: BSD-2-Clause */
/* The two ways options are written: the configuration file and arguments. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "conf/layers.h"

enum {
	FILE_MAX = 65536,
	LINE_MAX_LEN = 8192,
	SHOWN_MAX = 40, /* of a foreign text in a message */
	WHERE_MAX = 4096 + 32,
};

#define DEFAULT_FILE ATT_CONFDIR "/pam_attest.conf"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts blanks at both ends in place. */
static char *
trim(char *text)
{
	size_t len;

	while (is_blank(*text))
		text++;
	len = strlen(text);
	while (len > 0 && is_blank(text[len - 1]))
		text[--len] = '\0';
	return text;
}

static enum att_err
check_characters(
    const char *line, size_t len, const char *where, struct att_reason *why)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c == '\r')
			return att_refuse(why, ATT_ERR_CONF_SYNTAX,
			    "%s: column %zu is a carriage return; save the "
			    "file with Unix line ends",
			    where, i + 1);
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return att_refuse(why, ATT_ERR_CONF_SYNTAX,
			    "%s: column %zu is a control character (0x%02x); "
			    "remove it",
			    where, i + 1, c);
	}
	return ATT_OK;
}

/* text is one line, NUL-terminated, and is cut to pieces. */
static enum att_err
parse_line(struct att_options *opts, char *text,
    struct att_assignment *assignment, struct att_reason *why)
{
	char *name = trim(text);
	char *value;

	if (*name == '\0' || *name == '#')
		return ATT_OK;
	if ((value = strchr(name, '=')) == NULL)
		return att_refuse(why, ATT_ERR_CONF_SYNTAX,
		    "%s: \"%.*s\" has no \"=\"; write NAME = VALUE, or begin "
		    "the line with \"#\" for a comment",
		    assignment->where, SHOWN_MAX, name);
	*value++ = '\0';
	assignment->name = trim(name);
	assignment->value = trim(value);
	if (assignment->name[0] == '\0')
		return att_refuse(why, ATT_ERR_CONF_SYNTAX,
		    "%s: no option stands before the \"=\"; write "
		    "NAME = VALUE",
		    assignment->where);
	return att_options_assign(opts, assignment, why);
}

static enum att_err
take_line(struct att_options *opts, struct att_bytes line,
    struct att_assignment *assignment, struct att_reason *why)
{
	char *copy;
	enum att_err r;

	if (line.len > LINE_MAX_LEN)
		return att_refuse(why, ATT_ERR_CONF_SYNTAX,
		    "%s: the line is longer than %d bytes; shorten it",
		    assignment->where, LINE_MAX_LEN);
	if ((copy = calloc(1, line.len + 1)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (line.len > 0)
		memcpy(copy, line.ptr, line.len);
	r = check_characters(copy, line.len, assignment->where, why);
	if (r == ATT_OK)
		r = parse_line(opts, copy, assignment, why);
	free(copy);
	return r;
}

enum att_err
att_options_parse(struct att_options *opts, struct att_bytes content,
    const char *shown, struct att_reason *why)
{
	char where[WHERE_MAX];
	struct att_assignment assignment = { .where = where, .source = where };
	enum att_err r = ATT_OK;

	assignment.layer = att_options_begin_layer(opts);
	for (size_t n = 1; content.len > 0 && r == ATT_OK; n++) {
		const uint8_t *end = memchr(content.ptr, '\n', content.len);
		size_t len =
		    end == NULL ? content.len : (size_t)(end - content.ptr);
		size_t used = end == NULL ? len : len + 1;

		snprintf(where, sizeof(where), "%s:%zu", shown, n);
		r = take_line(
		    opts, att_bytes(content.ptr, len), &assignment, why);
		content.ptr += used;
		content.len -= used;
	}
	return r;
}

enum att_err
att_options_read_file(
    struct att_options *opts, const char *path, struct att_reason *why)
{
	struct att_file file = { .dirfd = AT_FDCWD,
		.name = path == NULL ? DEFAULT_FILE : path,
		.max = FILE_MAX };
	uint8_t *content = NULL;
	enum att_err r;
	size_t len;

	file.shown = file.name;
	r = att_file_read(&file, &content, &len, why);
	if (r == ATT_ERR_FILE_NOT_FOUND && path == NULL)
		return ATT_OK;
	if (r == ATT_OK)
		r = att_options_parse(
		    opts, att_bytes(content, len), file.shown, why);
	free(content);
	return r;
}

static bool
is_conf(const char *argument)
{
	return strncmp(argument, "conf=", strlen("conf=")) == 0 ||
	       strcmp(argument, "conf") == 0;
}

static enum att_err
read_conf_argument(
    struct att_options *opts, const char *argument, struct att_reason *why)
{
	const char *path = strchr(argument, '=');

	if (path == NULL || path[1] != '/')
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "argument: conf: expected an absolute path, found "
		    "\"%.*s\"",
		    SHOWN_MAX, path == NULL ? "" : path + 1);
	return att_options_read_file(opts, path + 1, why);
}

/* Arguments go through the same rules as lines of the file. */
static enum att_err
read_argument(struct att_options *opts, const char *argument,
    struct att_assignment *assignment, struct att_reason *why)
{
	const char *equals = strchr(argument, '=');
	size_t len = strlen(argument);
	enum att_err r;
	char *name;

	if (is_conf(argument))
		return att_refuse(why, ATT_ERR_CONF_SYNTAX,
		    "argument: conf=FILE has to be the first argument, and "
		    "once");
	if (len > LINE_MAX_LEN)
		return att_refuse(why, ATT_ERR_CONF_SYNTAX,
		    "argument: \"%.*s...\" is longer than %d bytes", SHOWN_MAX,
		    argument, LINE_MAX_LEN);
	if ((r = check_characters(argument, len, "argument", why)) != ATT_OK)
		return r;
	name = equals == NULL ? strdup(argument)
			      : strndup(argument, (size_t)(equals - argument));
	if (name == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	assignment->name = name;
	assignment->value = equals == NULL ? NULL : equals + 1;
	r = att_options_assign(opts, assignment, why);
	free(name);
	return r;
}

enum att_err
att_options_parse_words(struct att_options *opts, const char *const *words,
    size_t count, struct att_reason *why)
{
	struct att_assignment assignment = { .where = "argument",
		.source = "argument",
		.may_lack_value = true };
	enum att_err r = ATT_OK;

	assignment.layer = att_options_begin_layer(opts);
	for (size_t i = 0; i < count && r == ATT_OK; i++)
		r = read_argument(opts, words[i], &assignment, why);
	return r;
}

enum att_err
att_options_read_arguments(struct att_options *opts, const char *const *args,
    size_t count, struct att_reason *why)
{
	size_t first = count > 0 && is_conf(args[0]) ? 1 : 0;
	enum att_err r;

	r = first == 1 ? read_conf_argument(opts, args[0], why)
		       : att_options_read_file(opts, NULL, why);
	if (r != ATT_OK)
		return r;
	return att_options_parse_words(opts, args + first, count - first, why);
}
