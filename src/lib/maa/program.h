/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of others that is run for what it prints. What it runs as is what
 * we are, so nobody but root may have a hand in it.
 */
#ifndef ATT_MAA_PROGRAM_H
#define ATT_MAA_PROGRAM_H

#include "base/buf.h"
#include "base/err.h"

struct att_program {
	const char *path;	 /* absolute */
	const char *const *argv; /* NULL at the end */
	const char *const *envp; /* the whole environment; likewise */
	unsigned int seconds;	 /* that it may take */
};

/*
 * Is it a regular file that can be executed, and do it, each folder above it
 * and what the path has on its way there (links) belong to root, and can nobody
 * else write to them? In a folder with the sticky bit others may, since what
 * belongs to root stays there.
 * ATT_ERR_FILE_NOT_FOUND, ATT_ERR_FILE_UNREADABLE, _TYPE, _PERMISSIONS.
 */
enum att_err att_program_check(
    const char *path, struct att_reason *why) ATT_MUST_USE;

/*
 * Checks it and runs it in /, in a session of its own, with no input and none
 * of our descriptors, and reads what it prints until it has ended. output and
 * errors are initialised; what exceeds errors is not kept, but what exceeds
 * output is ATT_ERR_TOO_LARGE. *status is that of waitpid(2).
 *
 * SIGCHLD has its default action meanwhile. Errors of the check, ATT_ERR_SPAWN,
 * ATT_ERR_PEER_SILENT after its time. It and its session's processes that are
 * in its group are killed then.
 */
enum att_err att_program_run(const struct att_program *program,
    struct att_buf *output, struct att_buf *errors, int *status,
    struct att_reason *why) ATT_MUST_USE;

#endif
