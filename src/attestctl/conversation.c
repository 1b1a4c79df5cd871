/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier's messages on a terminal, and what comes of them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "attestctl/conversation.h"
#include "attestctl/judged.h"
#include "attestctl/out.h"
#include "attestctl/prompt.h"
#include "wire/client.h"

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
}

/* With --json standard output is for the one object alone, or for the line. */
static void
show_info(void *arg, const char *text)
{
	const struct att_conversation *conversation = arg;
	bool is_kept =
	    conversation->sentences != NULL || conversation->respond != NULL;

	fprintf(is_kept ? stderr : stdout, "%s\n", text);
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

	if (conversation->is_recorded && priority <= LOG_INFO)
		syslog(LOG_AUTHPRIV | priority, "%s: %s", conversation->command,
		    text);
	if (conversation->is_verbose)
		fprintf(stderr, "log: %s\n", text);
}

static int
ask(void *arg, bool echo, const char *text, char **answerp)
{
	const struct att_conversation *conversation = arg;
	enum att_err r;

	r = att_prompt_read(text, echo, ATT_ANSWER_MAX, answerp);
	if (r == ATT_ERR_TOO_LARGE)
		att_out_error(conversation->command,
		    "that line is longer than any answer; copy it once");
	return r == ATT_OK ? PAM_SUCCESS : PAM_CONV_ERR;
}

static void
take_response(void *arg, const char *text)
{
	const struct att_conversation *conversation = arg;

	if (conversation->respond != NULL)
		conversation->respond(text);
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
	.response = take_response,
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

enum att_exit
att_conversation_ask(
    struct att_conversation *conversation, struct att_start *start)
{
	struct sigaction act = { .sa_handler = on_interrupt }, saved;
	char service[] = "attestctl";
	uint32_t code;
	enum att_err r;

	start->uid = getuid();
	start->gid = getgid();
	start->service = service;
	sigaction(SIGINT, &act, &saved);
	r = att_client_run(
	    start, &terminal_ops, conversation, ATT_CLIENT_DEADLINE_S, &code);
	sigaction(SIGINT, &saved, NULL);
	start->service = NULL;
	return r == ATT_OK ? exit_status(code) : ATT_EXIT_UNKNOWN;
}

enum att_exit
att_conversation_run(struct att_conversation *conversation,
    const struct att_invocation *invocation, struct att_start *start,
    char *argument)
{
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
	start->arguments = arguments;
	status = att_conversation_ask(conversation, start);
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

static enum att_exit
print_record(const struct att_invocation *invocation, const char *user,
    const char *label)
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

static enum att_exit
print_refusal(const struct att_conversation *conversation, const char *user,
    enum att_exit status)
{
	return att_out_json(
	    json_pack("{s:o, s:s, s:O}", "user", att_json_text(user), "verdict",
		status == ATT_EXIT_REFUSED ? "refused" : "unknown", "messages",
		conversation->sentences),
	    status);
}

void
att_conversation_begin(struct att_conversation *conversation, bool is_json)
{
	if (is_json)
		conversation->sentences = json_array();
}

enum att_exit
att_conversation_end(struct att_conversation *conversation,
    const struct att_invocation *invocation,
    const struct att_registered *registered, enum att_exit status)
{
	if (conversation->sentences == NULL)
		return status;
	if (status == ATT_EXIT_DONE)
		status = print_record(
		    invocation, registered->user, registered->label);
	else
		status = print_refusal(conversation, registered->user, status);
	json_decref(conversation->sentences);
	conversation->sentences = NULL;
	return status;
}
