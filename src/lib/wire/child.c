/* SPDX-License-Identifier: BSD-2-Clause */
/* Started, waited for, and let go. */
#include <sys/wait.h>

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"
#include "wire/channel.h"
#include "wire/child.h"

void
att_child_init(struct att_child *child)
{
	*child = (struct att_child){ .channel = -1 };
}

enum att_err
att_child_start(
    struct att_child *child, const char *program, struct att_reason *why)
{
	enum att_err err;
	int fds[2];
	pid_t pid;

	att_child_init(child);
	if ((err = att_channel_pair(fds)) != ATT_OK)
		return att_refuse_plain(why, err);
	err = att_spawn(program, fds[1], &pid, why);
	close(fds[1]);
	if (err != ATT_OK) {
		close(fds[0]);
		return err;
	}
	*child = (struct att_child){ .channel = fds[0], .pid = pid };
	return ATT_OK;
}

static pid_t
poll_end(pid_t pid, int *status)
{
	pid_t r;

	do
		r = waitpid(pid, status, WNOHANG);
	while (r < 0 && errno == EINTR);
	return r;
}

bool
att_child_has_ended(struct att_child *child, int milliseconds, int *status)
{
	int64_t deadline = att_clock_ms() + milliseconds;
	const struct timespec step = { .tv_nsec = 500000 };
	pid_t r;

	*status = -1;
	if (child->pid <= 0)
		return false;
	while ((r = poll_end(child->pid, status)) == 0 &&
	       att_clock_ms() < deadline)
		nanosleep(&step, NULL);
	if (r == 0)
		return false;
	child->pid = 0;
	return true;
}

void
att_child_end(struct att_child *child, int milliseconds)
{
	int status;

	if (child->channel >= 0)
		close(child->channel);
	(void)att_child_has_ended(child, milliseconds, &status);
	att_child_init(child);
}
