/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Pointer: codec/json_pointer.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/json_pointer.h"

static json_t *
document_of(const char *text)
{
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(document);
	return document;
}

/* What pointer finds in document, as JSON; NULL for nothing. Freed by you. */
static char *
found(const json_t *document, const char *pointer, size_t *reached)
{
	struct att_json_pointer *parsed;
	const json_t *at;
	char *text = NULL;

	assert_int_equal(
	    att_json_pointer_parse(att_bytes_text(pointer), &parsed, NULL),
	    ATT_OK);
	assert_string_equal(att_json_pointer_get_text(parsed), pointer);
	if ((at = att_json_pointer_find(parsed, document, reached)) != NULL)
		text = json_dumps(at, JSON_ENCODE_ANY | JSON_COMPACT);
	att_json_pointer_free(&parsed);
	assert_null(parsed);
	return text;
}

static void
assert_finds(const json_t *document, const char *pointer, const char *wanted)
{
	size_t reached;
	char *text = found(document, pointer, &reached);

	if (wanted == NULL) {
		assert_null(text);
		assert_true(reached < strlen(pointer));
	} else {
		assert_non_null(text);
		assert_string_equal(text, wanted);
		assert_int_equal(reached, strlen(pointer));
	}
	free(text);
}

/* RFC 6901 section 5, but for "", which is not taken here. */
static void
finds_what_the_rfc_says(void **state)
{
	json_t *document = document_of(
	    "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2,"
	    "\"e^f\": 3, \"g|h\": 4, \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7,"
	    "\"m~n\": 8}");

	(void)state;
	assert_finds(document, "/foo", "[\"bar\",\"baz\"]");
	assert_finds(document, "/foo/0", "\"bar\"");
	assert_finds(document, "/", "0");
	assert_finds(document, "/a~1b", "1");
	assert_finds(document, "/c%d", "2");
	assert_finds(document, "/e^f", "3");
	assert_finds(document, "/g|h", "4");
	assert_finds(document, "/i\\j", "5");
	assert_finds(document, "/k\"l", "6");
	assert_finds(document, "/ ", "7");
	assert_finds(document, "/m~0n", "8");
	json_decref(document);
}

static void
unescapes_in_one_pass(void **state)
{
	json_t *document = document_of("{\"~1\": 1, \"/\": 2, \"~\": 3,"
				       "\"~01\": 4, \"~0\": 5, \"a\": {\"~\":"
				       "{\"/\": 6}}}");

	(void)state;
	/* "~01" is "~1", not "/": section 4. */
	assert_finds(document, "/~01", "1");
	assert_finds(document, "/~1", "2");
	assert_finds(document, "/~0", "3");
	assert_finds(document, "/~001", "4");
	assert_finds(document, "/~00", "5");
	assert_finds(document, "/a/~0/~1", "6");
	json_decref(document);
}

static void
names_elements_by_number(void **state)
{
	static const char *const missing[] = { "/a/-", "/a/01", "/a/00",
		"/a/12", "/a/-1", "/a/+1", "/a/ 1", "/a/1 ", "/a/1.0", "/a/0x1",
		"/a/1e0", "/a/", "/a/x", "/a/\xd9\xa1", "/a/4294967296",
		"/a/18446744073709551616", "/a/18446744073709551617",
		"/a/184467440737095516160" };
	json_t *document = document_of(
	    "{\"a\": [0,1,2,3,4,5,6,7,8,9,10,[11]], \"o\": {\"0\": \"zero\","
	    "\"-\": \"last\", \"01\": \"one\"}}");

	(void)state;
	assert_finds(document, "/a/0", "0");
	assert_finds(document, "/a/1", "1");
	assert_finds(document, "/a/10", "10");
	assert_finds(document, "/a/11/0", "11");
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		assert_finds(document, missing[i], NULL);
	/* In an object these are names. */
	assert_finds(document, "/o/0", "\"zero\"");
	assert_finds(document, "/o/-", "\"last\"");
	assert_finds(document, "/o/01", "\"one\"");
	json_decref(document);
}

static void
says_how_far_it_came(void **state)
{
	static const struct {
		const char *pointer;
		size_t reached;
	} cases[] = {
		{ "/x", 0 },
		{ "/x/y/z", 0 },
		{ "/a/x", 2 },
		{ "/a/x/y", 2 },
		{ "/a/b~1c/x", 7 },
		{ "/a/b~1c/1/x", 9 },
		{ "/a/b~1c/2", 7 },
		{ "/s/x", 2 },
		{ "/n/x", 2 },
	};
	json_t *document = document_of(
	    "{\"a\": {\"b/c\": [1, true]}, \"s\": \"text\", \"n\": null}");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t reached = 99;

		assert_null(found(document, cases[i].pointer, &reached));
		assert_int_equal(reached, cases[i].reached);
	}
	assert_finds(document, "/n", "null");
	assert_null(found(NULL, "/n", NULL));
	json_decref(document);
}

static void
refuses_other_text(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "", "expected \"/\" and a name" },
		{ "a", "a \"/\" before each name" },
		{ "secureboot/x", "a \"/\" before each name" },
		{ "#/a", "a \"/\" before each name" },
		{ "$.a", "a \"/\" before each name" },
		{ "/~", "\"~0\"" },
		{ "/a~", "\"~0\"" },
		{ "/a~/b", "\"~0\"" },
		{ "/~2", "\"~0\"" },
		{ "/a~~0", "\"~0\"" },
		{ "/a\x01", "control" },
		{ "/a\tb", "control" },
		{ "/a\x7f", "control" },
		{ "/\xc3", "UTF-8" },
		{ "/\xc0\xaf", "UTF-8" },
		{ "/\xed\xa0\x80", "UTF-8" },
	};
	struct att_json_pointer *parsed;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };

		assert_int_equal(
		    att_json_pointer_parse(
			att_bytes_text(cases[i].text), &parsed, &why),
		    ATT_ERR_CONF_VALUE);
		assert_null(parsed);
		assert_non_null(strstr(why.text, "is no JSON Pointer: "));
		assert_non_null(strstr(why.text, cases[i].expected));
	}
	assert_int_equal(
	    att_json_pointer_parse(att_bytes("/a\0b", 4), &parsed, NULL),
	    ATT_ERR_CONF_VALUE);
}

static void
bounds_text_and_depth(void **state)
{
	static char text[ATT_JSON_POINTER_MAX + 1];
	struct att_json_pointer *parsed;
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < 66; i += 2)
		memcpy(text + i, "/a", 2);
	assert_int_equal(
	    att_json_pointer_parse(att_bytes(text, 66), &parsed, &why),
	    ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "more than 32 names"));
	assert_int_equal(
	    att_json_pointer_parse(att_bytes(text, 64), &parsed, &why), ATT_OK);
	att_json_pointer_free(&parsed);
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	assert_int_equal(att_json_pointer_parse(
			     att_bytes(text, sizeof(text)), &parsed, &why),
	    ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "longer than 4096"));
	assert_non_null(strstr(why.text, "aaa...\""));
	assert_true(strlen(why.text) < 200);
	assert_int_equal(
	    att_json_pointer_parse(
		att_bytes(text, ATT_JSON_POINTER_MAX), &parsed, &why),
	    ATT_OK);
	att_json_pointer_free(&parsed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_the_rfc_says),
		cmocka_unit_test(unescapes_in_one_pass),
		cmocka_unit_test(names_elements_by_number),
		cmocka_unit_test(says_how_far_it_came),
		cmocka_unit_test(refuses_other_text),
		cmocka_unit_test(bounds_text_and_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
