/* SPDX-License-Identifier: BSD-2-Clause */
/* The bar on a terminal: attestctl/progress.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/progress.h"

static void
shows_how_far_it_is_and_how_long_it_takes(void **state)
{
	struct att_progress progress = { .what = "audit", .total = 200 };
	char text[ATT_PROGRESS_TEXT];

	(void)state;
	att_progress_print(&progress, 50, 10000, text);
	assert_string_equal(
	    text, "audit  [######..................]  25%  30 s left");
	att_progress_print(&progress, 1, 10000, text);
	assert_string_equal(
	    text, "audit  [........................]   0%  34 min left");
	att_progress_print(&progress, 0, 3000, text);
	assert_string_equal(text, "audit  [........................]   0%");
	att_progress_print(&progress, 200, 3000, text);
	assert_string_equal(text, "audit  [########################] 100%");
	att_progress_print(&progress, 201, 3000, text);
	assert_string_equal(text, "audit  [########################] 100%");
	progress.total = 0;
	att_progress_print(&progress, 201, 3000, text);
	assert_string_equal(text, "audit  201");
	att_progress_print(&progress, 0, 3000, text);
	assert_string_equal(text, "audit  waiting for 3 s");
}

/* What a second and a half, then two and a half seconds of work draw. */
static void
work(void)
{
	struct att_progress progress;

	att_progress_begin(&progress, "audit", 4);
	att_progress_step(&progress, 1);
	progress.begun -= 2500;
	progress.next -= 1500;
	att_progress_step(&progress, 1);
	fputs("(early)", stderr);
	progress.next -= 1000;
	att_progress_step(&progress, 1);
	att_progress_step(&progress, 2);
	att_progress_clear(&progress);
	att_progress_clear(&progress);
}

/* Everything that work() writes to a standard error that is out. */
static void
draw(int out)
{
	int saved = dup(STDERR_FILENO);

	fflush(stderr);
	assert_true(saved >= 0);
	assert_true(dup2(out, STDERR_FILENO) >= 0);
	work();
	fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
}

/* As much as is wanted, or what has come when nothing more does. */
static void
read_some(int fd, char *text, size_t wanted)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t n;

	while (len < wanted && poll(&waiting, 1, 5000) == 1 &&
	       (n = read(fd, text + len, wanted - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
}

static void
draws_late_and_leaves_nothing(void **state)
{
	static const char wanted[] =
	    "(early)\r\033[Kaudit  [######..................]  25%  8 s left"
	    "\r\033[K";
	int master = posix_openpt(O_RDWR | O_NOCTTY), terminal;
	char text[sizeof(wanted)];

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(terminal >= 0);
	draw(terminal);
	read_some(master, text, sizeof(wanted) - 1);
	assert_string_equal(text, wanted);
	close(terminal);
	close(master);
}

static void
draws_nothing_into_a_file(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	draw(fileno(file));
	assert_int_equal(lseek(fileno(file), 0, SEEK_END), strlen("(early)"));
	fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_how_far_it_is_and_how_long_it_takes),
		cmocka_unit_test(draws_late_and_leaves_nothing),
		cmocka_unit_test(draws_nothing_into_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
