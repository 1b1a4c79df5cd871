/* SPDX-License-Identifier: BSD-2-Clause */
/* Required claims: codec/requirement.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/requirement.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct att_requirement *
requirement_of(const char *text)
{
	struct att_requirement *requirement;
	struct att_reason why = { 0 };

	if (att_requirement_parse(text, &requirement, &why) != ATT_OK)
		fail_msg("%s: %s", text, why.text);
	return requirement;
}

static json_t *
json_of(const char *text)
{
	json_error_t at;
	json_t *json = json_loads(text, JSON_DECODE_ANY, &at);

	if (json == NULL)
		fail_msg("%s: %s", text, at.text);
	return json;
}

/* Judges {"c": claim}, or {} for a claim of NULL. */
static enum att_err
judge(const char *requirement, const char *claim, struct att_reason *why)
{
	struct att_requirement *parsed = requirement_of(requirement);
	json_t *claims = json_object();
	enum att_err r;

	if (claim != NULL)
		assert_int_equal(
		    json_object_set_new(claims, "c", json_of(claim)), 0);
	r = att_requirement_check(parsed, claims, why);
	json_decref(claims);
	att_requirement_free(&parsed);
	assert_null(parsed);
	return r;
}

static void
assert_judged(const char *requirement, const char *claim, bool is_met)
{
	struct att_reason why = { 0 };
	enum att_err r = judge(requirement, claim, &why);

	if (r != (is_met ? ATT_OK : ATT_ERR_TOKEN_CLAIM))
		fail_msg("%s of %s: %s", requirement, claim, why.text);
	if (!is_met)
		assert_int_equal(strncmp(why.text, "/c is ", 6), 0);
}

/* One value of each type that JSON has, and some that look alike. */
static const char *const values[] = { "true", "false", "null", "0", "1", "-1",
	"0.0", "1.0", "\"\"", "\"1\"", "\"true\"", "[]", "[1]", "[[1]]", "{}",
	"{\"a\":1}", "{\"a\":1.0}", "9223372036854775807", "1e300" };

/* Which of them are of one type. */
static const char types[] = "bbniiirrsssaaaoooir";

static void
equality_is_deep_and_typed(void **state)
{
	char equal[64], other[64];

	(void)state;
	_Static_assert(sizeof(types) == COUNT(values) + 1, "a type for each");
	for (size_t i = 0; i < COUNT(values); i++) {
		snprintf(equal, sizeof(equal), "/c == %s", values[i]);
		snprintf(other, sizeof(other), "/c != %s", values[i]);
		for (size_t j = 0; j < COUNT(values); j++) {
			assert_judged(equal, values[j], i == j);
			assert_judged(
			    other, values[j], i != j && types[i] == types[j]);
		}
		assert_judged(equal, NULL, false);
		assert_judged(other, NULL, false);
	}
}

static void
equality_knows_no_order_of_members(void **state)
{
	(void)state;
	assert_judged("/c == {\"a\": 1, \"b\": [1, {\"c\": null}]}",
	    "{\"b\":[1,{\"c\":null}],\"a\":1}", true);
	assert_judged("/c == {\"a\": 1, \"b\": [1, {\"c\": null}]}",
	    "{\"b\":[1,{\"c\":null}],\"a\":1,\"x\":0}", false);
	assert_judged("/c == {\"a\": 1, \"b\": [1, {\"c\": null}]}",
	    "{\"b\":[1,{\"c\":false}],\"a\":1}", false);
	assert_judged("/c == [1, 2]", "[2,1]", false);
	assert_judged("/c == [1, 2]", "[1,2,2]", false);
	assert_judged("/c == \"\\u0041\\/\"", "\"A/\"", true);
	assert_judged("/c == \"caf\xc3\xa9\"", "\"caf\\u00e9\"", true);
	/* Two ways to write one letter are two texts. */
	assert_judged("/c == \"caf\xc3\xa9\"", "\"cafe\\u0301\"", false);
	assert_judged("/c == \"a\"", "\"A\"", false);
	assert_judged("/c == \"a\"", "\"a \"", false);
	assert_judged("/c == 1.0", "1.00", true);
	assert_judged("/c == 100.0", "1e2", true);
	assert_judged("/c == 100", "1e2", false);
	assert_judged("/c == 0.0", "-0.0", true);
	assert_judged("/c == 0", "-0", true);
}

