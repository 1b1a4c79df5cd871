/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of writing JSON piece by piece. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maa/json_text.h"

static void
writes_pieces_as_they_are(void **state)
{
	static const char wanted[] = "{\"n\":\"a\\\"b\\\\c\\u0001\xc3\xa9\","
				     "\"u\":\"-_8\",\"p\":\"+/8=\","
				     "\"i\":7}";
	struct att_bytes bytes = att_bytes("\xfb\xff", 2);
	struct att_buf out;
	struct att_json_text text = { &out, ATT_OK };

	(void)state;
	att_buf_init(&out, 100);
	att_json_text_put(&text, "{\"n\":");
	att_json_text_put_string(&text, "a\"b\\c\1\xc3\xa9");
	att_json_text_put(&text, ",");
	att_json_text_put_base64url(&text, "u", bytes);
	att_json_text_put(&text, ",");
	att_json_text_put_base64(&text, "p", bytes);
	att_json_text_printf(&text, ",\"%s\":%d}", "i", 7);
	assert_int_equal(text.err, ATT_OK);
	assert_int_equal(out.len, strlen(wanted));
	assert_memory_equal(out.ptr, wanted, out.len);
	att_buf_reset(&out);
}

static void
writes_nothing_after_an_error(void **state)
{
	static const char *const bad[] = { "\xff", "\xc3" };
	char long_text[300];
	struct att_buf out;
	struct att_json_text text = { &out, ATT_OK };

	(void)state;
	att_buf_init(&out, 3);
	att_json_text_put(&text, "1234");
	assert_int_equal(text.err, ATT_ERR_TOO_LARGE);
	att_json_text_put(&text, "5");
	att_json_text_put_string(&text, "6");
	att_json_text_put_base64url(&text, "7", att_bytes("8", 1));
	assert_int_equal(text.err, ATT_ERR_TOO_LARGE);
	assert_int_equal(out.len, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text.err = ATT_OK;
		att_json_text_put_string(&text, bad[i]);
		assert_int_not_equal(text.err, ATT_OK);
	}
	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	text.err = ATT_OK;
	att_json_text_printf(&text, "%s", long_text);
	assert_int_equal(text.err, ATT_ERR_INTERNAL);
	assert_int_equal(out.len, 0);
	/* A piece has 255 characters. */
	att_buf_init(&out, 300);
	for (size_t len = 256; len >= 255; len--) {
		long_text[len] = '\0';
		text.err = ATT_OK;
		att_json_text_printf(&text, "%s", long_text);
		assert_int_equal(
		    text.err, len == 255 ? ATT_OK : ATT_ERR_INTERNAL);
		assert_int_equal(out.len, len == 255 ? 255 : 0);
	}
	att_buf_reset(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_pieces_as_they_are),
		cmocka_unit_test(writes_nothing_after_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
