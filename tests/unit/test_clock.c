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

static void
shows_utc(void **state)
{
	char text[ATT_UTC_SHOWN];

	(void)state;
	assert_string_equal(
	    att_clock_show_utc(0, text), "1970-01-01T00:00:00Z");
	assert_string_equal(
	    att_clock_show_utc(951782399, text), "2000-02-28T23:59:59Z");
	assert_string_equal(
	    att_clock_show_utc(-1, text), "1969-12-31T23:59:59Z");
	assert_string_equal(
	    att_clock_show_utc(INT64_MAX, text), "9223372036854775807");
	assert_string_equal(
	    att_clock_show_utc(INT64_MIN, text), "-9223372036854775808");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_milliseconds),
		cmocka_unit_test(says_what_is_left),
		cmocka_unit_test(shows_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