static void
compares_numbers_of_one_type(void **state)
{
	static const struct {
		const char *value;
		const char *claim;
		int order; /* of claim to value; 2: cannot be said */
	} cases[] = {
		{ "3", "2", -1 },
		{ "3", "3", 0 },
		{ "3", "4", 1 },
		{ "-3", "-4", -1 },
		{ "-9223372036854775808", "9223372036854775807", 1 },
		{ "9223372036854775807", "9223372036854775806", -1 },
		/* Neighbours that are one as reals. */
		{ "9007199254740993", "9007199254740992", -1 },
		{ "1.5", "1.25", -1 },
		{ "1.5", "1.5", 0 },
		{ "1.5", "1e1", 1 },
		{ "0.1", "0.1000000000000000055", 0 },
		{ "3", "3.0", 2 },
		{ "3.0", "3", 2 },
		{ "3", "4.0", 2 },
		{ "3", "\"4\"", 2 },
		{ "3", "true", 2 },
		{ "3", "null", 2 },
		{ "3", "[4]", 2 },
		{ "3", "{\"a\":4}", 2 },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int order = cases[i].order;

		snprintf(text, sizeof(text), "/c >= %s", cases[i].value);
		assert_judged(text, cases[i].claim, order == 0 || order == 1);
		assert_judged(text, NULL, false);
		snprintf(text, sizeof(text), "/c <= %s", cases[i].value);
		assert_judged(text, cases[i].claim, order <= 0);
		assert_judged(text, NULL, false);
	}
}

static void
looks_into_arrays(void **state)
{
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		char array[40];

		snprintf(text, sizeof(text), "/c contains %s", values[i]);
		snprintf(array, sizeof(array), "[\"x\",%s]", values[i]);
		assert_judged(text, array, true);
		assert_judged(text, "[\"x\"]", false);
		assert_judged(text, "[]", false);
		assert_judged(text, "\"x\"", false);
		assert_judged(text, "{\"x\":1}", false);
		assert_judged(text, NULL, false);
		snprintf(text, sizeof(text), "/c in %s", array);
		for (size_t j = 0; j < COUNT(values); j++)
			assert_judged(text, values[j], i == j);
		assert_judged(text, "\"x\"", true);
		assert_judged(text, NULL, false);
	}
	/* Text is no array of letters, and not looked into. */
	assert_judged("/c contains \"a\"", "\"abc\"", false);
	assert_judged("/c contains \"a\"", "[\"abc\"]", false);
	/* An array is an element, not its elements. */
	assert_judged("/c in [[1, 2]]", "[1,2]", true);
	assert_judged("/c in [1, 2]", "[1,2]", false);
	assert_judged("/c contains [1]", "[1]", false);
}

static void
exists_asks_for_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		assert_judged("/c exists", values[i], true);
	assert_judged("/c exists", NULL, false);
}

static void
a_mask_asks_for_bits(void **state)
{
	static const char *const same[] = { "/c mask 0x32", "/c mask 50",
		"/c  mask\t0x0032" };

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		assert_judged(same[i], "50", true);
		assert_judged(same[i], "262258", true);
		assert_judged(same[i], "9223372036854775807", true);
		assert_judged(same[i], "0", false);
		assert_judged(same[i], "48", false);
		assert_judged(same[i], "34", false);
		assert_judged(same[i], "18", false);
		assert_judged(same[i], "262208", false);
		/* All bits are set in the two's complement of -1. */
		assert_judged(same[i], "-1", false);
		assert_judged(same[i], "50.0", false);
		assert_judged(same[i], "\"50\"", false);
		assert_judged(same[i], "\"0x32\"", false);
		assert_judged(same[i], "true", false);
		assert_judged(same[i], "null", false);
		assert_judged(same[i], "[50]", false);
		assert_judged(same[i], "{\"a\":50}", false);
		assert_judged(same[i], NULL, false);
	}
	assert_judged(
	    "/c mask 0x7fffFFFFffffffff", "9223372036854775807", true);
	assert_judged(
	    "/c mask 9223372036854775807", "9223372036854775806", false);
}

