/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading and opening the answer of /attest/AzureGuest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest_answer.h"
#include "maa/guest_envelope.h"

static const uint8_t key[32] = { 1, 2, 3 };
static struct att_guest_envelope envelope;
static struct att_buf text, out;
static struct att_reason why;

static int
begin(void **state)
{
	(void)state;
	att_buf_init(&text, 65536);
	att_buf_init(&out, 65536);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	att_guest_envelope_reset(&envelope);
	att_buf_reset(&text);
	att_buf_reset(&out);
	return 0;
}

static enum att_err
parse(void)
{
	att_guest_envelope_reset(&envelope);
	return att_guest_envelope_parse(att_buf_get(&text), &envelope, &why);
}

static void
opens_what_was_sealed(void **state)
{
	static const size_t lengths[] = { 16, 24, 32 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		att_buf_reset(&text);
		att_buf_reset(&out);
		guest_answer_put(&text,
		    &(struct guest_answer){ .key = att_bytes(key, lengths[i]),
			.wrapped = att_bytes_text("wrapped"),
			.token = "a token" });
		assert_int_equal(parse(), ATT_OK);
		assert_true(
		    att_bytes_is_equal(att_buf_get(&envelope.wrapped_key),
			att_bytes_text("wrapped")));
		assert_int_equal(att_guest_envelope_open(&envelope,
				     att_bytes(key, lengths[i]), &out, &why),
		    ATT_OK);
		assert_true(att_bytes_is_equal(
		    att_buf_get(&out), att_bytes_text("a token")));
	}
}

static enum att_err
open_with(struct att_bytes with)
{
	enum att_err err;

	att_buf_reset(&out);
	err = att_guest_envelope_open(&envelope, with, &out, &why);
	if (err != ATT_OK)
		assert_int_equal(out.len, 0);
	return err;
}

/* Every byte of it is authenticated. */
static void
opens_nothing_else(void **state)
{
	uint8_t other[33] = { 1, 2, 3 };

	(void)state;
	guest_answer_put(
	    &text, &(struct guest_answer){ .key = att_bytes(key, sizeof(key)),
		       .wrapped = att_bytes_text("wrapped"),
		       .token = "a token" });
	assert_int_equal(parse(), ATT_OK);
	assert_int_equal(open_with(att_bytes(other, 31)), ATT_ERR_MAA_ANSWER);
	assert_non_null(strstr(why.text, "32 bytes, the TPM decrypted 31"));
	assert_int_equal(open_with(att_bytes(other, 33)), ATT_ERR_MAA_ANSWER);
	assert_int_equal(open_with(att_bytes("", 0)), ATT_ERR_MAA_ANSWER);
	other[31] ^= 1;
	assert_int_equal(open_with(att_bytes(other, 32)), ATT_ERR_MAA_ANSWER);
	assert_non_null(strstr(why.text, "another key"));
	envelope.iv[0] ^= 1;
	assert_int_equal(open_with(att_bytes(key, 32)), ATT_ERR_MAA_ANSWER);
	envelope.iv[0] ^= 1;
	envelope.tag[15] ^= 1;
	assert_int_equal(open_with(att_bytes(key, 32)), ATT_ERR_MAA_ANSWER);
	envelope.tag[15] ^= 1;
	envelope.sealed.ptr[6] ^= 1;
	assert_int_equal(open_with(att_bytes(key, 32)), ATT_ERR_MAA_ANSWER);
	envelope.sealed.ptr[6] ^= 1;
	assert_int_equal(open_with(att_bytes(key, 32)), ATT_OK);
}

static void
wants_the_additional_data(void **state)
{
	static const char *const rows[] = { "", "transport key",
		"Transport Key ", NULL };

	(void)state;
	for (size_t i = 0; rows[i] != NULL; i++) {
		att_buf_reset(&text);
		guest_answer_put(&text,
		    &(struct guest_answer){ .key = att_bytes(key, sizeof(key)),
			.wrapped = att_bytes_text("wrapped"),
			.token = "a token",
			.additional = rows[i] });
		assert_int_equal(parse(), ATT_OK);
		assert_int_equal(
		    open_with(att_bytes(key, 32)), ATT_ERR_MAA_ANSWER);
	}
}

static void
refuses_what_is_no_envelope(void **state)
{
	static const struct {
		const char *from, *to, *text;
	} rows[] = {
		{ "{", "[", "not JSON" },
		{ "\"AES\"", "\"DES\"", "not AES in GCM" },
		{ "\"AES\"", "1", "not AES in GCM" },
		{ "ChainingModeGCM", "ChainingModeCBC", "not AES in GCM" },
		{ "EncryptionParams", "EncryptionParam", "not AES in GCM" },
		{ ":256", ":255", "KeySizeInBits is not" },
		{ ":256", ":\"256\"", "KeySizeInBits is not" },
		{ ":256", ":-1", "KeySizeInBits is not" },
		{ "\"Iv\"", "\"iv\"", "Iv is not there" },
		{ "\"Iv\":\"", "\"Iv\":\"AAAA", "Iv is not base64, or too" },
		{ "\"Jwt\":\"", "\"Jwt\":\"*", "Jwt is not base64" },
		{ "\"Jwt\"", "\"jwt\"", "Jwt is not there" },
		{ "\"Jwt\":\"", "\"Jwt\":\"\",\"x\":\"", "Jwt is not base64" },
		{ "\"EncryptedInnerKey\"", "\"x\"",
		    "EncryptedInnerKey is not there" },
		{ "\"EncryptedInnerKey\":\"",
		    "\"EncryptedInnerKey\":\"\",\"x\":\"",
		    "EncryptedInnerKey is not base64" },
		{ "\"AuthenticationData\"", "\"x\"",
		    "AuthenticationData is not there" },
		{ "\"AuthenticationData\":\"",
		    "\"AuthenticationData\":\"AAAA\",\"x\":\"",
		    "AuthenticationData is too short" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		att_buf_reset(&text);
		guest_answer_put(&text,
		    &(struct guest_answer){ .key = att_bytes(key, sizeof(key)),
			.wrapped = att_bytes_text("wrapped"),
			.token = "a token" });
		guest_answer_replace(&text, rows[i].from, rows[i].to);
		assert_int_equal(parse(), ATT_ERR_MAA_ANSWER);
		if (strstr(why.text, rows[i].text) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", why.text,
			    rows[i].text);
		assert_null(envelope.sealed.ptr);
		assert_null(envelope.wrapped_key.ptr);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens_what_was_sealed),
		TEST(opens_nothing_else),
		TEST(wants_the_additional_data),
		TEST(refuses_what_is_no_envelope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
