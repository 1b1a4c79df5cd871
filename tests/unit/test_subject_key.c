/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of reading the public keys of certificates: the quick way and
 * OpenSSL's have to come to the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "forge.h"
#include "trust/der.h"
#include "trust/subject_key.h"

/* One SubjectPublicKeyInfo, freed by the next call or by put_away(). */
static uint8_t *spki;

static void
put_away(void)
{
	OPENSSL_free(spki);
	spki = NULL;
}

static struct att_bytes
encode(EVP_PKEY *key)
{
	int len;

	put_away();
	len = i2d_PUBKEY(key, &spki);
	assert_true(len > 0);
	return att_bytes(spki, (size_t)len);
}

/* NULL when either reader refuses. */
static EVP_PKEY *
make(struct att_bytes der)
{
	struct att_subject_key key;

	if (!att_der_is_strict(der) || !att_subject_key_read(der, &key))
		return NULL;
	return att_subject_key_make(NULL, &key);
}

static void
reads_every_kind(void **state)
{
	static const int32_t algs[] = { -7, -35, -36, -47, -8, -53, -257 };

	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		EVP_PKEY *key = forge_key(algs[i]);
		EVP_PKEY *made = make(encode(key));

		assert_non_null(made);
		assert_int_equal(EVP_PKEY_eq(made, key), 1);
		EVP_PKEY_free(made);
		EVP_PKEY_free(key);
	}
	put_away();
}

static void
reads_compressed_points(void **state)
{
	EVP_PKEY *key = forge_key(-7), *made;

	(void)state;
	assert_int_equal(
	    EVP_PKEY_set_utf8_string_param(key, "point-format", "compressed"),
	    1);
	made = make(encode(key));
	assert_non_null(made);
	assert_int_equal(EVP_PKEY_eq(made, key), 1);
	EVP_PKEY_free(made);
	EVP_PKEY_free(key);
	put_away();
}

/*
 * Every bit of a key, one at a time: what both take is the same key, and
 * nothing is taken that OpenSSL's decoder refuses.
 */
static void
agrees_with_openssl_on(int32_t alg, size_t end)
{
	EVP_PKEY *key = forge_key(alg);
	struct att_bytes der = encode(key);

	if (end > der.len)
		end = der.len;
	for (size_t bit = 0; bit < end * 8; bit++) {
		const unsigned char *p = spki;
		EVP_PKEY *mine, *theirs;

		spki[bit / 8] ^= (uint8_t)(1 << bit % 8);
		mine = make(der);
		if (mine != NULL) {
			theirs = d2i_PUBKEY(NULL, &p, (long)der.len);
			assert_non_null(theirs);
			assert_int_equal(EVP_PKEY_eq(mine, theirs), 1);
			EVP_PKEY_free(theirs);
		}
		EVP_PKEY_free(mine);
		spki[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ERR_clear_error();
	EVP_PKEY_free(key);
	put_away();
}

static void
agrees_with_openssl(void **state)
{
	(void)state;
	agrees_with_openssl_on(-7, SIZE_MAX);
	agrees_with_openssl_on(-257, 48); /* up to the modulus */
}

/* Anybody can sign for it. */
static void
rejects_the_point_at_infinity(void **state)
{
	static const uint8_t der[] = { 0x30, 0x19, 0x30, 0x13, 0x06, 0x07, 0x2a,
		0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
		0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x02, 0x00, 0x00 };
	struct att_subject_key parts;

	(void)state;
	assert_true(att_subject_key_read(att_bytes(der, sizeof(der)), &parts));
	assert_null(att_subject_key_make(NULL, &parts));
}

static void
rejects_every_truncation(void **state)
{
	EVP_PKEY *key = forge_key(-7);
	struct att_bytes der = encode(key);
	struct att_subject_key parts;

	(void)state;
	for (size_t len = 0; len < der.len; len++)
		assert_false(
		    att_subject_key_read(att_bytes(der.ptr, len), &parts));
	EVP_PKEY_free(key);
	put_away();
}

static void
knows_curves_that_are_written_out(void **state)
{
	EVP_PKEY *key = forge_key(-7);
	struct att_subject_key parts;

	(void)state;
	assert_true(att_subject_key_read(encode(key), &parts));
	assert_false(att_subject_key_is_explicit(&parts));
	assert_int_equal(
	    EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit"), 1);
	assert_true(att_subject_key_read(encode(key), &parts));
	assert_true(att_subject_key_is_explicit(&parts));
	EVP_PKEY_free(key);
	put_away();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(reads_compressed_points),
		cmocka_unit_test(agrees_with_openssl),
		cmocka_unit_test(rejects_the_point_at_infinity),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(knows_curves_that_are_written_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
