/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier's messages on a terminal, and what comes of them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <termios.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "attestctl/conversation.h"
#include "attestctl/judged.h"
#include "wire/client.h"

enum {
	ANSWER_MAX = 512
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
	const struct att_conversation *conversation = arg;

	fprintf(
	    conversation->sentences != NULL ? stderr : stdout, "%s\n", text);
	fflush(stdout);
}

static void
show_error(void *arg, const char *text)
{
	const struct att_conversation *conversation = arg;

	fprintf(stderr, "attestctl: %s: %s\n", conversation->command, text);
	if (conversation->sentences != NULL)
		(void)!json_array_append_new(
		    conversation->sentences, att_json_text(text));
}

static void
show_log(void *arg, int priority, const char *text)
{
	const struct att_conversation *conversation = arg;

	(void)priority;
	if (conversation->is_verbose)
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
static enum att_exit
ask_verifier(
    struct att_conversation *conversation, const struct att_start *start)
{
	struct sigaction act = { .sa_handler = on_interrupt }, saved;
	uint32_t code;
	enum att_err r;

	sigaction(SIGINT, &act, &saved);
	r = att_client_run(
	    start, &terminal_ops, conversation, ATT_CLIENT_DEADLINE_S, &code);
	sigaction(SIGINT, &saved, NULL);
	return r == ATT_OK ? exit_status(code) : ATT_EXIT_UNKNOWN;
}

enum att_exit
att_conversation_run(struct att_conversation *conversation,
    const struct att_invocation *invocation, struct att_start *start,
    char *argument)
{
	char service[] = "attestctl";
	char *arguments[2] = { NULL, NULL };
	char *conf = NULL;
	enum att_exit status;

	if (invocation->config != NULL) {
		conf = configuration_argument(invocation->config);
		if (conf == NULL)
			return ATT_EXIT_UNKNOWN;
		arguments[start->argument_count++] = conf;
	}
	if (argument != NULL)
		arguments[start->argument_count++] = argument;
	start->uid = getuid();
	start->gid = getgid();
	start->service = service;
	start->arguments = arguments;
	status = ask_verifier(conversation, start);
	start->service = NULL;
	start->arguments = NULL;
	start->argument_count = 0;
	free(conf);
	return status;
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

enum att_exit
att_conversation_print_record(const struct att_invocation *invocation,
    const char *user, const char *label)
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
	r = att_store_load(judge.opts->credentials_dir, user, &creds, &why);
	record = r == ATT_OK ? find_new(&creds, label) : NULL;
	if (record == NULL) {
		att_out_reason(user, r, &why);
	} else {
		att_judge_record(&judge, user, record, &judged);
		status = att_out_json(att_judged_json(&judged), ATT_EXIT_DONE);
		att_judged_reset(&judged);
	}
	att_credentials_reset(&creds);
	att_judge_close(&judge);
	return status;
}

enum att_exit
att_conversation_print_refusal(const struct att_conversation *conversation,
    const char *user, enum att_exit status)
{
	return att_out_json(
	    json_pack("{s:o, s:s, s:O}", "user", att_json_text(user), "verdict",
		status == ATT_EXIT_REFUSED ? "refused" : "unknown", "messages",
		conversation->sentences),
	    status);
}
