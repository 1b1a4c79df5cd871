/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl maa signers: the keys of the provider, and those that are kept. */
#include <stdio.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_maa.h"
#include "attestctl/maa_open.h"
#include "attestctl/out.h"
#include "attestctl/signers.h"
#include "base/clock.h"
#include "base/hex.h"

static const char usage[] =
    "usage: attestctl [--config FILE] maa signers [--json] [--verbose]\n"
    "           [--save [FILE]]\n"
    "\n"
    "Fetches the keys with which the provider that maa_url names signs "
    "tokens,\n"
    "and compares them with those in host_jwks. See attestctl-maa(8).\n"
    "\n"
    "  -s, --save     put them into FILE, by default host_jwks; keys that the\n"
    "                 provider no longer shows stay as long as a token lives\n"
    "  -v, --verbose  show each request and answer on standard error\n"
    "  -j, --json     print an object\n"
    "  -h, --help     show this\n"
    "\n"
    "Exit status: 0 shown or saved, 1 the provider refused or answered\n"
    "something else, 2 cannot tell; it cannot be reached, for example.\n";

static const struct option options[] = {
	{ "save", no_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What was asked, and what came. */
struct answer {
	const char *provider;
	const char *path;
	bool is_saved;
	struct att_signers signers;
};

static const char *const states[] = {
	[ATT_SIGNER_NEW] = "new",
	[ATT_SIGNER_KEPT] = "kept",
	[ATT_SIGNER_RETIRED] = "retired",
	[ATT_SIGNER_OTHER] = "other",
	[ATT_SIGNER_DROPPED] = "dropped",
};

static const char *
kind_of(const struct att_signer *signer)
{
	if (!signer->is_fit)
		return NULL;
	return signer->is_report ? "report" : "enclave";
}

/* --- Text ------------------------------------------------------------------
 */

/* Since when it is retired, or why it is not used; may be "". */
static void
print_remark(const struct att_signer *signer, char *text, size_t size)
{
	char time[ATT_UTC_SHOWN];

	text[0] = '\0';
	if (signer->retired != 0)
		snprintf(text, size, "not shown since %s",
		    att_clock_show_utc(signer->retired, time));
	else if (!signer->is_fit)
		snprintf(text, size, "%s", signer->unfit);
}

static enum att_err
add_row(struct att_table *table, const struct att_signer *signer)
{
	char remark[240];
	const struct att_cell cells[] = {
		{ signer->kid, ATT_STYLE_PLAIN },
		{ kind_of(signer), ATT_STYLE_PLAIN },
		{ states[signer->state], signer->state == ATT_SIGNER_KEPT
					     ? ATT_STYLE_GOOD
					     : ATT_STYLE_PLAIN },
		{ remark, ATT_STYLE_PLAIN },
	};

	print_remark(signer, remark, sizeof(remark));
	return att_table_add(table, cells);
}

static void
print_summary(const struct answer *answer)
{
	const struct att_signers *signers = &answer->signers;

	printf("\n%s %s: %zu new, %zu kept, %zu retired, %zu dropped\n",
	    answer->path, answer->is_saved ? "is up to date" : "would have",
	    att_signers_count(signers, ATT_SIGNER_NEW),
	    att_signers_count(signers, ATT_SIGNER_KEPT) +
		att_signers_count(signers, ATT_SIGNER_OTHER),
	    att_signers_count(signers, ATT_SIGNER_RETIRED),
	    att_signers_count(signers, ATT_SIGNER_DROPPED));
}

static enum att_err
print_text(const struct answer *answer, struct att_reason *why)
{
	static const char *const headings[] = { "KEY", "KIND", "STATE",
		"REMARK" };
	struct att_table table = { .headings = headings, .columns = 4 };
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < answer->signers.count && err == ATT_OK; i++)
		err = add_row(&table, &answer->signers.list[i]);
	if (err == ATT_OK && (err = att_table_print(&table)) == ATT_OK)
		print_summary(answer);
	*why = table.why;
	att_table_reset(&table);
	return err;
}

/* --- JSON ------------------------------------------------------------------
 */

static json_t *
signer_json(const struct att_signer *signer)
{
	char sha256[ATT_HEX_TEXT_SIZE(32)] = "";

	if (signer->is_fit)
		att_hex_print(
		    att_bytes(signer->sha256, sizeof(signer->sha256)), sha256);
	return json_pack("{s:o, s:s?, s:s, s:b, s:o?, s:s?, s:o}", "kid",
	    att_json_text(signer->kid), "kind", kind_of(signer), "state",
	    states[signer->state], "fit", signer->is_fit, "unfit",
	    signer->is_fit ? json_null() : att_json_text(signer->unfit),
	    "sha256", signer->is_fit ? sha256 : NULL, "retired",
	    signer->retired != 0 ? att_json_time(signer->retired)
				 : json_null());
}

static enum att_exit
print_json(const struct answer *answer)
{
	json_t *keys = json_array();

	for (size_t i = 0; i < answer->signers.count && keys != NULL; i++)
		keys = att_json_append(
		    keys, signer_json(&answer->signers.list[i]));
	return att_out_json(
	    json_pack("{s:s, s:o, s:b, s:o}", "provider", answer->provider,
		"file", att_json_text(answer->path), "saved", answer->is_saved,
		"keys", keys),
	    ATT_EXIT_DONE);
}

/* --- The command -----------------------------------------------------------
 */

static enum att_err
ask(struct answer *answer, const struct att_options *opts, bool is_verbose,
    struct att_reason *why)
{
	struct att_maa_connection connection;
	enum att_err err;

	err = att_maa_open(&connection, opts, is_verbose, why);
	if (err == ATT_OK)
		err = answer->is_saved
			  ? att_signers_update(&connection.maa, opts,
				answer->path, &answer->signers, why)
			  : att_signers_compare(&connection.maa, opts,
				answer->path, &answer->signers, why);
	att_maa_close(&connection);
	return err;
}

static enum att_exit
fail(enum att_err err, const struct att_reason *why)
{
	att_out_reason("maa signers", err, why);
	return att_err_is_refusal(err) ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;
}

static enum att_exit
run(const struct att_options *opts, const struct att_arguments *args)
{
	const char *file = args->operands[0];
	struct answer answer = { .provider = att_options_get_maa_url(opts),
		.path = file == NULL ? opts->host_jwks : file,
		.is_saved = att_arguments_has(args, 's') };
	struct att_reason why = { 0 };
	enum att_exit status;
	enum att_err err;

	err = ask(&answer, opts, att_arguments_has(args, 'v'), &why);
	if (err == ATT_OK && args->is_json) {
		status = print_json(&answer);
	} else {
		if (err == ATT_OK)
			err = print_text(&answer, &why);
		status = err == ATT_OK ? ATT_EXIT_DONE : fail(err, &why);
	}
	att_signers_free(&answer.signers);
	return status;
}

enum att_exit
att_cmd_maa_signers(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "maa signers",
		.usage = usage,
		.options = options,
		.letters = "sv",
		.most = 1 };
	struct att_options *opts = NULL;
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (args.operands[0] != NULL && !att_arguments_has(&args, 's')) {
		att_out_error(args.operands[0],
		    "a file is named with --save alone; see \"attestctl maa "
		    "signers --help\"");
		return ATT_EXIT_UNKNOWN;
	}
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	status = run(opts, &args);
	att_options_free(&opts);
	return status;
}
