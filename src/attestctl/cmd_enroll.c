/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl enroll: asks the verifier as the PAM module does, with the
 * terminal in the place of the PAM conversation. What is shown afterwards is
 * read out of the store again.
 */
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <termios.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "attestctl/arguments.h"
#include "attestctl/judged.h"
#include "wire/client.h"

enum {
	ANSWER_MAX = 512
};

/* How the verifier's messages reach this terminal. */
struct terminal {
	json_t *sentences; /* they are kept as well; NULL without --json */
	bool is_verbose;
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
}

/* With --json standard output is for the one object alone. */
static void
show_info(void *arg, const char *text)
{
	const struct terminal *terminal = arg;

	fprintf(terminal->sentences != NULL ? stderr : stdout, "%s\n", text);
	fflush(stdout);
}

static void
show_error(void *arg, const char *text)
{
	const struct terminal *terminal = arg;

	fprintf(stderr, "attestctl: enroll: %s\n", text);
	if (terminal->sentences != NULL)
		(void)!json_array_append_new(
		    terminal->sentences, att_json_text(text));
}

static void
show_log(void *arg, int priority, const char *text)
{
	const struct terminal *terminal = arg;

	(void)priority;
	if (terminal->is_verbose)
		fprintf(stderr, "log: %s\n", text);
}

/* Reads a line from standard input; from a terminal without echo. */
static int
ask(void *arg, bool echo, const char *text, char **answerp)
{
	struct termios saved, quiet;
	char line[ANSWER_MAX];
	bool is_tty = tcgetattr(STDIN_FILENO, &saved) == 0;
	char *got;

	(void)arg;
	*answerp = NULL;
	fputs(text, stderr);
	if (is_tty && !echo) {
		quiet = saved;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	got = fgets(line, sizeof(line), stdin);
	if (is_tty && !echo) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
		fputc('\n', stderr);
	}
	if (got != NULL && strchr(line, '\n') != NULL) {
		line[strcspn(line, "\n")] = '\0';
		*answerp = strdup(line);
	}
	explicit_bzero(line, sizeof(line));
	return *answerp != NULL ? PAM_SUCCESS : PAM_CONV_ERR;
}

static bool
is_interrupted(void *arg)
{
	(void)arg;
	return interrupted != 0;
}

static const struct att_client_ops terminal_ops = {
	.info = show_info,
	.error = show_error,
	.prompt = ask,
	.log = show_log,
	.is_cancelled = is_interrupted,
};

/* The exit status of a PAM code that is not success. */
static enum att_exit
exit_status(uint32_t code)
{
	switch (code) {
	case PAM_SUCCESS:
		return ATT_EXIT_DONE;
	case PAM_AUTH_ERR:
	case PAM_CRED_EXPIRED:
	case PAM_PERM_DENIED:
	case PAM_AUTHTOK_ERR:
		return ATT_EXIT_REFUSED;
	default:
		return ATT_EXIT_UNKNOWN;
	}
}

/* What the command line says. */
struct request {
	const char *user;
	const char *label;
	bool wants_uv;
	bool is_json;
	struct terminal terminal;
};

static const char usage[] =
    "usage: attestctl [--config FILE] enroll [--label LABEL] [--uv]\n"
    "                 [--json] [--verbose] [USER]\n"
    "\n"
    "Registers a connected security key for USER (default: you).\n"
    "\n"
    "  -l, --label LABEL  name of the key; default key-1, key-2, ...\n"
    "  -u, --uv           the key has to verify the user (PIN, "
    "fingerprint)\n"
    "  -j, --json         print the new record as JSON\n"
    "  -v, --verbose      show what the log would get\n"
    "  -h, --help         show this\n";

