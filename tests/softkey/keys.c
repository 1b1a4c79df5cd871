/* SPDX-License-Identifier: BSD-2-Clause */
/* Key pairs for credentials and attestation: make, sign, encode. */
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "cbor_io.h"
#include "fatal.h"
#include "keys.h"

#define P256_LEN 32
#define POINT_LEN (1 + 2 * P256_LEN)

const enum cose_alg key_algorithms[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };
const unsigned int key_algorithm_count =
    sizeof(key_algorithms) / sizeof(key_algorithms[0]);

bool
key_is_supported(int64_t alg)
{
	for (unsigned int i = 0; i < key_algorithm_count; i++)
		if (key_algorithms[i] == alg)
			return true;
	return false;
}

EVP_PKEY *
key_generate(enum cose_alg alg)
{
	EVP_PKEY *key = NULL;

	switch (alg) {
	case COSE_ES256:
		key = EVP_EC_gen("P-256");
		break;
	case COSE_EDDSA:
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		break;
	case COSE_RS256:
		key = EVP_RSA_gen(2048);
		break;
	default:
		fatal("no key generation for COSE algorithm %d", alg);
	}
	if (key == NULL)
		fatal("cannot generate a key");
	return key;
}

void
key_put_der(struct buf *out, EVP_PKEY *key)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	int len;

	if (info == NULL || (len = i2d_PKCS8_PRIV_KEY_INFO(info, &der)) <= 0)
		fatal("cannot encode a private key");
	buf_put(out, der, (size_t)len);
	OPENSSL_clear_free(der, (size_t)len);
	PKCS8_PRIV_KEY_INFO_free(info);
}

EVP_PKEY *
key_from_der(const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	PKCS8_PRIV_KEY_INFO *info =
	    d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)len);
	EVP_PKEY *key = NULL;

	if (info != NULL && p == der + len)
		key = EVP_PKCS82PKEY(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	return key;
}

static int
ec_alg(EVP_PKEY *key)
{
	char group[32];
	size_t len;

	if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1)
		return 0;
	if (strcmp(group, SN_X9_62_prime256v1) == 0)
		return COSE_ES256;
	if (strcmp(group, SN_secp384r1) == 0)
		return COSE_ES384;
	return 0;
}

int
key_alg(EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_EC:
		return ec_alg(key);
	case EVP_PKEY_ED25519:
		return COSE_EDDSA;
	case EVP_PKEY_RSA:
		return COSE_RS256;
	default:
		return 0;
	}
}

void
key_put_point(struct buf *out, EVP_PKEY *key)
{
	size_t len;

	if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
		buf_grow(out, POINT_LEN), POINT_LEN, &len) != 1 ||
	    len != POINT_LEN)
		fatal("cannot read the point of a P-256 key");
}

static void
put_cose_ec2(struct buf *out, EVP_PKEY *key)
{
	struct buf point = { 0 };

	key_put_point(&point, key);
	cbor_put_map(out, 5);
	cbor_put_int(out, 1);
	cbor_put_int(out, 2);
	cbor_put_int(out, 3);
	cbor_put_int(out, COSE_ES256);
	cbor_put_int(out, -1);
	cbor_put_int(out, 1);
	cbor_put_int(out, -2);
	cbor_put_bytes(out, point.data + 1, P256_LEN);
	cbor_put_int(out, -3);
	cbor_put_bytes(out, point.data + 1 + P256_LEN, P256_LEN);
	buf_free(&point);
}

static void
put_cose_okp(struct buf *out, EVP_PKEY *key)
{
	uint8_t x[32];
	size_t len = sizeof(x);

	if (EVP_PKEY_get_raw_public_key(key, x, &len) != 1)
		fatal("cannot read an Ed25519 public key");
	cbor_put_map(out, 4);
	cbor_put_int(out, 1);
	cbor_put_int(out, 1);
	cbor_put_int(out, 3);
	cbor_put_int(out, COSE_EDDSA);
	cbor_put_int(out, -1);
	cbor_put_int(out, 6);
	cbor_put_int(out, -2);
	cbor_put_bytes(out, x, len);
}

static void
put_bignum(struct buf *out, EVP_PKEY *key, const char *name)
{
	BIGNUM *n = NULL;
	uint8_t *bytes;
	int len;

	if (EVP_PKEY_get_bn_param(key, name, &n) != 1)
		fatal("cannot read an RSA public key");
	len = BN_num_bytes(n);
	bytes = must_alloc((size_t)len, 1);
	BN_bn2bin(n, bytes);
	cbor_put_bytes(out, bytes, (size_t)len);
	free(bytes);
	BN_free(n);
}

static void
put_cose_rsa(struct buf *out, EVP_PKEY *key)
{
	cbor_put_map(out, 4);
	cbor_put_int(out, 1);
	cbor_put_int(out, 3);
	cbor_put_int(out, 3);
	cbor_put_int(out, COSE_RS256);
	cbor_put_int(out, -1);
	put_bignum(out, key, OSSL_PKEY_PARAM_RSA_N);
	cbor_put_int(out, -2);
	put_bignum(out, key, OSSL_PKEY_PARAM_RSA_E);
}

void
key_put_cose(struct buf *out, EVP_PKEY *key)
{
	switch (key_alg(key)) {
	case COSE_ES256:
		put_cose_ec2(out, key);
		break;
	case COSE_EDDSA:
		put_cose_okp(out, key);
		break;
	case COSE_RS256:
		put_cose_rsa(out, key);
		break;
	default:
		fatal("no COSE key for this key type");
	}
}

static const EVP_MD *
digest_of(int alg)
{
	switch (alg) {
	case COSE_ES256:
	case COSE_RS256:
		return EVP_sha256();
	case COSE_ES384:
		return EVP_sha384();
	default:
		return NULL;
	}
}

void
key_sign(struct buf *out, EVP_PKEY *key, const struct buf *message)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[1024];
	size_t len = sizeof(sig);

	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, digest_of(key_alg(key)), NULL, key) !=
		1 ||
	    EVP_DigestSign(ctx, sig, &len, message->data, message->len) != 1)
		fatal("cannot sign");
	buf_put(out, sig, len);
	EVP_MD_CTX_free(ctx);
}

void
sha256(const void *data, size_t len, uint8_t digest[SHA256_LEN])
{
	if (EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL) != 1)
		fatal("cannot hash");
}

void
random_bytes(void *out, size_t len)
{
	if (RAND_bytes(out, (int)len) != 1)
		fatal("no random bytes");
}
