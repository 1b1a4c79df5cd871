/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kills a command (SIGKILL) in the middle of what it does to files:
 *	kill_at N COMMAND [ARG]...
 * at the Nth stop, which are before and after each system call that makes,
 * writes, renames, removes or flushes a file, or changes its mode. Says on
 * standard error which one it was, and ends with 0; with 3 when the command
 * had ended by itself before, and with 1 when it had failed.
 */
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/ptrace.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
	SYSCALL_STOP = SIGTRAP | 0x80,
	ENDED = 3
};

static const struct {
	long call;
	const char *name;
} calls[] = {
	{ SYS_write, "write" },
	{ SYS_fsync, "fsync" },
	{ SYS_fchmod, "fchmod" },
	{ SYS_flock, "flock" },
	{ SYS_unlinkat, "unlinkat" },
	{ SYS_mkdirat, "mkdirat" },
#ifdef SYS_mkdir
	{ SYS_mkdir, "mkdir" },
#endif
#ifdef SYS_renameat
	{ SYS_renameat, "renameat" },
#endif
	{ SYS_renameat2, "renameat2" },
};

static const char *
name_of(const struct ptrace_syscall_info *info)
{
	if (info->entry.nr == SYS_openat &&
	    (info->entry.args[2] & O_CREAT) != 0)
		return "openat";
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if ((unsigned long)calls[i].call == info->entry.nr)
			return calls[i].name;
	}
	return NULL;
}

static pid_t
start(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			err(127, "ptrace");
		execv(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, OPTIONS) != 0)
		errx(1, "%s cannot be traced", argv[0]);
	return pid;
}

/* Lets it run to the next stop at a call of ours; NULL: it has ended. */
static const char *
next_stop(pid_t pid, const char **inside, int *status)
{
	struct ptrace_syscall_info info;
	long sig = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, sig) != 0 ||
		    waitpid(pid, status, 0) != pid)
			err(1, "ptrace");
		if (!WIFSTOPPED(*status))
			return NULL;
		sig = WSTOPSIG(*status);
		if (sig != SYSCALL_STOP)
			continue;
		sig = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <
		    0)
			err(1, "PTRACE_GET_SYSCALL_INFO");
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
			if ((*inside = name_of(&info)) != NULL)
				return *inside;
		} else if (*inside != NULL) {
			const char *name = *inside;

			*inside = NULL;
			return name;
		}
	}
}

int
main(int argc, char **argv)
{
	const char *inside = NULL, *name = NULL;
	long count = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	int status;
	pid_t pid;

	if (count < 1)
		errx(1, "usage: kill_at N COMMAND [ARG]...");
	pid = start(argv + 2);
	for (long i = 0; i < count; i++) {
		if ((name = next_stop(pid, &inside, &status)) == NULL)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0
				   ? ENDED
				   : EXIT_FAILURE;
	}
	if (kill(pid, SIGKILL) != 0)
		err(1, "kill");
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		;
	fprintf(stderr, "%s %s\n", inside == NULL ? "after" : "before", name);
	return EXIT_SUCCESS;
}