static void
reaches_into_claims(void **state)
{
	static const struct {
		const char *requirement;
		bool is_met;
	} cases[] = {
		{ "/x-ms-policy/a~1b == 1", true },
		{ "/x-ms-policy/m~0n == 2", true },
		{ "\"/x-ms-policy/a b\" == 3", true },
		{ "\"/x-ms-policy/q\\\"\" == 4", true },
		{ "/x-ms-policy/q\" == 4", true },
		{ "/x-ms-policy/svn/1 == 6", true },
		{ "/x-ms-policy/svn/- exists", false },
		{ "/x-ms-policy/svn/01 exists", false },
		{ "/x-ms-policy/svn/2 exists", false },
		{ "/x-ms-policy.svn exists", false },
		{ "/ == \"empty\"", true },
		/* JSON in a text is text. */
		{ "/events/Events exists", false },
		{ "/events/Events/0 exists", false },
	};
	json_t *claims =
	    json_of("{\"x-ms-policy\": {\"a/b\": 1, \"m~n\": 2, \"a b\": 3,"
		    "\"q\\\"\": 4, \"svn\": [5, 6]}, \"\": \"empty\","
		    "\"events\": \"{\\\"Events\\\":[1]}\"}");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct att_requirement *requirement =
		    requirement_of(cases[i].requirement);

		assert_int_equal(
		    att_requirement_check(requirement, claims, NULL),
		    cases[i].is_met ? ATT_OK : ATT_ERR_TOKEN_CLAIM);
		att_requirement_free(&requirement);
	}
	json_decref(claims);
}

