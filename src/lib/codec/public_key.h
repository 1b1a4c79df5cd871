/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public keys for OpenSSL from their bare numbers. Its decoder of
 * SubjectPublicKeyInfo takes six times as long as this, and longer than
 * verifying a signature.
 */
#ifndef ATT_CODEC_PUBLIC_KEY_H
#define ATT_CODEC_PUBLIC_KEY_H

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"

/*
 * Curves that were used: OpenSSL takes long to set one up, and little to copy
 * it from a key. Zeroed at first.
 */
enum {
	ATT_CURVES_MAX = 4
};
struct att_curves {
	struct att_curve {
		const char *name; /* static */
		EC_GROUP *group;  /* owned, or NULL */
		EVP_PKEY *key;	  /* owned; any on that curve, or NULL */
	} known[ATT_CURVES_MAX];
};

/* Frees what it owns and zeroes it. */
void att_curves_reset(struct att_curves *curves);

/*
 * Is it a point of the named curve (OpenSSL's name, "prime256v1"; static), as
 * SEC 1 section 2.3.3 encodes it? Refused are coordinates that are not below
 * the field prime, points off the curve and infinity. curves may be NULL. This
 * takes a fifth of the time of making a key.
 * ATT_ERR_COSE_NOT_ON_CURVE, ATT_ERR_CRYPTO.
 */
enum att_err att_public_key_check_ec(struct att_curves *curves,
    const char *name, struct att_bytes point) ATT_MUST_USE;

/*
 * A key from such a point; what is none is refused here, too. The caller frees
 * *keyp. ATT_ERR_COSE_NOT_ON_CURVE, ATT_ERR_CRYPTO.
 */
enum att_err att_public_key_make_ec(struct att_curves *curves, const char *name,
    struct att_bytes point, EVP_PKEY **keyp) ATT_MUST_USE;

/*
 * An RSA key from modulus and exponent, big endian; neither is judged. The
 * caller frees *keyp. ATT_ERR_COSE_MALFORMED when OpenSSL does not take them,
 * ATT_ERR_NO_MEMORY, ATT_ERR_CRYPTO.
 */
enum att_err att_public_key_make_rsa(
    struct att_bytes n, struct att_bytes e, EVP_PKEY **keyp) ATT_MUST_USE;

#endif
