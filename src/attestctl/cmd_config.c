/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl config: the effective configuration. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/out.h"

enum {
	VALUE_MAX = 65536
};

static const char usage[] =
    "usage: attestctl [--config FILE] config [--json]\n"
    "\n"
    "Shows each option with its value and where the value came from: the\n"
    "default or a line of the configuration file. Exit status 1, with the "
    "line\n"
    "that is wrong, when the configuration cannot be used, or when its\n"
    "options make no host gate.\n"
    "\n"
    "  -j, --json  print an object with a member for each option\n"
    "  -h, --help  show this\n";

/* The value as it would be written; the caller frees *textp. */
static enum att_err
value_text(const struct att_options *opts, size_t index, char **textp)
{
	struct att_buf buf;
	enum att_err r;
	size_t len;

	*textp = NULL;
	att_buf_init(&buf, VALUE_MAX);
	if ((r = att_options_print_value(opts, index, &buf)) == ATT_OK &&
	    (r = att_buf_put_u8(&buf, '\0')) == ATT_OK)
		r = att_buf_take(&buf, (uint8_t **)textp, &len);
	att_buf_reset(&buf);
	return r;
}

/* A JSON list of the parts of text between any of the separators. */
static json_t *
list_of(char *text, const char *separators)
{
	json_t *list = json_array();
	char *state = NULL;

	for (char *part = strtok_r(text, separators, &state); part != NULL;
	     part = strtok_r(NULL, separators, &state))
		if (json_array_append_new(list, att_json_text(part)) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* text is cut to pieces. */
static json_t *
value_json(const char *type, char *text)
{
	if (strcmp(type, "yesno") == 0)
		return json_boolean(strcmp(text, "yes") == 0);
	if (strcmp(type, "number") == 0 || strcmp(type, "seconds") == 0)
		return json_integer(strtoll(text, NULL, 10));
	if (strcmp(type, "paths") == 0 || strcmp(type, "urls") == 0 ||
	    strcmp(type, "requirements") == 0)
		return list_of(text, "\n");
	if (strcmp(type, "aaguids") == 0 || strcmp(type, "formats") == 0 ||
	    strcmp(type, "sha256s") == 0 || strcmp(type, "token_types") == 0 ||
	    strcmp(type, "pcrs") == 0)
		return list_of(text, " ");
	return att_json_text(text);
}

static enum att_err
add_option(const struct att_options *opts, size_t index, json_t *root)
{
	const struct att_option_info *info = att_options_get_info(index);
	json_t *option;
	enum att_err r;
	char *text;

	if ((r = value_text(opts, index, &text)) != ATT_OK)
		return r;
	option = json_pack("{s:o, s:o, s:s, s:s, s:s}", "value",
	    value_json(info->type, text), "source",
	    att_json_text(att_options_get_source(opts, index)), "default",
	    info->initial, "values", info->values, "text", info->text);
	free(text);
	if (option == NULL ||
	    json_object_set_new(root, info->name, option) != 0)
		return ATT_ERR_NO_MEMORY;
	return ATT_OK;
}

static enum att_exit
print_json(const struct att_options *opts)
{
	json_t *root = json_object();
	enum att_err r = ATT_OK;

	for (size_t i = 0; att_options_get_info(i) != NULL && r == ATT_OK; i++)
		r = add_option(opts, i, root);
	if (r != ATT_OK) {
		json_decref(root);
		root = NULL;
	}
	return att_out_json(root, ATT_EXIT_DONE);
}

/* One row, of a repeatable option one for each value. */
static enum att_err
add_row(const struct att_options *opts, size_t index, struct att_table *table)
{
	struct att_cell cells[3] = { 0 };
	enum att_err r;
	char *text, *next;

	if ((r = value_text(opts, index, &text)) != ATT_OK)
		return r;
	cells[0].text = att_options_get_info(index)->name;
	cells[2].text = att_options_get_source(opts, index);
	for (char *p = text; p != NULL && r == ATT_OK; p = next) {
		if ((next = strchr(p, '\n')) != NULL)
			*next++ = '\0';
		cells[1].text = p[0] == '\0' ? NULL : p;
		r = att_table_add(table, cells);
	}
	free(text);
	return r;
}

static enum att_exit
print_text(const struct att_options *opts)
{
	static const char *const headings[] = { "OPTION", "VALUE", "FROM" };
	struct att_table table = { .headings = headings, .columns = 3 };
	enum att_err r = ATT_OK;

	for (size_t i = 0; att_options_get_info(i) != NULL && r == ATT_OK; i++)
		r = add_row(opts, i, &table);
	if (r == ATT_OK)
		r = att_table_print(&table);
	att_table_reset(&table);
	if (r != ATT_OK)
		att_out_reason("config", r, NULL);
	return r == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_UNKNOWN;
}

enum att_exit
att_cmd_config(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .usage = usage,
		.options = att_arguments_plain };
	struct att_reason why = { 0 };
	struct att_options *opts;
	enum att_exit status;
	enum att_err r;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_REFUSED;
	if ((r = att_options_check_host(opts, &why)) != ATT_OK) {
		att_out_reason("configuration", r, &why);
		status = ATT_EXIT_REFUSED;
	} else
		status = args.is_json ? print_json(opts) : print_text(opts);
	att_options_free(&opts);
	return status;
}
