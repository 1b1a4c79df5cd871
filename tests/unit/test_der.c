/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of walking over DER. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trust/der.h"

#define DER(text) att_bytes(text, sizeof(text) - 1)

static void
takes_one_element(void **state)
{
	struct att_bytes left = DER("\x04\x02"
				    "ab\x02\x01\x07");
	struct att_der element;

	(void)state;
	assert_true(att_der_take(&left, &element));
	assert_int_equal(element.tag, ATT_DER_OCTET_STRING);
	assert_true(att_bytes_is_equal(element.content, att_bytes_text("ab")));
	assert_int_equal(element.whole.len, 4);
	assert_false(att_der_take_tag(&left, ATT_DER_SEQUENCE, &element));
	assert_null(element.content.ptr);
	assert_true(att_der_take_tag(&left, ATT_DER_INTEGER, &element));
	assert_int_equal(left.len, 0);
	assert_false(att_der_take(&left, &element));
}

static void
takes_long_lengths(void **state)
{
	uint8_t bytes[3 + 128] = { 0x04, 0x81, 128 };
	uint8_t more[4 + 256] = { 0x04, 0x82, 1, 0 };

	(void)state;
	assert_true(att_der_is_strict(att_bytes(bytes, sizeof(bytes))));
	assert_true(att_der_is_strict(att_bytes(more, sizeof(more))));
	assert_false(att_der_is_strict(att_bytes(more, sizeof(more) - 1)));
}

static void
refuses_what_is_not_der(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		size_t len;
	} cases[] = {
#define CASE(what, text) { what, text, sizeof(text) - 1 }
		CASE("nothing", ""),
		CASE("an identifier alone", "\x04"),
		CASE("cut content", "\x04\x02x"),
		CASE("an indefinite length", "\x30\x80\x02\x01\x07\0\0"),
		CASE("a long form below 128", "\x04\x81\x01x"),
		CASE("a length with a leading zero", "\x04\x82\0\x01x"),
		CASE("a length of four octets", "\x04\x84\0\0\0\x01x"),
		CASE("a huge length", "\x04\x83\xff\xff\xffx"),
		CASE("cut length octets", "\x04\x82\x01"),
		CASE("a tag number above 30", "\x1f\x1f\x01x"),
		CASE("bytes left over", "\x04\x01xy"),
		CASE("a bad length inside", "\x30\x04\x04\x81\x01x"),
		CASE("a cut element inside", "\x30\x03\x04\x02x"),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (att_der_is_strict(att_bytes(cases[i].text, cases[i].len)))
			fail_msg("%s passes", cases[i].what);
	}
}

static void
refuses_deep_nesting(void **state)
{
	uint8_t bytes[2 * 40];

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		bytes[2 * i] = ATT_DER_SEQUENCE;
		bytes[2 * i + 1] = (uint8_t)(2 * (39 - i));
	}
	assert_false(att_der_is_strict(att_bytes(bytes, sizeof(bytes))));
	assert_true(att_der_is_strict(att_bytes(bytes + 2 * 30, 2 * 10)));
}

/* SEQ { SEQ { serial, alg {}, issuer {}, validity {}, subject, key } } */
static void
finds_subject_and_key(void **state)
{
	static const char text[] = "\x30\x13\x30\x11\x02\x01\x01\x30\0\x30\0"
				   "\x30\0\x30\x02\x05\0\x30\x02\x0c\0";
	struct att_der_certificate parts;

	(void)state;
	assert_true(att_der_find_subject(DER(text), &parts));
	assert_true(att_bytes_is_equal(parts.subject, DER("\x30\x02\x05\0")));
	assert_true(att_bytes_is_equal(parts.key, DER("\x30\x02\x0c\0")));
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_false(
		    att_der_find_subject(att_bytes(text, len), &parts));
	assert_false(att_der_find_subject(DER("\x30\x02\x05\0"), &parts));
	assert_false(att_der_find_subject(DER("\x30\x02\x30\0x"), &parts));
}

