/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading credential public keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/cose.h"
#include "forge.h"

static enum att_err
parse(int32_t alg, enum forge_defect defect)
{
	EVP_PKEY *key = forge_key(alg), *made;
	struct att_reason why = { 0 };
	struct att_cose_key parsed;
	struct att_buf buf;
	enum att_err err;

	att_buf_init(&buf, 4096);
	forge_cose_key(key, alg, defect, &buf);
	err = att_cose_key_parse(att_buf_get(&buf), NULL, &parsed, &why);
	assert_int_equal(why.code, err);
	if (err == ATT_OK) {
		assert_int_equal(parsed.algorithm->id, alg);
		assert_int_equal(
		    att_cose_key_make(&parsed, NULL, &made), ATT_OK);
		assert_int_equal(EVP_PKEY_eq(made, key), 1);
	} else {
		assert_null(parsed.algorithm);
		assert_int_equal(
		    att_cose_key_make(&parsed, NULL, &made), ATT_ERR_INTERNAL);
		assert_null(made);
	}
	EVP_PKEY_free(made);
	att_buf_reset(&buf);
	EVP_PKEY_free(key);
	return err;
}

static void
reads_every_algorithm(void **state)
{
	static const int32_t algs[] = { -7, -8, -257, -9, -35, -51, -36, -52,
		-47, -19, -53, -258, -259, -37, -38, -39 };

	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		assert_int_equal(parse(algs[i], FORGE_FINE), ATT_OK);
}

/* Coordinates with leading zeros keep their size. */
static void
reads_many_points(void **state)
{
	(void)state;
	for (int i = 0; i < 600; i++)
		assert_int_equal(parse(-7, FORGE_FINE), ATT_OK);
}

