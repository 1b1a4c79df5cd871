/* SPDX-License-Identifier: BSD-2-Clause */
/* An RSA key that everybody knows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "codec/base64url.h"
#include "codec/public_key.h"
#include "known_key.h"

enum {
	MODULUS_LEN = 256,
	EXPONENT = 65537
};

static char kid[KNOWN_KEY_KID_SIZE];
static char jwks[1024];

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static void
put_base64url(struct att_buf *out, struct att_bytes bytes)
{
	require(att_base64url_encode(bytes, out) == ATT_OK);
}

static void
make_names(void)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	uint8_t modulus[MODULUS_LEN], sha256[32];
	BIGNUM *n = BN_get_rfc3526_prime_2048(NULL);
	BIO *bio = BIO_new(BIO_s_mem());
	struct att_buf number;
	EVP_PKEY *key;
	char *pem;
	long len;

	require(BN_bn2binpad(n, modulus, MODULUS_LEN) == MODULUS_LEN);
	require(att_public_key_make_rsa(att_bytes(modulus, MODULUS_LEN),
		    att_bytes(exponent, sizeof(exponent)), &key) == ATT_OK);
	require(PEM_write_bio_PUBKEY(bio, key) == 1);
	require(BIO_write(bio, "\0", 1) == 1);
	len = BIO_get_mem_data(bio, &pem);
	SHA256((const uint8_t *)pem, (size_t)len, sha256);
	EVP_EncodeBlock((uint8_t *)kid, sha256, sizeof(sha256));
	att_buf_init(&number, KNOWN_KEY_LIMIT);
	put_base64url(&number, att_bytes(modulus, MODULUS_LEN));
	snprintf(jwks, sizeof(jwks),
	    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%.*s\","
	    "\"e\":\"AQAB\"}]}",
	    kid, (int)number.len, (const char *)number.ptr);
	att_buf_reset(&number);
	EVP_PKEY_free(key);
	BIO_free(bio);
	BN_free(n);
}

const char *
known_key_get_kid(void)
{
	if (kid[0] == '\0')
		make_names();
	return kid;
}

const char *
known_key_get_jwks(void)
{
	(void)known_key_get_kid();
	return jwks;
}

/* RFC 8017 section 9.2, of SHA-256. */
static void
encode_message(struct att_bytes message, uint8_t em[MODULUS_LEN])
{
	static const uint8_t info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
		0x00, 0x04, 0x20 };
	uint8_t *hash = em + MODULUS_LEN - 32;

	memset(em, 0xff, MODULUS_LEN);
	em[0] = 0;
	em[1] = 1;
	SHA256(message.ptr, message.len, hash);
	memcpy(hash - sizeof(info), info, sizeof(info));
	hash[-(int)sizeof(info) - 1] = 0;
}

/* The exponent that undoes EXPONENT is known, since n is prime. */
static void
sign(struct att_bytes message, uint8_t sig[MODULUS_LEN])
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *n = BN_get_rfc3526_prime_2048(NULL);
	BIGNUM *order = BN_dup(n), *e = BN_new(), *s = BN_new();
	BIGNUM *d = BN_new();
	uint8_t em[MODULUS_LEN];

	encode_message(message, em);
	require(ctx != NULL && BN_sub_word(order, 1) == 1);
	require(BN_set_word(e, EXPONENT) == 1);
	require(BN_mod_inverse(d, e, order, ctx) != NULL);
	require(BN_bin2bn(em, sizeof(em), s) != NULL);
	require(BN_mod_exp(s, s, d, n, ctx) == 1);
	require(BN_bn2binpad(s, sig, MODULUS_LEN) == MODULUS_LEN);
	BN_free(d);
	BN_free(s);
	BN_free(e);
	BN_free(order);
	BN_free(n);
	BN_CTX_free(ctx);
}

void
known_key_sign(
    struct att_bytes header, struct att_bytes claims, struct att_buf *out)
{
	const size_t start = out->len;
	uint8_t sig[MODULUS_LEN];

	put_base64url(out, header);
	require(att_buf_put(out, ".", 1) == ATT_OK);
	put_base64url(out, claims);
	sign(att_bytes(out->ptr + start, out->len - start), sig);
	require(att_buf_put(out, ".", 1) == ATT_OK);
	put_base64url(out, att_bytes(sig, sizeof(sig)));
}
