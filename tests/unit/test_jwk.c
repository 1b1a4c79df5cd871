/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of JSON Web Keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/jwk.h"
#include "codec/public_key.h"
#include "pki.h"

/* A number of so many bits, odd, as text; the caller frees it. */
static char *
make_number(unsigned int bits)
{
	const size_t len = (bits + 7) / 8;
	uint8_t *number = calloc(1, len);
	struct att_buf text;
	uint8_t *taken;
	size_t taken_len;

	assert_non_null(number);
	number[0] = (uint8_t)(1U << (bits + 7) % 8);
	number[len - 1] |= 1;
	att_buf_init(&text, 1 << 16);
	assert_int_equal(
	    att_base64url_encode(att_bytes(number, len), &text), ATT_OK);
	assert_int_equal(att_buf_put_u8(&text, 0), ATT_OK);
	assert_int_equal(att_buf_take(&text, &taken, &taken_len), ATT_OK);
	free(number);
	return (char *)taken;
}

static enum att_err
read_text(const char *text, struct att_jwk *jwk)
{
	static const struct att_jwk none;
	struct att_reason why = { 0 };
	struct json_t *object;
	enum att_err err;

	assert_int_equal(
	    att_json_parse_object(att_bytes_text(text), &object, &why), ATT_OK);
	err = att_jwk_read(object, jwk, &why);
	assert_int_equal(why.code, err);
	if (err != ATT_OK)
		assert_memory_equal(jwk, &none, sizeof(none));
	att_json_free(&object);
	return err;
}

/* The key of that modulus, what is left of its members, and a verdict. */
static enum att_err
read_key(const char *n, const char *rest)
{
	char text[8192];
	struct att_jwk jwk;

	assert_in_range(
	    snprintf(text, sizeof(text), "{\"n\":\"%s\",%s}", n, rest), 1,
	    sizeof(text) - 1);
	return read_text(text, &jwk);
}

#define REST "\"kty\":\"RSA\",\"e\":\"AQAB\""

static void
reads_the_numbers(void **state)
{
	EVP_PKEY *key = pki_rsa_key(2048), *again;
	struct att_jwk jwk;
	char text[1024];
	struct att_buf n;
	BIGNUM *bn = NULL;
	uint8_t raw[256];

	(void)state;
	assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &bn), 1);
	assert_int_equal(BN_bn2binpad(bn, raw, sizeof(raw)), sizeof(raw));
	att_buf_init(&n, 1024);
	assert_int_equal(
	    att_base64url_encode(att_bytes(raw, sizeof(raw)), &n), ATT_OK);
	snprintf(text, sizeof(text),
	    "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
	    "%.*s\",\"alg\":\"PS256\"}",
	    (int)n.len, (const char *)n.ptr);
	assert_int_equal(read_text(text, &jwk), ATT_OK);
	assert_int_equal(jwk.n_len, 256);
	assert_memory_equal(jwk.n, raw, sizeof(raw));
	assert_int_equal(jwk.e_len, 3);
	assert_memory_equal(jwk.e, "\1\0\1", 3);
	assert_int_equal(att_jwk_make_key(&jwk, &again), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key, again), 1);
	EVP_PKEY_free(again);
	EVP_PKEY_free(key);
	BN_free(bn);
	att_buf_reset(&n);
}

static void
refuses_sizes_that_nobody_should_sign_with(void **state)
{
	static const struct {
		unsigned int bits;
		enum att_err err;
	} cases[] = {
		{ 1024, ATT_ERR_TOKEN_KEY_UNFIT },
		{ 2047, ATT_ERR_TOKEN_KEY_UNFIT },
		{ 2048, ATT_OK },
		{ 3072, ATT_OK },
		{ 8192, ATT_OK },
		{ 8193, ATT_ERR_TOKEN_KEY_UNFIT },
		{ 16384, ATT_ERR_TOKEN_KEY_UNFIT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *n = make_number(cases[i].bits);

		if (read_key(n, REST) != cases[i].err)
			fail_msg("%u bits", cases[i].bits);
		free(n);
	}
}

static void
refuses_other_members(void **state)
{
	static const struct {
		const char *rest;
		enum att_err err;
	} cases[] = {
		{ REST, ATT_OK },
		{ "\"kty\":\"RSA\",\"e\":\"Aw\"", ATT_OK },
		{ "\"kty\":\"RSA\",\"e\":\"gAAAAAAAAAE\"", ATT_OK },
		{ "\"e\":\"AQAB\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"rsa\",\"e\":\"AQAB\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"EC\",\"e\":\"AQAB\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":1,\"e\":\"AQAB\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":65537", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":\"\"", ATT_ERR_TOKEN_KEY_UNFIT },
		/* 1, 2, 65536, 65537 with a zero first, and of 65 bits. */
		{ "\"kty\":\"RSA\",\"e\":\"AQ\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":\"Ag\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":\"AQAA\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":\"AAEAAQ\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":\"AQAAAAAAAAAB\"",
		    ATT_ERR_TOKEN_KEY_UNFIT },
		{ "\"kty\":\"RSA\",\"e\":\"AQAB=\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ REST ",\"d\":\"AQAB\"", ATT_ERR_TOKEN_KEY_UNFIT },
		{ REST ",\"qi\":\"AQAB\"", ATT_ERR_TOKEN_KEY_UNFIT },
	};
	char *n = make_number(2048);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (read_key(n, cases[i].rest) != cases[i].err)
			fail_msg("%s", cases[i].rest);
	}
	free(n);
}

