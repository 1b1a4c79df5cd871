/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of fields: refused in both directions, and nothing handed out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/fields.h"

static struct att_buf buf;

static int
set_up(void **state)
{
	(void)state;
	att_buf_init(&buf, 256);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&buf);
	return 0;
}

static struct att_reader
reader(void)
{
	return att_reader(att_buf_get(&buf));
}

static void
begin_wants_its_type(void **state)
{
	struct att_reader r;

	(void)state;
	assert_int_equal(att_field_begin(att_bytes(NULL, 0), 0, &r),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(att_field_begin(att_bytes("\x05", 1), 5, &r), ATT_OK);
	assert_int_equal(r.left, 0);
	assert_int_equal(att_field_begin(att_bytes("\x05", 1), 4, &r),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static void
bytes_have_a_least_and_a_greatest_length(void **state)
{
	struct att_reader r;
	struct att_bytes out;

	(void)state;
	assert_int_equal(att_field_put_bytes(&buf, att_bytes("ab", 2), 3, 4),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(att_field_put_bytes(&buf, att_bytes("ab", 2), 0, 1),
	    ATT_ERR_TOO_LARGE);
	assert_int_equal(
	    att_field_put_bytes(&buf, att_bytes("ab", 2), 2, 2), ATT_OK);
	r = reader();
	assert_int_equal(
	    att_field_get_bytes(&r, 3, 9, &out), ATT_ERR_MESSAGE_MALFORMED);
	assert_null(out.ptr);
	r = reader();
	assert_int_equal(
	    att_field_get_bytes(&r, 0, 1, &out), ATT_ERR_MESSAGE_MALFORMED);
	assert_null(out.ptr);
	r = reader();
	assert_int_equal(att_field_get_bytes(&r, 2, 2, &out), ATT_OK);
	assert_memory_equal(out.ptr, "ab", 2);
}

static void
text_is_there_and_has_no_nul(void **state)
{
	struct att_reader r;
	char *out;

	(void)state;
	assert_int_equal(
	    att_field_put_text(&buf, NULL, 0, 9), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    att_field_put_bytes(&buf, att_bytes("a\0b", 3), 0, 9), ATT_OK);
	r = reader();
	assert_int_equal(
	    att_field_get_text(&r, 0, 9, &out), ATT_ERR_MESSAGE_MALFORMED);
	assert_null(out);
	att_buf_reset(&buf);
	assert_int_equal(att_field_put_text(&buf, "ab", 0, 9), ATT_OK);
	r = reader();
	assert_int_equal(
	    att_field_get_text(&r, 3, 9, &out), ATT_ERR_MESSAGE_MALFORMED);
	assert_null(out);
	r = reader();
	assert_int_equal(att_field_get_text(&r, 2, 2, &out), ATT_OK);
	assert_string_equal(out, "ab");
	free(out);
}

static void
choices_and_numbers_have_ranges(void **state)
{
	struct att_reader r;
	uint32_t number;
	uint8_t choice;
	bool flag;

	(void)state;
	assert_int_equal(
	    att_field_put_choice(&buf, 1, 2, 3), ATT_ERR_MESSAGE_MALFORMED);
	/* Would be 2 if it were cut to a byte first. */
	assert_int_equal(
	    att_field_put_choice(&buf, 0x102, 2, 3), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(att_field_put_choice(&buf, 2, 2, 3), ATT_OK);
	r = reader();
	assert_int_equal(
	    att_field_get_choice(&r, 3, 9, &choice), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(choice, 0);
	r = reader();
	assert_int_equal(
	    att_field_get_bool(&r, &flag), ATT_ERR_MESSAGE_MALFORMED);
	assert_false(flag);
	att_buf_reset(&buf);
	assert_int_equal(
	    att_field_put_number(&buf, 1, 2, 3), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    att_field_put_number(&buf, 4, 2, 3), ATT_ERR_TOO_LARGE);
	assert_int_equal(att_field_put_number(&buf, 3, 2, 3), ATT_OK);
	r = reader();
	assert_int_equal(
	    att_field_get_number(&r, 0, 2, &number), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(number, 0);
	r = reader();
	assert_int_equal(att_field_get_number(&r, 3, 3, &number), ATT_OK);
	assert_int_equal(number, 3);
}

static void
arrays_are_read_whole(void **state)
{
	struct att_reader r;
	uint8_t out[4];

	(void)state;
	assert_int_equal(att_buf_put(&buf, "abc", 3), ATT_OK);
	r = reader();
	assert_int_equal(
	    att_field_get_array(&r, 4, out), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(att_field_get_array(&r, 3, out), ATT_OK);
	assert_memory_equal(out, "abc", 3);
	assert_int_equal(r.left, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(begin_wants_its_type),
		TEST(bytes_have_a_least_and_a_greatest_length),
		TEST(text_is_there_and_has_no_nul),
		TEST(choices_and_numbers_have_ranges),
		TEST(arrays_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
