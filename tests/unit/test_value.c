/* SPDX-License-Identifier: BSD-2-Clause */
/* The value of one option, by type: conf/value.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "value_checks.h"

static void
reads_yes_and_no_only(void **state)
{
	static const char *const wrong[] = { "", "true", "1", "on", "Yes",
		"yes ", "yesno", "n" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("yes");
	bool v = false;

	(void)state;
	assert_int_equal(att_value_parse_yesno(&value, &v, &why), ATT_OK);
	assert_true(v);
	value.text = "no";
	assert_int_equal(att_value_parse_yesno(&value, &v, &why), ATT_OK);
	assert_false(v);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_yesno(&value, &v, &why), &why, wrong[i]);
	}
	assert_false(v);
}

static void
reads_numbers_in_range_only(void **state)
{
	static const char *const wrong[] = { "", "0", "301", "-1", "+1", " 1",
		"1 ", "01", "0x10", "1e2", "30s", "30 40", "4294967297",
		"18446744073709551617", "99999999999999999999999999", "one" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("1");
	unsigned int v = 0;

	(void)state;
	assert_int_equal(att_value_parse_number(&value, &v, &why), ATT_OK);
	assert_int_equal(v, 1);
	value.text = "300";
	assert_int_equal(att_value_parse_seconds(&value, &v, &why), ATT_OK);
	assert_int_equal(v, 300);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_number(&value, &v, &why), &why, wrong[i]);
		assert_non_null(strstr(why.text, "from 1 to 300"));
	}
	assert_int_equal(v, 300);
}

static void
reads_words_without_blanks(void **state)
{
	static const char *const wrong[] = { "", "a b", "a\tb", "caf\xc3\xa9",
		"a\x7f" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("ssh:");
	char *v = NULL, *old;

	(void)state;
	assert_int_equal(att_value_parse_word(&value, &v, &why), ATT_OK);
	assert_string_equal(v, "ssh:");
	old = v;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_int_equal(
		    att_value_parse_word(&value, &v, &why), ATT_ERR_CONF_VALUE);
	}
	value.max = 3;
	value.text = "long";
	assert_int_equal(
	    att_value_parse_word(&value, &v, &why), ATT_ERR_CONF_VALUE);
	assert_ptr_equal(v, old);
	att_value_free_word(&v);
	assert_null(v);
}

static void
reads_absolute_paths(void **state)
{
	struct att_reason why = { 0 };
	struct att_value value = value_of("/a b/#c");
	char *v = NULL, *large = calloc(1, PATH_MAX + 1);

	(void)state;
	assert_int_equal(att_value_parse_path(&value, &v, &why), ATT_OK);
	assert_string_equal(v, "/a b/#c");
	memset(large, '/', PATH_MAX);
	value.text = large;
	assert_int_equal(
	    att_value_parse_path(&value, &v, &why), ATT_ERR_CONF_VALUE);
	value.text = "relative";
	assert_refused(
	    att_value_parse_path(&value, &v, &why), &why, "relative");
	value.text = "/a\x01";
	assert_int_equal(
	    att_value_parse_path(&value, &v, &why), ATT_ERR_CONF_VALUE);
	att_value_free_path(&v);
	free(large);
}

static void
reads_the_words_of_a_choice(void **state)
{
	static const char *const wrong[] = { "", "Refuse", "refuse warn",
		"deny" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("warn");
	enum att_choice_counter v = ATT_COUNTER_REFUSE;
	struct att_buf text;

	(void)state;
	value.values = "refuse|warn|ignore";
	assert_int_equal(att_value_parse_counter(&value, &v, &why), ATT_OK);
	assert_int_equal(v, ATT_COUNTER_WARN);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_counter(&value, &v, &why), &why, wrong[i]);
		assert_non_null(strstr(why.text, "refuse|warn|ignore"));
	}
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_counter(&v, &text), ATT_OK);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&text), att_bytes_text("warn")));
	v = (enum att_choice_counter)77;
	assert_int_equal(att_value_print_counter(&v, &text), ATT_ERR_INTERNAL);
	att_buf_reset(&text);
}

static void
cuts_a_long_wrong_value_in_the_message(void **state)
{
	struct att_reason why = { 0 };
	char large[400];
	struct att_value value;
	unsigned int v = 0;

	(void)state;
	memset(large, 'z', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	value = value_of(large);
	assert_refused(att_value_parse_number(&value, &v, &why), &why, large);
	assert_non_null(strstr(why.text, "zzz...\""));
	assert_true(strlen(why.text) < 160);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_yes_and_no_only),
		cmocka_unit_test(reads_numbers_in_range_only),
		cmocka_unit_test(reads_words_without_blanks),
		cmocka_unit_test(reads_absolute_paths),
		cmocka_unit_test(reads_the_words_of_a_choice),
		cmocka_unit_test(cuts_a_long_wrong_value_in_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
