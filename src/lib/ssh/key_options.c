/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of a key as in authorized_keys(5). sshd cuts a line into options and
 * key before it reads the quotes again; what is accepted here means the same
 * to both of its readers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ssh/key_options.h"

enum {
	SHOWN_MAX = 40, /* of foreign text in a message */
};

static const char one_of[] =
    "expected restrict, from=\"PATTERNS\" or command=\"COMMAND\"";

void
att_ssh_options_reset(struct att_ssh_options *options)
{
	free(options->from);
	free(options->command);
	*options = (struct att_ssh_options){ 0 };
}

static int
shown(struct att_bytes text)
{
	return text.len > SHOWN_MAX ? SHOWN_MAX : (int)text.len;
}

/* --- What a value may be ------------------------------------------------- */

/* Patterns of addresses and names (PATTERNS in ssh_config(5)). */
static enum att_err
check_from(const char *from, struct att_reason *why)
{
	bool is_empty = true;

	for (const char *p = from; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~' || *p == '"' || *p == '\\')
			return att_refuse(why, ATT_ERR_USAGE,
			    "option from: a pattern has a blank, a quote, a "
			    "backslash or something else than ASCII");
		if (*p == ',' && is_empty)
			break;
		is_empty = *p == ',' || (*p == '!' && is_empty);
	}
	if (is_empty)
		return att_refuse(why, ATT_ERR_USAGE,
		    "option from: a pattern is empty; write patterns with "
		    "one comma between two of them");
	return ATT_OK;
}

static enum att_err
check_command(const char *command, struct att_reason *why)
{
	size_t len = strlen(command);

	if (strspn(command, " ") == len)
		return att_refuse(why, ATT_ERR_USAGE,
		    "option command: the command is empty; leave the option "
		    "out if the client may ask for what it likes");
	if (!att_text_is_printable(command))
		return att_refuse(why, ATT_ERR_USAGE,
		    "option command: the command is not UTF-8 without control "
		    "characters");
	if (command[len - 1] == '\\')
		return att_refuse(why, ATT_ERR_USAGE,
		    "option command: the command ends in a backslash, which "
		    "would be one with the quote behind it");
	return ATT_OK;
}

/* --- Reading --------------------------------------------------------------
 */

/* The length of what is between quotes, up to the one that ends it. */
static bool
find_end(struct att_bytes text, size_t *len)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"') {
			*len = i;
			return true;
		}
		if (text.ptr[i] == '\\' && i + 1 < text.len &&
		    text.ptr[i + 1] == '"')
			i++;
	}
	return false;
}

static enum att_err
dequote(struct att_bytes quoted, const char *name, char **out,
    struct att_reason *why)
{
	char *value = malloc(quoted.len + 1);
	size_t len = 0;

	if (value == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	for (size_t i = 0; i < quoted.len; i++) {
		if (quoted.ptr[i] == '\\' && i + 1 < quoted.len &&
		    quoted.ptr[i + 1] == '"')
			i++;
		value[len++] = (char)quoted.ptr[i];
	}
	value[len] = '\0';
	if (strlen(value) != len) {
		free(value);
		return att_refuse(why, ATT_ERR_USAGE,
		    "option %s: the value has a NUL byte", name);
	}
	*out = value;
	return ATT_OK;
}

static bool
takes(struct att_bytes *text, const char *word)
{
	size_t len = strlen(word);

	if (text->len < len || memcmp(text->ptr, word, len) != 0)
		return false;
	text->ptr += len;
	text->len -= len;
	return true;
}

static enum att_err
take_value(struct att_bytes *text, const char *name, char **out,
    struct att_reason *why)
{
	size_t len;