static void
says_what_was_found_and_wanted(void **state)
{
	static const struct {
		const char *requirement;
		const char *claim;
		const char *text;
	} cases[] = {
		{ "/c == true", "false", "/c is false, wanted == true" },
		{ "/c  ==  true ", "1",
		    "/c is 1 (an integer), wanted ==  true" },
		{ "/c == 1", "1.0", "/c is 1.0 (a real), wanted == 1" },
		{ "/c == true", "\"true\"",
		    "/c is \"true\" (a string), wanted == true" },
		{ "/c == 1", "true", "/c is true (a boolean), wanted == 1" },
		{ "/c == 1", "null", "/c is null (null), wanted == 1" },
		{ "/c == 1", "{\"a\": [1, 2]}",
		    "/c is {\"a\":[1,2]} (an object), wanted == 1" },
		{ "/c contains 3", "[1, 2]", "/c is [1,2], wanted contains 3" },
		{ "/c contains 3", "3",
		    "/c is 3 (an integer), wanted contains 3" },
		{ "/c mask 0x32", "48", "/c is 48, wanted mask 0x32" },
		{ "/c mask 0x32", "-1", "/c is -1, wanted mask 0x32" },
		{ "/c in [1, 2]", "[1]", "/c is [1], wanted in [1, 2]" },
		{ "/c >= 3", "2", "/c is 2, wanted >= 3" },
		{ "/c exists", NULL, "/c is missing, wanted exists" },
		{ "/c/d/e == 1", "{}",
		    "/c/d/e is missing (there is no /c/d), wanted == 1" },
		{ "/c/d == 1", NULL,
		    "/c/d is missing (there is no /c), wanted == 1" },
		{ "/c/d == 1", "{}", "/c/d is missing, wanted == 1" },
		{ "/c/0/x == 1", "[]",
		    "/c/0/x is missing (there is no /c/0), wanted == 1" },
		/* What the issuer wrote does nothing to a terminal. */
		{ "/c == \"a\"", "\"\\u001b[2J\\n\\u202e\xc3\xa9\"",
		    "/c is \"\\u001B[2J\\n\\u202E\\u00E9\", wanted == \"a\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct att_reason why = { 0 };

		assert_int_equal(
		    judge(cases[i].requirement, cases[i].claim, &why),
		    ATT_ERR_TOKEN_CLAIM);
		assert_int_equal(why.code, ATT_ERR_TOKEN_CLAIM);
		assert_string_equal(why.text, cases[i].text);
	}
}

/* A text of n letters in quotes, with the text before it. Freed by you. */
static char *
long_text(const char *before, char letter, size_t n)
{
	size_t len = strlen(before);
	char *text = malloc(len + n + 3);

	assert_non_null(text);
	memcpy(text, before, len);
	text[len] = '"';
	memset(text + len + 1, letter, n);
	text[len + 1 + n] = '"';
	text[len + 2 + n] = '\0';
	return text;
}

static void
cuts_what_is_long(void **state)
{
	char *claim = long_text("", 'f', 200000);
	char *requirement = long_text("/c == ", 'w', 3000);
	struct att_reason why = { 0 };
	size_t array = 0;

	(void)state;
	assert_int_equal(judge(requirement, claim, &why), ATT_ERR_TOKEN_CLAIM);
	assert_int_equal(strncmp(why.text, "/c is \"ffff", 10), 0);
	assert_non_null(strstr(why.text, "fff..., wanted == \"www"));
	assert_non_null(strstr(why.text, "www..."));
	assert_true(strlen(why.text) < 260);
	/* Many pieces are cut as one long one is. */
	claim[array++] = '[';
	for (; array < 60001; array += 2)
		memcpy(claim + array, "1,", 2);
	memcpy(claim + array, "1]", 3);
	assert_int_equal(judge("/c == 1", claim, &why), ATT_ERR_TOKEN_CLAIM);
	assert_non_null(strstr(why.text, "1,1,1,1... (an array), wanted"));
	assert_true(strlen(why.text) < 260);
	free(claim);
	free(requirement);
}

static void
cuts_a_long_pointer(void **state)
{
	struct att_reason why = { 0 };
	char text[2100];

	(void)state;
	memset(text, 'p', sizeof(text));
	text[0] = text[1000] = '/';
	memcpy(text + 2000, " exists", 8);
	assert_int_equal(judge(text, NULL, &why), ATT_ERR_TOKEN_CLAIM);
	assert_non_null(strstr(why.text, "ppp... is missing (there is no /p"));
	assert_non_null(strstr(why.text, "wanted exists"));
}

/* What no requirement is, and what the message says of it. */
static const struct {
	const char *text;
	const char *expected;
} malformed[] = {
	{ "", "an empty requirement; write POINTER OPERATOR VALUE" },
	{ " \t ", "an empty requirement" },
	{ "secureboot == true", "a \"/\" before each name" },
	{ "== true", "a \"/\" before each name" },
	{ "\"\" exists", "expected \"/\" and a name" },
	{ "/a~2 exists", "\"~0\"" },
	{ "\"/a", "is no JSON string" },
	{ "\"/a\\q\" exists", "is no JSON string" },
	{ "\"/a\\u0000\" exists", "is no JSON string" },
	{ "\"/a\\u0001\" exists", "control characters" },
	{ "\"/a\"== 1", "expected a blank after the pointer" },
	{ "/a", "expected one of == != >= <= in contains exists mask" },
	{ "/a b == 1", "found \"b\"" },
	{ "/a = 1", "found \"=\"" },
	{ "/a === 1", "found \"===\"" },
	{ "/a > 1", "found \">\"" },
	{ "/a =", "found \"=\"" },
	{ "/a ==1", "found \"==1\"" },
	{ "/a IN [1]", "found \"IN\"" },
	{ "/a i [1]", "found \"i\"" },
	{ "/a exist", "found \"exist\"" },
	{ "/a ==", "==: expected a value after it, found none" },
	{ "/a mask", "mask: expected a value after it" },
	{ "/a exists true", "exists: expected no value, found true" },
	{ "/a == azurevm", "text in double quotes" },
	{ "/a == 'a'", "==: expected a JSON value" },
	{ "/a == True", "==: expected a JSON value" },
	{ "/a == 01", "==: expected a JSON value" },
	{ "/a == +1", "==: expected a JSON value" },
	{ "/a == .5", "==: expected a JSON value" },
	{ "/a == 0x10", "==: expected a JSON value" },
	{ "/a == NaN", "==: expected a JSON value" },
	{ "/a == 1 2", "==: expected a JSON value" },
	{ "/a == 1,", "==: expected a JSON value" },
	{ "/a == [1", "==: expected a JSON value" },
	{ "/a == {\"b\":1,\"b\":1}", "duplicate" },
	{ "/a == \"\\u0000\"", "==: expected a JSON value" },
	{ "/a == \"\\ud800\"", "==: expected a JSON value" },
	{ "/a == 9223372036854775808", "too big integer" },
	{ "/a == 1e400", "real number overflow" },
	{ "/a == \"a\nb\"", "control character" },
	{ "/a ==\n1", "control character" },
	{ "/a == \"\x7f\"", "control character" },
	{ "/a == \"\xff\"", "not UTF-8" },
	{ "/a >= \"3\"", ">=: expected a number, found \"3\"" },
	{ "/a <= true", "<=: expected a number, found true" },
	{ "/a <= [1]", "<=: expected a number, found [1]" },
	{ "/a in 1", "in: expected an array that is not empty" },
	{ "/a in []", "in: expected an array that is not empty" },
	{ "/a in {\"b\":1}", "in: expected an array" },
	{ "/a mask 0", "mask: expected a number above 0" },
	{ "/a mask 0x", "mask: expected a number above 0" },
	{ "/a mask 0x0", "mask: expected a number above 0" },
	{ "/a mask 050", "mask: expected a number above 0" },
	{ "/a mask -1", "mask: expected a number above 0" },
	{ "/a mask 1.0", "mask: expected a number above 0" },
	{ "/a mask 3a", "mask: expected a number above 0" },
	{ "/a mask 0x3g", "mask: expected a number above 0" },
	{ "/a mask 0X32", "mask: expected a number above 0" },
	{ "/a mask \"50\"", "mask: expected a number above 0" },
	{ "/a mask 9223372036854775808", "mask: expected a number" },
	{ "/a mask 0x8000000000000000", "mask: expected a number" },
	{ "/a mask 0x10000000000000032", "mask: expected a number" },
};

static void
refuses_what_cannot_be_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(malformed); i++) {
		struct att_requirement *requirement;
		struct att_reason why = { 0 };

		if (att_requirement_parse(malformed[i].text, &requirement,
			&why) != ATT_ERR_CONF_VALUE)
			fail_msg("accepted: %s", malformed[i].text);
		assert_null(requirement);
		assert_int_equal(why.code, ATT_ERR_CONF_VALUE);
		if (strstr(why.text, malformed[i].expected) == NULL)
			fail_msg("%s: %s", malformed[i].text, why.text);
	}
}

