/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program that we start finds around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/spawn.h"

/* Runs a shell script and gives what it wrote into its channel. */
static void
run_script(const char *body, char *out, size_t size)
{
	char path[] = "./spawn-test-XXXXXX";
	char absolute[4096];
	int fds[2], fd, status;
	ssize_t got;
	size_t len = 0;
	pid_t pid;

	assert_true((fd = mkstemp(path)) >= 0);
	dprintf(fd, "#!/bin/sh\n%s\n", body);
	fchmod(fd, 0700);
	close(fd);
	assert_non_null(realpath(path, absolute));
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(att_spawn(absolute, fds[1], &pid, NULL), ATT_OK);
	close(fds[1]);
	while ((got = read(fds[0], out + len, size - 1 - len)) > 0)
		len += (size_t)got;
	out[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
}

static void
inherits_no_environment(void **state)
{
	char out[4096];

	(void)state;
	setenv("LD_BIND_NOW", "1", 1);
	setenv("OPENSSL_CONF", "/nowhere", 1);
	run_script("cat /proc/$$/environ >&0", out, sizeof(out));
	assert_null(strstr(out, "OPENSSL_CONF"));
	assert_null(strstr(out, "LD_BIND_NOW"));
}

static void
inherits_no_descriptor(void **state)
{
	int leak = open("/dev/null", O_RDONLY);
	char out[4096];

	(void)state;
	assert_int_equal(dup2(leak, 57), 57);
	run_script("test -e /proc/$$/fd/57 && echo leaked >&0\n"
		   "a=$(readlink /proc/$$/fd/1 /proc/$$/fd/2)\n"
		   "echo \"$a\" >&0",
	    out, sizeof(out));
	assert_string_equal(out, "/dev/null\n/dev/null\n");
	close(57);
	close(leak);
}

static void
starts_in_the_root_with_default_signals(void **state)
{
	sigset_t block, saved;
	const char *ignored;
	char out[8192];

	(void)state;
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigprocmask(SIG_BLOCK, &block, &saved);
	signal(SIGUSR1, SIG_IGN);
	run_script(
	    "pwd >&0\nexec grep -E '^Sig(Blk|Ign)' /proc/self/status >&0", out,
	    sizeof(out));
	signal(SIGUSR1, SIG_DFL);
	sigprocmask(SIG_SETMASK, &saved, NULL);
	assert_int_equal(strncmp(out, "/\n", 2), 0);
	assert_non_null(strstr(out, "SigBlk:\t0000000000000000"));
	/* Signals 32 and 33 belong to libc and cannot be set. */
	ignored = strstr(out, "SigIgn:\t");
	assert_non_null(ignored);
	assert_true((strtoull(ignored + 8, NULL, 16) & 0x7fffffff) == 0);
}

static void
missing_program_is_named(void **state)
{
	struct att_reason why = { .code = ATT_OK };
	pid_t pid;

	(void)state;
	assert_int_equal(
	    att_spawn("/nonexistent/program", 0, &pid, &why), ATT_ERR_SPAWN);
	assert_non_null(strstr(why.text, "/nonexistent/program"));
	assert_int_equal(pid, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inherits_no_environment),
		cmocka_unit_test(inherits_no_descriptor),
		cmocka_unit_test(starts_in_the_root_with_default_signals),
		cmocka_unit_test(missing_program_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
