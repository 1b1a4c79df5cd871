/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Points of the Edwards curves, by OpenSSL's numbers. A point is encoded as
 * its y and the sign of its x (RFC 8032 section 5.1.3), and with a x^2 + y^2 =
 * 1 + d x^2 y^2 there is an x if (y^2 - 1) (d y^2 - a) is a square.
 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "codec/edwards.h"

enum {
	POINT_MAX = 57,
	SIGN = 0x80 /* of x, in the last octet */
};

struct curve {
	const char *p;
	const char *d;
	long a;
};
static const struct curve ed25519 = {
	"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
	"52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3",
	-1,
};
static const struct curve ed448 = {
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
	"ffffffffffffffffffffffffffffffffffffffffffffffffffff6756",
	1,
};

/* The numbers of one check, all of one context. */
struct numbers {
	BN_CTX *ctx;
	BIGNUM *p, *d, *y;
	BIGNUM *y2;	 /* y^2 */
	BIGNUM *dy2;	 /* d y^2 */
	BIGNUM *left;	 /* y^2 - 1 */
	BIGNUM *right;	 /* d y^2 - a */
	BIGNUM *product; /* of both */
	BIGNUM *eighth;	 /* d y^4 + 2 y^2 - 1 */
};

static bool
read_numbers(
    const struct curve *curve, struct att_bytes point, struct numbers *n)
{
	uint8_t y[POINT_MAX];

	if (point.len > sizeof(y))
		return false;
	memcpy(y, point.ptr, point.len);
	y[point.len - 1] &= (uint8_t)~SIGN;
	n->p = BN_CTX_get(n->ctx);
	n->d = BN_CTX_get(n->ctx);
	n->y = BN_CTX_get(n->ctx);
	n->y2 = BN_CTX_get(n->ctx);
	n->dy2 = BN_CTX_get(n->ctx);
	n->left = BN_CTX_get(n->ctx);
	n->right = BN_CTX_get(n->ctx);
	n->product = BN_CTX_get(n->ctx);
	n->eighth = BN_CTX_get(n->ctx); /* NULL if any of them is */
	return n->eighth != NULL && BN_hex2bn(&n->p, curve->p) != 0 &&
	       BN_hex2bn(&n->d, curve->d) != 0 &&
	       BN_lebin2bn(y, (int)point.len, n->y) != NULL;
}

static bool
compute(const struct curve *curve, struct numbers *n)
{
	BN_CTX *ctx = n->ctx;

	return BN_mod_sqr(n->y2, n->y, n->p, ctx) == 1 &&
	       BN_mod_mul(n->dy2, n->d, n->y2, n->p, ctx) == 1 &&
	       BN_mod_sub(n->left, n->y2, BN_value_one(), n->p, ctx) == 1 &&
	       (curve->a == 1
		       ? BN_mod_sub(n->right, n->dy2, BN_value_one(), n->p, ctx)
		       : BN_mod_add(n->right, n->dy2, BN_value_one(), n->p,
			     ctx)) == 1 &&
	       BN_mod_mul(n->product, n->left, n->right, n->p, ctx) == 1 &&
	       BN_mod_mul(n->eighth, n->dy2, n->y2, n->p, ctx) == 1 &&
	       BN_mod_add(n->eighth, n->eighth, n->y2, n->p, ctx) == 1 &&
	       BN_mod_add(n->eighth, n->eighth, n->left, n->p, ctx) == 1;
}

/*
 * Of order 1 or 2: y is 1 or -1. Of order 4: y is 0. Of order 8, which only
 * Ed25519 has: twice the point has the y 0.
 */
static bool
is_of_small_order(const struct curve *curve, const struct numbers *n)
{
	return BN_is_zero(n->left) || BN_is_zero(n->y) ||
	       (curve == &ed25519 && BN_is_zero(n->eighth));
}

static enum att_err
judge(const struct curve *curve, struct att_bytes point, struct numbers *n)
{
	int symbol;

	if (!read_numbers(curve, point, n))
		return ATT_ERR_NO_MEMORY;
	if (BN_cmp(n->y, n->p) >= 0)
		return ATT_ERR_COSE_NOT_ON_CURVE;
	if (!compute(curve, n) ||
	    (symbol = BN_kronecker(n->product, n->p, n->ctx)) == -2)
		return ATT_ERR_CRYPTO;
	if (symbol == -1)
		return ATT_ERR_COSE_NOT_ON_CURVE;
	return is_of_small_order(curve, n) ? ATT_ERR_COSE_WEAK : ATT_OK;
}

enum att_err
att_edwards_check(int pkey_id, struct att_bytes point)
{
	struct numbers n = { .ctx = BN_CTX_new() };
	enum att_err err;

	if (n.ctx == NULL)
		return ATT_ERR_NO_MEMORY;
	BN_CTX_start(n.ctx);
	err = judge(pkey_id == EVP_PKEY_ED25519 ? &ed25519 : &ed448, point, &n);
	BN_CTX_end(n.ctx);
	BN_CTX_free(n.ctx);
	ERR_clear_error();
	return err;
}