static const struct option options[] = {
	{ "label", required_argument, NULL, 'l' },
	{ "uv", no_argument, NULL, 'u' },
	{ "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char *
current_user(void)
{
	const struct passwd *pw = getpwuid(getuid());

	return pw != NULL ? pw->pw_name : NULL;
}

static bool
take(void *arg, int letter, const char *value)
{
	struct request *request = arg;

	if (letter == 'l')
		request->label = value;
	return true;
}

/* False when the command is over already, with *status. */
static bool
parse(int argc, char **argv, struct request *request, enum att_exit *status)
{
	struct att_arguments args = { .name = "enroll",
		.usage = usage,
		.options = options,
		.letters = "l:uv",
		.most = 1,
		.take = take,
		.arg = request };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	request->wants_uv = att_arguments_has(&args, 'u');
	request->is_json = args.is_json;
	request->terminal.is_verbose = att_arguments_has(&args, 'v');
	request->user =
	    args.operands[0] != NULL ? args.operands[0] : current_user();
	if (request->user != NULL)
		return true;
	att_out_error("enroll", "you have no name; name the user");
	*status = ATT_EXIT_UNKNOWN;
	return false;
}

/* The verifier starts in the root folder: it needs the whole path. */
static char *
configuration_argument(const char *path)
{
	char *absolute = realpath(path, NULL), *argument = NULL;

	if (absolute == NULL)
		att_out_error(path, "%s", strerror(errno));
	else if (asprintf(&argument, "conf=%s", absolute) < 0)
		argument = NULL;
	free(absolute);
	return argument;
}

/* Runs the verifier with SIGINT as a wish to stop. */
static enum att_err
ask_verifier(struct request *request, struct att_start *start, uint32_t *code)
{
	struct sigaction act = { .sa_handler = on_interrupt }, saved;
	enum att_err r;

	sigaction(SIGINT, &act, &saved);
	r = att_client_run(start, &terminal_ops, &request->terminal,
	    ATT_CLIENT_DEADLINE_S, code);
	sigaction(SIGINT, &saved, NULL);
	return r;
}

static enum att_exit
enroll(const struct att_invocation *invocation, struct request *request)
{
	char service[] = "attestctl", uv[] = "user_verification=required";
	char *arguments[2] = { NULL, NULL };
	struct att_start start = {
		.phase = ATT_PHASE_ENROLL,
		.uid = getuid(),
		.gid = getgid(),
		.service = service,
		.arguments = arguments,
	};
	char *conf = NULL;
	uint32_t code;
	enum att_err r;

	if (invocation->config != NULL) {
		conf = configuration_argument(invocation->config);
		if (conf == NULL)
			return ATT_EXIT_UNKNOWN;
		arguments[start.argument_count++] = conf;
	}
	if (request->wants_uv)
		arguments[start.argument_count++] = uv;
	start.user = strdup(request->user);
	start.label = request->label == NULL ? NULL : strdup(request->label);
	if (start.user == NULL ||
	    (request->label != NULL && start.label == NULL))
		r = ATT_ERR_NO_MEMORY;
	else
		r = ask_verifier(request, &start, &code);
	free(start.label);
	free(start.user);
	free(conf);
	return r == ATT_OK ? exit_status(code) : ATT_EXIT_UNKNOWN;
}

/* The record that was added: by its label, or else the last one. */
static const struct att_record *
find_new(const struct att_credentials *creds, const char *label)
{
	for (size_t i = 0; label != NULL && i < creds->count; i++)
		if (strcmp(creds->records[i].label, label) == 0)
			return &creds->records[i];
	return creds->count > 0 ? &creds->records[creds->count - 1] : NULL;
}

/* Reads the new record out of the store and judges it as a login would. */
static enum att_exit
print_record(
    const struct att_invocation *invocation, const struct request *request)
{
	struct att_credentials creds = { 0 };
	struct att_reason why = { 0 };
	const struct att_record *record;
	struct att_judged judged;
	struct att_judge judge;
	enum att_exit status = ATT_EXIT_UNKNOWN;
	enum att_err r;

	if (att_judge_open(invocation, &judge) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	r = att_store_load(
	    judge.opts->credentials_dir, request->user, &creds, &why);
	record = r == ATT_OK ? find_new(&creds, request->label) : NULL;
	if (record == NULL) {
		att_out_reason(request->user, r, &why);
	} else {
		att_judge_record(&judge, request->user, record, &judged);
		status = att_out_json(att_judged_json(&judged), ATT_EXIT_DONE);
		att_judged_reset(&judged);
	}
	att_credentials_reset(&creds);
	att_judge_close(&judge);
	return status;
}

static enum att_exit
print_refusal(const struct request *request, enum att_exit status)
{
	return att_out_json(
	    json_pack("{s:o, s:s, s:O}", "user", att_json_text(request->user),
		"verdict", status == ATT_EXIT_REFUSED ? "refused" : "unknown",
		"messages", request->terminal.sentences),
	    status);
}

enum att_exit
att_cmd_enroll(const struct att_invocation *invocation, int argc, char **argv)
{
	struct request request = { 0 };
	enum att_exit status;

	if (!parse(argc, argv, &request, &status))
		return status;
	if (request.is_json)
		request.terminal.sentences = json_array();
	status = enroll(invocation, &request);
	if (request.is_json && status == ATT_EXIT_DONE)
		status = print_record(invocation, &request);
	else if (request.is_json)
		status = print_refusal(&request, status);
	json_decref(request.terminal.sentences);
	return status;
}
