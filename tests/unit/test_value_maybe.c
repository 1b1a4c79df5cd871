/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that may be left out, and URLs: conf/value_maybe.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "value_checks.h"

/* A type and what it takes: text, the value, what is printed. */
struct type {
	enum att_err (*parse)(
	    const struct att_value *, char **, struct att_reason *);
	enum att_err (*print)(char *const *, struct att_buf *);
	void (*free)(char **);
	struct {
		const char *text, *value, *printed;
	} good[6];
	const char *wrong[24];
};

#define TYPE(name)                                                             \
	.parse = att_value_parse_##name, .print = att_value_print_##name,      \
	.free = att_value_free_##name

static const struct type types[] = {
	{ TYPE(maybe_word),
	    .good = { { "none", "", "none" }, { "abc", "abc", "abc" } },
	    .wrong = { "", "a b", "none none", "\xc3\xa4" } },
	{ TYPE(maybe_path),
	    .good = { { "none", "", "none" }, { "/a b", "/a b", "/a b" } },
	    .wrong = { "", "a", "nothing", "/a\n" } },
	{ TYPE(service_url),
	    .good = { { "https://a", "https://a", "https://a" },
		{ "https://a:1/", "https://a:1", "https://a:1" },
		{ "https://[::1]:1//", "https://[::1]:1", "https://[::1]:1" } },
	    .wrong = { "", "none", "https://", "https:///", "https://:1",
		"http://a", "HTTPS://a", "https://a/b", "https://a/b/",
		"https://u@a", "https://a?b", "https://a#b", "https://a b",
		"https://a\\b", "https://a\x7f", "a", "ftp://a", "/https://a",
		" https://a" } },
	{ TYPE(maybe_service_url),
	    .good = { { "none", "", "none" },
		{ "https://a/", "https://a", "https://a" } },
	    .wrong = { "", "http://a", "https://a/b", "None" } },
	{ TYPE(proxy_url),
	    .good = { { "none", "", "none" },
		{ "https://a:3128", "https://a:3128", "https://a:3128" },
		{ "http://a:3128/", "http://a:3128", "http://a:3128" } },
	    .wrong = { "", "a:3128", "socks5://a", "http://u:p@a", "http://a/b",
		"http://", "http:///", "http:/a" } },
	{ TYPE(platform_url),
	    .good = { { "none", "", "none" },
		{ "http://127.0.0.1:1/msi/token/",
		    "http://127.0.0.1:1/msi/token",
		    "http://127.0.0.1:1/msi/token" },
		{ "https://a", "https://a", "https://a" } },
	    .wrong = { "", "169.254.169.254", "http:///msi", "http://a?b=c",
		"file:///etc/shadow", "http://u@a/" } },
};

static void
reads_what_may_be_left_out(void **state)
{
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	struct att_buf text;

	(void)state;
	att_buf_init(&text, 100);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct type *type = &types[i];
		char *v = NULL;

		for (size_t j = 0; type->good[j].text != NULL; j++) {
			value.text = type->good[j].text;
			assert_int_equal(type->parse(&value, &v, &why), ATT_OK);
			assert_string_equal(v, type->good[j].value);
			att_buf_reset(&text);
			assert_int_equal(type->print(&v, &text), ATT_OK);
			assert_true(att_bytes_is_equal(att_buf_get(&text),
			    att_bytes_text(type->good[j].printed)));
		}
		type->free(&v);
		assert_null(v);
	}
	att_buf_reset(&text);
}

static void
refuses_what_is_neither(void **state)
{
	struct att_reason why = { 0 };
	struct att_value value = value_of("");

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct type *type = &types[i];
		char before[] = "before", *v = before;

		for (size_t j = 0; type->wrong[j] != NULL; j++) {
			value.text = type->wrong[j];
			assert_int_equal(
			    type->parse(&value, &v, &why), ATT_ERR_CONF_VALUE);
			assert_ptr_equal(v, before);
			assert_memory_equal(
			    why.text, "FILE:7: thing: expected ", 24);
		}
	}
}

static void
refuses_a_url_without_end(void **state)
{
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	char text[2050] = "https://";
	char *v = NULL;

	(void)state;
	memset(text + 8, 'a', 2041);
	value.text = text;
	assert_refused(
	    att_value_parse_service_url(&value, &v, &why), &why, text);
	text[2048] = '\0';
	assert_int_equal(att_value_parse_service_url(&value, &v, &why), ATT_OK);
	assert_string_equal(v, text);
	att_value_free_service_url(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_may_be_left_out),
		cmocka_unit_test(refuses_what_is_neither),
		cmocka_unit_test(refuses_a_url_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
