/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of others in logs and on terminals: base/text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void
assert_escaped(const char *text, size_t size, const char *expected)
{
	/* Exactly that large, so that a sanitizer sees one byte too many. */
	char *dst = malloc(size);

	assert_non_null(dst);
	assert_int_equal(att_text_escape(dst, size, text), strlen(expected));
	assert_string_equal(dst, expected);
	free(dst);
}

static void
leaves_plain_text(void **state)
{
	static const char *const plain[] = { "", "plain ~ text", "back\\slash",
		"\xc3\xa9t\xc3\xa9", "\xc2\xa0", "e\xcc\x81",
		"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xe2\x80\x90\xe2\x80\xa7",
		"\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
		"\xf0\x9f\x94\x91\xef\xbf\xbd" };

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		assert_escaped(plain[i], 100, plain[i]);
		assert_escaped(plain[i], strlen(plain[i]) + 1, plain[i]);
		assert_true(att_text_is_printable(plain[i]));
	}
}

static void
escapes_what_acts(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "a\nb\tc\x1b[2J\x7f", "a\\x0ab\\x09c\\x1b[2J\\x7f" },
		/* C1: U+0080, U+009B (CSI), U+009F. */
		{ "\xc2\x80\xc2\x9b"
		  "m\xc2\x9f",
		    "\\xc2\\x80\\xc2\\x9bm\\xc2\\x9f" },
		/* As a bare byte it is not UTF-8. */
		{ "\x9b", "\\x9b" },
		{ "\xff\xc3(\xe2\x82\xc0\xaf",
		    "\\xff\\xc3(\\xe2\\x82\\xc0\\xaf" },
		{ "\xe2\x80\x8e\xe2\x80\x8f",
		    "\\xe2\\x80\\x8e\\xe2\\x80\\x8f" },
		{ "\xe2\x80\xa8\xe2\x80\xaa\xe2\x80\xae",
		    "\\xe2\\x80\\xa8\\xe2\\x80\\xaa\\xe2\\x80\\xae" },
		{ "\xe2\x81\xa6\xe2\x81\xa9",
		    "\\xe2\\x81\\xa6\\xe2\\x81\\xa9" },
		{ "\xd8\x9c", "\\xd8\\x9c" },
		/* Surrogates and what is beyond U+10FFFF are no characters. */
		{ "\xed\xa0\x80\xf4\x90\x80\x80",
		    "\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_escaped(rows[i].text, 100, rows[i].expected);
		assert_false(att_text_is_printable(rows[i].text));
	}
}

static void
cuts_between_characters(void **state)
{
	char untouched = 'x';

	(void)state;
	assert_escaped("abcdef", 7, "abcdef");
	assert_escaped("abcdef", 6, "ab...");
	assert_escaped("abcdef", 4, "...");
	assert_escaped("abcdef", 3, "..");
	assert_escaped("abcdef", 1, "");
	/* Neither half an escape nor half a character. */
	assert_escaped("a\nbcdef", 9, "a\\x0a...");
	assert_escaped("a\nbcdef", 8, "a...");
	assert_escaped("\xc3\xa9\xc3\xa9\xc3\xa9", 6, "\xc3\xa9...");
	assert_escaped("\xc3\xa9\xc3\xa9\xc3\xa9", 5, "...");
	assert_int_equal(att_text_escape(&untouched, 0, "abc"), 0);
	assert_int_equal(untouched, 'x');
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_plain_text),
		cmocka_unit_test(escapes_what_acts),
		cmocka_unit_test(cuts_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
