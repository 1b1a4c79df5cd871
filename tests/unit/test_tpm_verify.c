/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of names, keys and signatures of a TPM, with keys of OpenSSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "codec/tpm_verify.h"
#include "pki.h"

enum {
	BITS = 2048
};

static EVP_PKEY *keys[2]; /* the one that signs, and another one */
static const char message[] = "what a TPM says";

static int
make_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		keys[i] = pki_rsa_key(BITS);
	return 0;
}

static int
drop_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

static struct att_bytes
said(void)
{
	return att_bytes(message, sizeof(message));
}

/* Signs by a scheme, with a salt of that length. */
static struct att_tpm_signature
sign(uint16_t scheme, int salt, uint8_t bytes[BITS / 8])
{
	size_t len = BITS / 8;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;

	assert_non_null(md);
	assert_int_equal(EVP_DigestSignInit_ex(
			     md, &ctx, "SHA256", NULL, NULL, keys[0], NULL),
	    1);
	if (scheme == ATT_TPM_ALG_RSAPSS) {
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING),
		    1);
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt), 1);
	}
	assert_int_equal(EVP_DigestSign(md, bytes, &len,
			     (const uint8_t *)message, sizeof(message)),
	    1);
	EVP_MD_CTX_free(md);
	return (struct att_tpm_signature){ scheme, ATT_TPM_ALG_SHA256,
		att_bytes(bytes, len) };
}

static void
verifies_either_scheme_with_any_salt(void **state)
{
	static const struct {
		uint16_t scheme;
		int salt;
	} rows[] = {
		{ ATT_TPM_ALG_RSASSA, 0 },
		{ ATT_TPM_ALG_RSAPSS, RSA_PSS_SALTLEN_DIGEST },
		{ ATT_TPM_ALG_RSAPSS, RSA_PSS_SALTLEN_MAX },
		{ ATT_TPM_ALG_RSAPSS, 0 },
	};
	uint8_t bytes[BITS / 8];
	struct att_tpm_signature signature;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		signature = sign(rows[i].scheme, rows[i].salt, bytes);
		assert_int_equal(
		    att_tpm_signature_verify(&signature, keys[0], said()),
		    ATT_OK);
		signature.scheme ^= ATT_TPM_ALG_RSASSA ^ ATT_TPM_ALG_RSAPSS;
		assert_int_equal(
		    att_tpm_signature_verify(&signature, keys[0], said()),
		    ATT_ERR_STATEMENT_SIGNATURE);
	}
}

static void
rejects_what_the_key_did_not_sign(void **state)
{
	uint8_t bytes[BITS / 8];
	struct att_tpm_signature signature =
	    sign(ATT_TPM_ALG_RSAPSS, RSA_PSS_SALTLEN_DIGEST, bytes);

	(void)state;
	assert_int_equal(att_tpm_signature_verify(&signature, keys[1], said()),
	    ATT_ERR_STATEMENT_SIGNATURE);
	assert_int_equal(att_tpm_signature_verify(&signature, keys[0],
			     att_bytes(message, sizeof(message) - 1)),
	    ATT_ERR_STATEMENT_SIGNATURE);
	signature.hash = ATT_TPM_ALG_SHA384;
	assert_int_equal(att_tpm_signature_verify(&signature, keys[0], said()),
	    ATT_ERR_STATEMENT_SIGNATURE);
	signature.hash = 0;
	assert_int_equal(att_tpm_signature_verify(&signature, keys[0], said()),
	    ATT_ERR_CRYPTO);
}

static void
names_a_key_by_its_public_area(void **state)
{
	struct att_tpm_name name;
	uint8_t digest[32];

	(void)state;
	assert_int_equal(att_sha256(said(), digest), ATT_OK);
	assert_int_equal(
	    att_tpm_name_make(NULL, ATT_TPM_ALG_SHA256, said(), &name), ATT_OK);
	assert_int_equal(name.len, 2 + sizeof(digest));
	assert_memory_equal(name.bytes, "\0\x0b", 2);
	assert_memory_equal(name.bytes + 2, digest, sizeof(digest));
	assert_int_equal(
	    att_tpm_name_make(NULL, ATT_TPM_ALG_NULL, said(), &name),
	    ATT_ERR_CRYPTO);
	assert_int_equal(name.len, 0);
}

static void
makes_the_key_of_an_area(void **state)
{
	struct att_tpm_public area = { .type = ATT_TPM_ALG_RSA,
		.exponent = 65537 };
	uint8_t modulus[BITS / 8];
	EVP_PKEY *key;
	BIGNUM *n = NULL;

	(void)state;
	assert_int_equal(
	    EVP_PKEY_get_bn_param(keys[0], OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(BN_bn2binpad(n, modulus, sizeof(modulus)), BITS / 8);
	BN_free(n);
	area.modulus = att_bytes(modulus, sizeof(modulus));
	assert_int_equal(att_tpm_key_make(&area, &key), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key, keys[0]), 1);
	EVP_PKEY_free(key);
	area.type = ATT_TPM_ALG_ECC;
	assert_int_equal(att_tpm_key_make(&area, &key), ATT_ERR_TPM_PUBAREA);
	assert_null(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_either_scheme_with_any_salt),
		cmocka_unit_test(rejects_what_the_key_did_not_sign),
		cmocka_unit_test(names_a_key_by_its_public_area),
		cmocka_unit_test(makes_the_key_of_an_area),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
