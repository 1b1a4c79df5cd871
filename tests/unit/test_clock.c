/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines on the monotonic clock: base/clock.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <time.h>

#include "base/clock.h"

static void
counts_milliseconds(void **state)
{
	const struct timespec pause = { 0, 50 * 1000000L };
	int64_t before = att_clock_ms();

	(void)state;
	nanosleep(&pause, NULL);
	assert_in_range(att_clock_ms() - before, 50, 5000);
}

static void
says_what_is_left(void **state)
{
	int64_t now = att_clock_ms();

	(void)state;
	assert_int_equal(att_clock_ms_until(-1), -1);
	assert_int_equal(att_clock_ms_until(INT64_MIN), -1);
	assert_int_equal(att_clock_ms_until(0), 0);
	assert_int_equal(att_clock_ms_until(now - 1), 0);
	assert_in_range(att_clock_ms_until(now + 60000), 50000, 60000);
	assert_int_equal(att_clock_ms_until(INT64_MAX), INT_MAX);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_milliseconds),
		cmocka_unit_test(says_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
