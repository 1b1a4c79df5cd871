/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl enroll: asks the verifier for the registration of a security key.
 * What is shown afterwards is read out of the store again.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/arguments.h"
#include "attestctl/conversation.h"
#include "attestctl/out.h"

/* What the command line says. */
struct request {
	const char *user;
	const char *label;
	bool wants_uv;
	bool is_remote;
	bool is_json;
	struct att_conversation conversation;
};

static const char usage[] =
    "usage: attestctl [--config FILE] enroll [--label LABEL] [--uv]\n"
    "                 [--remote] [--json] [--verbose] [USER]\n"
    "\n"
    "Registers a connected security key for USER (default: you).\n"
    "\n"
    "  -l, --label LABEL  name of the key; default key-1, key-2, ...\n"
    "  -u, --uv           the key has to verify the user (PIN, "
    "fingerprint)\n"
    "  -r, --remote       the key is at another machine; \"attestctl "
    "respond\" there\n"
    "                     answers the line that is shown here\n"
    "  -j, --json         print the new record as JSON\n"
    "  -v, --verbose      show what the log would get\n"
    "  -h, --help         show this\n";

static const struct option options[] = {
	{ "label", required_argument, NULL, 'l' },
	{ "uv", no_argument, NULL, 'u' },
	{ "remote", no_argument, NULL, 'r' },
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
		.letters = "l:urv",
		.most = 1,
		.take = take,
		.arg = request };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	request->wants_uv = att_arguments_has(&args, 'u');
	request->is_remote = att_arguments_has(&args, 'r');
	request->is_json = args.is_json;
	request->conversation.is_verbose = att_arguments_has(&args, 'v');
	request->user =
	    args.operands[0] != NULL ? args.operands[0] : current_user();
	if (request->user != NULL)
		return true;
	att_out_error("enroll", "you have no name; name the user");
	*status = ATT_EXIT_UNKNOWN;
	return false;
}

static enum att_exit
enroll(const struct att_invocation *invocation, struct request *request)
{
	char uv[] = "user_verification=required";
	struct att_start start = { .phase = ATT_PHASE_ENROLL,
		.is_remote = request->is_remote };
	enum att_exit status = ATT_EXIT_UNKNOWN;

	start.user = strdup(request->user);
	start.label = request->label == NULL ? NULL : strdup(request->label);
	if (start.user != NULL &&
	    (request->label == NULL || start.label != NULL))
		status = att_conversation_run(&request->conversation,
		    invocation, &start, request->wants_uv ? uv : NULL);
	free(start.label);
	free(start.user);
	return status;
}

enum att_exit
att_cmd_enroll(const struct att_invocation *invocation, int argc, char **argv)
{
	struct request request = { .conversation.command = "enroll",
		.conversation.is_recorded = true };
	enum att_exit status;

	if (!parse(argc, argv, &request, &status))
		return status;
	att_conversation_begin(&request.conversation, request.is_json);
	status = enroll(invocation, &request);
	return att_conversation_end(&request.conversation, invocation,
	    &(struct att_registered){ request.user, request.label }, status);
}
