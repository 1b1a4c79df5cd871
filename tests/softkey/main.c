/* SPDX-License-Identifier: BSD-2-Clause */
/* softkey: a CTAP 2.1 and U2F authenticator on a terminal or a USB. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca.h"
#include "fatal.h"
#include "options.h"
#include "serve.h"

#define PATH_MAX_LEN 64

static void
make_ca(const struct options *opt)
{
	struct ca_folder folder = {
		.dir = opt->make_ca,
		.ca_name = opt->ca_name,
		.leaf_name = opt->leaf_name,
		.intermediate = opt->intermediate,
		.leaf = opt->u2f_leaf ? CERT_U2F_LEAF : CERT_PACKED_LEAF,
		.aaguid = opt->aaguid,
	};

	ca_write_folder(&folder);
}

static void
block_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, old);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

/* The responder as a child that leads a session and dies with us. */
static pid_t
start_responder(const struct options *opt, int ready_fd, int other_fd)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		fatal("cannot fork: %m");
	if (pid != 0)
		return pid;
	if (other_fd >= 0)
		close(other_fd);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || setsid() < 0)
		_exit(1);
	serve(opt, ready_fd);
	exit(0);
}

static pid_t
start_command(char **command, const char *path, const sigset_t *mask)
{
	pid_t pid = fork();

	if (pid < 0)
		fatal("cannot fork: %m");
	if (pid != 0)
		return pid;
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	setenv("SOFTKEY_PATH", path, 1);
	execvp(command[0], command);
	fprintf(stderr, "softkey: %s: cannot be run: %s\n", command[0],
	    strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static int
exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return 128 + WTERMSIG(status);
}

/* A Ctrl-C that the terminal has given to the child as well */
static bool
is_shared_interrupt(const siginfo_t *info, pid_t pid)
{
	return info->si_signo == SIGINT && info->si_code == SI_KERNEL &&
	       getpgid(pid) == getpgrp();
}

/* Waits for one child; SIGTERM and SIGINT are passed on to it. */
static int
wait_for(pid_t pid)
{
	sigset_t set;
	siginfo_t info;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigwaitinfo(&set, &info) < 0 || info.si_signo == SIGCHLD ||
		    is_shared_interrupt(&info, pid))
			continue;
		kill(pid, SIGTERM);
	}
	return exit_code(status);
}

static int
run_command(const struct options *opt, const sigset_t *mask)
{
	char path[PATH_MAX_LEN];
	int fds[2];
	pid_t responder;
	ssize_t n;
	int code = 1;

	if (pipe2(fds, 0) != 0)
		fatal("cannot make a pipe: %m");
	responder = start_responder(opt, fds[1], fds[0]);
	close(fds[1]);
	n = read(fds[0], path, sizeof(path) - 1);
	close(fds[0]);
	if (n > 1) {
		path[n - 1] = '\0';
		code = wait_for(start_command(opt->command, path, mask));
		kill(responder, SIGTERM);
	}
	(void)wait_for(responder);
	return code;
}

int
main(int argc, char **argv)
{
	struct options opt;
	sigset_t mask;

	options_parse(&opt, argc, argv);
	if (opt.make_ca != NULL) {
		make_ca(&opt);
		return 0;
	}
	block_signals(&mask);
	if (opt.exec)
		return run_command(&opt, &mask);
	/* The leader of a process group cannot make a session of its own. */
	if (setsid() < 0)
		return wait_for(start_responder(&opt, STDOUT_FILENO, -1));
	serve(&opt, STDOUT_FILENO);
	return 0;
}
