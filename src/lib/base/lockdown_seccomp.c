/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system call allow-lists, one table per kind of process. A call that is
 * not in the table kills the process: nothing of ours makes one, so whoever
 * makes one is not us. Where an argument decides what a call does, it is
 * part of the row; a call may have several rows.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <linux/hidraw.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <seccomp.h>

#include "base/lockdown.h"

/* One argument that has to be value once masked. */
struct argument {
	enum {
		ANY,
		MASKED
	} check;
	unsigned int index;
	uint64_t mask;
	uint64_t value;
};

struct allowed {
	int call;
	struct argument argument;
};

#define WHOLE UINT64_MAX
#define CALL(name)                                                             \
	{                                                                      \
		.call = SCMP_SYS(name)                                         \
	}
#define CALL_IF(name, i, m, v)                                                 \
	{                                                                      \
		.call = SCMP_SYS(name),                                        \
		.argument = {                                                  \
			.check = MASKED,                                       \
			.index = (i),                                          \
			.mask = (m),                                           \
			.value = (v),                                          \
		},                                                             \
	}

/* What the C library needs to allocate, wait for a lock, and end. */
static const struct allowed core[] = {
	CALL(brk),
	CALL(munmap),
	CALL(mremap),
	CALL_IF(mmap, 2, PROT_EXEC, 0),
	CALL_IF(mmap2, 2, PROT_EXEC, 0),
	CALL_IF(mprotect, 2, PROT_EXEC, 0),
	CALL(madvise),
	CALL(futex),
	CALL(rseq),
	CALL(set_robust_list),
	CALL(getrandom),
	CALL(getpid),
	CALL(gettid),
	CALL(clock_gettime),
	CALL(clock_gettime64),
	CALL(gettimeofday),
	CALL(rt_sigreturn),
	CALL(sigreturn),
	CALL(restart_syscall),
	CALL(close),
	CALL(exit),
	CALL(exit_group),
};

/* A channel to another of our processes, and waiting for it. */
static const struct allowed channel[] = {
	CALL(poll),
	CALL(ppoll),
	CALL(ppoll_time64),
	CALL(recvmsg),
	CALL(sendmsg),
};

static const struct allowed verifier[] = {
	/* to read */
	CALL(openat),
	CALL(read),
	CALL(pread64),
	CALL(fstat),
	CALL(fstat64),
	CALL(newfstatat),
	CALL(fstatat64),
	CALL(statx),
	CALL(getdents64),
	/* to write */
	CALL(write),
	CALL(flock),
	CALL(fsync),
	CALL(fchmod),
	CALL(renameat),
	/* where there is no renameat */
	CALL_IF(renameat2, 4, UINT32_MAX, 0),
	CALL(unlinkat),
	CALL(mkdirat),
	/* to wait */
	CALL(nanosleep),
	CALL(clock_nanosleep),
	CALL(clock_nanosleep_time64),
	CALL(wait4),
	CALL(waitid),
	/* to die of abort(3); the others could put their deadline off */
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	/* to read folders, and to know whose files are its own */
	CALL(lseek),
	CALL_IF(fcntl, 1, WHOLE, F_SETFD),
	CALL_IF(fcntl64, 1, WHOLE, F_SETFD),
	CALL_IF(fcntl, 1, WHOLE, F_GETFL),
	CALL_IF(fcntl64, 1, WHOLE, F_GETFL),
	CALL(geteuid),
};

static const struct allowed finder[] = {
	CALL(openat),
	CALL(read),
	CALL(lseek),
	CALL(access),
	CALL(faccessat),
	CALL(faccessat2),
	CALL(fstat),
	CALL(fstat64),
	CALL(stat),
	CALL(stat64),
	CALL(lstat),
	CALL(lstat64),
	CALL(newfstatat),
	CALL(fstatat64),
	CALL(statx),
	CALL(fstatfs),
	CALL(fstatfs64),
	CALL(statfs),
	CALL(statfs64),
	CALL(readlink),
	CALL(readlinkat),
	CALL(getdents64),
	CALL_IF(fcntl, 1, WHOLE, F_GETFL),
	CALL_IF(fcntl, 1, WHOLE, F_SETFD),
	CALL_IF(fcntl64, 1, WHOLE, F_GETFL),
	CALL_IF(fcntl64, 1, WHOLE, F_SETFD),
	/* what kind of HID device it is */
	CALL_IF(ioctl, 1, UINT32_MAX, HIDIOCGRDESCSIZE),
	CALL_IF(ioctl, 1, UINT32_MAX, HIDIOCGRDESC),
	CALL_IF(ioctl, 1, UINT32_MAX, HIDIOCGRAWINFO),
	CALL(geteuid),
	CALL(getuid),
};