static void
bounds_the_text(void **state)
{
	char *text = long_text("/c == ", 'w', ATT_REQUIREMENT_MAX - 8);
	struct att_requirement *requirement;
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(strlen(text), ATT_REQUIREMENT_MAX);
	requirement = requirement_of(text);
	att_requirement_free(&requirement);
	free(text);
	text = long_text("/c == ", 'w', ATT_REQUIREMENT_MAX - 7);
	assert_int_equal(att_requirement_parse(text, &requirement, &why),
	    ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "more than 4096 bytes"));
	free(text);
}

/* Values nest as deep as their text allows; judging goes no deeper. */
static void
bears_depth(void **state)
{
	enum {
		DEPTH = 2000
	};
	char text[6 + 2 * DEPTH + 1] = "/c == ";
	struct att_requirement *requirement;
	struct att_reason why = { 0 };

	(void)state;
	memset(text + 6, '[', DEPTH);
	memset(text + 6 + DEPTH, ']', DEPTH);
	requirement = requirement_of(text);
	att_requirement_free(&requirement);
	assert_int_equal(judge(text, "[[]]", &why), ATT_ERR_TOKEN_CLAIM);
	assert_int_equal(judge(text, text + 6, &why), ATT_OK);
}

static void
keeps_its_text(void **state)
{
	struct att_requirement *requirement =
	    requirement_of("\t /a  ==\t\"x  y\" ");

	(void)state;
	assert_string_equal(
	    att_requirement_get_text(requirement), "/a  ==\t\"x  y\"");
	att_requirement_free(&requirement);
}

static void
a_condition_decides_whether_it_counts(void **state)
{
	static const struct {
		const char *claims;
		bool is_met;
	} cases[] = {
		{ "{}", true },
		{ "{\"tee\": {}}", false },
		{ "{\"tee\": null}", false },
		{ "{\"tee\": {\"ok\": false}}", false },
		{ "{\"tee\": {\"ok\": 1}}", false },
		{ "{\"tee\": {\"ok\": true}}", true },
	};
	struct att_requirement *requirement;
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(att_requirement_parse_conditional("/tee exists",
			     "/tee/ok == true", &requirement, &why),
	    ATT_OK);
	assert_string_equal(
	    att_requirement_get_text(requirement), "/tee/ok == true");
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *claims = json_of(cases[i].claims);

		assert_int_equal(
		    att_requirement_check(requirement, claims, &why),
		    cases[i].is_met ? ATT_OK : ATT_ERR_TOKEN_CLAIM);
		json_decref(claims);
	}
	att_requirement_free(&requirement);
	assert_int_equal(att_requirement_parse_conditional(
			     "tee", "/tee/ok == true", &requirement, &why),
	    ATT_ERR_CONF_VALUE);
	assert_null(requirement);
	assert_int_equal(att_requirement_parse_conditional(
			     "/tee exists", "/tee/ok", &requirement, &why),
	    ATT_ERR_CONF_VALUE);
	assert_null(requirement);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality_is_deep_and_typed),
		cmocka_unit_test(equality_knows_no_order_of_members),
		cmocka_unit_test(compares_numbers_of_one_type),
		cmocka_unit_test(looks_into_arrays),
		cmocka_unit_test(exists_asks_for_nothing_else),
		cmocka_unit_test(a_mask_asks_for_bits),
		cmocka_unit_test(reaches_into_claims),
		cmocka_unit_test(says_what_was_found_and_wanted),
		cmocka_unit_test(cuts_what_is_long),
		cmocka_unit_test(cuts_a_long_pointer),
		cmocka_unit_test(refuses_what_cannot_be_meant),
		cmocka_unit_test(bounds_the_text),
		cmocka_unit_test(bears_depth),
		cmocka_unit_test(keeps_its_text),
		cmocka_unit_test(a_condition_decides_whether_it_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
