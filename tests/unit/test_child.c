/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs as children: one that ends, one that stays, one that is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "wire/child.h"

enum {
	LONG_MS = 5000
};

/* cat reads its descriptor 0, the channel, until that is closed. */
static const char program[] = "/bin/cat";

static struct att_child
start(const char *path)
{
	struct att_reason why = { 0 };
	struct att_child child;

	assert_int_equal(att_child_start(&child, path, &why), ATT_OK);
	assert_true(child.pid > 0);
	assert_true(child.channel >= 0);
	return child;
}

static void
test_no_program(void **state)
{
	struct att_child child = { .channel = 7, .pid = 7 };
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(att_child_start(&child, "/nonexistent/program", &why),
	    ATT_ERR_SPAWN);
	assert_non_null(strstr(why.text, "/nonexistent/program"));
	assert_int_equal(child.channel, -1);
	assert_int_equal(child.pid, 0);
	att_child_end(&child, LONG_MS);
}

static void
test_end_by_channel(void **state)
{
	struct att_child child = start(program);
	pid_t pid = child.pid;
	int status;

	(void)state;
	assert_false(att_child_has_ended(&child, 0, &status));
	att_child_end(&child, LONG_MS);
	assert_int_equal(child.channel, -1);
	assert_int_equal(child.pid, 0);
	/* Reaped: it is nobody's child any more. */
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
}

static void
test_status(void **state)
{
	struct att_child child = start("/bin/false");
	int status;

	(void)state;
	assert_true(att_child_has_ended(&child, LONG_MS, &status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_false(att_child_has_ended(&child, LONG_MS, &status));
	att_child_end(&child, LONG_MS);
}

static void
test_signal(void **state)
{
	struct att_child child = start(program);
	int status;

	(void)state;
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	assert_true(att_child_has_ended(&child, LONG_MS, &status));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	att_child_end(&child, LONG_MS);
}

/* One that does not end is let go in time. */
static void
test_stopped(void **state)
{
	struct att_child child = start(program);
	pid_t pid = child.pid;
	int64_t begin = att_clock_ms();

	(void)state;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	att_child_end(&child, 20);
	assert_true(att_clock_ms() - begin < LONG_MS);
	assert_int_equal(child.pid, 0);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Reaped by somebody else. */
static void
test_taken(void **state)
{
	struct att_child child = start("/bin/true");
	int status;

	(void)state;
	assert_int_equal(waitpid(child.pid, NULL, 0), child.pid);
	assert_true(att_child_has_ended(&child, LONG_MS, &status));
	assert_int_equal(status, -1);
	att_child_end(&child, LONG_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_program),
		cmocka_unit_test(test_end_by_channel),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
