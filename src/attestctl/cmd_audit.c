/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl audit: every stored credential under the present policy. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_audit.h"

/* Of the 60 seconds of processor time that the lock-down allows each. */
enum {
	TURN_MS = 20000
};

static const char usage[] =
    "usage: attestctl [--config FILE] audit [OPTION]... [USER]...\n"
    "\n"
    "Judges the stored credentials of the users, or of every user, by the\n"
    "present configuration, trust anchors and metadata, as their next login\n"
    "will. Exit status 1 if one is refused, 2 if something cannot be judged.\n"
    "\n"
    "  -r, --refused-only  leave out what is accepted\n"
    "  -J, --jobs N        judge in N processes, 1 to 64; the default is the\n"
    "                      number of processors\n"
    "  -j, --json          print an object with all that is known\n"
    "  -h, --help          show this\n";

static const struct option options[] = {
	{ "refused-only", no_argument, NULL, 'r' },
	{ "jobs", required_argument, NULL, 'J' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* The command line. */
struct request {
	bool is_json;
	bool refused_only;
	unsigned int jobs;
	char **names; /* lent by argv, NULL past the end */
};

static bool
parse_jobs(const char *text, unsigned int *jobs)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || v < 1 ||
	    v > ATT_WORKERS_MAX)
		return false;
	*jobs = (unsigned int)v;
	return true;
}

static bool
take_option(void *arg, int letter, const char *value)
{
	struct request *request = arg;

	if (letter == 'r')
		request->refused_only = true;
	if (letter != 'J' || parse_jobs(value, &request->jobs))
		return true;
	att_out_error(
	    "audit", "--jobs is a number from 1 to %d", ATT_WORKERS_MAX);
	return false;
}

/* False when the command is over already, with *status. */
static bool
parse(int argc, char **argv, struct request *request, enum att_exit *status)
{
	struct att_arguments args = { .usage = usage,
		.options = options,
		.letters = "rJ:",
		.most = INT_MAX,
		.take = take_option,
		.arg = request };

	*request = (struct request){ .jobs = att_workers_default() };
	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	request->is_json = args.is_json;
	request->names = args.operands;
	return true;
}

/* --- What the processes find -------------------------------------------- */

static void
warn_of_stale(struct att_audit *audit)
{
	struct att_audit_report *report = &audit->report;

	if (report->has_warned)
		return;
	report->has_warned = true;
	att_progress_clear(&report->progress);
	att_out_stale(audit->judge.opts);
}

static enum att_err
take(void *arg, size_t item, struct att_bytes result, struct att_reason *why)
{
	struct att_audit *audit = arg;
	struct att_judged_message message;
	enum att_err r;

	r = att_judged_decode(
	    result, att_users_get(&audit->users, item), &message);
	if (r == ATT_OK && message.kind == ATT_JUDGED_STALE)
		warn_of_stale(audit);
	else if (r == ATT_OK)
		r = att_audit_report_add(&audit->report, &message, why);
	/* Nobody would see the rest. */
	if (r == ATT_OK && ferror(stdout))
		r = ATT_ERR_SYSTEM;
	att_judged_message_reset(&message);
	return r;
}

static enum att_err
lose(void *arg, size_t item, struct att_reason *why)
{
	struct att_audit *audit = arg;
	const struct att_judged_message message = {
		.kind = ATT_JUDGED_FAILURE,
		.judged = {
			.user = att_users_get(&audit->users, item),
			.record = &message.record,
			.err = why->code,
			.why = *why,
		},
	};

	return att_audit_report_add(&audit->report, &message, why);
}

static enum att_err
finish(void *arg, size_t item, struct att_reason *why)
{
	struct att_audit *audit = arg;

	(void)why;
	audit->report.counts.users = item + 1;
	att_progress_step(&audit->report.progress, item + 1);
	return ATT_OK;
}

/* --- The whole ---------------------------------------------------------- */

/* A file that has no business in the folder hides nobody, and is counted. */
static enum att_err
find_users(struct att_audit *audit, char *const *names, struct att_reason *why)
{
	const struct att_options *opts = audit->judge.opts;
	enum att_err r;

	audit->is_named = names[0] != NULL;
	r = audit->is_named
		? att_options_check_folder(opts, "credentials_dir", why)
		: att_users_collect(&audit->users, opts, why);
	for (; *names != NULL && r == ATT_OK; names++)
		r = att_users_add(&audit->users, *names);
	att_users_sort(&audit->users);
	if (r != ATT_ERR_STORE_MALFORMED)
		return att_refuse_plain(why, r);
	att_out_reason("audit", r, why);
	audit->report.counts.by_status[ATT_EXIT_UNKNOWN]++;
	audit->report.counts.by_reason[r]++;
	return ATT_OK;
}

static enum att_err
judge_all(struct att_audit *audit, unsigned int jobs, struct att_reason *why)
{
	const struct att_work work = {
		.count = audit->users.count,
		.processes = jobs,
		.turn_ms = TURN_MS,
		.arg = audit,
		.begin = att_audit_begin,
		.run = att_audit_judge,
		.take = take,
		.lost = lose,
		.done = finish,
	};
	enum att_err r;

	att_audit_report_begin(&audit->report, audit->users.count);
	/* No configuration of OpenSSL: the processes could not read it. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if ((r = att_work_run(&work, why)) != ATT_OK)
		return r;
	return att_audit_report_end(&audit->report, why);
}

static enum att_exit
status_of(const struct att_audit_counts *counts)
{
	if (counts->by_status[ATT_EXIT_UNKNOWN] > 0)
		return ATT_EXIT_UNKNOWN;
	return counts->by_status[ATT_EXIT_REFUSED] > 0 ? ATT_EXIT_REFUSED
						       : ATT_EXIT_DONE;
}

enum att_exit
att_cmd_audit(const struct att_invocation *invocation, int argc, char **argv)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct att_audit audit = { 0 };
	struct att_reason why = { 0 };
	struct request request;
	enum att_exit status;
	enum att_err r;

	if (!parse(argc, argv, &request, &status))
		return status;
	if (att_invocation_options(invocation, &audit.judge.opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	audit.report.is_json = request.is_json;
	audit.report.refused_only = request.refused_only;
	/* Errors like a full disk: main() says so. */
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
	if ((r = find_users(&audit, request.names, &why)) == ATT_OK)
		r = judge_all(&audit, request.jobs, &why);
	att_audit_report_reset(&audit.report);
	if (r != ATT_OK && !ferror(stdout))
		att_out_reason("audit", r, &why);
	status =
	    r == ATT_OK ? status_of(&audit.report.counts) : ATT_EXIT_UNKNOWN;
	att_users_reset(&audit.users);
	att_judge_close(&audit.judge);
	return status;
}