static void
takes_explicit_tags(void **state)
{
	/* [1], [30], [31], [702] and [2^21 - 1], each around INTEGER 7 */
	struct att_bytes left = DER("\xa1\x03\x02\x01\x07"
				    "\xbe\x03\x02\x01\x07"
				    "\xbf\x1f\x03\x02\x01\x07"
				    "\xbf\x85\x3e\x03\x02\x01\x07"
				    "\xbf\xff\xff\x7f\x03\x02\x01\x07");
	static const uint32_t numbers[] = { 1, 30, 31, 702, (1 << 21) - 1 };
	struct att_der_explicit element;
	uint32_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_true(att_der_take_explicit(&left, &element));
		assert_int_equal(element.number, numbers[i]);
		assert_int_equal(element.inner.tag, ATT_DER_INTEGER);
		assert_true(att_der_get_uint(element.inner.content, &value));
		assert_int_equal(value, 7);
	}
	assert_int_equal(left.len, 0);
	assert_false(att_der_take_explicit(&left, &element));
}

static void
refuses_other_explicit_tags(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		size_t len;
	} cases[] = {
#define CASE(what, text) { what, text, sizeof(text) - 1 }
		CASE("nothing", ""),
		CASE("an identifier alone", "\xa1"),
		CASE("no content", "\xa1\0"),
		CASE("two elements", "\xa1\x04\x05\0\x05\0"),
		CASE("cut content", "\xa1\x03\x05\0"),
		CASE("a cut element", "\xa1\x02\x02\x01"),
		CASE("a primitive one", "\x81\x02\x05\0"),
		CASE("universal class", "\x30\x02\x05\0"),
		CASE("application class", "\x61\x02\x05\0"),
		CASE("private class", "\xe1\x02\x05\0"),
		CASE("a leading zero", "\xbf\x80\x85\x3e\x02\x05\0"),
		CASE("the long form for 30", "\xbf\x1e\x02\x05\0"),
		CASE("the long form for 0", "\xbf\0\x02\x05\0"),
		CASE("four octets", "\xbf\x81\x80\x80\0\x02\x05\0"),
		CASE("a cut number", "\xbf\x85"),
		CASE("a number alone", "\xbf\x85\x3e"),
		CASE("an indefinite length", "\xa1\x80\x05\0\0\0"),
		CASE("a long length", "\xa1\x81\x02\x05\0"),
#undef CASE
	};
	struct att_der_explicit element;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_bytes left = att_bytes(cases[i].text, cases[i].len);

		if (att_der_take_explicit(&left, &element) ||
		    left.len != cases[i].len || element.inner.whole.len != 0)
			fail_msg("%s is taken", cases[i].what);
	}
}

/* What is decoded and encoded again has to come out as it was. */
static void
refuses_unused_bits_that_are_set(void **state)
{
	(void)state;
	assert_true(att_der_is_strict(DER("\x03\x01\0")));
	assert_true(att_der_is_strict(DER("\x03\x02\0\xff")));
	assert_true(att_der_is_strict(DER("\x03\x02\x04\xf0")));
	assert_true(att_der_is_strict(DER("\x03\x02\x07\x80")));
	assert_false(att_der_is_strict(DER("\x03\x02\x04\xf8")));
	assert_false(att_der_is_strict(DER("\x30\x04\x03\x02\x01\x01")));
	assert_false(att_der_is_strict(DER("\x03\x02\x08\0")));
	assert_false(att_der_is_strict(DER("\x03\x01\x01")));
	assert_false(att_der_is_strict(DER("\x03\0")));
}

static void
reads_numbers(void **state)
{
	uint32_t value;

	(void)state;
	assert_true(att_der_get_uint(DER("\0"), &value));
	assert_int_equal(value, 0);
	assert_true(att_der_get_uint(DER("\0\x80"), &value));
	assert_int_equal(value, 0x80);
	assert_true(att_der_get_uint(DER("\0\xff\xff\xff\xff"), &value));
	assert_true(value == UINT32_MAX);
	assert_false(att_der_get_uint(DER(""), &value));
	assert_false(att_der_get_uint(DER("\x80"), &value));
	assert_false(att_der_get_uint(DER("\0\x7f"), &value));
	assert_false(att_der_get_uint(DER("\0\0"), &value));
	assert_false(att_der_get_uint(DER("\x01\0\0\0\0"), &value));
	assert_false(att_der_get_uint(DER("\0\xff\0\0\0\0"), &value));
	assert_int_equal(value, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_one_element),
		cmocka_unit_test(takes_long_lengths),
		cmocka_unit_test(refuses_what_is_not_der),
		cmocka_unit_test(refuses_deep_nesting),
		cmocka_unit_test(finds_subject_and_key),
		cmocka_unit_test(takes_explicit_tags),
		cmocka_unit_test(refuses_other_explicit_tags),
		cmocka_unit_test(refuses_unused_bits_that_are_set),
		cmocka_unit_test(reads_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
