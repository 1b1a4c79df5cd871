/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to the caller's SSH agent, once this process is the caller. */
#ifndef AGENT_SOCKET_H
#define AGENT_SOCKET_H

#include <sys/types.h>

#include "base/err.h"

/*
 * Connects to the socket of that absolute path: it has to be a socket itself,
 * not a link to one, and belong to uid, as does the process that listens
 * there. Nothing is sent. The caller closes *fdp, which does not block, or
 * which is -1. Ends when something comes from channel: nobody waits any more.
 * ATT_ERR_AGENT_NOT_OWNED, AGENT_UNREACHABLE, PEER_GONE, SYSTEM.
 */
struct agent_place {
	const char *path;
	uid_t uid;
	int channel;
};
enum att_err agent_connect(const struct agent_place *place, int *fdp,
    struct att_reason *why) ATT_MUST_USE;

#endif