static void
rejects_points_that_are_none(void **state)
{
	static const enum forge_defect defects[] = { FORGE_COSE_OFF_CURVE,
		FORGE_COSE_X_OVER_P, FORGE_COSE_ZERO_POINT };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
		    parse(-7, defects[i]), ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(
	    parse(-35, FORGE_COSE_OFF_CURVE), ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(
	    parse(-36, FORGE_COSE_OFF_CURVE), ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(
	    parse(-47, FORGE_COSE_OFF_CURVE), ATT_ERR_COSE_NOT_ON_CURVE);
}

static void
rejects_other_parameters(void **state)
{
	static const enum forge_defect defects[] = { FORGE_COSE_NOT_MAP,
		FORGE_COSE_ALG_MISSING, FORGE_COSE_COMPRESSED, FORGE_COSE_CURVE,
		FORGE_COSE_KEY_TYPE, FORGE_COSE_EXTRA, FORGE_COSE_PRIVATE,
		FORGE_COSE_SHORT_X };

	(void)state;
	for (size_t i = 0; i < sizeof(defects) / sizeof(defects[0]); i++)
		assert_int_equal(parse(-7, defects[i]), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(
	    parse(-8, FORGE_COSE_ED25519_SHORT), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(
	    parse(-8, FORGE_COSE_EDDSA_ED448), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(parse(-8, FORGE_COSE_ED25519_WEAK), ATT_ERR_COSE_WEAK);
	assert_int_equal(
	    parse(-53, FORGE_COSE_ED25519_WEAK), ATT_ERR_COSE_WEAK);
	assert_int_equal(
	    parse(-8, FORGE_COSE_ED25519_OFF_CURVE), ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(parse(-8, FORGE_COSE_EXTRA), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(parse(-257, FORGE_COSE_EXTRA), ATT_ERR_COSE_MALFORMED);
}

static void
rejects_other_algorithms(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(-7, FORGE_COSE_ALG_UNKNOWN), ATT_ERR_COSE_ALGORITHM);
	assert_int_equal(
	    parse(-257, FORGE_COSE_ALG_SHA1), ATT_ERR_COSE_ALGORITHM);
}

static void
rejects_odd_rsa_keys(void **state)
{
	(void)state;
	assert_int_equal(parse(-257, FORGE_COSE_RSA_1024), ATT_ERR_RSA_SIZE);
	assert_int_equal(
	    parse(-257, FORGE_COSE_RSA_E1), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(
	    parse(-257, FORGE_COSE_RSA_EVEN), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(
	    parse(-257, FORGE_COSE_RSA_LEADING_ZERO), ATT_ERR_COSE_MALFORMED);
}

static void
rejects_other_encodings(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(-7, FORGE_COSE_DUPLICATE), ATT_ERR_CBOR_DUPLICATE_KEY);
	assert_int_equal(
	    parse(-7, FORGE_COSE_UNORDERED), ATT_ERR_CBOR_KEY_ORDER);
	assert_int_equal(
	    parse(-7, FORGE_COSE_INDEFINITE), ATT_ERR_CBOR_NOT_CANONICAL);
	assert_int_equal(
	    parse(-7, FORGE_COSE_LONG_NUMBER), ATT_ERR_CBOR_NOT_CANONICAL);
}

/* {1: 3, 3: -257, -1: modulus, -2: exponent} with empty and huge ones. */
static enum att_err
parse_rsa(size_t modulus, size_t exponent)
{
	struct att_reason why = { 0 };
	struct att_cose_key parsed;
	struct att_buf buf;
	uint8_t ones[4096];
	enum att_err err;

	memset(ones, 0xff, sizeof(ones));
	att_buf_init(&buf, 8192);
	forge_put_map(&buf, 4);
	forge_put_int(&buf, 1);
	forge_put_int(&buf, 3);
	forge_put_int(&buf, 3);
	forge_put_int(&buf, -257);
	forge_put_int(&buf, -1);
	forge_put_bytes(&buf, att_bytes(ones, modulus));
	forge_put_int(&buf, -2);
	forge_put_bytes(&buf, att_bytes(ones, exponent));
	err = att_cose_key_parse(att_buf_get(&buf), NULL, &parsed, &why);
	att_buf_reset(&buf);
	return err;
}

/* The size counts from the highest bit that is set. */
static void
counts_the_bits_of_a_modulus(void **state)
{
	struct att_cose_key parsed;
	uint8_t modulus[257];
	struct att_buf buf;

	(void)state;
	memset(modulus, 0xff, sizeof(modulus));
	for (int i = 0; i < 2; i++) {
		modulus[0] = 0x01;
		att_buf_init(&buf, 8192);
		forge_put_raw(&buf, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
		forge_put_bytes(&buf, att_bytes(modulus, i == 0 ? 257 : 256));
		forge_put_raw(&buf, "\x21\x43\x01\x00\x01", 5);
		assert_int_equal(
		    att_cose_key_parse(att_buf_get(&buf), NULL, &parsed, NULL),
		    i == 0 ? ATT_OK : ATT_ERR_RSA_SIZE);
		if (i == 0)
			assert_int_equal(
			    att_cose_key_get_rsa_bits(&parsed), 2049);
		att_buf_reset(&buf);
	}
}

static void
rejects_algorithms_that_are_no_integers(void **state)
{
	static const uint8_t text[] = { 0xa2, 0x01, 0x02, 0x03, 0x61, '7' };
	static const uint8_t huge[] = { 0xa2, 0x01, 0x02, 0x03, 0x3b, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct att_cose_key parsed;

	(void)state;
	assert_int_equal(att_cose_key_parse(att_bytes(text, sizeof(text)), NULL,
			     &parsed, NULL),
	    ATT_ERR_COSE_MALFORMED);
	assert_int_equal(att_cose_key_parse(att_bytes(huge, sizeof(huge)), NULL,
			     &parsed, NULL),
	    ATT_ERR_COSE_MALFORMED);
}

static void
bounds_rsa_numbers(void **state)
{
	(void)state;
	assert_int_equal(parse_rsa(256, 3), ATT_OK);
	assert_int_equal(parse_rsa(255, 3), ATT_ERR_RSA_SIZE);
	assert_int_equal(parse_rsa(2048, 3), ATT_OK);
	assert_int_equal(parse_rsa(2049, 3), ATT_ERR_RSA_SIZE);
	assert_int_equal(parse_rsa(0, 3), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(parse_rsa(256, 0), ATT_ERR_COSE_MALFORMED);
	assert_int_equal(parse_rsa(256, 8), ATT_OK);
	assert_int_equal(parse_rsa(256, 9), ATT_ERR_COSE_MALFORMED);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_algorithm),
		cmocka_unit_test(reads_many_points),
		cmocka_unit_test(rejects_points_that_are_none),
		cmocka_unit_test(rejects_other_parameters),
		cmocka_unit_test(rejects_other_algorithms),
		cmocka_unit_test(rejects_odd_rsa_keys),
		cmocka_unit_test(rejects_other_encodings),
		cmocka_unit_test(counts_the_bits_of_a_modulus),
		cmocka_unit_test(rejects_algorithms_that_are_no_integers),
		cmocka_unit_test(bounds_rsa_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
