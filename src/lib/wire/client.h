/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the verifier for a decision: starts it, relays its messages to the
 * caller's way of talking to a person, and returns its result. This is all
 * the PAM module does; attestctl enroll uses the same code.
 *
 * libc only. Leaves the calling process as it was: SIGCHLD disposition,
 * signal mask, descriptors, children.
 */
#ifndef ATT_WIRE_CLIENT_H
#define ATT_WIRE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/login.h"

enum {
	ATT_CLIENT_DEADLINE_S = 5,	/* until the first DEADLINE */
	ATT_CLIENT_MESSAGES_MAX = 4096, /* that a verifier may send */
};

/*
 * How the verifier's messages reach a person and the log. Texts are lent for
 * the call. How long these take is not held against the verifier.
 */
struct att_client_ops {
	void (*info)(void *arg, const char *text);
	void (*error)(void *arg, const char *text);
	/*
	 * Asks; *answerp is a malloc'ed string or NULL, taken over, wiped and
	 * freed by the caller. Returns a PAM code: PAM_SUCCESS only with an
	 * answer.
	 */
	int (*prompt)(void *arg, bool echo, const char *text, char **answerp);
	void (*log)(void *arg, int priority, const char *text);
	/*
	 * Takes the RESPONSE of ATT_PHASE_RESPOND. NULL where none can come:
	 * one that comes is malformed then, as in every other phase.
	 */
	void (*response)(void *arg, const char *text);
	/*
	 * Has the person asked to stop (Ctrl-C)? Polled 10 times a second.
	 * NULL: never.
	 */
	bool (*is_cancelled)(void *arg);
};

/*
 * Starts ATT_PROGRAMSDIR/pam_attest-verifier with an empty environment, the
 * channel as descriptor 0, /dev/null as 1 and 2, in a session of its own,
 * default signals; sends START; relays until RESULT; reaps the process, and
 * kills it when it is silent past the deadline: deadline_s seconds at first
 * (ATT_CLIENT_DEADLINE_S), then what its DEADLINE messages say, and two
 * seconds once is_cancelled() said so. *codep is the PAM code of RESULT and is
 * only meaningful on ATT_OK; it is PAM_IGNORE only for ATT_PHASE_ACCOUNT.
 *
 * ATT_ERR_SPAWN, PEER_GONE, PEER_SILENT, MESSAGE_MALFORMED, TOO_LARGE,
 * NO_MEMORY, SYSTEM: all of them are denials. ops->log (LOG_ERR) has been told
 * then which program did what and what to do, ops->error a sentence for the
 * person.
 */
enum att_err att_client_run(const struct att_start *start,
    const struct att_client_ops *ops, void *arg, unsigned int deadline_s,
    uint32_t *codep) ATT_MUST_USE;

#endif
