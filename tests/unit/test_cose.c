/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the table of COSE algorithms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include "codec/cose.h"
#include "forge.h"

static const int32_t algs[] = { -7, -8, -257, -9, -35, -51, -36, -52, -47, -19,
	-53, -258, -259, -37, -38, -39 };

static void
knows_each_algorithm_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		const struct att_cose_algorithm *row;

		row = att_cose_algorithm_find(algs[i]);
		assert_non_null(row);
		assert_int_equal(row->id, algs[i]);
		assert_non_null(row->name);
	}
}

static void
refuses_the_rest(void **state)
{
	static const int64_t rest[] = { 0, 1, -6, -65535, -48, -49, -50, 7,
		INT64_MAX, INT64_MIN, -7 - (1LL << 32) };

	(void)state;
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		assert_null(att_cose_algorithm_find(rest[i]));
}

/* One algorithm, one type of key, one curve. */
static void
a_key_fits_its_own_algorithms_only(void **state)
{
	static const int32_t distinct[] = { -7, -35, -36, -47, -8, -53, -257 };
	enum {
		COUNT = sizeof(distinct) / sizeof(distinct[0])
	};

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		EVP_PKEY *key = forge_key(distinct[i]);

		for (size_t j = 0; j < COUNT; j++)
			assert_int_equal(
			    att_cose_algorithm_fits(
				att_cose_algorithm_find(distinct[j]), key),
			    i == j);
		EVP_PKEY_free(key);
	}
}

static void
names_that_mean_the_same_key_fit(void **state)
{
	EVP_PKEY *key = forge_key(-7);

	(void)state;
	assert_true(att_cose_algorithm_fits(att_cose_algorithm_find(-9), key));
	EVP_PKEY_free(key);
	key = forge_key(-8);
	assert_true(att_cose_algorithm_fits(att_cose_algorithm_find(-19), key));
	EVP_PKEY_free(key);
}

/* P-256 with another generator, in the coordinates of OpenSSL's names. */
static EVP_PKEY *
make_key_on_own_curve(void)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = EC_POINT_new(group);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *p = BN_new(), *a = BN_new(), *b = BN_new(), *two = BN_new();
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;
	uint8_t bytes[65];

	assert_int_equal(EC_GROUP_get_curve(group, p, a, b, NULL), 1);
	assert_int_equal(BN_set_word(two, 2), 1);
	assert_int_equal(EC_POINT_mul(group, point, two, NULL, NULL, NULL), 1);
	assert_int_equal(EC_POINT_point2oct(group, point,
			     POINT_CONVERSION_UNCOMPRESSED, bytes, 65, NULL),
	    65);
	assert_int_equal(
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_EC_FIELD_TYPE, SN_X9_62_prime_field, 0) &&
		OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_P, p) &&
		OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_A, a) &&
		OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_B, b) &&
		OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_ORDER,
		    EC_GROUP_get0_order(group)) &&
		OSSL_PARAM_BLD_push_octet_string(
		    bld, OSSL_PKEY_PARAM_EC_GENERATOR, bytes, 65) &&
		OSSL_PARAM_BLD_push_octet_string(
		    bld, OSSL_PKEY_PARAM_PUB_KEY, bytes, 65),
	    1);
	params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	BN_free(p);
	BN_free(a);
	BN_free(b);
	BN_free(two);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return key;
}

static void
own_curves_fit_nothing(void **state)
{
	EVP_PKEY *key = make_key_on_own_curve();

	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		assert_false(att_cose_algorithm_fits(
		    att_cose_algorithm_find(algs[i]), key));
	EVP_PKEY_free(key);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_each_algorithm_once),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(a_key_fits_its_own_algorithms_only),
		cmocka_unit_test(names_that_mean_the_same_key_fit),
		cmocka_unit_test(own_curves_fit_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
