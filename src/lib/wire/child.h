/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of ours as a child of another one of ours, with a channel. Where
 * the parent is somebody else's process, it is process.h.
 */
#ifndef ATT_WIRE_CHILD_H
#define ATT_WIRE_CHILD_H

#include <sys/types.h>

#include <stdbool.h>

#include "base/err.h"

struct att_child {
	int channel; /* our end; -1: none */
	pid_t pid;   /* 0: none, or reaped */
};

/* Nothing started. */
void att_child_init(struct att_child *child);

/*
 * Starts the program of that absolute path (att_spawn()), with a channel as
 * its descriptor 0. *child is as after att_child_init() on an error.
 * ATT_ERR_SPAWN, ATT_ERR_SYSTEM.
 */
enum att_err att_child_start(struct att_child *child, const char *program,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Waits that long, in milliseconds, for the child to end; the channel stays
 * open. True when it has, with *status as from waitpid(2); -1 when that was
 * taken by somebody else. False also when there is none.
 */
bool att_child_has_ended(
    struct att_child *child, int milliseconds, int *status);

/*
 * Closes the channel, which ends a child that is well, and waits that long for
 * it. One that hangs is left to die with this process. As after
 * att_child_init().
 */
void att_child_end(struct att_child *child, int milliseconds);

#endif
