/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the status list of Android key attestation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/status_list.h"

/* Into memory of its own, so that ASan sees reads past its end. */
static enum att_err
parse(const char *text, struct att_status_list **listp)
{
	struct att_reason why = { 0 };
	size_t len = strlen(text);
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	err = att_status_list_parse(att_bytes(copy, len), listp, &why);
	assert_int_equal(why.code, err);
	assert_int_equal(*listp != NULL, err == ATT_OK);
	free(copy);
	return err;
}

#define FIND(list, serial)                                                     \
	att_status_list_find(list, att_bytes(serial, sizeof(serial) - 1))

static void
finds_serial_numbers(void **state)
{
	struct att_status_list *list;

	(void)state;
	assert_int_equal(
	    parse("{\"entries\": {"
		  "\"2c8cdddfd5e03bfc\": {\"status\": \"REVOKED\","
		  " \"expires\": \"2020-11-13\", \"reason\": \"SUPERSEDED\"},"
		  "\"f00\": {\"status\": \"SUSPENDED\"}}, \"more\": 1}",
		&list),
	    ATT_OK);
	assert_string_equal(
	    FIND(list, "\x2c\x8c\xdd\xdf\xd5\xe0\x3b\xfc"), "REVOKED");
	assert_string_equal(FIND(list, "\x0f\x00"), "SUSPENDED");
	/* As the certificate has it, with the zero that makes it positive. */
	assert_string_equal(FIND(list, "\x00\x0f\x00"), "SUSPENDED");
	assert_null(FIND(list, "\x0f\x01"));
	assert_null(FIND(list, "\xf0\x00"));
	assert_null(FIND(list, ""));
	assert_null(FIND(list, "\x00"));
	att_status_list_free(&list);
	assert_null(list);
	att_status_list_free(&list);
}

static void
a_long_serial_number_is_on_no_list(void **state)
{
	struct att_status_list *list;
	uint8_t serial[200];

	(void)state;
	memset(serial, 0x11, sizeof(serial));
	assert_int_equal(parse("{\"entries\": {}}", &list), ATT_OK);
	assert_null(
	    att_status_list_find(list, att_bytes(serial, sizeof(serial))));
	att_status_list_free(&list);
}

static void
refuses_what_is_no_list(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"entries\": []}",
		"{\"entries\": {}} more",
		"{\"entries\": {}, \"entries\": {}}",
		("{\"entries\": {\"1\": {\"status\": \"REVOKED\"},"
		 " \"1\": {\"status\": \"REVOKED\"}}}"),
		"{\"entries\": {\"\": {\"status\": \"REVOKED\"}}}",
		"{\"entries\": {\"01\": {\"status\": \"REVOKED\"}}}",
		"{\"entries\": {\"AB\": {\"status\": \"REVOKED\"}}}",
		"{\"entries\": {\"0x1\": {\"status\": \"REVOKED\"}}}",
		"{\"entries\": {\"1\": \"REVOKED\"}}",
		"{\"entries\": {\"1\": {}}}",
		"{\"entries\": {\"1\": {\"status\": 1}}}",
		"{\"entries\": {\"1\": {\"status\": \"VALID\"}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct att_status_list *list;

		assert_int_equal(parse(texts[i], &list), ATT_ERR_ROOTS_INVALID);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_serial_numbers),
		cmocka_unit_test(a_long_serial_number_is_on_no_list),
		cmocka_unit_test(refuses_what_is_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
