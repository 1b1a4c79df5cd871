/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of verifying signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/signature.h"
#include "forge.h"

static const int32_t algs[] = { -7, -8, -257, -9, -35, -51, -36, -52, -47, -19,
	-53, -258, -259, -37, -38, -39 };

static const char text[] = "what was signed, in two parts";

static enum att_err
verify(int32_t alg, EVP_PKEY *key, struct att_bytes sig)
{
	const struct att_bytes parts[] = { att_bytes(text, 10),
		att_bytes(text + 10, sizeof(text) - 10) };
	const struct att_signed_data data = { parts, 2 };
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_signature_verify(
	    att_cose_algorithm_find(alg), key, &data, sig, &why);
	assert_int_equal(why.code, err);
	return err;
}

static EVP_PKEY *
make(int32_t alg, struct att_buf *sig)
{
	EVP_PKEY *key = forge_key(alg);

	att_buf_init(sig, 4096);
	forge_sign(key, alg, att_bytes(text, sizeof(text)), sig);
	return key;
}

static void
verifies_every_algorithm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		struct att_buf sig;
		EVP_PKEY *key = make(algs[i], &sig);

		assert_int_equal(
		    verify(algs[i], key, att_buf_get(&sig)), ATT_OK);
		sig.ptr[sig.len / 2] ^= 1;
		assert_int_equal(verify(algs[i], key, att_buf_get(&sig)),
		    ATT_ERR_STATEMENT_SIGNATURE);
		att_buf_reset(&sig);
		EVP_PKEY_free(key);
	}
}

static void
every_bit_of_a_signature_counts(void **state)
{
	static const int32_t some[] = { -7, -8 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct att_buf sig;
		EVP_PKEY *key = make(some[i], &sig);

		for (size_t bit = 0; bit < 8 * sig.len; bit++) {
			sig.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
			assert_int_not_equal(
			    verify(some[i], key, att_buf_get(&sig)), ATT_OK);
			sig.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		assert_int_equal(
		    verify(some[i], key, att_buf_get(&sig)), ATT_OK);
		att_buf_reset(&sig);
		EVP_PKEY_free(key);
	}
}

static void
rejects_signatures_of_another_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		const bool is_ec =
		    att_cose_algorithm_find(algs[i])->kty == ATT_COSE_EC2;
		const enum att_err expected = is_ec
						  ? ATT_ERR_SIGNATURE_ENCODING
						  : ATT_ERR_STATEMENT_SIGNATURE;
		struct att_buf sig;
		EVP_PKEY *key = make(algs[i], &sig);

		assert_int_equal(
		    verify(algs[i], key, att_bytes(sig.ptr, sig.len - 1)),
		    expected);
		assert_int_equal(verify(algs[i], key, att_bytes(sig.ptr, 0)),
		    ATT_ERR_STATEMENT_SIGNATURE);
		forge_put_byte(&sig, 0);
		assert_int_equal(
		    verify(algs[i], key, att_buf_get(&sig)), expected);
		att_buf_reset(&sig);
		EVP_PKEY_free(key);
	}
}

