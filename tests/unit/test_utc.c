/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in files: store/utc.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/utc.h"

static void
reads_and_writes_the_same_time(void **state)
{
	static const struct {
		const char *text;
		time_t time;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-08-22T10:00:00Z", 1787392800 },
		{ "2028-02-29T23:59:59Z", 1835481599 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	char text[ATT_UTC_SIZE];
	time_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(att_utc_print(rows[i].time, text), ATT_OK);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(
		    att_utc_parse(att_bytes_text(text), &time), ATT_OK);
		assert_int_equal(time, rows[i].time);
	}
}

static void
refuses_what_no_writer_writes(void **state)
{
	static const char *const rows[] = { "", "2026-02-30T10:00:00Z",
		"2026-08-22T10:00:60Z", "2026-08-22T24:00:00Z",
		"1969-12-31T23:59:59Z", "2026-08-22 10:00:00Z",
		"2026-08-22T10:00:00z", "2026-08-22T10:00:00+" };
	char text[ATT_UTC_SIZE];
	time_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(att_utc_parse(att_bytes_text(rows[i]), &time),
		    ATT_ERR_STORE_MALFORMED);
		assert_int_equal(time, 0);
	}
	assert_int_equal(att_utc_print(-1, text), ATT_ERR_STORE_MALFORMED);
	assert_int_equal(
	    att_utc_print(253402300800, text), ATT_ERR_STORE_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_the_same_time),
		cmocka_unit_test(refuses_what_no_writer_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
