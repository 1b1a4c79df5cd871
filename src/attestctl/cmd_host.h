/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl host", and what they print. */
#ifndef ATT_ATTESTCTL_CMD_HOST_H
#define ATT_ATTESTCTL_CMD_HOST_H

#include <stdbool.h>

#include "attestctl/command.h"
#include "host/host.h"

/* argv[0] is the word behind "host". */
enum att_exit att_cmd_host_activate(
    const struct att_invocation *, int, char **);
enum att_exit att_cmd_host_challenge(
    const struct att_invocation *, int, char **);
enum att_exit att_cmd_host_endorse(const struct att_invocation *, int, char **);
enum att_exit att_cmd_host_profile(const struct att_invocation *, int, char **);
enum att_exit att_cmd_host_refresh(const struct att_invocation *, int, char **);
enum att_exit att_cmd_host_status(const struct att_invocation *, int, char **);

/* What is said of a host that was judged. Everything is lent. */
struct att_host_answer {
	const struct att_options *opts;
	const struct att_host_verdict *verdict;
	enum att_err err;
	const struct att_reason *why;
};

/*
 * Is it an error that says nothing of the host? All else that a login would be
 * denied for is a refusal.
 */
bool att_host_is_unknown(enum att_err err);

/* Prints it, and returns the exit status that belongs to it. */
enum att_exit att_host_answer_print(
    const struct att_host_answer *answer, bool is_json);

#endif
