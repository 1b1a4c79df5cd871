/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * COSE algorithms and credential public keys: RFC 9053, RFC 8230, RFC 9864,
 * WebAuthn Level 3 sections 5.8.5 and 6.5.1.
 */
#ifndef ATT_CODEC_COSE_H
#define ATT_CODEC_COSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/public_key.h"

enum {
	ATT_COSE_ES256 = -7,
	ATT_COSE_EDDSA = -8,
	ATT_COSE_RS256 = -257,
	ATT_COSE_RS1 = -65535,
};

/* COSE key types. */
enum {
	ATT_COSE_OKP = 1,
	ATT_COSE_EC2 = 2,
	ATT_COSE_RSA = 3
};

/* No smaller RSA key is ever accepted, whatever min_rsa_bits says. */
enum {
	ATT_RSA_BITS_MIN = 2048,
	ATT_RSA_BITS_MAX = 16384
};

/* A signature algorithm that fixes key type, curve, hash and padding. */
struct att_cose_algorithm {
	int32_t id;	    /* IANA COSE Algorithms */
	const char *name;   /* "ES256" */
	int kty;	    /* COSE key type */
	int crv;	    /* COSE curve; 0 for RSA */
	const char *group;  /* OpenSSL's name of the EC curve, or NULL */
	size_t size;	    /* of a coordinate or of an OKP key; 0 for RSA */
	int pkey_id;	    /* EVP_PKEY_EC, EVP_PKEY_RSA, ... */
	const char *digest; /* OpenSSL's name, or NULL */
	bool is_pss;
};

/*
 * RS1 (-65535), RSASSA-PKCS1-v1_5 with SHA-1: no row of the table, and so
 * never found. Only the tpm format may verify with it.
 */
extern const struct att_cose_algorithm att_cose_rs1;

/* The row of an algorithm; NULL for one that is not known. Static. */
const struct att_cose_algorithm *att_cose_algorithm_find(int64_t id);

/*
 * Whether a key is of the algorithm's type and curve. A curve of somebody's
 * own, which only looks like it, fits no algorithm (CVE-2020-0601).
 */
bool att_cose_algorithm_fits(
    const struct att_cose_algorithm *algorithm, const EVP_PKEY *key);

/* A credential public key, or zeroes. */
struct att_cose_key {
	const struct att_cose_algorithm *algorithm;
	/* n and e, x and y, or x alone; lent by the bytes that were read. */
	struct att_bytes numbers[2];
};

/*
 * Reads a COSE_Key that fills the input. It has to hold exactly the
 * parameters its key type requires: nothing optional and nothing private.
 * Curve and key type have to be those of its algorithm, coordinates of the
 * exact size and below the field prime, the point on the curve and not of
 * small order, the modulus without leading zeros, the exponent odd and above
 * 1. Zeroes on an error. OpenSSL has no part in it but for elliptic curves.
 * ATT_ERR_CBOR_*, ATT_ERR_COSE_MALFORMED, _ALGORITHM, _NOT_ON_CURVE, _WEAK,
 * ATT_ERR_RSA_SIZE, ATT_ERR_CRYPTO.
 */
enum att_err att_cose_key_parse(struct att_bytes in, struct att_curves *curves,
    struct att_cose_key *key, struct att_reason *why) ATT_MUST_USE;

/*
 * The key for OpenSSL, for whoever verifies by it: most statements are signed
 * by another one, and this takes longer than reading all of them. curves may be
 * NULL. The caller frees *keyp. ATT_ERR_COSE_*, NO_MEMORY, CRYPTO.
 */
enum att_err att_cose_key_make(const struct att_cose_key *key,
    struct att_curves *curves, EVP_PKEY **keyp) ATT_MUST_USE;

/* The bits of an RSA modulus; 0 for another key. */
size_t att_cose_key_get_rsa_bits(const struct att_cose_key *key);

#endif
