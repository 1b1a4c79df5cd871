/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of a line for the log: base/log_field.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/log_field.h"

static void
a_field_stays_one_field(void **state)
{
	static const char expected[] =
	    "x user=\"a \\\"b\\\" \\\\\" label=\"\" c=\"schl\xc3\xbcssel\"";
	struct att_buf line;

	(void)state;
	att_buf_init(&line, 200);
	assert_int_equal(att_buf_printf(&line, "x"), ATT_OK);
	assert_int_equal(
	    att_log_field_put(&line, "user", "a \"b\" \\"), ATT_OK);
	assert_int_equal(att_log_field_put(&line, "label", ""), ATT_OK);
	assert_int_equal(
	    att_log_field_put(&line, "c", "schl\xc3\xbcssel"), ATT_OK);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&line), att_bytes_text(expected)));
	att_buf_reset(&line);
}

static void
a_long_value_leaves_room(void **state)
{
	char value[2 * ATT_LOG_FIELD_MAX];
	struct att_buf line;

	(void)state;
	memset(value, 'a', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	att_buf_init(&line, 4096);
	assert_int_equal(att_log_field_put(&line, "n", value), ATT_OK);
	assert_in_range(line.len, ATT_LOG_FIELD_MAX, ATT_LOG_FIELD_MAX + 16);
	assert_memory_equal(line.ptr + line.len - 5, "a...\"", 5);
	att_buf_reset(&line);
}

static void
a_field_that_does_not_fit_is_left_out(void **state)
{
	struct att_buf line;

	(void)state;
	att_buf_init(&line, 12);
	assert_int_equal(att_log_field_put(&line, "a", "b"), ATT_OK);
	assert_int_equal(line.len, 6);
	assert_int_equal(
	    att_log_field_put(&line, "c", "0123"), ATT_ERR_TOO_LARGE);
	assert_int_equal(
	    att_log_field_put(&line, "c12345678", "0"), ATT_ERR_TOO_LARGE);
	assert_int_equal(line.len, 6);
	att_buf_reset(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_stays_one_field),
		cmocka_unit_test(a_long_value_leaves_room),
		cmocka_unit_test(a_field_that_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
