/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that people carry: remote/line.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "remote/line.h"

static const char *const prefixes[] = {
	[ATT_LINE_CHALLENGE] = "pam_attest-challenge-1.",
	[ATT_LINE_RESPONSE] = "pam_attest-response-1.",
};
static const enum att_err malformed[] = {
	[ATT_LINE_CHALLENGE] = ATT_ERR_CHALLENGE_MALFORMED,
	[ATT_LINE_RESPONSE] = ATT_ERR_RESPONSE_MALFORMED,
};
static const enum att_err damaged[] = {
	[ATT_LINE_CHALLENGE] = ATT_ERR_CHALLENGE_DAMAGED,
	[ATT_LINE_RESPONSE] = ATT_ERR_RESPONSE_DAMAGED,
};
static const enum att_line lines[] = { ATT_LINE_CHALLENGE, ATT_LINE_RESPONSE };
#define EACH(line)                                                             \
	size_t i_ = 0;                                                         \
	i_ < 2 && ((line) = lines[i_], true);                                  \
	i_++

/* The line of a message, in a buffer of the exact size; free() it. */
static struct att_bytes
print(enum att_line line, const char *message)
{
	struct att_buf out;
	uint8_t *ptr;
	size_t len;

	att_buf_init(&out, 4096);
	assert_int_equal(
	    att_line_print(line, att_bytes_text(message), 1000, &out), ATT_OK);
	assert_int_equal(att_buf_take(&out, &ptr, &len), ATT_OK);
	return att_bytes(ptr, len);
}

static enum att_err
read_line(enum att_line line, struct att_bytes text, const char *expected)
{
	struct att_line_message message = { (uint8_t *)1, 1 };
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_line_read(line, text, 1000, &message, &why);
	if (r != ATT_OK) {
		assert_null(message.ptr);
		assert_int_equal(message.len, 0);
		assert_int_equal(why.code, r);
		return r;
	}
	assert_true(att_bytes_is_equal(
	    att_bytes(message.ptr, message.len), att_bytes_text(expected)));
	free(message.ptr);
	return r;
}

static enum att_err
read_text(enum att_line line, const char *text)
{
	return read_line(line, att_bytes_text(text), "");
}

static void
a_message_comes_back(void **state)
{
	static const char *const messages[] = { "", "a", "ab", "abc",
		"a longer message\n" };
	enum att_line line;

	(void)state;
	for (EACH(line))
		for (size_t i = 0; i < 5; i++) {
			struct att_bytes text = print(line, messages[i]);

			assert_memory_equal(
			    text.ptr, prefixes[line], strlen(prefixes[line]));
			assert_null(memchr(text.ptr, '\n', text.len));
			assert_int_equal(
			    read_line(line, text, messages[i]), ATT_OK);
			free((void *)(uintptr_t)text.ptr);
		}
}

/* PROTOCOL.md: the one form of version 1. */
static void
has_the_form_of_version_1(void **state)
{
	struct att_bytes text = print(ATT_LINE_RESPONSE, "pam");

	(void)state;
	/* "pam", then SHA-256("pam_attest-response-1.pam")[0..8] */
	assert_true(att_bytes_is_equal(
	    text, att_bytes_text("pam_attest-response-1.cGFtRKuqXb5lvuk")));
	free((void *)(uintptr_t)text.ptr);
}

static void
blanks_around_a_line_do_not_matter(void **state)
{
	static const char *const around[][2] = { { "\n", "\n" },
		{ " \t\r\n ", "\r\n\n\n" }, { "", " " }, { "  ", "" } };
	enum att_line line;
	char pasted[256];

	(void)state;
	for (EACH(line)) {
		struct att_bytes text = print(line, "message");

		for (size_t i = 0; i < 4; i++) {
			snprintf(pasted, sizeof(pasted), "%s%.*s%s",
			    around[i][0], (int)text.len, (const char *)text.ptr,
			    around[i][1]);
			assert_int_equal(
			    read_line(line, att_bytes_text(pasted), "message"),
			    ATT_OK);
		}
		free((void *)(uintptr_t)text.ptr);
	}
}

/* Cut anywhere behind its name, it is still told what it was. */
static void
a_part_of_a_line_is_damaged(void **state)
{
	enum att_line line;

	(void)state;
	for (EACH(line)) {
		struct att_bytes text = print(line, "the message");
		size_t prefix = strlen(prefixes[line]);

		for (size_t len = 0; len < text.len; len++)
			assert_int_equal(
			    read_line(line, att_bytes(text.ptr, len), ""),
			    len < prefix ? malformed[line] : damaged[line]);
		for (size_t at = 1; at < text.len; at++)
			assert_int_equal(
			    read_line(line,
				att_bytes(text.ptr + at, text.len - at), ""),
			    malformed[line]);
		free((void *)(uintptr_t)text.ptr);
	}
}

