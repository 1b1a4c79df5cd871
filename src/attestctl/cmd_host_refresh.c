/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl host refresh: a new token for this host, as often as it takes. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_host.h"
#include "attestctl/cmd_token.h"
#include "attestctl/maa_open.h"
#include "attestctl/out.h"
#include "attestctl/refresh.h"
#include "base/clock.h"
#include "base/hex.h"
#include "codec/jws.h"

enum {
	FIRST_SECONDS = 5, /* until the second attempt; then twice as long */
	LONGEST_SECONDS = 300,
	ALL_SECONDS = 15 * 60, /* after which none is begun */
	SHA256_LEN = 32
};

static const char usage[] =
    "usage: attestctl [--config FILE] host refresh [--once] [--verbose] "
    "[--json]\n"
    "\n"
    "Has Microsoft Azure Attestation attest this host, by its TPM, and keeps\n"
    "the token in host_token if it would pass the host gate. Whatever fails,\n"
    "the token that is there stays. What may be better in a moment is tried\n"
    "again, after 5, 10, 20 ... 300 seconds, for a quarter of an hour. See\n"
    "attestctl-host(8).\n"
    "\n"
    "  -1, --once     try once\n"
    "  -v, --verbose  say each step, each request and each answer, without\n"
    "                 what is secret, on standard error\n"
    "  -j, --json     print an object, as \"host status\" does\n"
    "  -h, --help     show this\n"
    "\n"
    "Exit status: 0 there is a new token, 1 refused, by the service or by the\n"
    "configuration of the gate, 2 cannot tell; the service cannot be reached,\n"
    "for example.\n";

static const struct option options[] = {
	{ "once", no_argument, NULL, '1' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* --- What came of it ---------------------------------------------------- */

static enum att_exit
print_done(const struct att_refresh *refresh, bool is_json)
{
	const struct att_token_verdict *token = &refresh->verdict.token;
	const struct att_binding *binding = &refresh->verdict.binding;
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)] = "";
	char until[ATT_UTC_SHOWN];
	const struct att_host_answer answer = { .opts = refresh->opts,
		.verdict = &refresh->verdict };

	if (is_json)
		return att_host_answer_print(&answer, true);
	printf("%s: %s of %s, accepted until %s", refresh->opts->host_token,
	    att_token_type_name(token->type), token->issuer,
	    att_clock_show_utc(
		att_host_accepted_until(refresh->opts, token), until));
	if (binding->kind != ATT_BINDING_NONE &&
	    att_binding_print_sha256(binding, sha256))
		printf(", bound to %s sha256 %s",
		    att_binding_kind_name(binding->kind), sha256);
	putchar('\n');
	return ATT_EXIT_DONE;
}

/* Scripts and filters of logs go by the code. */
static void
print_failure(enum att_err err, const struct att_reason *why)
{
	att_out_error("host refresh", "%s: %s", att_err_code(err), why->text);
}

/* The log has to say which token counts now. */
static enum att_exit
fail(const struct att_refresh *refresh, enum att_err err,
    const struct att_reason *why)
{
	const char *path = refresh->opts->host_token;

	print_failure(err, why);
	att_out_error("host refresh",
	    faccessat(refresh->file->file.dirfd, refresh->file->file.name, F_OK,
		AT_SYMLINK_NOFOLLOW) == 0
		? "%s stays as it was"
		: "there is still no %s",
	    path);
	return att_host_is_unknown(err) ? ATT_EXIT_UNKNOWN : ATT_EXIT_REFUSED;
}

/* --- As often as it takes ----------------------------------------------- */

static enum att_err
try_again(struct att_refresh *refresh, enum att_err err, struct att_reason *why)
{
	int64_t end = att_clock_ms() + ALL_SECONDS * 1000LL;
	unsigned int seconds = FIRST_SECONDS;

	while (att_refresh_is_worth_another(refresh, err) &&
	       att_clock_ms() + seconds * 1000LL < end) {
		print_failure(err, why);
		att_out_error("host refresh", "again in %u s", seconds);
		sleep(seconds);
		seconds *= 2;
		if (seconds > LONGEST_SECONDS)
			seconds = LONGEST_SECONDS;
		*why = (struct att_reason){ .code = ATT_OK };
		err = att_refresh_run(refresh, why);
	}
	return err;
}

static enum att_exit
run(struct att_refresh *refresh, const struct att_arguments *args)
{
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_refresh_run(refresh, &why);
	if (err != ATT_OK && !att_arguments_has(args, '1'))
		err = try_again(refresh, err, &why);
	if (att_refuse_plain(&why, err) != ATT_OK)
		return fail(refresh, err, &why);
	return print_done(refresh, args->is_json);
}

static enum att_exit
refresh_by(const struct att_options *opts, const struct att_arguments *args)
{
	const struct att_keep keep = { opts->host_token, ATT_JWS_TOKEN_MAX + 1,
		0 };
	bool is_verbose = att_arguments_has(args, 'v');
	struct att_maa_connection connection = { 0 };
	struct att_reason why = { 0 };
	struct att_refresh refresh;
	struct att_kept kept;
	enum att_exit status;
	enum att_err err;

	att_refresh_init(&refresh);
	att_kept_init(&kept);
	if ((err = att_options_check_host(opts, &why)) != ATT_OK ||
	    (err = att_maa_open(&connection, opts, is_verbose, &why)) !=
		ATT_OK ||
	    (err = att_kept_open(&kept, &keep, &why)) != ATT_OK) {
		print_failure(att_refuse_plain(&why, err), &why);
		status = ATT_EXIT_UNKNOWN;
	} else {
		refresh.opts = opts;
		refresh.maa = &connection.maa;
		refresh.file = &kept;
		refresh.is_verbose = is_verbose;
		status = run(&refresh, args);
	}
	att_maa_close(&connection);
	att_refresh_reset(&refresh);
	att_kept_close(&kept);
	return status;
}

enum att_exit
att_cmd_host_refresh(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "host refresh",
		.usage = usage,
		.options = options,
		.letters = "1v" };
	struct att_options *opts = NULL;
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	status = refresh_by(opts, &args);
	att_options_free(&opts);
	return status;
}