/* The lengths of BER that DER does not have. */
static void
rejects_ecdsa_that_is_not_minimal(void **state)
{
	struct att_buf sig, ber;
	EVP_PKEY *key = make(-7, &sig);

	(void)state;
	att_buf_init(&ber, 4096);
	forge_put_raw(&ber, "\x30\x81", 2);
	forge_put_raw(&ber, sig.ptr + 1, sig.len - 1);
	assert_int_equal(
	    verify(-7, key, att_buf_get(&ber)), ATT_ERR_SIGNATURE_ENCODING);
	att_buf_reset(&ber);
	forge_put_byte(&ber, 0x30);
	forge_put_byte(&ber, (uint8_t)(sig.ptr[1] + 1));
	forge_put_byte(&ber, 0x02);
	forge_put_byte(&ber, (uint8_t)(sig.ptr[3] + 1));
	forge_put_byte(&ber, 0);
	forge_put_raw(&ber, sig.ptr + 4, sig.len - 4);
	assert_int_equal(
	    verify(-7, key, att_buf_get(&ber)), ATT_ERR_SIGNATURE_ENCODING);
	att_buf_reset(&ber);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

static void
rejects_keys_of_another_kind(void **state)
{
	struct att_buf sig;
	EVP_PKEY *key = make(-35, &sig);

	(void)state;
	assert_int_equal(
	    verify(-7, key, att_buf_get(&sig)), ATT_ERR_STATEMENT_ALGORITHM);
	assert_int_equal(
	    verify(-257, key, att_buf_get(&sig)), ATT_ERR_STATEMENT_ALGORITHM);
	assert_int_equal(
	    verify(-8, key, att_buf_get(&sig)), ATT_ERR_STATEMENT_ALGORITHM);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

static void
tells_rsa_paddings_apart(void **state)
{
	struct att_buf sig;
	EVP_PKEY *key = make(-257, &sig);

	(void)state;
	assert_int_equal(
	    verify(-37, key, att_buf_get(&sig)), ATT_ERR_STATEMENT_SIGNATURE);
	att_buf_reset(&sig);
	forge_sign(key, -37, att_bytes(text, sizeof(text)), &sig);
	assert_int_equal(verify(-37, key, att_buf_get(&sig)), ATT_OK);
	assert_int_equal(
	    verify(-257, key, att_buf_get(&sig)), ATT_ERR_STATEMENT_SIGNATURE);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

static void
rejects_small_rsa_keys(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);
	struct att_buf sig;

	(void)state;
	assert_non_null(key);
	att_buf_init(&sig, 4096);
	forge_sign(key, -257, att_bytes(text, sizeof(text)), &sig);
	assert_int_equal(
	    verify(-257, key, att_buf_get(&sig)), ATT_ERR_RSA_SIZE);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

static enum att_err
verify_rs1(EVP_PKEY *key, struct att_bytes sig, struct att_reason *why)
{
	const struct att_bytes part = att_bytes(text, sizeof(text));
	const struct att_signed_data data = { &part, 1 };

	return att_signature_verify(&att_cose_rs1, key, &data, sig, why);
}

static void
verifies_rs1_where_it_is_asked_for(void **state)
{
	struct att_reason why = { 0 };
	struct att_buf sig;
	EVP_PKEY *key = make(ATT_COSE_RS1, &sig);

	(void)state;
	assert_int_equal(verify_rs1(key, att_buf_get(&sig), &why), ATT_OK);
	assert_int_equal(
	    verify(-257, key, att_buf_get(&sig)), ATT_ERR_STATEMENT_SIGNATURE);
	sig.ptr[sig.len / 2] ^= 1;
	assert_int_equal(verify_rs1(key, att_buf_get(&sig), &why),
	    ATT_ERR_STATEMENT_SIGNATURE);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

/* A configuration of OpenSSL in which nothing is found that does SHA-1. */
static void
says_when_the_library_refuses_sha1(void **state)
{
	struct att_reason why = { 0 };
	struct att_buf sig;
	EVP_PKEY *key = make(ATT_COSE_RS1, &sig);

	(void)state;
	assert_int_equal(EVP_set_default_properties(NULL, "fips=yes"), 1);
	assert_int_equal(
	    verify_rs1(key, att_buf_get(&sig), &why), ATT_ERR_SHA1_REFUSED);
	assert_non_null(strstr(why.text, "crypto policy"));
	assert_int_equal(EVP_set_default_properties(NULL, ""), 1);
	assert_int_equal(verify_rs1(key, att_buf_get(&sig), &why), ATT_OK);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_every_algorithm),
		cmocka_unit_test(every_bit_of_a_signature_counts),
		cmocka_unit_test(rejects_signatures_of_another_length),
		cmocka_unit_test(rejects_ecdsa_that_is_not_minimal),
		cmocka_unit_test(rejects_keys_of_another_kind),
		cmocka_unit_test(tells_rsa_paddings_apart),
		cmocka_unit_test(rejects_small_rsa_keys),
		cmocka_unit_test(verifies_rs1_where_it_is_asked_for),
		cmocka_unit_test(says_when_the_library_refuses_sha1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
