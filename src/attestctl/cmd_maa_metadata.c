/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl maa metadata: what the provider says of itself. */
#include "attestctl/arguments.h"
#include "attestctl/cmd_maa.h"
#include "attestctl/cmd_token.h"
#include "attestctl/maa_open.h"
#include "attestctl/out.h"
#include "codec/json.h"

static const char usage[] =
    "usage: attestctl [--config FILE] maa metadata [--json] [--verbose]\n"
    "\n"
    "Fetches the OpenID metadata of the provider that maa_url names, and "
    "shows\n"
    "it. Nothing is believed by it. See attestctl-maa(8).\n"
    "\n"
    "  -v, --verbose  show each request and answer on standard error\n"
    "  -j, --json     print it as it came, as an object\n"
    "  -h, --help     show this\n"
    "\n"
    "Exit status: 0 shown, 1 the provider refused or answered something else,\n"
    "2 cannot tell; it cannot be reached, for example.\n";

static const struct option options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static enum att_err
fetch(const struct att_options *opts, bool is_verbose, json_t **metadata,
    struct att_reason *why)
{
	struct att_maa_connection connection;
	enum att_err err;

	*metadata = NULL;
	err = att_maa_open(&connection, opts, is_verbose, why);
	if (err == ATT_OK)
		err =
		    att_maa_get_metadata(&connection.maa, metadata, NULL, why);
	att_maa_close(&connection);
	return err;
}

static enum att_err
print_text(const json_t *metadata, struct att_reason *why)
{
	static const char *const headings[] = { "MEMBER", "VALUE" };
	struct att_table table = { .headings = headings, .columns = 2 };
	enum att_err err;

	err = att_token_rows_add(&table, NULL, metadata);
	if (err == ATT_OK)
		err = att_table_print(&table);
	*why = table.why;
	att_table_reset(&table);
	return err;
}

static enum att_exit
fail(enum att_err err, const struct att_reason *why)
{
	att_out_reason("maa metadata", err, why);
	return att_err_is_refusal(err) ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;
}

enum att_exit
att_cmd_maa_metadata(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "maa metadata",
		.usage = usage,
		.options = options,
		.letters = "v" };
	struct att_options *opts = NULL;
	struct att_reason why = { 0 };
	json_t *metadata = NULL;
	enum att_exit status;
	enum att_err err;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	err = fetch(opts, att_arguments_has(&args, 'v'), &metadata, &why);
	if (err == ATT_OK && args.is_json) {
		status = att_out_json(json_incref(metadata), ATT_EXIT_DONE);
	} else {
		if (err == ATT_OK)
			err = print_text(metadata, &why);
		status = err == ATT_OK ? ATT_EXIT_DONE : fail(err, &why);
	}
	att_json_free(&metadata);
	att_options_free(&opts);
	return status;
}
