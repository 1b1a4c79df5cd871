/* SPDX-License-Identifier: BSD-2-Clause */
/* What attestctl prints: attestctl/out.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "attestctl/out.h"
#include "capture.h"

static void
assert_escaped(const char *text, const char *expected, size_t width)
{
	struct att_buf out;
	size_t got = 0;

	att_buf_init(&out, 1000);
	assert_int_equal(att_out_escape(text, &out, &got), ATT_OK);
	assert_int_equal(att_buf_put_u8(&out, '\0'), ATT_OK);
	assert_string_equal((char *)out.ptr, expected);
	assert_int_equal(got, width);
	att_buf_reset(&out);
}

/* Also sets the locale for the next test. */
static enum att_exit
escapes(const struct att_invocation *invocation, int argc, char **argv)
{
	(void)invocation;
	(void)argc;
	(void)argv;
	assert_escaped("plain text", "plain text", 10);
	assert_escaped("\x1b[31m\n\t\x7f", "\\x1b[31m\\x0a\\x09\\x7f", 20);
	assert_escaped("\xc3\xa9\xe9\x8d\xb5", "\xc3\xa9\xe9\x8d\xb5", 3);
	assert_escaped("\xff\xc3", "\\xff\\xc3", 8);
	assert_escaped("\xc2\x9b", "\\xc2\\x9b", 8);
	assert_escaped("e\xcc\x81", "e\xcc\x81", 1);
	assert_escaped("\xe2\x80\xae", "\\xe2\\x80\\xae", 12);
	assert_escaped("", "", 0);
	att_out_error("a\nb", "c\x1b%s", "d");
	att_out_reason("x", ATT_ERR_PIN_INVALID, NULL);
	return att_out_json(NULL, ATT_EXIT_DONE);
}

static void
escapes_what_a_terminal_would_act_on(void **state)
{
	static const char *const words[] = { "x", NULL };
	struct captured captured;

	(void)state;
	capture(escapes, NULL, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_string_equal(captured.err, "attestctl: a\\x0ab: c\\x1bd\n"
					  "attestctl: x: wrong PIN\n"
					  "attestctl: JSON: out of memory\n");
	assert_string_equal(captured.out, "");
	captured_reset(&captured);
}

static void
assert_json(json_t *value, const char *expected)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
	json_decref(value);
}

static enum att_exit
prints_json(const struct att_invocation *invocation, int argc, char **argv)
{
	(void)invocation;
	(void)argc;
	(void)argv;
	return att_out_json(
	    att_json_text("\xc2\x9b\xe2\x80\xae\n"), ATT_EXIT_DONE);
}

static void
prints_json_that_a_terminal_does_not_act_on(void **state)
{
	static const char *const words[] = { "x", NULL };
	struct captured captured;

	(void)state;
	capture(prints_json, NULL, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.out, "\"\\u009B\\u202E\\n\"\n");
	captured_reset(&captured);
}

static void
makes_json_of_any_bytes(void **state)
{
	static const uint8_t aaguid[16] = { 0xcb, 0x69, 0x48, 0x1e, 0x8f, 0xf7,
		0x40, 0x39, 0x93, 0xec, 0x0a, 0x27, 0x29, 0xa1, 0x54, 0xa8 };
	struct att_reason why = { ATT_ERR_COUNTER, "because" };

	(void)state;
	assert_json(att_json_text("a\"\n"), "\"a\\\"\\n\"");
	assert_json(att_json_text("a\xff"), "\"a\\\\xff\"");
	assert_json(att_json_base64url(att_bytes("\xfb\xff", 2)), "\"-_8\"");
	assert_json(att_json_aaguid(aaguid),
	    "\"cb69481e-8ff7-4039-93ec-0a2729a154a8\"");
	assert_json(att_json_reason(ATT_OK, &why), "null");
	assert_json(att_json_reason(ATT_ERR_COUNTER, &why),
	    "{\"code\":\"counter\",\"text\":\"because\"}");
	/* The text of another error is not borrowed. */
	assert_json(att_json_reason(ATT_ERR_PIN_INVALID, &why),
	    "{\"code\":\"pin-invalid\",\"text\":\"wrong PIN\"}");
}

static void
writes_times_in_utc(void **state)
{
	(void)state;
	assert_json(att_json_time(1787392800), "\"2026-08-22T10:00:00Z\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_what_a_terminal_would_act_on),
		cmocka_unit_test(prints_json_that_a_terminal_does_not_act_on),
		cmocka_unit_test(makes_json_of_any_bytes),
		cmocka_unit_test(writes_times_in_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
