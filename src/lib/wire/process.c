/* SPDX-License-Identifier: BSD-2-Clause */
/* The child's life: started, waited for, killed, reaped. */
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/spawn.h"
#include "wire/channel.h"
#include "wire/process.h"

enum {
	KILL_WAIT_MS = 1000, /* uninterruptible sleep outlives SIGKILL */
	POLL_MS = 5,	     /* without a pidfd */
};

static void
restore_sigchld(const struct att_process *process)
{
	sigaction(SIGCHLD, &process->sigchld, NULL);
}

static enum att_err
set_sigchld_default(struct att_process *process, struct att_reason *why)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigemptyset(&action.sa_mask);
	if (sigaction(SIGCHLD, &action, &process->sigchld) != 0)
		return att_refuse(
		    why, ATT_ERR_SYSTEM, "sigaction: %s", strerror(errno));
	return ATT_OK;
}

static enum att_err
spawn(struct att_process *process, const char *path, struct att_reason *why)
{
	enum att_err r;
	int fds[2];

	if ((r = att_channel_pair(fds)) != ATT_OK)
		return att_refuse(why, r, "socketpair: %s", strerror(errno));
	r = att_spawn(path, fds[1], &process->pid, why);
	close(fds[1]);
	if (r != ATT_OK) {
		close(fds[0]);
		return r;
	}
	process->channel = fds[0];
	process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	return ATT_OK;
}

enum att_err
att_process_start(
    struct att_process *process, const char *path, struct att_reason *why)
{
	enum att_err r;

	*process =
	    (struct att_process){ .pid = -1, .pidfd = -1, .channel = -1 };
	if ((r = set_sigchld_default(process, why)) != ATT_OK)
		return r;
	if ((r = spawn(process, path, why)) != ATT_OK)
		restore_sigchld(process);
	return r;
}

/* True when there is no such child any more, reaped by us or by the host. */
static bool
is_gone(struct att_process *process)
{
	pid_t r;

	do {
		r = waitpid(process->pid, &process->status, WNOHANG);
	} while (r < 0 && errno == EINTR);
	process->has_status = r == process->pid;
	return r != 0;
}

static bool
is_gone_within(struct att_process *process, int milliseconds)
{
	int64_t deadline = att_clock_ms() + milliseconds;
	struct pollfd pfd = { .fd = process->pidfd, .events = POLLIN };
	int64_t left;

	while (!is_gone(process)) {
		if ((left = deadline - att_clock_ms()) <= 0)
			return false;
		if (process->pidfd >= 0)
			(void)poll(&pfd, 1, (int)left);
		else
			(void)poll(NULL, 0, POLL_MS);
	}
	return true;
}

void
att_process_end(struct att_process *process, int grace_ms)
{
	close(process->channel);
	process->channel = -1;
	if (!is_gone_within(process, grace_ms)) {
		/* Not reaped yet, so the number still means this child. */
		process->is_killed = kill(process->pid, SIGKILL) == 0;
		(void)is_gone_within(process, KILL_WAIT_MS);
	}
	if (process->pidfd >= 0)
		close(process->pidfd);
	process->pidfd = -1;
	restore_sigchld(process);
}
