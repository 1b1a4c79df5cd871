/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the UTF-8 check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

static bool
is_valid(const char *text)
{
	return att_utf8_is_valid(att_bytes_text(text));
}

static void
accepts_every_length(void **state)
{
	(void)state;
	assert_true(att_utf8_is_valid(att_bytes(NULL, 0)));
	assert_true(att_utf8_is_valid(att_bytes("a\0b", 3)));
	assert_true(is_valid("plain \x7f"));
	assert_true(is_valid("\xc2\x80 \xdf\xbf"));
	assert_true(is_valid("\xe0\xa0\x80 \xed\x9f\xbf \xef\xbf\xbf"));
	assert_true(is_valid("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

static void
rejects_overlong_forms(void **state)
{
	(void)state;
	assert_false(is_valid("\xc0\xaf"));
	assert_false(is_valid("\xc1\xbf"));
	assert_false(is_valid("\xe0\x9f\xbf"));
	assert_false(is_valid("\xf0\x8f\xbf\xbf"));
}

static void
rejects_what_is_no_character(void **state)
{
	(void)state;
	assert_false(is_valid("\xed\xa0\x80")); /* a surrogate */
	assert_false(is_valid("\xf4\x90\x80\x80"));
	assert_false(is_valid("\xf5\x80\x80\x80"));
	assert_false(is_valid("\xff"));
	assert_false(is_valid("\x80"));
}

static void
rejects_cut_characters(void **state)
{
	(void)state;
	assert_false(is_valid("\xc2"));
	assert_false(is_valid("\xe1\x80"));
	assert_false(is_valid("\xf1\x80\x80"));
	assert_false(is_valid("\xe1\x80 "));
	assert_false(is_valid("\xf1\x80\x80\xc0"));
}

static void
reads_one_character(void **state)
{
	uint32_t character;

	(void)state;
	assert_int_equal(att_utf8_next(att_bytes("A\xff", 2), &character), 1);
	assert_int_equal(character, 'A');
	assert_int_equal(
	    att_utf8_next(att_bytes("\xc2\x9bz", 3), &character), 2);
	assert_int_equal(character, 0x9b);
	assert_int_equal(
	    att_utf8_next(att_bytes("\xe2\x80\xae", 3), &character), 3);
	assert_int_equal(character, 0x202e);
	assert_int_equal(
	    att_utf8_next(att_bytes("\xf4\x8f\xbf\xbf", 4), &character), 4);
	assert_int_equal(character, 0x10ffff);
	assert_int_equal(
	    att_utf8_next(att_bytes("\xe2\x80", 2), &character), 0);
	assert_int_equal(att_utf8_next(att_bytes(NULL, 0), &character), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_every_length),
		cmocka_unit_test(rejects_overlong_forms),
		cmocka_unit_test(rejects_what_is_no_character),
		cmocka_unit_test(rejects_cut_characters),
		cmocka_unit_test(reads_one_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
