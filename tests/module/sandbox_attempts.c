/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process that was taken over would try first. System calls are made
 * directly, as injected code would make them.
 */
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandbox_attempts.h"

enum {
	PAGE = 4096
};

static int
open_path(const char *path, int flags)
{
	return syscall(SYS_openat, AT_FDCWD, path, flags, 0600) < 0 ? -1 : 0;
}

static int
read_file(void)
{
	return open_path("/etc/passwd", O_RDONLY);
}

static int
read_folder(void)
{
	return open_path("/", O_RDONLY | O_DIRECTORY);
}

static int
open_device(void)
{
	return open_path("/dev/null", O_RDWR);
}

static int
open_memory(void)
{
	return open_path("/proc/self/mem", O_RDWR);
}

static int
create_file(void)
{
	char path[64];
	int r;

	snprintf(path, sizeof(path), "/tmp/.att-sandbox-%ld",
	    (long)syscall(SYS_getpid));
	r = open_path(path, O_CREAT | O_EXCL | O_WRONLY);
	if (r == 0)
		unlink(path);
	return r;
}

static int
look_at_file(void)
{
	char target[64];

	return syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", target,
		   sizeof(target)) < 0
		   ? -1
		   : 0;
}

static int
make_socket(int domain, int type)
{
	return syscall(SYS_socket, domain, type, 0) < 0 ? -1 : 0;
}

static int
tcp_socket(void)
{
	return make_socket(AF_INET, SOCK_STREAM);
}

static int
udp_socket(void)
{
	return make_socket(AF_INET6, SOCK_DGRAM);
}

static int
unix_socket(void)
{
	return make_socket(AF_UNIX, SOCK_STREAM);
}

static int
netlink_socket(void)
{
	return make_socket(AF_NETLINK, SOCK_RAW);
}

static int
socket_pair(void)
{
	int fds[2];

	return syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fds) < 0 ? -1
									 : 0;
}

/* Nobody listens there: what counts is whether the call is let through. */
static int
connect_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		fd = 0; /* the channel will do */
	return syscall(SYS_connect, fd, &to, sizeof(to)) < 0 ? -1 : 0;
}

static int
execute(void)
{
	char name[] = "true";
	char *argv[] = { name, NULL }, *envp[] = { NULL };

	syscall(SYS_execve, "/bin/true", argv, envp);
	return -1;
}

static int
fork_process(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : 0;
}

static int
run_thread(void *arg)
{
	(void)arg;
	return 0;
}

static int
start_thread(void)
{
	static uint8_t stack[16 * PAGE];
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		    CLONE_THREAD | CLONE_SYSVSEM;

	return clone(run_thread, stack + sizeof(stack), flags, NULL) < 0 ? -1
									 : 0;
}

static int
new_namespace(void)
{
	return syscall(SYS_unshare, CLONE_NEWUSER) < 0 ? -1 : 0;
}

static int
be_traced(void)
{
	return syscall(SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL) < 0 ? -1 : 0;
}

static int
trace_parent(void)
{
	return syscall(SYS_ptrace, PTRACE_SEIZE, getppid(), NULL, NULL) < 0 ? -1
									    : 0;
}

static int
read_parent(void)
{
	char byte;
	struct iovec here = { &byte, 1 };
	struct iovec there = { &byte, 1 }; /* mapped there, too */

	return syscall(
		   SYS_process_vm_readv, getppid(), &here, 1, &there, 1, 0) < 0
		   ? -1
		   : 0;
}

static int
signal_parent(void)
{
	return syscall(SYS_kill, getppid(), SIGCONT) < 0 ? -1 : 0;
}

static int
signal_itself(void)
{
	return syscall(SYS_tgkill, getpid(), gettid(), SIGCONT) < 0 ? -1 : 0;
}

static int
map_code(void)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? -1
		   : 0;
}

static int
make_code(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ||
		       mprotect(page, PAGE, PROT_READ | PROT_EXEC) != 0
		   ? -1
		   : 0;
}

static int
memory_file(void)
{
	return syscall(SYS_memfd_create, "x", 0) < 0 ? -1 : 0;
}

