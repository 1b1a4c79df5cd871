/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl ssh enroll: gives the verifier what ssh-keygen wrote, and has it
 * decide. Nothing in those files is read here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_ssh.h"
#include "attestctl/conversation.h"
#include "attestctl/out.h"
#include "ssh/key_options.h"
#include "wire/ssh_enrolment.h"

/* The command line. */
struct request {
	const char *user;
	const char *label;
	const char *public_key;
	const char *attestation;
	const char *challenge;
	struct att_ssh_options options; /* lent by argv */
	bool is_json;
	struct att_conversation conversation;
};

/* The files that it names, owned. */
struct gathered {
	uint8_t *public_key, *attestation, *challenge;
	struct att_buf options;
	struct att_ssh_enrolment enrolment; /* lent by these */
};

static const char usage[] =
    "usage: attestctl [--config FILE] ssh enroll --public-key FILE\n"
    "                 --attestation FILE [OPTION]... USER\n"
    "\n"
    "Registers an SSH key of USER that a security key holds, by the two files "
    "that\n"
    "ssh-keygen wrote when it made the key over a challenge from here:\n"
    "\n"
    "  attestctl ssh challenge --out key.challenge USER\n"
    "  ssh-keygen -t ed25519-sk -f id_ed25519_sk -O challenge=key.challenge "
    "\\\n"
    "      -O write-attestation=key.attestation\n"
    "\n"
    "  -k, --public-key FILE   the .pub file\n"
    "  -a, --attestation FILE  the file of -O write-attestation=\n"
    "  -c, --challenge FILE    the challenge; by default each one that is "
    "pending\n"
    "                          for USER is tried\n"
    "  -l, --label LABEL       name of the key; default key-1, key-2, ...\n"
    "  -f, --from PATTERNS     from where the key may be used\n"
    "  -C, --command COMMAND   the one command that it may run\n"
    "  -r, --restrict          no forwarding, terminal or rc file with it\n"
    "  -j, --json              print the new record as JSON\n"
    "  -v, --verbose           show what the log would get\n"
    "  -h, --help              show this\n";

static const struct option options[] = {
	{ "public-key", required_argument, NULL, 'k' },
	{ "attestation", required_argument, NULL, 'a' },
	{ "challenge", required_argument, NULL, 'c' },
	{ "label", required_argument, NULL, 'l' },
	{ "from", required_argument, NULL, 'f' },
	{ "command", required_argument, NULL, 'C' },
	{ "restrict", no_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* Never written through: the options are printed and nothing else. */
static char *
borrow(const char *value)
{
	return (char *)(uintptr_t)value;
}

static bool
take(void *arg, int letter, const char *value)
{
	struct request *request = arg;

	switch (letter) {
	case 'k':
		request->public_key = value;
		break;
	case 'a':
		request->attestation = value;
		break;
	case 'c':
		request->challenge = value;
		break;
	case 'l':
		request->label = value;
		break;
	case 'f':
		request->options.from = borrow(value);
		break;
	case 'C':
		request->options.command = borrow(value);
		break;
	case 'r':
		request->options.is_restricted = true;
		break;
	default:
		break;
	}
	return true;
}

/* False when the command is over already, with *status. */
static bool
parse(int argc, char **argv, struct request *request, enum att_exit *status)
{
	struct att_arguments args = { .name = "ssh enroll",
		.usage = usage,
		.options = options,
		.letters = "k:a:c:l:f:C:rv",
		.least = 1,
		.most = 1,
		.take = take,
		.arg = request };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	request->user = args.operands[0];
	request->is_json = args.is_json;
	request->conversation.is_verbose = att_arguments_has(&args, 'v');
	if (request->public_key != NULL && request->attestation != NULL)
		return true;
	att_out_error("ssh enroll",
	    "--public-key and --attestation are needed; see \"attestctl ssh "
	    "enroll --help\"");
	*status = ATT_EXIT_UNKNOWN;
	return false;
}

/* --- The files ----------------------------------------------------------- */

static enum att_err
gather(const struct request *request, struct gathered *gathered,
    struct att_reason *why)
{
	struct att_ssh_enrolment *enrolment = &gathered->enrolment;
	enum att_err r;

	*gathered = (struct gathered){ 0 };
	att_buf_init(&gathered->options, ATT_SSH_OPTIONS_TEXT_MAX);
	enrolment->has_challenge = request->challenge != NULL;
	if ((r = att_ssh_options_print(
		 &request->options, &gathered->options, why)) != ATT_OK ||
	    (r = att_ssh_read_file(request->public_key, ATT_SSH_PUBLIC_KEY_MAX,
		 &gathered->public_key, &enrolment->public_key, why)) !=
		ATT_OK ||
	    (r = att_ssh_read_file(request->attestation,
		 ATT_SSH_ATTESTATION_MAX, &gathered->attestation,
		 &enrolment->attestation, why)) != ATT_OK ||
	    (request->challenge != NULL &&
		(r = att_ssh_read_file(request->challenge,
		     ATT_SSH_CHALLENGE_MAX, &gathered->challenge,
		     &enrolment->challenge, why)) != ATT_OK))
		return att_refuse_plain(why, r);
	enrolment->options = att_buf_get(&gathered->options);
	return ATT_OK;
}

static void
gathered_reset(struct gathered *gathered)
{
	att_buf_reset(&gathered->options);
	free(gathered->public_key);
	free(gathered->attestation);
	free(gathered->challenge);
}

/* --- The command --------------------------------------------------------- */

static enum att_exit
ask(const struct att_invocation *invocation, struct request *request,
    const struct att_ssh_enrolment *enrolment)
{
	struct att_start start = { .phase = ATT_PHASE_SSH_ENROLL };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	struct att_buf payload;

	att_buf_init(&payload, ATT_PAYLOAD_MAX);
	start.user = strdup(request->user);
	start.label = request->label == NULL ? NULL : strdup(request->label);
	if (start.user == NULL ||
	    (request->label != NULL && start.label == NULL) ||
	    att_ssh_enrolment_encode(enrolment, &payload) != ATT_OK) {
		att_out_error("ssh enroll", "out of memory");
	} else {
		start.payload = payload.ptr;
		start.payload_len = payload.len;
		status = att_conversation_run(
		    &request->conversation, invocation, &start, NULL);
	}
	free(start.label);
	free(start.user);
	att_buf_reset(&payload);
	return status;
}

static enum att_exit
enroll(const struct att_invocation *invocation, struct request *request)
{
	struct att_reason why = { .code = ATT_OK };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	struct gathered gathered;

	if (gather(request, &gathered, &why) != ATT_OK)
		att_out_error("ssh enroll", "%s", why.text);
	else
		status = ask(invocation, request, &gathered.enrolment);
	gathered_reset(&gathered);
	return status;
}

enum att_exit
att_ssh_enroll(const struct att_invocation *invocation, int argc, char **argv)
{
	struct request request = { .conversation.command = "ssh enroll",
		.conversation.is_recorded = true };
	enum att_exit status;

	if (!parse(argc, argv, &request, &status))
		return status;
	att_conversation_begin(&request.conversation, request.is_json);
	status = enroll(invocation, &request);
	return att_conversation_end(&request.conversation, invocation,
	    &(struct att_registered){ request.user, request.label }, status);
}