/* Any character in the place of any other, or between two of them. */
static void
a_changed_line_is_damaged(void **state)
{
	enum att_line line;

	(void)state;
	for (EACH(line)) {
		struct att_bytes text = print(line, "the message");
		size_t prefix = strlen(prefixes[line]);
		uint8_t *copy = malloc(text.len + 1);

		assert_non_null(copy);
		for (size_t at = prefix; at < text.len; at++)
			for (int c = 0; c < 256; c++) {
				memcpy(copy, text.ptr, text.len);
				if (copy[at] == c ||
				    (at == text.len - 1 && c != 0 &&
					strchr(" \t\r\n", c) != NULL))
					continue;
				copy[at] = (uint8_t)c;
				assert_int_equal(
				    read_line(
					line, att_bytes(copy, text.len), ""),
				    damaged[line]);
			}
		for (size_t at = prefix; at < text.len; at++) {
			memcpy(copy, text.ptr, at);
			copy[at] = '\n';
			memcpy(copy + at + 1, text.ptr + at, text.len - at);
			assert_int_equal(
			    read_line(line, att_bytes(copy, text.len + 1), ""),
			    damaged[line]);
		}
		free(copy);
		free((void *)(uintptr_t)text.ptr);
	}
}

static void
a_doubled_line_is_damaged(void **state)
{
	static const char *const between[] = { "", "\n", " ", "\r\n" };
	enum att_line line;
	char pasted[256];

	(void)state;
	for (EACH(line)) {
		struct att_bytes text = print(line, "the message");

		for (size_t i = 0; i < 4; i++) {
			snprintf(pasted, sizeof(pasted), "%.*s%s%.*s",
			    (int)text.len, (const char *)text.ptr, between[i],
			    (int)text.len, (const char *)text.ptr);
			assert_int_equal(
			    read_line(line, att_bytes_text(pasted), ""),
			    damaged[line]);
		}
		free((void *)(uintptr_t)text.ptr);
	}
}

static void
something_else_is_malformed(void **state)
{
	static const char *const texts[] = { "", " ", "\n", "hello", "123456",
		"pam_attest", "pam_attest-response", "PAM_ATTEST-RESPONSE-1.",
		"pam_attest-response-2.cGFt", "pam_attest-challenge-2.cGFt",
		"attestctl respond 'pam_attest-challenge-1.cGFt'" };
	enum att_line line;

	(void)state;
	for (EACH(line))
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			assert_int_equal(
			    read_text(line, texts[i]), malformed[line]);
}

/* Also with the name changed: the checksum goes over it. */
static void
a_challenge_is_no_response(void **state)
{
	struct att_bytes text = print(ATT_LINE_CHALLENGE, "message");
	struct att_line_message message;
	struct att_reason why = { 0 };
	char renamed[256];

	(void)state;
	assert_int_equal(
	    att_line_read(ATT_LINE_RESPONSE, text, 1000, &message, &why),
	    ATT_ERR_RESPONSE_MALFORMED);
	assert_non_null(strstr(why.text, "attestctl respond"));
	snprintf(renamed, sizeof(renamed), "%s%.*s",
	    prefixes[ATT_LINE_RESPONSE],
	    (int)(text.len - strlen(prefixes[ATT_LINE_CHALLENGE])),
	    (const char *)text.ptr + strlen(prefixes[ATT_LINE_CHALLENGE]));
	assert_int_equal(
	    read_text(ATT_LINE_RESPONSE, renamed), ATT_ERR_RESPONSE_DAMAGED);
	free((void *)(uintptr_t)text.ptr);
}

static void
another_version_is_said_to_be_one(void **state)
{
	struct att_line_message message;
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(att_line_read(ATT_LINE_CHALLENGE,
			     att_bytes_text("pam_attest-challenge-2.cGFt"),
			     1000, &message, &why),
	    ATT_ERR_CHALLENGE_MALFORMED);
	assert_non_null(strstr(why.text, "version"));
}

/* To the character, in both directions. */
static void
a_line_has_a_limit(void **state)
{
	struct att_bytes text = print(ATT_LINE_RESPONSE, "the message");
	const struct att_bytes bytes = att_bytes_text("the message");
	struct att_line_message message;
	struct att_buf out;

	(void)state;
	att_buf_init(&out, 4096);
	assert_int_equal(
	    att_line_print(ATT_LINE_RESPONSE, bytes, text.len, &out), ATT_OK);
	att_buf_reset(&out);
	assert_int_equal(
	    att_line_print(ATT_LINE_RESPONSE, bytes, text.len - 1, &out),
	    ATT_ERR_TOO_LARGE);
	assert_int_equal(out.len, 0);
	assert_int_equal(
	    att_line_read(ATT_LINE_RESPONSE, text, text.len, &message, NULL),
	    ATT_OK);
	free(message.ptr);
	assert_int_equal(att_line_read(ATT_LINE_RESPONSE, text, text.len - 1,
			     &message, NULL),
	    ATT_ERR_RESPONSE_DAMAGED);
	free((void *)(uintptr_t)text.ptr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_comes_back),
		cmocka_unit_test(has_the_form_of_version_1),
		cmocka_unit_test(blanks_around_a_line_do_not_matter),
		cmocka_unit_test(a_part_of_a_line_is_damaged),
		cmocka_unit_test(a_changed_line_is_damaged),
		cmocka_unit_test(a_doubled_line_is_damaged),
		cmocka_unit_test(something_else_is_malformed),
		cmocka_unit_test(a_challenge_is_no_response),
		cmocka_unit_test(another_version_is_said_to_be_one),
		cmocka_unit_test(a_line_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