static int
push_into_terminal(void)
{
	int size;

	return syscall(SYS_ioctl, 0, 0x541B /* FIONREAD */, &size) < 0 ? -1 : 0;
}

static int
control_process(void)
{
	return syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0) < 0 ? -1
									   : 0;
}

static int
change_identity(void)
{
	return syscall(SYS_setresuid, geteuid(), geteuid(), geteuid()) < 0 ? -1
									   : 0;
}

static int
change_folder(void)
{
	return syscall(SYS_chdir, "/") < 0 ? -1 : 0;
}

static int
undo_deadline(void)
{
	return syscall(SYS_setitimer, 0, &(struct { long v[4]; }){ { 0 } },
		   NULL) < 0
		   ? -1
		   : 0;
}

static int
ignore_deadline(void)
{
	return signal(SIGALRM, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static int
hold_deadline_off(void)
{
	sigset_t all;

	sigfillset(&all);
	return sigprocmask(SIG_BLOCK, &all, NULL);
}

static int
more_files(void)
{
	struct {
		uint64_t soft, hard;
	} limit;

	return syscall(SYS_prlimit64, 0, 7 /* NOFILE */, NULL, &limit) < 0 ? -1
									   : 0;
}

static int
load_filter(void)
{
	/* An error that only a call that was let through can give. */
	return syscall(SYS_seccomp, 2 /* GET_ACTION_AVAIL */, 0,
		   &(uint32_t){ 0x7fff0000U }) < 0
		   ? -1
		   : 0;
}

static int
rings(void)
{
	uint8_t parameters[120] = { 0 };

	return syscall(SYS_io_uring_setup, 1, parameters) < 0 ? -1 : 0;
}

/* As who wants to stay would; the end of the channel is not looked at. */
static int
stay(void)
{
	for (volatile bool is_here = true; is_here;)
		continue;
	return 0;
}

static int
nothing(void)
{
	return 0;
}

const struct attempt attempts[] = {
	{ "nothing", nothing, true, false },
	{ "read-file", read_file, true, true },
	{ "read-folder", read_folder, true, true },
	{ "open-device", open_device, true, true },
	{ "open-memory", open_memory, false, false },
	{ "create-file", create_file, true, true },
	{ "look-at-file", look_at_file, true, false },
	{ "tcp-socket", tcp_socket, true, false },
	{ "udp-socket", udp_socket, false, false },
	{ "unix-socket", unix_socket, true, false },
	{ "netlink-socket", netlink_socket, true, false },
	{ "socket-pair", socket_pair, true, false },
	{ "connect", connect_tcp, false, false },
	{ "execute", execute, false, false },
	{ "fork", fork_process, true, false },
	{ "thread", start_thread, true, false },
	{ "namespace", new_namespace, false, false },
	{ "be-traced", be_traced, true, false },
	{ "trace-parent", trace_parent, false, false },
	{ "read-parent", read_parent, false, false },
	{ "signal-parent", signal_parent, true, false },
	{ "signal-itself", signal_itself, true, false },
	{ "map-code", map_code, true, false },
	{ "make-code", make_code, true, false },
	{ "memory-file", memory_file, true, false },
	{ "ioctl", push_into_terminal, false, false },
	{ "prctl", control_process, true, false },
	{ "change-identity", change_identity, true, false },
	{ "change-folder", change_folder, true, false },
	{ "undo-deadline", undo_deadline, true, false },
	{ "ignore-deadline", ignore_deadline, true, false },
	{ "block-deadline", hold_deadline_off, true, false },
	{ "limits", more_files, true, false },
	{ "seccomp", load_filter, true, false },
	{ "io-uring", rings, false, false },
};
const size_t attempt_count = sizeof(attempts) / sizeof(attempts[0]);

static const struct attempt staying = { "stay", stay, true, false };

const struct attempt *
attempt_find(const char *name)
{
	if (strcmp(name, staying.name) == 0)
		return &staying;
	for (size_t i = 0; i < attempt_count; i++)
		if (strcmp(attempts[i].name, name) == 0)
			return &attempts[i];
	return NULL;
}
