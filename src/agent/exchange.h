/* SPDX-License-Identifier: BSD-2-Clause */
/* One request to an SSH agent, and its answer: draft-ietf-sshm-ssh-agent, 3. */
#ifndef AGENT_EXCHANGE_H
#define AGENT_EXCHANGE_H

#include "base/buf.h"
#include "base/err.h"

enum {
	AGENT_MESSAGE_MAX = 256 * 1024, /* what OpenSSH takes (AGENT_MAX_LEN) */
};

struct agent_connection {
	int fd;	     /* does not block */
	int channel; /* to whoever asked; silent while this waits */
};

/*
 * Sends request, without the length, and receives the whole answer to it, of
 * at least one byte, into *answer, which has to be initialised with the limit
 * AGENT_MESSAGE_MAX. Waits for as long as it takes: when something comes from
 * the channel, or it ends, nobody waits any more. What comes before it was
 * asked for is no answer. ATT_ERR_AGENT_MALFORMED, AGENT_UNREACHABLE,
 * PEER_GONE, NO_MEMORY, SYSTEM.
 */
enum att_err agent_exchange(const struct agent_connection *connection,
    const struct att_buf *request, struct att_buf *answer,
    struct att_reason *why) ATT_MUST_USE;

#endif
