/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a process small before it reads hostile bytes: ARCHITECTURE of the
 * project's sandbox is in SECURITY.md. Linked by the programs, never by the
 * PAM module. libseccomp for the filter, Landlock by direct system calls.
 */
#ifndef ATT_BASE_LOCKDOWN_H
#define ATT_BASE_LOCKDOWN_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * First thing in main() of every program the module starts, whoever started
 * it: real and saved ids become the effective ones, all capabilities but
 * CAP_DAC_OVERRIDE leave every set, umask 077, cwd /, no_new_privs, not
 * dumpable, SIGKILL when the parent dies, descriptors above 2 closed, default
 * signal dispositions and empty mask (SIGPIPE and SIGXFSZ ignored), no core
 * file, hard limits of our own in the place of the caller's (a process that
 * may not raise them keeps those that are lower). Refuses to go on when
 * started with descriptor 0 not a SOCK_SEQPACKET socket. ATT_ERR_SANDBOX.
 */
enum att_err att_lockdown_begin(struct att_reason *why) ATT_MUST_USE;

/*
 * The same for a program that somebody else starts, on descriptors 0 to 2 as
 * they are: no channel is wanted.
 */
enum att_err att_lockdown_begin_alone(struct att_reason *why) ATT_MUST_USE;

/*
 * As above for who has to become somebody else, or starts a program that has
 * to: CAP_SETUID, CAP_SETGID and CAP_SETPCAP stay as well, and are handed down
 * to what is started, until one of the next two functions is called.
 */
enum att_err att_lockdown_begin_with_ids(struct att_reason *why) ATT_MUST_USE;

/* From here on as after att_lockdown_begin(). ATT_ERR_SANDBOX. */
enum att_err att_lockdown_forget_ids(struct att_reason *why) ATT_MUST_USE;

/*
 * Root becomes that user and that group for good: in no other group, without
 * any capability. Who is not root has to be that user already, and stays in
 * its groups. ATT_ERR_SANDBOX on any doubt, and the process must not go on.
 */
enum att_err att_lockdown_become(
    uid_t uid, gid_t gid, struct att_reason *why) ATT_MUST_USE;

/*
 * Hard limits; those that are lower already stay. memory, in bytes, counts
 * everything mapped. poll(2) takes no more descriptors than the limit.
 * ATT_ERR_SANDBOX.
 */
struct att_lockdown_limits {
	unsigned int cpu_seconds;
	uint64_t memory;
	unsigned int descriptors;
};
enum att_err att_lockdown_limits(const struct att_lockdown_limits *limits,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Gives up the last capability, which att_lockdown_system_calls() does, too.
 * From here on root reaches what belongs to root or is open to everybody.
 * ATT_ERR_SANDBOX.
 */
enum att_err att_lockdown_capabilities(struct att_reason *why) ATT_MUST_USE;

/* Kills this process (SIGALRM, default action) after so many seconds. */
void att_lockdown_deadline(unsigned int seconds);

/*
 * Landlock: from here on only these paths, and what is below them, can be
 * reached, and no TCP port, no abstract socket and no process from before;
 * with no paths, nothing at all. What is open already stays usable. A path
 * that does not exist is skipped, a link is followed. *is_enforced is false
 * on a kernel without Landlock (not an error: the caller logs it); an older
 * Landlock enforces what it knows. Calls add up: a later one only narrows.
 */
struct att_lockdown_path {
	const char *path;
	enum {
		ATT_ACCESS_READ,   /* files and folders */
		ATT_ACCESS_WRITE,  /* and change, create, rename, remove them */
		ATT_ACCESS_DEVICE, /* use what is there, ioctl(2) included */
	} access;
};
enum att_err att_lockdown_paths(const struct att_lockdown_path *paths,
    size_t count, bool *is_enforced, struct att_reason *why) ATT_MUST_USE;

/* The same for who has to reach these TCP ports of any host, too. */
struct att_lockdown_reach {
	const struct att_lockdown_path *paths;
	size_t path_count;
	const uint16_t *ports;
	size_t port_count;
};
enum att_err att_lockdown_reach(const struct att_lockdown_reach *reach,
    bool *is_enforced, struct att_reason *why) ATT_MUST_USE;

/*
 * Before att_lockdown_begin(), for who needs nothing of root's: root becomes
 * nobody (65534, user and group, no other groups); anybody else stays who it
 * is. ATT_ERR_SANDBOX.
 */
enum att_err att_lockdown_leave_root(struct att_reason *why) ATT_MUST_USE;

/*
 * The seccomp allow-list of a kind of process; anything else kills it.
 * VERIFIER    files of the allowed paths, its sockets, no network, no exec,
 *             no new process
 * FINDER      reads the allowed paths, asks HID devices what they are; has no
 *             channel. Anything else is ENOSYS and kills nobody, because the
 *             calls that libudev would like to make change with its version
 * DEVICE      talks to one authenticator on descriptors it already has:
 *             cannot open, connect, start or signal anything
 * SUPERVISOR  waits for its processes and for its channel, and kills
 * FETCHER     reads the allowed paths, opens IP sockets, starts threads, has a
 *             channel. Anything else is ENOSYS, as for the finder: libcurl and
 *             the resolver of the C library change
 * TPM         talks to a TPM and on a channel, on descriptors it already has
 * AGENT       talks to an SSH agent and on a channel, on sockets it already
 *             has: cannot open or connect to anything
 * EMULATOR    as TPM, but the TPM is a program behind a socket that is
 *             opened for each command: connects local and TCP sockets.
 *             Anything else is ENOSYS, for the sake of the resolver
 * SSH_KEYS    reads the allowed paths, writes to descriptors 1 and 2, and sends
 *             on sockets that are connected already. It has no channel
 */
enum att_lockdown_profile {
	ATT_LOCKDOWN_VERIFIER,
	ATT_LOCKDOWN_FINDER,
	ATT_LOCKDOWN_DEVICE,
	ATT_LOCKDOWN_SUPERVISOR,
	ATT_LOCKDOWN_FETCHER,
	ATT_LOCKDOWN_TPM,
	ATT_LOCKDOWN_EMULATOR,
	ATT_LOCKDOWN_SSH_KEYS,
	ATT_LOCKDOWN_AGENT,
	ATT_LOCKDOWN_PROFILE_COUNT
};
enum att_err att_lockdown_system_calls(
    enum att_lockdown_profile profile, struct att_reason *why) ATT_MUST_USE;

/*
 * True in a build with sanitizers (configure --enable-sanitizers), which is
 * for tests and never shipped: their runtime opens files and maps memory as
 * it likes, so Landlock and the system call filter are left out there.
 */
bool att_lockdown_is_relaxed(void);

#endif
