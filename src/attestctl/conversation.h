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
	 * object: see att_conversation_begin(). NULL without --json.
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

/* Has a registration say all in one JSON object, if is_json. */
void att_conversation_begin(
    struct att_conversation *conversation, bool is_json);

/* A registration that was asked for: of whom, and with which label or NULL. */
struct att_registered {
	const char *user;
	const char *label;
};

/*
 * The end of a registration with that status, and of sentences. With them, the
 * object is printed: the credential that was added, read out of the store again
 * by its label, or else as the last one, and judged as a login would; or
 * {"user", "verdict", "messages"} of what did not end in one. Returns status,
 * or ATT_EXIT_UNKNOWN on a failure.
 */
enum att_exit att_conversation_end(struct att_conversation *conversation,
    const struct att_invocation *invocation,
    const struct att_registered *registered, enum att_exit status);

#endif
