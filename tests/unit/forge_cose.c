/* SPDX-License-Identifier: BSD-2-Clause */
/* Making keys, signatures and COSE keys for tests. */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "codec/cose.h"
#include "forge.h"
#include "rsa_key.h"

enum {
	RSA_KEYS = 5
};

static const struct att_cose_algorithm *
find(int32_t alg)
{
	return alg == ATT_COSE_RS1 ? &att_cose_rs1
				   : att_cose_algorithm_find(alg);
}

/* The same few come round again: more than one test needs. */
static EVP_PKEY *
get_rsa_key(void)
{
	static EVP_PKEY *keys[RSA_KEYS];
	static size_t next;
	EVP_PKEY **key = &keys[next];

	next = (next + 1) % RSA_KEYS;
	if (*key == NULL)
		*key = rsa_key_new();
	if (EVP_PKEY_up_ref(*key) != 1)
		abort();
	return *key;
}

EVP_PKEY *
forge_key(int32_t alg)
{
	const struct att_cose_algorithm *row = find(alg);
	EVP_PKEY *key = NULL;

	if (row == NULL)
		abort();
	if (row->kty == ATT_COSE_EC2)
		key = EVP_EC_gen(row->group);
	else if (row->kty == ATT_COSE_RSA)
		key = get_rsa_key();
	else
		key = EVP_PKEY_Q_keygen(NULL, NULL,
		    row->pkey_id == EVP_PKEY_ED448 ? "ED448" : "ED25519");
	if (key == NULL)
		abort();
	return key;
}

void
forge_sign(
    EVP_PKEY *key, int32_t alg, struct att_bytes data, struct att_buf *out)
{
	const struct att_cose_algorithm *row = find(alg);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t sig[1024];
	size_t len = sizeof(sig);
	EVP_PKEY_CTX *ctx;

	if (row == NULL || md == NULL ||
	    EVP_DigestSignInit_ex(
		md, &ctx, row->digest, NULL, NULL, key, NULL) != 1)
		abort();
	if (row->is_pss &&
	    (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) !=
		    1))
		abort();
	if (EVP_DigestSign(md, sig, &len, data.ptr, data.len) != 1)
		abort();
	EVP_MD_CTX_free(md);
	forge_put_raw(out, sig, len);
}

static void
put_number(struct att_buf *out, const BIGNUM *v, size_t size)
{
	uint8_t bytes[2048];

	if (size > sizeof(bytes) ||
	    BN_bn2binpad(v, bytes, (int)size) != (int)size)
		abort();
	forge_put_bytes(out, att_bytes(bytes, size));
}

static BIGNUM *
get_number(const EVP_PKEY *key, const char *name)
{
	BIGNUM *v = NULL;

	if (EVP_PKEY_get_bn_param(key, name, &v) != 1)
		abort();
	return v;
}

/* The smallest x of a P-256 point, plus the field prime. */
static void
choose_x_over_p(BIGNUM *x, BIGNUM *y)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *p = BN_new();

	if (EC_GROUP_get_curve(group, p, NULL, NULL, NULL) != 1)
		abort();
	BN_zero(x);
	while (
	    EC_POINT_set_compressed_coordinates(group, point, x, 0, NULL) != 1)
		BN_add_word(x, 1);
	if (EC_POINT_get_affine_coordinates(group, point, x, y, NULL) != 1)
		abort();
	BN_add(x, x, p);
	BN_free(p);
	EC_POINT_free(point);
	EC_GROUP_free(group);
}

/* An EC2 key that is not quite right is P-256. */
static void
put_ec2(EVP_PKEY *key, const struct att_cose_algorithm *row,
    enum forge_defect defect, struct att_buf *out)
{
	BIGNUM *x = get_number(key, OSSL_PKEY_PARAM_EC_PUB_X);
	BIGNUM *y = get_number(key, OSSL_PKEY_PARAM_EC_PUB_Y);
	size_t size = row->size;

	if (defect == FORGE_COSE_OFF_CURVE)
		BN_add_word(y, 1);
	if (defect == FORGE_COSE_X_OVER_P)
		choose_x_over_p(x, y);
	if (defect == FORGE_COSE_ZERO_POINT || defect == FORGE_COSE_SHORT_X)
		BN_zero(x);
	if (defect == FORGE_COSE_ZERO_POINT)
		BN_zero(y);
	if (defect == FORGE_COSE_LONG_NUMBER)
		forge_put_raw(out, "\x38\x00", 2);
	else
		forge_put_int(out, -1);
	forge_put_int(out, defect == FORGE_COSE_CURVE ? 2 : row->crv);
	forge_put_int(out, -2);
	put_number(out, x, defect == FORGE_COSE_SHORT_X ? size - 1 : size);
	forge_put_int(out, -3);
	if (defect == FORGE_COSE_COMPRESSED)
		forge_put_byte(out, 0xf5);
	else
		put_number(out, y, size);
	if (defect == FORGE_COSE_PRIVATE) {
		forge_put_int(out, -4);
		put_number(out, x, size);
	}
	BN_free(x);
	BN_free(y);
}

