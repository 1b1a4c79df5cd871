/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of strict JSON objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"

/* Into memory of its own, so that ASan sees reads past its end. */
static enum att_err
parse_bytes(const void *text, size_t len, struct json_t **objectp)
{
	struct att_reason why = { 0 };
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	err = att_json_parse_object(att_bytes(copy, len), objectp, &why);
	assert_int_equal(why.code, err);
	assert_int_equal(*objectp != NULL, err == ATT_OK);
	free(copy);
	return err;
}

static enum att_err
parse(const char *text, struct json_t **objectp)
{
	return parse_bytes(text, strlen(text), objectp);
}

static void
reads_members(void **state)
{
	struct json_t *object;
	const struct json_t *list;

	(void)state;
	assert_int_equal(
	    parse(" {\"a\":\"text\",\"b\":[\"x\",1,{}],\"c\":{}}\n", &object),
	    ATT_OK);
	assert_string_equal(att_json_get_text(object, "a"), "text");
	assert_null(att_json_get_text(object, "b"));
	assert_null(att_json_get_text(object, "z"));
	assert_null(att_json_get(object, "z"));
	list = att_json_get(object, "b");
	assert_true(att_json_is_array(list));
	assert_false(att_json_is_array(att_json_get(object, "c")));
	assert_false(att_json_is_array(NULL));
	assert_int_equal(att_json_get_size(list), 3);
	assert_int_equal(att_json_get_size(object), 0);
	assert_string_equal(
	    att_json_get_string(att_json_get_element(list, 0)), "x");
	assert_null(att_json_get_string(att_json_get_element(list, 1)));
	assert_null(att_json_get_element(list, 3));
	att_json_free(&object);
	assert_null(object);
	att_json_free(&object);
}

static void
an_integer_is_nothing_else(void **state)
{
	static const struct {
		const char *text;
		bool is_count;
		int64_t value;
	} cases[] = {
		{ "{\"a\":0}", true, 0 },
		{ "{\"a\":1738083036}", true, 1738083036 },
		{ "{\"a\":9007199254740992}", true, ATT_JSON_INTEGER_MAX },
		{ "{\"a\":9007199254740993}", false, 0 },
		{ "{\"a\":-1}", false, 0 },
		{ "{\"a\":1.0}", false, 0 },
		{ "{\"a\":1e3}", false, 0 },
		{ "{\"a\":\"1\"}", false, 0 },
		{ "{\"a\":true}", false, 0 },
		{ "{\"a\":null}", false, 0 },
		{ "{\"a\":[1]}", false, 0 },
		{ "{}", false, 0 },
	};
	struct json_t *object;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t value = -7;

		assert_int_equal(parse(cases[i].text, &object), ATT_OK);
		if (att_json_get_count(object, "a", &value) !=
			cases[i].is_count ||
		    value != cases[i].value)
			fail_msg("%s", cases[i].text);
		att_json_free(&object);
	}
}

static void
refuses_what_two_readers_may_read_in_two_ways(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"{",
		"[]",
		"1",
		"\"a\"",
		"null",
		"{}{}",
		"{},",
		"{}x",
		"\xef\xbb\xbf{}",
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"\\u0061\":1}",
		"{\"b\":{\"a\":1,\"a\":2}}",
		"{\"b\":[{\"a\":1,\"a\":2}]}",
		"{\"a\":1,}",
		"{'a':1}",
		"{a:1}",
		"{\"a\":01}",
		"{\"a\":+1}",
		"{\"a\":.5}",
		"{\"a\":NaN}",
		"{\"a\":0x10}",
		"{\"a\":9223372036854775808}",
		"{\"a\":1e999}",
		"{\"a\":True}",
		"{\"a\":\"\\u0000\"}",
		"{\"\\u0000\":1}",
		"{\"a\":\"\\ud800\"}",
		"{\"a\":\"\xff\"}",
		"{\"a\":\"\xc0\x80\"}",
		"{\"a\":\"\n\"}",
		"{\"a\":1 /* 1 */}",
		"{\"a\" 1}",
	};
	struct json_t *object;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (parse(texts[i], &object) != ATT_ERR_JWS_MALFORMED)
			fail_msg("%s", texts[i]);
	}
	assert_int_equal(
	    parse_bytes("{}\0", 3, &object), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(
	    parse_bytes("{\"a\0\":1}", 8, &object), ATT_ERR_JWS_MALFORMED);
}

/* An object whose member is nested so deep in brackets. */
static enum att_err
parse_nested(size_t depth, const char *open, const char *close)
{
	char *text = calloc(1, 16 + depth * 8);
	struct json_t *object;
	enum att_err err;

	assert_non_null(text);
	strcpy(text, "{\"a\":");
	for (size_t i = 0; i < depth; i++)
		strcat(text, open);
	strcat(text, "1");
	for (size_t i = 0; i < depth; i++)
		strcat(text, close);
	strcat(text, "}");
	err = parse(text, &object);
	att_json_free(&object);
	free(text);
	return err;
}

static void
refuses_depth_33(void **state)
{
	(void)state;
	assert_int_equal(parse_nested(31, "[", "]"), ATT_OK);
	assert_int_equal(parse_nested(32, "[", "]"), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(parse_nested(31, "{\"b\":", "}"), ATT_OK);
	assert_int_equal(
	    parse_nested(32, "{\"b\":", "}"), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(parse_nested(100, "[", "]"), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(parse_nested(20000, "[", "]"), ATT_ERR_JWS_MALFORMED);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_members),
		cmocka_unit_test(an_integer_is_nothing_else),
		cmocka_unit_test(refuses_what_two_readers_may_read_in_two_ways),
		cmocka_unit_test(refuses_depth_33),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
