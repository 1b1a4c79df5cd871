/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting programs with nothing inherited but what they are given. */
#ifndef ATT_BASE_SPAWN_H
#define ATT_BASE_SPAWN_H

#include <spawn.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * Starts program (absolute path) with that path as its only argument, an
 * empty environment, channel as descriptor 0, /dev/null as 1 and 2, nothing
 * else open, cwd /, a session of its own, default signals, none blocked.
 * posix_spawn(3): no handler of the calling process runs and its memory is
 * not copied. The caller keeps its descriptor and reaps *pidp.
 * ATT_ERR_SPAWN with the program and the cause.
 */
enum att_err att_spawn(const char *program, int channel, pid_t *pidp,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Any program, likewise: with cwd /, a session of its own, default signals,
 * none blocked, and of descriptors only what *actions make of 0, 1 and 2; the
 * rest of what it takes is added to them. Returns what posix_spawn(3) does.
 */
int att_spawn_alone(const char *program, posix_spawn_file_actions_t *actions,
    char *const *argv, char *const *envp, pid_t *pidp) ATT_MUST_USE;

#endif