static void
put_okp(EVP_PKEY *key, const struct att_cose_algorithm *row,
    enum forge_defect defect, struct att_buf *out)
{
	uint8_t x[57];
	size_t len = sizeof(x);

	if (EVP_PKEY_get_raw_public_key(key, x, &len) != 1)
		abort();
	if (defect == FORGE_COSE_ED25519_SHORT)
		len--;
	if (defect == FORGE_COSE_ED25519_WEAK)
		memset(x, 0, sizeof(x)); /* a point of order 4 */
	if (defect == FORGE_COSE_ED25519_OFF_CURVE) {
		memset(x, 0, sizeof(x));
		x[0] = 2;
	}
	forge_put_int(out, -1);
	forge_put_int(out, defect == FORGE_COSE_EDDSA_ED448 ? 7 : row->crv);
	forge_put_int(out, -2);
	forge_put_bytes(out, att_bytes(x, len));
}

static void
put_rsa(EVP_PKEY *key, enum forge_defect defect, struct att_buf *out)
{
	BIGNUM *n = get_number(key, OSSL_PKEY_PARAM_RSA_N);
	BIGNUM *e = get_number(key, OSSL_PKEY_PARAM_RSA_E);
	size_t size = (size_t)BN_num_bytes(n);

	if (defect == FORGE_COSE_RSA_1024) {
		BN_rshift(n, n, 1024);
		BN_set_bit(n, 1023);
		BN_set_bit(n, 0);
		size = 128;
	}
	if (defect == FORGE_COSE_RSA_EVEN)
		BN_clear_bit(n, 0);
	if (defect == FORGE_COSE_RSA_E1)
		BN_one(e);
	if (defect == FORGE_COSE_RSA_LEADING_ZERO)
		size++;
	forge_put_int(out, -1);
	put_number(out, n, size);
	forge_put_int(out, -2);
	put_number(out, e, (size_t)BN_num_bytes(e));
	BN_free(n);
	BN_free(e);
}

/* How many parameters the map has. */
static size_t
count_parameters(const struct att_cose_algorithm *row, enum forge_defect defect)
{
	size_t count = row->kty == ATT_COSE_EC2 ? 5 : 4;

	if (defect == FORGE_COSE_ALG_MISSING)
		count--;
	if (defect == FORGE_COSE_DUPLICATE || defect == FORGE_COSE_EXTRA ||
	    defect == FORGE_COSE_PRIVATE)
		count++;
	return count;
}

static void
put_alg(int32_t alg, enum forge_defect defect, struct att_buf *out)
{
	if (defect == FORGE_COSE_ALG_MISSING)
		return;
	forge_put_int(out, 3);
	if (defect == FORGE_COSE_ALG_UNKNOWN)
		forge_put_int(out, -48); /* ML-DSA-44 */
	else if (defect == FORGE_COSE_ALG_SHA1)
		forge_put_int(out, -65535);
	else
		forge_put_int(out, alg);
}

static void
put_kty(const struct att_cose_algorithm *row, enum forge_defect defect,
    struct att_buf *out)
{
	forge_put_int(out, 1);
	forge_put_int(out, defect == FORGE_COSE_KEY_TYPE ? 1 : row->kty);
}

void
forge_cose_key(
    EVP_PKEY *key, int32_t alg, enum forge_defect defect, struct att_buf *out)
{
	const struct att_cose_algorithm *row = att_cose_algorithm_find(alg);

	if (row == NULL)
		abort();
	if (defect == FORGE_COSE_NOT_MAP) {
		forge_put_array(out, 0);
		return;
	}
	if (defect == FORGE_COSE_INDEFINITE)
		forge_put_byte(out, 0xbf);
	else
		forge_put_map(out, count_parameters(row, defect));
	if (defect == FORGE_COSE_UNORDERED)
		put_alg(alg, defect, out);
	put_kty(row, defect, out);
	if (defect == FORGE_COSE_DUPLICATE)
		put_kty(row, defect, out);
	if (defect != FORGE_COSE_UNORDERED)
		put_alg(alg, defect, out);
	if (defect == FORGE_COSE_EXTRA) {
		forge_put_int(out, 4); /* key_ops */
		forge_put_array(out, 0);
	}
	if (row->kty == ATT_COSE_EC2)
		put_ec2(key, row, defect, out);
	else if (row->kty == ATT_COSE_OKP)
		put_okp(key, row, defect, out);
	else
		put_rsa(key, defect, out);
	if (defect == FORGE_COSE_INDEFINITE)
		forge_put_byte(out, 0xff);
}