static const struct allowed device[] = {
	CALL(read),
	CALL(write),
	CALL(flock),
	CALL(nanosleep),
	CALL(clock_nanosleep),
	CALL(clock_nanosleep_time64),
};

static const struct allowed supervisor[] = {
	CALL(wait4),
	CALL(waitid),
	CALL(rt_sigtimedwait),
	CALL(rt_sigtimedwait_time64),
	/* Landlock lets this reach none but the processes it started. */
	CALL_IF(kill, 1, UINT32_MAX, SIGKILL),
};

static const struct allowed fetcher[] = {
	/* the CAs of TLS, and what the resolver is told by files */
	CALL(openat),
	CALL(read),
	CALL(pread64),
	CALL(lseek),
	CALL(_llseek),
	CALL(access),
	CALL(faccessat),
	CALL(faccessat2),
	CALL(fstat),
	CALL(fstat64),
	CALL(stat),
	CALL(stat64),
	CALL(newfstatat),
	CALL(fstatat64),
	CALL(statx),
	CALL(readlink),
	CALL(readlinkat),
	CALL(getdents64),
	/* a server and a name server; netlink says which addresses we have */
	CALL_IF(socket, 0, WHOLE, AF_INET),
	CALL_IF(socket, 0, WHOLE, AF_INET6),
	CALL_IF(socket, 0, WHOLE, AF_NETLINK),
	CALL(socketpair),
	CALL(bind),
	CALL(connect),
	CALL(getsockname),
	CALL(getpeername),
	CALL(getsockopt),
	CALL(setsockopt),
	CALL(send),
	CALL(sendto),
	CALL(sendmmsg),
	CALL(recv),
	CALL(recvfrom),
	CALL(shutdown),
	CALL(write),
	CALL(writev),
	CALL(pipe2),
	CALL_IF(ioctl, 1, UINT32_MAX, FIONREAD),
	CALL_IF(ioctl, 1, UINT32_MAX, FIONBIO),
	CALL(fcntl),
	CALL(fcntl64),
	/* the thread of the resolver, and no other process */
	CALL_IF(clone, 0, CLONE_THREAD, CLONE_THREAD),
	CALL(rt_sigprocmask),
	CALL(rt_sigaction),
	CALL(sigaltstack),
	CALL(sched_yield),
	CALL(sched_getaffinity),
	CALL(nanosleep),
	CALL(clock_nanosleep),
	CALL(clock_nanosleep_time64),
	CALL(getuid),
	CALL(geteuid),
	CALL(getgid),
	CALL(getegid),
	CALL(uname),
	CALL(sysinfo),
};

static const struct allowed tpm[] = {
	CALL(read),
	CALL(write),
};

static const struct allowed ssh_keys[] = {
	/* to read */
	CALL(openat),
	CALL(read),
	CALL(pread64),
	CALL(lseek),
	CALL(_llseek),
	CALL(fstat),
	CALL(fstat64),
	CALL(newfstatat),
	CALL(fstatat64),
	CALL(statx),
	CALL(getdents64),
	CALL_IF(fcntl, 1, WHOLE, F_SETFD),
	CALL_IF(fcntl64, 1, WHOLE, F_SETFD),
	CALL_IF(fcntl, 1, WHOLE, F_GETFL),
	CALL_IF(fcntl64, 1, WHOLE, F_GETFL),
	CALL(geteuid),
	/* to answer */
	CALL_IF(write, 0, WHOLE, STDOUT_FILENO),
	CALL_IF(write, 0, WHOLE, STDERR_FILENO),
	/* to log: no address but the one that the socket is connected to */
	CALL_IF(sendto, 4, WHOLE, 0),
	CALL(send),
};

static const struct allowed emulator[] = {
	CALL_IF(socket, 0, WHOLE, AF_UNIX),
	CALL_IF(socket, 0, WHOLE, AF_INET),
	CALL_IF(socket, 0, WHOLE, AF_INET6),
	CALL(connect),
};

