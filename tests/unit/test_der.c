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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_one_element),
		cmocka_unit_test(takes_long_lengths),
		cmocka_unit_test(refuses_what_is_not_der),
		cmocka_unit_test(refuses_deep_nesting),
		cmocka_unit_test(finds_subject_and_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
