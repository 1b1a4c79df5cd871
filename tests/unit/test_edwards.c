/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the public keys of Ed25519 and Ed448. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "codec/edwards.h"
#include "forge.h"

static enum att_err
check_hex(int pkey_id, const char *hex)
{
	uint8_t point[57];
	size_t len = strlen(hex) / 2;

	assert_int_equal(len, pkey_id == EVP_PKEY_ED25519 ? 32 : 57);
	for (size_t i = 0; i < len; i++) {
		const char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		point[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return att_edwards_check(pkey_id, att_bytes(point, len));
}

static void
accepts_fresh_keys(void **state)
{
	static const int32_t algs[] = { -8, -53 };
	uint8_t point[57];

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		EVP_PKEY *key = forge_key(algs[i % 2]);
		size_t len = sizeof(point);

		assert_int_equal(
		    EVP_PKEY_get_raw_public_key(key, point, &len), 1);
		assert_int_equal(att_edwards_check(EVP_PKEY_get_base_id(key),
				     att_bytes(point, len)),
		    ATT_OK);
		EVP_PKEY_free(key);
	}
}

/* RFC 8032 sections 7.1 and 7.4, the first keys there. */
static void
accepts_published_keys(void **state)
{
	(void)state;
	assert_int_equal(
	    check_hex(EVP_PKEY_ED25519, "d75a980182b10ab7d54bfed3c964073a"
					"0ee172f3daa62325af021a68f707511a"),
	    ATT_OK);
	assert_int_equal(
	    check_hex(EVP_PKEY_ED448, "5fd7449b59b461fd2ce787ec616ad46a1d"
				      "a1342485a70e1f8a0ea75d80e96778ed"
				      "f124769b46c7061bd6783df1e50f6cd1"
				      "fa1abeafe8256180"),
	    ATT_OK);
}

#define Z8 "0000000000000000"
#define F8 "ffffffffffffffff"

/* Each point whose order divides the cofactor, with either sign of x. */
static void
refuses_points_of_small_order(void **state)
{
	static const char *const hex[] = {
		"0100000000000000" Z8 Z8 Z8,
		"0100000000000000" Z8 Z8 "0000000000000080",
		"ecffffffffffffff" F8 F8 "ffffffffffffff7f",
		"ecffffffffffffff" F8 F8 F8,
		Z8 Z8 Z8 Z8,
		Z8 Z8 Z8 "0000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0"
		"d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0"
		"d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f"
		"2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f"
		"2a2053fa2c39ccc64ec7fd7792ac03fa",
	};
	static const char *const hex448[] = {
		"0100000000000000" Z8 Z8 Z8 Z8 Z8 Z8 "00",
		"feffffffffffffff" F8 F8 "fffffffffeffffff" F8 F8 F8 "00",
		Z8 Z8 Z8 Z8 Z8 Z8 Z8 "00",
		Z8 Z8 Z8 Z8 Z8 Z8 Z8 "80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++)
		assert_int_equal(
		    check_hex(EVP_PKEY_ED25519, hex[i]), ATT_ERR_COSE_WEAK);
	for (size_t i = 0; i < sizeof(hex448) / sizeof(hex448[0]); i++)
		assert_int_equal(
		    check_hex(EVP_PKEY_ED448, hex448[i]), ATT_ERR_COSE_WEAK);
}

static void
refuses_what_is_no_point(void **state)
{
	(void)state;
	/* No x goes with y = 2. */
	assert_int_equal(
	    check_hex(EVP_PKEY_ED25519, "0200000000000000" Z8 Z8 Z8),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	/* p, p + 1 and more: a second encoding of 0, of 1 and of others. */
	assert_int_equal(check_hex(EVP_PKEY_ED25519,
			     "edffffffffffffff" F8 F8 "ffffffffffffff7f"),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(check_hex(EVP_PKEY_ED25519,
			     "eeffffffffffffff" F8 F8 "ffffffffffffff7f"),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(check_hex(EVP_PKEY_ED25519, F8 F8 F8 F8),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	/* A bit beyond those of y. */
	assert_int_equal(
	    check_hex(EVP_PKEY_ED448, "5fd7449b59b461fd2ce787ec616ad46a1d"
				      "a1342485a70e1f8a0ea75d80e96778ed"
				      "f124769b46c7061bd6783df1e50f6cd1"
				      "fa1abeafe8256181"),
	    ATT_ERR_COSE_NOT_ON_CURVE);
	assert_int_equal(check_hex(EVP_PKEY_ED448, F8 F8 F8 F8 F8 F8 F8 "00"),
	    ATT_ERR_COSE_NOT_ON_CURVE);
}

/* About half of all y have no x. */
static void
tells_points_from_other_numbers(void **state)
{
	uint8_t point[32] = { 0 };
	size_t good = 0;

	(void)state;
	for (unsigned int i = 2; i < 202; i++) {
		enum att_err err;

		point[0] = (uint8_t)i;
		err = att_edwards_check(
		    EVP_PKEY_ED25519, att_bytes(point, sizeof(point)));
		assert_true(err == ATT_OK || err == ATT_ERR_COSE_NOT_ON_CURVE);
		good += err == ATT_OK;
	}
	assert_in_range(good, 60, 140);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_fresh_keys),
		cmocka_unit_test(accepts_published_keys),
		cmocka_unit_test(refuses_points_of_small_order),
		cmocka_unit_test(refuses_what_is_no_point),
		cmocka_unit_test(tells_points_from_other_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
