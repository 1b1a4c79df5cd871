/* SPDX-License-Identifier: BSD-2-Clause */
/* A program of others that is run for what it prints. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"
#include "maa/program.h"

enum {
	CHUNK = 4096,
	POLL_MS = 5, /* for the end of a process that has closed its output */
};

/* --- The check ---------------------------------------------------------- */

/* Nobody but root can change, replace or rename what is at path. */
static enum att_err
check_component(const char *path, struct att_reason *why)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be examined: %s", path, strerror(errno));
	if (st.st_uid != 0)
		return att_refuse(why, ATT_ERR_FILE_PERMISSIONS,
		    "%s belongs to user %ld and has to belong to root, or "
		    "the program below it is not run",
		    path, (long)st.st_uid);
	if (!S_ISLNK(st.st_mode) && (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
	    !(S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0))
		return att_refuse(why, ATT_ERR_FILE_PERMISSIONS,
		    "%s can be written by its group or by others (mode "
		    "%04o); run: chmod go-w '%s'",
		    path, (unsigned int)(st.st_mode & 07777), path);
	return ATT_OK;
}

/* From the root down to path itself. */
static enum att_err
check_components(const char *path, struct att_reason *why)
{
	char part[PATH_MAX];
	enum att_err err;

	if ((err = check_component("/", why)) != ATT_OK)
		return err;
	if (strlen(path) >= sizeof(part))
		return att_refuse_plain(why, ATT_ERR_TOO_LARGE);
	for (const char *end = path; *end != '\0';) {
		end += 1 + strcspn(end + 1, "/");
		memcpy(part, path, (size_t)(end - path));
		part[end - path] = '\0';
		if ((err = check_component(part, why)) != ATT_OK)
			return err;
	}
	return ATT_OK;
}

static enum att_err
refuse_path(const char *path, int error, struct att_reason *why)
{
	if (error == ENOENT || error == ENOTDIR)
		return att_refuse(
		    why, ATT_ERR_FILE_NOT_FOUND, "%s does not exist", path);
	return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
	    "%s cannot be examined: %s", path, strerror(error));
}

/* What path is, its links followed, into real. */
static enum att_err
find_program(const char *path, char real[PATH_MAX], struct att_reason *why)
{
	struct stat st;
	enum att_err err;

	if (realpath(path, real) == NULL)
		return refuse_path(path, errno, why);
	if ((err = check_components(path, why)) != ATT_OK ||
	    (err = check_components(real, why)) != ATT_OK)
		return err;
	if (stat(real, &st) != 0)
		return refuse_path(path, errno, why);
	if (!S_ISREG(st.st_mode) || (st.st_mode & S_IXUSR) == 0)
		return att_refuse(why, ATT_ERR_FILE_TYPE,
		    "%s is not a program that can be run", path);
	return ATT_OK;
}

enum att_err
att_program_check(const char *path, struct att_reason *why)
{
	char real[PATH_MAX];

	return find_program(path, real, why);
}

/* --- Running it --------------------------------------------------------- */

/* A process, and the ends of the pipes that we read; -1: closed. */
struct child {
	pid_t pid;
	int out;
	int err;
};

static int
add_actions(posix_spawn_file_actions_t *actions, int out, int err)
{
	int r;

	if ((r = posix_spawn_file_actions_addopen(
		 actions, 0, "/dev/null", O_RDONLY, 0)) != 0 ||
	    (r = posix_spawn_file_actions_adddup2(actions, out, 1)) != 0)
		return r;
	return posix_spawn_file_actions_adddup2(actions, err, 2);
}

/* posix_spawn(3) does not change what argv and envp point to. */
static char *const *
unconst(const char *const *list)
{
	union {
		const char *const *from;
		char *const *to;
	} both = { .from = list };

	return both.to;
}

static int
spawn(const struct att_program *program, const char *real, int out, int err,
    pid_t *pidp)
{
	posix_spawn_file_actions_t actions;
	int r;

	if ((r = posix_spawn_file_actions_init(&actions)) != 0)
		return r;
	if ((r = add_actions(&actions, out, err)) == 0)
		r = att_spawn_alone(real, &actions, unconst(program->argv),
		    unconst(program->envp), pidp);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Our ends above the standard ones, which the child gets others of. */
static bool
open_pipe(int ends[2])
{
	int high;

	ends[0] = ends[1] = -1;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		if (ends[i] > STDERR_FILENO)
			continue;
		high = fcntl(ends[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(ends[i]);
		if ((ends[i] = high) < 0)
			return false;
	}
	return true;
}

static enum att_err
start(const struct att_program *program, const char *real, struct child *child)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 };
	int r = 0;

	*child = (struct child){ .pid = -1, .out = -1, .err = -1 };
	if (!open_pipe(out) || !open_pipe(err))
		r = errno;
	else
		r = spawn(program, real, out[1], err[1], &child->pid);
	close_end(&out[1]);
	close_end(&err[1]);
	if (r != 0) {
		close_end(&out[0]);
		close_end(&err[0]);
		errno = r;
		return ATT_ERR_SPAWN;
	}
	child->out = out[0];
	child->err = err[0];
	return ATT_OK;
}