enum {
	TABLES_MAX = 4
};

struct table {
	const struct allowed *rows;
	size_t count;
};
#define TABLE(name)                                                            \
	{                                                                      \
		(name), sizeof(name) / sizeof((name)[0])                       \
	}

static const struct {
	struct table tables[TABLES_MAX]; /* the rest is empty */
	uint32_t otherwise;
} profiles[ATT_LOCKDOWN_PROFILE_COUNT] = {
	[ATT_LOCKDOWN_VERIFIER] = {
		{ TABLE(core), TABLE(channel), TABLE(verifier) },
		SCMP_ACT_KILL_PROCESS,
	},
	[ATT_LOCKDOWN_FINDER] = {
		{ TABLE(core), TABLE(finder) },
		SCMP_ACT_ERRNO(ENOSYS),
	},
	[ATT_LOCKDOWN_DEVICE] = {
		{ TABLE(core), TABLE(channel), TABLE(device) },
		SCMP_ACT_KILL_PROCESS,
	},
	[ATT_LOCKDOWN_SUPERVISOR] = {
		{ TABLE(core), TABLE(channel), TABLE(supervisor) },
		SCMP_ACT_KILL_PROCESS,
	},
	[ATT_LOCKDOWN_FETCHER] = {
		{ TABLE(core), TABLE(channel), TABLE(fetcher) },
		SCMP_ACT_ERRNO(ENOSYS),
	},
	[ATT_LOCKDOWN_TPM] = {
		{ TABLE(core), TABLE(channel), TABLE(tpm) },
		SCMP_ACT_KILL_PROCESS,
	},
	[ATT_LOCKDOWN_EMULATOR] = {
		{ TABLE(core), TABLE(channel), TABLE(tpm), TABLE(emulator) },
		SCMP_ACT_ERRNO(ENOSYS),
	},
	[ATT_LOCKDOWN_AGENT] = {
		{ TABLE(core), TABLE(channel) },
		SCMP_ACT_KILL_PROCESS,
	},
	[ATT_LOCKDOWN_SSH_KEYS] = {
		{ TABLE(core), TABLE(ssh_keys) },
		SCMP_ACT_KILL_PROCESS,
	},
};

static int
allow(scmp_filter_ctx filter, const struct allowed *row)
{
	const struct argument *a = &row->argument;
	struct scmp_arg_cmp cmp = {
		.arg = a->index,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = a->mask,
		.datum_b = a->value,
	};
	int r;

	if (a->check == ANY)
		r = seccomp_rule_add_array(
		    filter, SCMP_ACT_ALLOW, row->call, 0, NULL);
	else
		r = seccomp_rule_add_array(
		    filter, SCMP_ACT_ALLOW, row->call, 1, &cmp);
	/* EDOM: this architecture does not have the call. */
	return r == -EDOM ? 0 : r;
}

static int
allow_table(scmp_filter_ctx filter, const struct table *table)
{
	int r = 0;

	for (size_t i = 0; i < table->count && r == 0; i++)
		r = allow(filter, &table->rows[i]);
	return r;
}

static int
fill(scmp_filter_ctx filter, enum att_lockdown_profile profile)
{
	int r;

	r = seccomp_attr_set(
	    filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	for (size_t i = 0; i < TABLES_MAX && r == 0; i++)
		r = allow_table(filter, &profiles[profile].tables[i]);
	return r;
}

enum att_err
att_lockdown_system_calls(
    enum att_lockdown_profile profile, struct att_reason *why)
{
	scmp_filter_ctx filter = NULL;
	enum att_err err = att_lockdown_capabilities(why);
	int r = -EINVAL;

	if (err != ATT_OK || att_lockdown_is_relaxed())
		return err;
	if ((unsigned int)profile >= ATT_LOCKDOWN_PROFILE_COUNT)
		return att_refuse(
		    why, ATT_ERR_INTERNAL, "no such lock-down profile");
	filter = seccomp_init(profiles[profile].otherwise);
	if (filter != NULL)
		r = fill(filter, profile);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	if (r != 0)
		return att_refuse(why, ATT_ERR_SANDBOX,
		    "the system call filter cannot be loaded: %s",
		    strerror(-r));
	return ATT_OK;
}
