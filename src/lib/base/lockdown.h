/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a process small before it reads hostile bytes: ARCHITECTURE of the
 * project's sandbox is in SECURITY.md. Linked by the programs, never by the
 * PAM module. libseccomp for the filter, Landlock by direct system calls.
 */
#ifndef ATT_BASE_LOCKDOWN_H
#define ATT_BASE_LOCKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * First thing in main() of every program the module starts, whoever started
 * it: real and saved ids become the effective ones, umask 077, cwd /,
 * no_new_privs, not dumpable, RLIMIT_CORE 0, SIGKILL when the parent dies,
 * descriptors above 2 closed, default signal dispositions and empty mask
 * (SIGPIPE ignored). Refuses to go on when started with descriptor 0 not a
 * SOCK_SEQPACKET socket. ATT_ERR_SANDBOX.
 */
enum att_err att_lockdown_begin(struct att_reason *why) ATT_MUST_USE;

/* Kills this process (SIGALRM, default action) after so many seconds. */
void att_lockdown_deadline(unsigned int seconds);

/*
 * Landlock: from here on only these paths, and what is below them, can be
 * reached. A path that does not exist is skipped. *is_enforced is false on a
 * kernel without Landlock (not an error: the caller logs it).
 */
struct att_lockdown_path {
	const char *path;
	enum { ATT_ACCESS_READ, ATT_ACCESS_WRITE } access;
};
enum att_err att_lockdown_paths(const struct att_lockdown_path *paths,
    size_t count, bool *is_enforced, struct att_reason *why) ATT_MUST_USE;

/*
 * The seccomp allow-list of a kind of process; anything else kills it.
 * VERIFIER  files of the allowed paths, its sockets, no network, no exec, no
 *           new process
 * DEVICE    talks to one authenticator on descriptors it already has: cannot
 *           open, connect, start or signal anything
 */
enum att_lockdown_profile { ATT_LOCKDOWN_VERIFIER, ATT_LOCKDOWN_DEVICE };
enum att_err att_lockdown_system_calls(enum att_lockdown_profile profile,
    struct att_reason *why) ATT_MUST_USE;

#endif
