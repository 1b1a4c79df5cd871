/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process of the caller's SSH agent as the verifier sees it: a channel
 * that carries hostile bytes. See wire/agent.h for the protocol.
 */
#ifndef ATT_VERIFIER_AGENT_H
#define ATT_VERIFIER_AGENT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "verifier/session.h"
#include "wire/agent.h"
#include "wire/child.h"

struct att_agent {
	struct att_child child;
	int64_t deadline; /* for all of it */
};

/* Nothing started. */
void att_agent_init(struct att_agent *agent);

/*
 * Starts pam_attest-agent, which waits. Has to be called before the verifier
 * locks itself down, and while it may become somebody else.
 * ATT_ERR_SPAWN, SYSTEM.
 */
enum att_err att_agent_start(
    struct att_agent *agent, struct att_reason *why) ATT_MUST_USE;

/*
 * Has it become the caller and connect to that path. The time that the options
 * give to an agent runs from here on, and is told to who asked.
 *
 * This and what follows: ATT_ERR_AGENT_UNREACHABLE, _NOT_OWNED, _MALFORMED,
 * _REFUSED as the process says, also _MALFORMED where it says what it cannot;
 * _TIMEOUT; CANCELLED and what else att_session_interrupted() finds; SYSTEM.
 */
enum att_err att_agent_open(struct att_agent *agent,
    struct att_session *session, const char *path,
    struct att_reason *why) ATT_MUST_USE;

/* Which of these keys the agent has: none that is not in find. */
enum att_err att_agent_find(struct att_agent *agent,
    struct att_session *session, const struct att_agent_find *find,
    struct att_agent_found *found, struct att_reason *why) ATT_MUST_USE;

/* What is to be signed, by which key that was found; and what came of it. */
struct att_agent_signing {
	size_t key; /* of att_agent_find() */
	struct att_bytes data;
	struct att_buf message; /* lends the signature; for the caller */
	struct att_bytes signature;
};
enum att_err att_agent_sign(struct att_agent *agent,
    struct att_session *session, struct att_agent_signing *signing,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Closes the channel, which ends the process, and reaps it. It is not waited
 * for long: one that hangs is left to init.
 */
void att_agent_reset(struct att_agent *agent);

#endif
