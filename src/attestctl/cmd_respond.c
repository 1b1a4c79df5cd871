/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl respond: answers the challenge of another host with a security key
 * at this machine. The verifier reads the line and talks to the key, locked
 * down; here it is only carried. Nobody's configuration is read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/conversation.h"
#include "attestctl/out.h"
#include "attestctl/prompt.h"
#include "remote/line.h"

/* What the command line says. */
struct request {
	char *devices[ATT_OPTION_DEVICES_MAX]; /* module arguments, owned */
	size_t device_count;
	char *line; /* owned */
};

static const char usage[] =
    "usage: attestctl respond [--device PATH]... [--verbose] ['LINE']\n"
    "\n"
    "Answers LINE, which another host shows at a login or for a registration,\n"
    "with a security key at this machine. Prints the line to paste there.\n"
    "Without LINE it is asked for.\n"
    "\n"
    "  -d, --device PATH  use this device instead of looking for keys\n"
    "  -v, --verbose      show what the log would get\n"
    "  -h, --help         show this\n";

static const struct option options[] = {
	{ "device", required_argument, NULL, 'd' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void
reset(struct request *request)
{
	for (size_t i = 0; i < request->device_count; i++)
		free(request->devices[i]);
	free(request->line);
}

/* The verifier starts in the root folder: it needs the whole path. */
static bool
take(void *arg, int letter, const char *value)
{
	struct request *request = arg;
	char *path, *argument;

	if (letter != 'd')
		return true;
	if (request->device_count == ATT_OPTION_DEVICES_MAX) {
		att_out_error(
		    "respond", "more than %d devices", ATT_OPTION_DEVICES_MAX);
		return false;
	}
	if ((path = realpath(value, NULL)) == NULL) {
		att_out_error(value, "there is no such device");
		return false;
	}
	if (asprintf(&argument, "device=%s", path) < 0)
		argument = NULL;
	free(path);
	if (argument == NULL) {
		att_out_error("respond", "%s", att_err_text(ATT_ERR_NO_MEMORY));
		return false;
	}
	request->devices[request->device_count++] = argument;
	return true;
}

/* With what may stand around a line that was pasted. */
static enum att_exit
get_line(const char *operand, struct request *request)
{
	enum att_err r;

	if (operand != NULL) {
		request->line = strdup(operand);
		r = request->line == NULL ? ATT_ERR_NO_MEMORY : ATT_OK;
	} else {
		r = att_prompt_read("Paste the line that the other machine "
				    "shows: ",
		    true, ATT_PAYLOAD_MAX, &request->line);
	}
	if (r == ATT_OK && strlen(request->line) > ATT_PAYLOAD_MAX)
		r = ATT_ERR_TOO_LARGE;
	switch (r) {
	case ATT_OK:
		return ATT_EXIT_DONE;
	case ATT_ERR_TOO_LARGE:
		att_out_error("respond",
		    "the line is longer than any that a host shows (%d "
		    "characters); copy it once",
		    ATT_LINE_CHALLENGE_MAX);
		return ATT_EXIT_REFUSED;
	case ATT_ERR_CONVERSATION:
		att_out_error("respond",
		    "there is no line; give it as an argument, in quotes, or "
		    "on standard input");
		return ATT_EXIT_UNKNOWN;
	default:
		att_out_error("respond", "%s", att_err_text(r));
		return ATT_EXIT_UNKNOWN;
	}
}

/* Standard output is for this alone. */
static void
print_response(const char *line)
{
	printf("%s\n", line);
}

static enum att_exit
respond(struct request *request, bool is_verbose)
{
	struct att_conversation conversation = { .command = "respond",
		.is_verbose = is_verbose,
		.respond = print_response };
	struct att_start start = {
		.phase = ATT_PHASE_RESPOND,
		.payload = (uint8_t *)request->line,
		.payload_len = strlen(request->line),
		.arguments = request->devices,
		.argument_count = request->device_count,
	};
	enum att_exit status = att_conversation_ask(&conversation, &start);

	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	att_out_error("respond", "standard output cannot be written");
	return ATT_EXIT_UNKNOWN;
}

enum att_exit
att_cmd_respond(const struct att_invocation *invocation, int argc, char **argv)
{
	struct request request = { .device_count = 0 };
	struct att_arguments args = { .name = "respond",
		.usage = usage,
		.options = options,
		.letters = "d:v",
		.most = 1,
		.take = take,
		.arg = &request };
	enum att_exit status;

	(void)invocation;
	if (att_arguments_parse(argc, argv, &args, &status)) {
		status = get_line(args.operands[0], &request);
		if (status == ATT_EXIT_DONE)
			status =
			    respond(&request, att_arguments_has(&args, 'v'));
	}
	reset(&request);
	return status;
}
