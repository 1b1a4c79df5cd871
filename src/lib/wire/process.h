/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of ours as a child of somebody else's process: started with a
 * channel, and gone without a trace afterwards. For the sources of this
 * folder only.
 */
#ifndef ATT_WIRE_PROCESS_H
#define ATT_WIRE_PROCESS_H

#include <sys/types.h>

#include <signal.h>
#include <stdbool.h>

#include "base/err.h"

struct att_process {
	pid_t pid;
	int pidfd;   /* -1 on kernels without them */
	int channel; /* our end */
	int status;  /* as from waitpid(2); valid if has_status */
	bool has_status;
	bool is_killed; /* by us: the status says nothing about it */
	struct sigaction sigchld;
};

/*
 * Starts path (att_spawn()) with a channel. SIGCHLD has its default action
 * until att_process_end(): a handler of the host, or its wish to ignore the
 * signal, would take the child's end away from us. On an error everything is
 * as before and att_process_end() must not be called. ATT_ERR_SPAWN,
 * ATT_ERR_SYSTEM with the cause in *why.
 */
enum att_err att_process_start(struct att_process *process, const char *path,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Closes the channel, gives the program grace_ms to end by itself, kills it
 * else (SIGKILL also ends a stopped one), reaps it, and restores what the
 * host does about SIGCHLD. Waits for this one child only; one that the host
 * has reaped already is no error. Returns within about a second even if the
 * kernel cannot end the process.
 */
void att_process_end(struct att_process *process, int grace_ms);

#endif
