/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets that are texts: maa/secret.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "maa/secret.h"
#include "scratch.h"

static enum att_err
read_content(
    const char *folder, const char *content, size_t len, const char *expected)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(folder, "secret"), *text;
	enum att_err err;

	scratch_write(path, content, len, 0600);
	err = att_secret_read(path, &text, &why);
	if (err == ATT_OK) {
		assert_non_null(expected);
		assert_string_equal(text, expected);
	} else {
		assert_null(text);
		assert_int_equal(why.code, err);
		assert_non_null(strstr(why.text, path));
		assert_null(strstr(why.text, "hidden"));
	}
	att_secret_free(&text);
	assert_null(text);
	free(path);
	return err;
}

static void
reads_one_line(void **state)
{
	assert_int_equal(
	    read_content(*state, "hidden~1.Q", 10, "hidden~1.Q"), ATT_OK);
	assert_int_equal(read_content(*state, "hidden\n", 7, "hidden"), ATT_OK);
	assert_int_equal(
	    read_content(*state, "hidden\r\n", 8, "hidden"), ATT_OK);
}

static void
rejects_what_is_more_or_less_than_a_line(void **state)
{
	static const char *const wrong[] = { "", "\n", "\r\n", "hidden\n\n",
		"hidden\nX: y", "hidden\r\nX: y", "hidden secret", " hidden",
		"hidden\t", "hidden\x7f", "hidden\x01", "hidden\xc3\xbc" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    read_content(*state, wrong[i], strlen(wrong[i]), NULL),
		    ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(read_content(*state, "hidden\0more", 11, NULL),
	    ATT_ERR_MAA_CREDENTIAL);
}

static void
rejects_a_long_one(void **state)
{
	char *text = malloc(ATT_SECRET_MAX + 2);

	memset(text, 'x', ATT_SECRET_MAX + 1);
	text[ATT_SECRET_MAX + 1] = '\0';
	assert_int_equal(read_content(*state, text, ATT_SECRET_MAX + 1, NULL),
	    ATT_ERR_FILE_TOO_LARGE);
	text[ATT_SECRET_MAX] = '\0';
	assert_int_equal(
	    read_content(*state, text, ATT_SECRET_MAX, text), ATT_OK);
	free(text);
}

static void
rejects_a_file_that_others_can_read(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "secret"), *text;

	scratch_write(path, "hidden", 6, 0644);
	assert_int_equal(
	    att_secret_read(path, &text, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_null(text);
	free(path);
}

static void
knows_a_token68(void **state)
{
	(void)state;
	assert_true(att_secret_is_token68("aZ09-._~+/"));
	assert_true(att_secret_is_token68("a=="));
	assert_false(att_secret_is_token68(""));
	assert_false(att_secret_is_token68("="));
	assert_false(att_secret_is_token68("a=b"));
	assert_false(att_secret_is_token68("a b"));
	assert_false(att_secret_is_token68("a\r\nb"));
	assert_false(att_secret_is_token68("a\n"));
	assert_false(att_secret_is_token68("a,b"));
	assert_false(att_secret_is_token68("a\xc3\xbc"));
}

static void
bytes_are_freed_once(void **state)
{
	uint8_t *bytes = malloc(3);
	char *none = NULL;

	(void)state;
	memcpy(bytes, "abc", 3);
	att_secret_free_bytes(&bytes, 3);
	assert_null(bytes);
	att_secret_free_bytes(&bytes, 3);
	att_secret_free(&none);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_one_line),
		TEST(rejects_what_is_more_or_less_than_a_line),
		TEST(rejects_a_long_one),
		TEST(rejects_a_file_that_others_can_read),
		cmocka_unit_test(knows_a_token68),
		cmocka_unit_test(bytes_are_freed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
