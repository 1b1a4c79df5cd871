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

static const struct {
	int32_t alg;
	const char *name;
} curves[] = { { -7, "prime256v1" }, { -35, "secp384r1" }, { -36, "secp521r1" },
	{ -47, "secp256k1" } };

enum {
	CURVES = sizeof(curves) / sizeof(curves[0])
};

/* A key of OpenSSL's own, and its point. */
struct sample {
	EVP_PKEY *key;
	uint8_t *point;
	size_t len;
};

static struct sample
make_sample(int32_t alg)
{
	struct sample sample = { .key = forge_key(alg) };

	sample.len =
	    EVP_PKEY_get1_encoded_public_key(sample.key, &sample.point);
	return sample;
}

static void
free_sample(struct sample *sample)
{
	EVP_PKEY_free(sample->key);
	OPENSSL_free(sample->point);
}

/* Makes the same key as OpenSSL did, and none of another point. */
static void
assert_makes(struct att_curves *known, const char *name, struct sample *sample)
{
	struct att_bytes point = att_bytes(sample->point, sample->len);
	EVP_PKEY *made;

	assert_int_equal(
	    att_public_key_make_ec(known, name, point, &made), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(sample->key, made), 1);
	EVP_PKEY_free(made);
	sample->point[sample->len - 1] ^= 1;
	assert_int_equal(att_public_key_make_ec(known, name, point, &made),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_null(made);
	sample->point[sample->len - 1] ^= 1;
}

static void
assert_checks(struct att_curves *known, const char *name, struct sample *sample)
{
	struct att_bytes point = att_bytes(sample->point, sample->len);

	assert_int_equal(att_public_key_check_ec(known, name, point), ATT_OK);
	sample->point[sample->len - 1] ^= 1;
	assert_int_equal(att_public_key_check_ec(known, name, point),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	sample->point[sample->len - 1] ^= 1;
}

static void
makes_ec_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < CURVES; i++) {
		struct sample sample = make_sample(curves[i].alg);

		assert_makes(NULL, curves[i].name, &sample);
		assert_checks(NULL, curves[i].name, &sample);
		free_sample(&sample);
	}
}

/* Whatever a curve was first used for. */
static void
remembers_curves(void **state)
{
	struct att_curves known = { 0 };

	(void)state;
	for (size_t i = 0; i < 3 * CURVES; i++) {
		const char *name = curves[i % CURVES].name;
		struct sample sample = make_sample(curves[i % CURVES].alg);

		if (i % 2 == 0)
			assert_makes(&known, name, &sample);
		assert_checks(&known, name, &sample);
		assert_makes(&known, name, &sample);
		free_sample(&sample);
	}
	att_curves_reset(&known);
}

static void
rejects_points_off_the_curve(void **state)
{
	static const uint8_t infinity[] = { 0 };
	struct sample sample = make_sample(-7);
	const struct {
		const char *name;
		struct att_bytes point;
	} wrong[] = {
		{ "prime256v1", att_bytes(sample.point, sample.len - 1) },
		{ "secp256k1", att_bytes(sample.point, sample.len) },
		{ "prime256v1", att_bytes(infinity, sizeof(infinity)) },
		{ "prime256v1", att_bytes(infinity, 0) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		EVP_PKEY *made = sample.key;

		assert_int_equal(att_public_key_make_ec(NULL, wrong[i].name,
				     wrong[i].point, &made),
		    ATT_ERR_COSE_NOT_ON_CURVE);
		assert_null(made);
		assert_int_equal(att_public_key_check_ec(
				     NULL, wrong[i].name, wrong[i].point),
		    ATT_ERR_COSE_NOT_ON_CURVE);
	}
	free_sample(&sample);
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
		cmocka_unit_test(remembers_curves),
		cmocka_unit_test(rejects_points_off_the_curve),
		cmocka_unit_test(makes_rsa_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
