/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of making public keys from numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "codec/public_key.h"
#include "forge.h"

/* The same as OpenSSL's own? */
static void
makes_ec_keys(void **state)
{
	static const struct {
		int32_t alg;
		const char *group;
	} cases[] = { { -7, "prime256v1" }, { -35, "secp384r1" },
		{ -36, "secp521r1" }, { -47, "secp256k1" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		EVP_PKEY *key = forge_key(cases[i].alg), *made;
		uint8_t *point = NULL;
		size_t len = EVP_PKEY_get1_encoded_public_key(key, &point);

		assert_int_equal(att_public_key_make_ec(NULL, cases[i].group,
				     att_bytes(point, len), &made),
		    ATT_OK);
		assert_int_equal(EVP_PKEY_eq(key, made), 1);
		EVP_PKEY_free(made);
		OPENSSL_free(point);
		EVP_PKEY_free(key);
	}
}

static void
rejects_points_off_the_curve(void **state)
{
	EVP_PKEY *key = forge_key(-7), *made = key;
	uint8_t *point = NULL;
	size_t len = EVP_PKEY_get1_encoded_public_key(key, &point);
	static const uint8_t infinity[] = { 0 };

	(void)state;
	point[len - 1] ^= 1;
	assert_int_equal(att_public_key_make_ec(
			     NULL, "prime256v1", att_bytes(point, len), &made),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_null(made);
	point[len - 1] ^= 1;
	assert_int_equal(att_public_key_make_ec(NULL, "prime256v1",
			     att_bytes(point, len - 1), &made),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(att_public_key_make_ec(
			     NULL, "secp256k1", att_bytes(point, len), &made),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(att_public_key_make_ec(NULL, "prime256v1",
			     att_bytes(infinity, sizeof(infinity)), &made),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	OPENSSL_free(point);
	EVP_PKEY_free(key);
}

static void
makes_rsa_keys(void **state)
{
	EVP_PKEY *key = forge_key(-257), *made;
	BIGNUM *n = NULL, *e = NULL;
	uint8_t bytes[2][256];

	(void)state;
	assert_int_equal(
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e), 1);
	assert_int_equal(BN_bn2bin(n, bytes[0]), 256);
	assert_int_equal(
	    att_public_key_make_rsa(att_bytes(bytes[0], 256),
		att_bytes(bytes[1], (size_t)BN_bn2bin(e, bytes[1])), &made),
	    ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key, made), 1);
	EVP_PKEY_free(made);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_ec_keys),
		cmocka_unit_test(rejects_points_off_the_curve),
		cmocka_unit_test(makes_rsa_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
