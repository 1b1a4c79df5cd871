/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the verifier as the PAM module does, with the terminal in the place
 * of the PAM conversation.
 */
#ifndef ATT_ATTESTCTL_CONVERSATION_H
#define ATT_ATTESTCTL_CONVERSATION_H

#include <stdbool.h>

#include <jansson.h>

#include "attestctl/command.h"
#include "wire/login.h"

struct att_conversation {
	const char *command; /* for messages: "enroll" */
	bool is_verbose;     /* show what the log would get */
	bool is_recorded; /* the log gets it: somebody may ask who was let in */
	/*
	 * Keep the sentences of errors, too, and standard output for the one
	 * object: an array that the caller lets go. NULL without --json.
	 */
	json_t *sentences;
	/*
	 * Takes the line that phase RESPOND is about, for which standard output
	 * is kept as well. NULL in every other phase.
	 */
	void (*respond)(const char *line);
};

/*
 * Runs the verifier with the arguments that start has; it gets service and
 * caller here. SIGINT is a wish to stop. What went wrong has been said.
 */
enum att_exit att_conversation_ask(
    struct att_conversation *conversation, struct att_start *start);

/*
 * The same by the configuration of the invocation, and one further module
 * argument, which may be NULL. start has no arguments yet.
 */
enum att_exit att_conversation_run(struct att_conversation *conversation,
    const struct att_invocation *invocation, struct att_start *start,
    char *argument);

/*
 * Prints {"user", "verdict", "messages"} of what did not end in a new
 * credential. Returns status, or ATT_EXIT_UNKNOWN on a failure.
 */
enum att_exit att_conversation_print_refusal(
    const struct att_conversation *conversation, const char *user,
    enum att_exit status);

/*
 * Reads the credential that was added out of the store again, by its label or
 * else as the last one, and prints it as JSON, judged as a login would.
 */
enum att_exit att_conversation_print_record(
    const struct att_invocation *invocation, const char *user,
    const char *label);

#endif
