/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base64url. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"

static enum att_err
decode(const char *text, size_t max)
{
	uint8_t *ptr = NULL;
	size_t len;
	enum att_err err;

	err = att_base64url_decode(att_bytes_text(text), max, &ptr, &len);
	if (err == ATT_OK)
		assert_non_null(ptr);
	else
		assert_null(ptr);
	free(ptr);
	return err;
}

/* RFC 4648 section 10, without padding. */
static void
gives_the_published_texts(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "f", "Zg" },
		{ "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" },
		{ "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "-_-_" } };
	struct att_buf buf;
	uint8_t *ptr;
	size_t len;

	(void)state;
	att_buf_init(&buf, 100);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    att_base64url_encode(att_bytes_text(rows[i][0]), &buf),
		    ATT_OK);
		assert_int_equal(buf.len, strlen(rows[i][1]));
		if (buf.len > 0)
			assert_memory_equal(buf.ptr, rows[i][1], buf.len);
		att_buf_reset(&buf);
		assert_int_equal(att_base64url_decode(
				     att_bytes_text(rows[i][1]), 6, &ptr, &len),
		    ATT_OK);
		assert_int_equal(len, strlen(rows[i][0]));
		assert_memory_equal(ptr, rows[i][0], len);
		free(ptr);
	}
}

static void
returns_what_was_encoded(void **state)
{
	uint8_t bytes[256], *ptr;
	struct att_buf buf;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		att_buf_init(&buf, 1000);
		assert_int_equal(
		    att_base64url_encode(att_bytes(bytes, n), &buf), ATT_OK);
		assert_int_equal(
		    att_base64url_decode(att_buf_get(&buf), n, &ptr, &len),
		    ATT_OK);
		assert_int_equal(len, n);
		assert_memory_equal(ptr, bytes, n);
		free(ptr);
		att_buf_reset(&buf);
	}
}

static void
rejects_other_characters(void **state)
{
	static const char *const bad[] = { "Zg==", "Zm8=", "Zm9v\n", " Zm9v",
		"Zm+v", "Zm/v", "Zm9*", "Z\x80==", "Zm9vYg\n", "====" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(decode(bad[i], 100), ATT_ERR_BASE64URL);
}

static void
rejects_other_forms_of_a_value(void **state)
{
	(void)state;
	assert_int_equal(decode("Z", 100), ATT_ERR_BASE64URL);
	assert_int_equal(decode("Zm9vY", 100), ATT_ERR_BASE64URL);
	assert_int_equal(decode("Zh", 100), ATT_ERR_BASE64URL);
	assert_int_equal(decode("Zm9", 100), ATT_ERR_BASE64URL);
}

static void
rejects_more_than_the_limit(void **state)
{
	struct att_buf buf;

	(void)state;
	assert_int_equal(decode("Zm9v", 2), ATT_ERR_TOO_LARGE);
	assert_int_equal(decode("Zm9v", 3), ATT_OK);
	att_buf_init(&buf, 3);
	assert_int_equal(att_base64url_encode(att_bytes_text("foo"), &buf),
	    ATT_ERR_TOO_LARGE);
	att_buf_reset(&buf);
}

static enum att_err
decode_base64(const char *text, size_t *lenp)
{
	uint8_t *ptr;
	enum att_err err;

	err = att_base64_decode(att_bytes_text(text), 64, &ptr, lenp);
	free(ptr);
	return err;
}

/* RFC 4648 section 4, as its section 10 has it. */
static void
base64_is_padded_and_has_other_letters(void **state)
{
	static const char *const fine[] = { "Zg==", "Zm8=", "Zm9v",
		"Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	static const char *const wrong[] = { "", "=", "====", "Zg",
		"Zg=", "Zm9vYg", "Zh==", "Zm9=", "Zm9v\n", "Zm 9",
		"Zg==Zg==", "-_-_", "Z===" };
	struct att_buf buf;
	size_t len;

	(void)state;
	att_buf_init(&buf, 100);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		assert_int_equal(decode_base64(fine[i], &len), ATT_OK);
		assert_int_equal(len, i + 1);
		assert_int_equal(
		    att_base64_encode(att_bytes("foobar", i + 1), &buf),
		    ATT_OK);
		assert_int_equal(buf.len, strlen(fine[i]));
		assert_memory_equal(buf.ptr, fine[i], buf.len);
		att_buf_reset(&buf);
	}
	assert_int_equal(
	    att_base64_encode(att_bytes("\xfb\xff\xbf", 3), &buf), ATT_OK);
	assert_memory_equal(buf.ptr, "+/+/", 4);
	att_buf_reset(&buf);
	assert_int_equal(decode_base64("+/+/", &len), ATT_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    decode_base64(wrong[i], &len), ATT_ERR_BASE64URL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_published_texts),
		cmocka_unit_test(base64_is_padded_and_has_other_letters),
		cmocka_unit_test(returns_what_was_encoded),
		cmocka_unit_test(rejects_other_characters),
		cmocka_unit_test(rejects_other_forms_of_a_value),
		cmocka_unit_test(rejects_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
