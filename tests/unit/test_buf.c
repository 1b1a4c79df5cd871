/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded buffers and cursors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
never_grows_past_its_limit(void **state)
{
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 5);
	assert_int_equal(att_buf_put(&buf, "abcd", 4), ATT_OK);
	assert_int_equal(att_buf_put(&buf, "ef", 2), ATT_ERR_TOO_LARGE);
	assert_int_equal(buf.len, 4);
	assert_int_equal(att_buf_put(&buf, "e", SIZE_MAX), ATT_ERR_TOO_LARGE);
	assert_int_equal(att_buf_put_u8(&buf, 'e'), ATT_OK);
	assert_memory_equal(buf.ptr, "abcde", 5);
	att_buf_reset(&buf);
}

static void
string_is_put_whole_or_not_at_all(void **state)
{
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 7);
	assert_int_equal(att_buf_put_cstring(&buf, "abcd"), ATT_ERR_TOO_LARGE);
	assert_int_equal(buf.len, 0);
	assert_int_equal(att_buf_put_cstring(&buf, "abc"), ATT_OK);
	assert_memory_equal(buf.ptr, "\0\0\0\3abc", 7);
	att_buf_reset(&buf);
}

static void
numbers_come_back(void **state)
{
	struct att_reader reader;
	struct att_buf buf;
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;

	(void)state;
	att_buf_init(&buf, 100);
	assert_int_equal(att_buf_put_u8(&buf, 0xfe), ATT_OK);
	assert_int_equal(att_buf_put_u16(&buf, 0xfedc), ATT_OK);
	assert_int_equal(att_buf_put_u32(&buf, 0xfedcba98), ATT_OK);
	assert_int_equal(att_buf_put_u64(&buf, 0xfedcba9876543210), ATT_OK);
	reader = att_reader(att_buf_get(&buf));
	assert_int_equal(att_reader_get_u8(&reader, &u8), ATT_OK);
	assert_int_equal(u8, 0xfe);
	assert_int_equal(att_reader_get_u16(&reader, &u16), ATT_OK);
	assert_int_equal(u16, 0xfedc);
	assert_int_equal(att_reader_get_u32(&reader, &u32), ATT_OK);
	assert_int_equal(u32, 0xfedcba98);
	assert_int_equal(att_reader_get_u64(&reader, &u64), ATT_OK);
	assert_true(u64 == 0xfedcba9876543210);
	assert_int_equal(att_reader_end(&reader), ATT_OK);
	assert_int_equal(
	    att_reader_get_u8(&reader, &u8), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(u8, 0);
	att_buf_reset(&buf);
}

static void
refused_read_does_not_move(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 3, 'a', 'b' };
	struct att_reader reader = att_reader(att_bytes(bytes, sizeof(bytes)));
	struct att_bytes out;

	(void)state;
	assert_int_equal(att_reader_get_string(&reader, 10, &out),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(reader.left, sizeof(bytes));
	assert_int_equal(
	    att_reader_get(&reader, 7, &out), ATT_ERR_MESSAGE_MALFORMED);
	assert_null(out.ptr);
	assert_int_equal(att_reader_end(&reader), ATT_ERR_MESSAGE_MALFORMED);
}

static void
string_longer_than_allowed_is_refused(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 3, 'a', 'b', 'c' };
	struct att_reader reader = att_reader(att_bytes(bytes, sizeof(bytes)));
	struct att_bytes out;

	(void)state;
	assert_int_equal(
	    att_reader_get_string(&reader, 2, &out), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(att_reader_get_string(&reader, 3, &out), ATT_OK);
	assert_int_equal(out.len, 3);
}

static void
nul_inside_text_is_refused(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 3, 'a', 0, 'c' };
	struct att_reader reader = att_reader(att_bytes(bytes, sizeof(bytes)));
	char *out;

	(void)state;
	assert_int_equal(att_reader_get_cstring(&reader, 9, &out),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_null(out);
}

static void
taken_memory_is_the_callers(void **state)
{
	struct att_buf buf;
	uint8_t *ptr;
	size_t len;

	(void)state;
	att_buf_init(&buf, 1000);
	assert_int_equal(att_buf_take(&buf, &ptr, &len), ATT_OK);
	assert_non_null(ptr);
	assert_int_equal(len, 0);
	free(ptr);
	for (int i = 0; i < 900; i++)
		assert_int_equal(att_buf_put_u8(&buf, (uint8_t)i), ATT_OK);
	assert_int_equal(att_buf_take(&buf, &ptr, &len), ATT_OK);
	assert_int_equal(len, 900);
	assert_int_equal(ptr[899], (uint8_t)899);
	assert_null(buf.ptr);
	free(ptr);
}

static void
printf_appends_without_nul(void **state)
{
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 8);
	assert_int_equal(att_buf_printf(&buf, "%d-%s", 12, "ab"), ATT_OK);
	assert_int_equal(buf.len, 5);
	assert_int_equal(att_buf_printf(&buf, "%s", "long"), ATT_ERR_TOO_LARGE);
	assert_memory_equal(buf.ptr, "12-ab", 5);
	att_buf_reset(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_grows_past_its_limit),
		cmocka_unit_test(string_is_put_whole_or_not_at_all),
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(refused_read_does_not_move),
		cmocka_unit_test(string_longer_than_allowed_is_refused),
		cmocka_unit_test(nul_inside_text_is_refused),
		cmocka_unit_test(taken_memory_is_the_callers),
		cmocka_unit_test(printf_appends_without_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
