/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading points in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attestctl/moment.h"

static void
reads_what_is_a_time(void **state)
{
	static const struct {
		const char *text;
		time_t at;
	} cases[] = {
		{ "0", 0 },
		{ "1767225600", 1767225600 },
		{ "253402300799", 253402300799 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-01-01T00:00:00Z", 1767225600 },
		{ "2026-01-01t00:00:00z", 1767225600 },
		{ "2026-01-01T01:00:00+01:00", 1767225600 },
		{ "2025-12-31T18:30:00-05:30", 1767225600 },
		{ "2026-01-01T00:00:00.999Z", 1767225600 },
		{ "2024-02-29T12:00:00Z", 1709208000 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	time_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!att_moment_parse(cases[i].text, &at))
			fail_msg("%s is refused", cases[i].text);
		assert_int_equal(at, cases[i].at);
	}
}

static void
rejects_what_is_not(void **state)
{
	static const char *const cases[] = { "", " 0", "0 ", "+1", "-1", "1.5",
		"0x10", "253402300800", "99999999999999999999999", "now",
		"2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z",
		"2026-1-01T00:00:00Z", "2026-01-01T00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z",
		"2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01", "-2026-01-01T00:00:00Z" };
	time_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		at = 1;
		if (att_moment_parse(cases[i], &at))
			fail_msg("%s is read", cases[i]);
		assert_int_equal(at, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_a_time),
		cmocka_unit_test(rejects_what_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