	if (*out != NULL)
		return att_refuse(
		    why, ATT_ERR_USAGE, "option %s: it is there twice", name);
	if (!takes(text, "\"") || !find_end(*text, &len))
		return att_refuse(why, ATT_ERR_USAGE,
		    "option %s: the value has to stand in double quotes", name);
	text->len -= len + 1;
	text->ptr += len + 1;
	return dequote(att_bytes(text->ptr - len - 1, len), name, out, why);
}

static enum att_err
take_option(struct att_bytes *text, struct att_ssh_options *options,
    struct att_reason *why)
{
	struct att_bytes here = *text;
	enum att_err r;

	if (takes(text, "from=")) {
		if ((r = take_value(text, "from", &options->from, why)) !=
		    ATT_OK)
			return r;
		return check_from(options->from, why);
	}
	if (takes(text, "command=")) {
		if ((r = take_value(text, "command", &options->command, why)) !=
		    ATT_OK)
			return r;
		return check_command(options->command, why);
	}
	if (takes(text, "restrict") &&
	    (text->len == 0 || text->ptr[0] == ',')) {
		if (options->is_restricted)
			return att_refuse(why, ATT_ERR_USAGE,
			    "option restrict: it is there twice");
		options->is_restricted = true;
		return ATT_OK;
	}
	return att_refuse(why, ATT_ERR_USAGE, "option \"%.*s\": %s",
	    shown(here), here.len > 0 ? (const char *)here.ptr : "", one_of);
}

static enum att_err
take_all(struct att_bytes text, struct att_ssh_options *options,
    struct att_reason *why)
{
	enum att_err r;

	if (text.len > ATT_SSH_OPTIONS_MAX)
		return att_refuse(why, ATT_ERR_USAGE,
		    "the options of a key have %zu bytes; they may have %d",
		    text.len, ATT_SSH_OPTIONS_MAX);
	for (;;) {
		if ((r = take_option(&text, options, why)) != ATT_OK)
			return r;
		if (text.len == 0)
			return ATT_OK;
		if (!takes(&text, ","))
			return att_refuse(why, ATT_ERR_USAGE,
			    "options of a key: \"%.*s\" follows an option; "
			    "expected a comma, or nothing",
			    shown(text), (const char *)text.ptr);
	}
}

enum att_err
att_ssh_options_parse(struct att_bytes text, struct att_ssh_options *options,
    struct att_reason *why)
{
	enum att_err r;

	*options = (struct att_ssh_options){ 0 };
	if ((r = take_all(text, options, why)) != ATT_OK)
		att_ssh_options_reset(options);
	return r;
}

/* --- Writing ----------------------------------------------------------------
 */

static enum att_err
put_value(struct att_buf *out, const char *name, const char *value)
{
	enum att_err r;

	if ((r = att_buf_printf(
		 out, "%s%s=\"", out->len > 0 ? "," : "", name)) != ATT_OK)
		return r;
	for (const char *p = value; *p != '\0' && r == ATT_OK; p++)
		r = att_buf_printf(out, *p == '"' ? "\\%c" : "%c", *p);
	return r == ATT_OK ? att_buf_put_u8(out, '"') : r;
}

static enum att_err
put_all(const struct att_ssh_options *options, struct att_buf *out,
    struct att_reason *why)
{
	enum att_err r;

	if (options->is_restricted &&
	    (r = att_buf_printf(out, "restrict")) != ATT_OK)
		return r;
	if (options->from != NULL &&
	    ((r = check_from(options->from, why)) != ATT_OK ||
		(r = put_value(out, "from", options->from)) != ATT_OK))
		return r;
	if (options->command != NULL &&
	    ((r = check_command(options->command, why)) != ATT_OK ||
		(r = put_value(out, "command", options->command)) != ATT_OK))
		return r;
	return ATT_OK;
}

enum att_err
att_ssh_options_print(const struct att_ssh_options *options,
    struct att_buf *out, struct att_reason *why)
{
	struct att_buf text;
	enum att_err r;

	att_buf_init(&text, ATT_SSH_OPTIONS_MAX);
	if ((r = put_all(options, &text, why)) == ATT_OK)
		r = att_buf_put(out, text.ptr, text.len);
	att_buf_reset(&text);
	return att_refuse_plain(why, r);
}
