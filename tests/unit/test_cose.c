/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the table of COSE algorithms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_each_algorithm_once),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(a_key_fits_its_own_algorithms_only),
		cmocka_unit_test(names_that_mean_the_same_key_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
