/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that are times: conf/value_duration.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "value_checks.h"

static void
reads_times_with_a_unit(void **state)
{
	static const struct {
		const char *text;
		unsigned int seconds;
		const char *printed;
	} cases[] = {
		{ "0", 0, "0" },
		{ "0d", 0, "0" },
		{ "1", 1, "1s" },
		{ "90", 90, "90s" },
		{ "90s", 90, "90s" },
		{ "60s", 60, "1m" },
		{ "15m", 900, "15m" },
		{ "8h", 28800, "8h" },
		{ "480m", 28800, "8h" },
		{ "3601", 3601, "3601s" },
		{ "4d", 345600, "4d" },
		{ "366d", 31622400, "366d" },
		{ "31622400", 31622400, "366d" },
	};
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	struct att_buf text;
	unsigned int v = 7;

	(void)state;
	value.min = 0;
	value.max = 31622400;
	att_buf_init(&text, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		value.text = cases[i].text;
		assert_int_equal(
		    att_value_parse_duration(&value, &v, &why), ATT_OK);
		assert_int_equal(v, cases[i].seconds);
		att_buf_reset(&text);
		assert_int_equal(att_value_print_duration(&v, &text), ATT_OK);
		assert_true(att_bytes_is_equal(
		    att_buf_get(&text), att_bytes_text(cases[i].printed)));
	}
	att_buf_reset(&text);
	att_value_free_duration(&v);
	assert_int_equal(v, 0);
}

static void
refuses_other_times(void **state)
{
	static const char *const wrong[] = { "", "s", "h", "-1", "+1", " 1",
		"1 ", "1 h", "01", "00", "1.5h", "1H", "1hs", "1h30m", "1w",
		"0x10", "8 h", "eight", "601", "11m", "1h", "1d", "4294967296",
		"4294967297s", "18446744073709551617",
		"99999999999999999999999999d", "213503982334602d" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	unsigned int v = 7;

	(void)state;
	value.min = 1;
	value.max = 600;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_duration(&value, &v, &why), &why, wrong[i]);
		assert_non_null(strstr(
		    why.text, "a time from 1s to 10m, such as 90s, 15m, 8h"));
	}
	value.text = "0";
	assert_refused(att_value_parse_duration(&value, &v, &why), &why, "0");
	assert_int_equal(v, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_times_with_a_unit),
		cmocka_unit_test(refuses_other_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
