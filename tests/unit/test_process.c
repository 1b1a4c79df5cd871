/* SPDX-License-Identifier: BSD-2-Clause */
/* A child of somebody else's process: it ends, whatever it or the host does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/channel.h"
#include "wire/process.h"

/* Ends when its channel, which is its standard input, does. */
static const char reader[] = "/bin/cat";

static struct att_process process;

static void
handler(int number)
{
	(void)number;
}

static void
start(void)
{
	struct att_reason why = { 0 };

	assert_int_equal(att_process_start(&process, reader, &why), ATT_OK);
	assert_true(process.pid > 0);
	assert_true(process.channel >= 0);
}

static void
check_no_child(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
ends_one_that_ends_by_itself(void **state)
{
	(void)state;
	start();
	att_process_end(&process, 5000);
	assert_true(process.has_status);
	assert_false(process.is_killed);
	assert_true(WIFEXITED(process.status));
	assert_int_equal(process.channel, -1);
	assert_int_equal(process.pidfd, -1);
	check_no_child();
}

static void
kills_one_that_does_not(void **state)
{
	int64_t before = att_clock_ms();

	(void)state;
	start();
	kill(process.pid, SIGSTOP);
	att_process_end(&process, 100);
	assert_true(att_clock_ms() - before < 2000);
	assert_true(process.has_status);
	assert_true(process.is_killed);
	assert_int_equal(WTERMSIG(process.status), SIGKILL);
	check_no_child();
}

/* Debian's kernels have pidfds since version 10; others may not. */
static void
does_without_a_pidfd(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		start();
		if (process.pidfd >= 0)
			close(process.pidfd);
		process.pidfd = -1;
		if (i == 1)
			kill(process.pid, SIGSTOP);
		att_process_end(&process, i == 0 ? 5000 : 100);
		assert_true(process.has_status);
		assert_int_equal(process.is_killed, i == 1);
		check_no_child();
	}
}

static void
kills_nobody_when_the_host_has_reaped_it(void **state)
{
	int64_t before = att_clock_ms();

	(void)state;
	start();
	kill(process.pid, SIGKILL);
	assert_int_equal(waitpid(process.pid, NULL, 0), process.pid);
	att_process_end(&process, 5000);
	assert_true(att_clock_ms() - before < 2000);
	assert_false(process.has_status);
	assert_false(process.is_killed);
}

static void
leaves_other_children_alone(void **state)
{
	pid_t other = fork();

	(void)state;
	if (other == 0)
		_exit(5);
	assert_true(other > 0);
	start();
	att_process_end(&process, 5000);
	int status;
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 5);
}

static void
gives_the_host_its_handler_back(void **state)
{
	struct sigaction action = { .sa_handler = handler }, now, old;
	struct att_reason why = { 0 };

	(void)state;
	sigemptyset(&action.sa_mask);
	sigaction(SIGCHLD, &action, &old);
	start();
	sigaction(SIGCHLD, NULL, &now);
	assert_ptr_equal(now.sa_handler, SIG_DFL);
	att_process_end(&process, 5000);
	sigaction(SIGCHLD, NULL, &now);
	assert_ptr_equal(now.sa_handler, handler);
	/* Also when nothing was started. */
	assert_int_equal(
	    att_process_start(&process, "/nowhere/x", &why), ATT_ERR_SPAWN);
	assert_non_null(strstr(why.text, "/nowhere/x"));
	sigaction(SIGCHLD, NULL, &now);
	assert_ptr_equal(now.sa_handler, handler);
	sigaction(SIGCHLD, &old, NULL);
	check_no_child();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_one_that_ends_by_itself),
		cmocka_unit_test(kills_one_that_does_not),
		cmocka_unit_test(does_without_a_pidfd),
		cmocka_unit_test(kills_nobody_when_the_host_has_reaped_it),
		cmocka_unit_test(leaves_other_children_alone),
		cmocka_unit_test(gives_the_host_its_handler_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
