/* SPDX-License-Identifier: BSD-2-Clause */
/* RSA keys whose primes need not be looked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "rsa_key.h"

enum {
	BITS = 2048,
	PRIME_LEN = BITS / 2 / 8,
	EXPONENT = 65537
};

/* How far a prime is behind the number that is drawn by its index. */
static const unsigned int gaps[][2] = { { 34, 32 }, { 910, 228 }, { 614, 166 },
	{ 518, 2120 }, { 2064, 2144 }, { 476, 1060 }, { 328, 876 },
	{ 1146, 834 }, { 448, 260 }, { 814, 316 }, { 910, 1130 }, { 630, 328 },
	{ 1880, 1750 }, { 304, 796 }, { 460, 646 }, { 1138, 1040 } };
enum {
	KEYS = sizeof(gaps) / sizeof(gaps[0])
};

#define MUST(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

/* The highest two bits are set, so that a product has all its bits. */
static BIGNUM *
make_prime(size_t index)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t bytes[PRIME_LEN];
	char name[40];
	BIGNUM *prime;

	snprintf(name, sizeof(name), "prime %zu of the tests", index);
	MUST(md != NULL && EVP_DigestInit_ex(md, EVP_shake256(), NULL) == 1);
	MUST(EVP_DigestUpdate(md, name, strlen(name)) == 1);
	MUST(EVP_DigestFinalXOF(md, bytes, sizeof(bytes)) == 1);
	EVP_MD_CTX_free(md);
	bytes[0] |= 0xc0;
	bytes[PRIME_LEN - 1] |= 1;
	MUST((prime = BN_bin2bn(bytes, sizeof(bytes), NULL)) != NULL);
	MUST(BN_add_word(prime, gaps[index / 2][index % 2]) == 1);
	return prime;
}

/* RFC 8017 section 3.2. */
struct numbers {
	BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qinv;
};

static void
find_exponents(struct numbers *k, BN_CTX *ctx)
{
	BIGNUM *p1 = BN_dup(k->p), *q1 = BN_dup(k->q), *phi = BN_new();

	MUST(p1 != NULL && q1 != NULL && phi != NULL);
	MUST(BN_sub_word(p1, 1) == 1 && BN_sub_word(q1, 1) == 1);
	MUST(BN_mul(phi, p1, q1, ctx) == 1);
	MUST((k->d = BN_mod_inverse(NULL, k->e, phi, ctx)) != NULL);
	MUST((k->dp = BN_new()) != NULL && (k->dq = BN_new()) != NULL);
	MUST(BN_mod(k->dp, k->d, p1, ctx) == 1);
	MUST(BN_mod(k->dq, k->d, q1, ctx) == 1);
	BN_free(p1);
	BN_free(q1);
	BN_free(phi);
}

static void
find_numbers(struct numbers *k, size_t key)
{
	BN_CTX *ctx = BN_CTX_new();

	*k = (struct numbers){ .n = BN_new(),
		.e = BN_new(),
		.p = make_prime(2 * key),
		.q = make_prime(2 * key + 1) };
	MUST(ctx != NULL && k->n != NULL && k->e != NULL);
	MUST(BN_set_word(k->e, EXPONENT) == 1);
	MUST(BN_mul(k->n, k->p, k->q, ctx) == 1);
	find_exponents(k, ctx);
	MUST((k->qinv = BN_mod_inverse(NULL, k->q, k->p, ctx)) != NULL);
	BN_CTX_free(ctx);
}

static EVP_PKEY *
make_key(size_t index)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;
	struct numbers k;

	find_numbers(&k, index);
	const struct {
		const char *name;
		BIGNUM *number;
	} rows[] = {
		{ OSSL_PKEY_PARAM_RSA_N, k.n },
		{ OSSL_PKEY_PARAM_RSA_E, k.e },
		{ OSSL_PKEY_PARAM_RSA_D, k.d },
		{ OSSL_PKEY_PARAM_RSA_FACTOR1, k.p },
		{ OSSL_PKEY_PARAM_RSA_FACTOR2, k.q },
		{ OSSL_PKEY_PARAM_RSA_EXPONENT1, k.dp },
		{ OSSL_PKEY_PARAM_RSA_EXPONENT2, k.dq },
		{ OSSL_PKEY_PARAM_RSA_COEFFICIENT1, k.qinv },
	};

	MUST(ctx != NULL && build != NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		MUST(OSSL_PARAM_BLD_push_BN(
			 build, rows[i].name, rows[i].number) == 1);
	MUST((params = OSSL_PARAM_BLD_to_param(build)) != NULL);
	MUST(EVP_PKEY_fromdata_init(ctx) == 1);
	MUST(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) == 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		BN_free(rows[i].number);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *
rsa_key_new(void)
{
	static size_t made;
	EVP_PKEY *key;

	if (made < KEYS)
		return make_key(made++);
	MUST((key = EVP_RSA_gen(BITS)) != NULL);
	return key;
}