static void
refuses_other_moduli(void **state)
{
	char *n = make_number(2048);
	char zero[512];

	(void)state;
	/* Even, zero first, another text of the same bits, standard base64. */
	n[strlen(n) - 1] = 'A';
	n[strlen(n) - 2] = 'A';
	assert_int_equal(read_key(n, REST), ATT_ERR_TOKEN_KEY_UNFIT);
	free(n);
	n = make_number(2048);
	n[strlen(n) - 1]++;
	assert_int_equal(read_key(n, REST), ATT_ERR_TOKEN_KEY_UNFIT);
	free(n);
	n = make_number(2048);
	n[5] = '+';
	assert_int_equal(read_key(n, REST), ATT_ERR_TOKEN_KEY_UNFIT);
	free(n);
	n = make_number(2048);
	snprintf(zero, sizeof(zero), "AAAA%s", n);
	assert_int_equal(read_key(zero, REST), ATT_ERR_TOKEN_KEY_UNFIT);
	assert_int_equal(read_key("", REST), ATT_ERR_TOKEN_KEY_UNFIT);
	free(n);
}

static void
holds_keys_of_certificates_to_the_same(void **state)
{
	struct att_reason why = { 0 };
	EVP_PKEY *small = pki_rsa_key(1024), *fit = pki_rsa_key(2048);
	EVP_PKEY *ec = pki_ec_key("P-256");

	(void)state;
	assert_int_equal(att_jwk_check_key(fit, &why), ATT_OK);
	assert_int_equal(
	    att_jwk_check_key(small, &why), ATT_ERR_TOKEN_KEY_UNFIT);
	assert_non_null(strstr(why.text, "1024 bits"));
	assert_int_equal(att_jwk_check_key(ec, &why), ATT_ERR_TOKEN_KEY_UNFIT);
	EVP_PKEY_free(small);
	EVP_PKEY_free(fit);
	EVP_PKEY_free(ec);
}

/* Numbers that no certificate of a service has, and some that it might. */
static void
holds_numbers_of_certificates_to_the_same(void **state)
{
	static const struct {
		size_t len; /* of the modulus */
		const char *e;
		const char *reason; /* NULL: fit */
	} cases[] = {
		{ 256, "\3", NULL },
		{ 1024, "\1\0\1", NULL },
		{ 256, "\x80\1\1\1\1\1\1\1", NULL },
		{ 255, "\3", "2040 bits" },
		{ 1025, "\3", "8200 bits" },
		{ 256, "\1", "exponent" },
		{ 256, "\4", "exponent" },
		{ 256, "\1\1\1\1\1\1\1\1\1", "more than 64 bits" },
	};
	uint8_t n[1025];

	(void)state;
	memset(n, 0xa5, sizeof(n));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* e has no zero but in 65537 */
		const size_t len =
		    cases[i].len == 1024 ? 3 : strlen(cases[i].e);
		struct att_reason why = { 0 };
		EVP_PKEY *key;
		enum att_err err;

		assert_int_equal(
		    att_public_key_make_rsa(att_bytes(n, cases[i].len),
			att_bytes(cases[i].e, len), &key),
		    ATT_OK);
		err = att_jwk_check_key(key, &why);
		EVP_PKEY_free(key);
		if (cases[i].reason == NULL) {
			assert_int_equal(err, ATT_OK);
			continue;
		}
		assert_int_equal(err, ATT_ERR_TOKEN_KEY_UNFIT);
		if (strstr(why.text, cases[i].reason) == NULL)
			fail_msg("case %zu: %s", i, why.text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_numbers),
		cmocka_unit_test(refuses_sizes_that_nobody_should_sign_with),
		cmocka_unit_test(refuses_other_members),
		cmocka_unit_test(refuses_other_moduli),
		cmocka_unit_test(holds_keys_of_certificates_to_the_same),
		cmocka_unit_test(holds_numbers_of_certificates_to_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