/* Some bytes of a pipe; at its end it is closed. */
static enum att_err
read_some(int *fd, struct att_buf *buf, bool may_be_cut)
{
	uint8_t chunk[CHUNK];
	enum att_err err = ATT_OK;
	ssize_t n;

	n = read(*fd, chunk, sizeof(chunk));
	if (n > 0)
		err = att_buf_put(buf, chunk, (size_t)n);
	else if (n == 0 || errno != EINTR)
		close_end(fd);
	explicit_bzero(chunk, sizeof(chunk));
	return err == ATT_ERR_TOO_LARGE && may_be_cut ? ATT_OK : err;
}

static enum att_err
read_all(struct child *child, int64_t deadline, struct att_buf *output,
    struct att_buf *errors)
{
	enum att_err err = ATT_OK;

	while (err == ATT_OK && (child->out >= 0 || child->err >= 0)) {
		struct pollfd fds[] = {
			{ .fd = child->out, .events = POLLIN },
			{ .fd = child->err, .events = POLLIN },
		};

		if (att_clock_ms_until(deadline) == 0)
			return ATT_ERR_PEER_SILENT;
		if (poll(fds, 2, att_clock_ms_until(deadline)) <= 0)
			continue;
		if (fds[0].revents != 0)
			err = read_some(&child->out, output, false);
		if (err == ATT_OK && fds[1].revents != 0)
			err = read_some(&child->err, errors, true);
	}
	return err;
}

static enum att_err
wait_for(pid_t pid, int64_t deadline, int *status)
{
	pid_t r;

	while ((r = waitpid(pid, status, WNOHANG)) != pid) {
		if (r < 0 && errno != EINTR)
			return ATT_ERR_SYSTEM;
		if (att_clock_ms_until(deadline) == 0)
			return ATT_ERR_PEER_SILENT;
		(void)poll(NULL, 0, POLL_MS);
	}
	return ATT_OK;
}

static void
kill_and_reap(pid_t pid)
{
	/* The leader of its group, of which others may be left. */
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static enum att_err
explain(
    const struct att_program *program, enum att_err err, struct att_reason *why)
{
	if (err == ATT_ERR_SPAWN)
		return att_refuse(why, err, "%s cannot be started: %s",
		    program->path, strerror(errno));
	if (err == ATT_ERR_PEER_SILENT)
		return att_refuse(why, err,
		    "%s did not end within %u seconds and was killed",
		    program->path, program->seconds);
	if (err == ATT_ERR_TOO_LARGE)
		return att_refuse(why, err,
		    "%s printed more than it should and was killed",
		    program->path);
	return att_refuse_plain(why, err);
}

/* From its start to its end. */
static enum att_err
run(const struct att_program *program, const char *real, struct att_buf *output,
    struct att_buf *errors, int *status)
{
	int64_t deadline = att_clock_ms() + (int64_t)program->seconds * 1000;
	struct child child;
	enum att_err err;

	if ((err = start(program, real, &child)) != ATT_OK)
		return err;
	if ((err = read_all(&child, deadline, output, errors)) == ATT_OK)
		err = wait_for(child.pid, deadline, status);
	if (err != ATT_OK)
		kill_and_reap(child.pid);
	close_end(&child.out);
	close_end(&child.err);
	return err;
}

/*
 * Who started us may ignore SIGCHLD, and then the kernel tells nobody how a
 * child has ended.
 */
enum att_err
att_program_run(const struct att_program *program, struct att_buf *output,
    struct att_buf *errors, int *status, struct att_reason *why)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, before;
	char real[PATH_MAX];
	enum att_err err;

	*status = 0;
	if ((err = find_program(program->path, real, why)) != ATT_OK)
		return err;
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGCHLD, &action, &before) != 0)
		return att_refuse(
		    why, ATT_ERR_SYSTEM, "sigaction: %s", strerror(errno));
	err = run(program, real, output, errors, status);
	sigaction(SIGCHLD, &before, NULL);
	return explain(program, err, why);
}
