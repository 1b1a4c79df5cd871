/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of repeatable options: conf/value_lines.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "value_checks.h"

static void
gathers_paths(void **state)
{
	struct att_reason why = { 0 };
	struct att_value value = value_of("/dev/hidraw0");
	struct att_paths v = { 0 };
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_paths(&value, &v, &why), ATT_OK);
	value.text = "/dev/hidraw 1";
	assert_int_equal(att_value_parse_paths(&value, &v, &why), ATT_OK);
	value.text = "hidraw2";
	assert_int_equal(
	    att_value_parse_paths(&value, &v, &why), ATT_ERR_CONF_VALUE);
	assert_int_equal(v.count, 2);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_paths(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&text), att_bytes_text("/dev/hidraw0\n/dev/hidraw 1")));
	att_buf_reset(&text);
	value.text = "/dev/x";
	value.max = 64;
	while (v.count < 64)
		assert_int_equal(
		    att_value_parse_paths(&value, &v, &why), ATT_OK);
	assert_int_equal(
	    att_value_parse_paths(&value, &v, &why), ATT_ERR_CONF_VALUE);
	att_value_free_paths(&v);
}

static void
gathers_urls(void **state)
{
	static const char *const wrong[] = { "", "https://", "https:///x",
		"https://:443", "http://a.example", "HTTPS://a.example",
		"a.example", "https:/a.example", " https://a.example",
		"https://a.example ", "https://a example",
		"https://a.weu.attest.azure.net\t", "https://a?b",
		"https://a#b", "https://me@a", "https://a\\b", "https://\"a\"",
		"https://<a>", "https://caf\xc3\xa9",
		"https://a.weu.attest.azure.net\x7f", "https://a https://b" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("https://a.weu.attest.azure.net");
	struct att_paths v = { 0 };
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_urls(&value, &v, &why), ATT_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_urls(&value, &v, &why), &why, wrong[i]);
		assert_non_null(strstr(why.text, "an https:// URL"));
	}
	value.text = "https://b:8443/x/";
	assert_int_equal(att_value_parse_urls(&value, &v, &why), ATT_OK);
	assert_int_equal(v.count, 2);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_urls(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(att_buf_get(&text),
	    att_bytes_text("https://a.weu.attest.azure.net\n"
			   "https://b:8443/x/")));
	att_buf_reset(&text);
	value.max = 2;
	assert_refused(att_value_parse_urls(&value, &v, &why), &why, "https");
	assert_non_null(strstr(why.text, "no more than 2 lines"));
	att_value_free_urls(&v);
	assert_null(v.paths);
}

static void
bounds_a_url(void **state)
{
	static char url[2050] = "https://";
	struct att_reason why = { 0 };
	struct att_value value = value_of(url);
	struct att_paths v = { 0 };

	(void)state;
	memset(url + 8, 'a', sizeof(url) - 9);
	assert_int_equal(
	    att_value_parse_urls(&value, &v, &why), ATT_ERR_CONF_VALUE);
	url[2048] = '\0';
	assert_int_equal(att_value_parse_urls(&value, &v, &why), ATT_OK);
	att_value_free_urls(&v);
}

static void
gathers_requirements(void **state)
{
	struct att_reason why = { 0 };
	struct att_value value = value_of("/secureboot  ==  true");
	struct att_requirements v = { 0 };
	struct att_buf text;

	(void)state;
	assert_int_equal(
	    att_value_parse_requirements(&value, &v, &why), ATT_OK);
	value.text = "/a = 1";
	assert_int_equal(
	    att_value_parse_requirements(&value, &v, &why), ATT_ERR_CONF_VALUE);
	assert_int_equal(
	    strncmp(why.text, "FILE:7: thing: expected one of == ", 34), 0);
	assert_int_equal(v.count, 1);
	value.text = "\"/a b\" exists";
	assert_int_equal(
	    att_value_parse_requirements(&value, &v, &why), ATT_OK);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_requirements(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(att_buf_get(&text),
	    att_bytes_text("/secureboot  ==  true\n\"/a b\" exists")));
	att_buf_reset(&text);
	value.max = 2;
	assert_refused(
	    att_value_parse_requirements(&value, &v, &why), &why, "exists");
	att_value_free_requirements(&v);
	assert_null(v.list);
	assert_int_equal(v.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gathers_paths),
		cmocka_unit_test(gathers_urls),
		cmocka_unit_test(bounds_a_url),
		cmocka_unit_test(gathers_requirements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
