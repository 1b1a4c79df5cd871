/* SPDX-License-Identifier: BSD-2-Clause */
/* Percent-encoding with one form per value: store/percent.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/percent.h"

static void
assert_encoded(const char *plain, const char *expected)
{
	struct att_buf out;
	char *back;

	att_buf_init(&out, 4096);
	assert_int_equal(
	    att_percent_encode(att_bytes_text(plain), &out), ATT_OK);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&out), att_bytes_text(expected)));
	assert_int_equal(
	    att_percent_decode(att_buf_get(&out), strlen(plain), &back),
	    ATT_OK);
	assert_string_equal(back, plain);
	free(back);
	att_buf_reset(&out);
}

static void
encodes_and_decodes(void **state)
{
	(void)state;
	assert_encoded("alice", "alice");
	assert_encoded("Al-ice_9.x", "Al-ice_9.x");
	assert_encoded(".", "%2E");
	assert_encoded("..", "%2E.");
	assert_encoded("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd");
	assert_encoded("DOM\\user", "DOM%5Cuser");
	assert_encoded("a%41", "a%2541");
	assert_encoded("two words\n", "two%20words%0A");
	assert_encoded("\xc3\xa9\xff", "%C3%A9%FF");
}

static void
every_byte_comes_back(void **state)
{
	char text[3] = "x";

	(void)state;
	for (int c = 1; c < 256; c++) {
		struct att_buf out;
		char *back;

		text[1] = (char)c;
		att_buf_init(&out, 16);
		assert_int_equal(
		    att_percent_encode(att_bytes_text(text), &out), ATT_OK);
		assert_null(memchr(out.ptr, '/', out.len));
		assert_null(memchr(out.ptr, ' ', out.len));
		assert_int_equal(
		    att_percent_decode(att_buf_get(&out), 2, &back), ATT_OK);
		assert_string_equal(back, text);
		free(back);
		att_buf_reset(&out);
	}
}

static void
rejects_every_other_form(void **state)
{
	static const char *const wrong[] = { "", ".x", "a/b", "a b", "%2e",
		"%41", "%5F", "%2", "%", "a%", "a%2", "%%", "%G0", "%00",
		"a%00b", "a+b", "caf\xc3\xa9", "a%2Eb", "%2f", "a\n" };
	char *out;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (att_percent_decode(att_bytes_text(wrong[i]), 99, &out) !=
		    ATT_ERR_STORE_MALFORMED)
			fail_msg("\"%s\" was decoded", wrong[i]);
		assert_null(out);
	}
	assert_int_equal(att_percent_decode(att_bytes("a\0b", 3), 99, &out),
	    ATT_ERR_STORE_MALFORMED);
}

static void
rejects_one_byte_too_many(void **state)
{
	char *out;

	(void)state;
	assert_int_equal(att_percent_decode(att_bytes_text("abc%20"), 3, &out),
	    ATT_ERR_STORE_MALFORMED);
	assert_int_equal(
	    att_percent_decode(att_bytes_text("abc%20"), 4, &out), ATT_OK);
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_and_decodes),
		cmocka_unit_test(every_byte_comes_back),
		cmocka_unit_test(rejects_every_other_form),
		cmocka_unit_test(rejects_one_byte_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
