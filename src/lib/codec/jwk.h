/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Web Keys of type RSA: RFC 7517, RFC 7518 section 6.3.1. */
#ifndef ATT_CODEC_JWK_H
#define ATT_CODEC_JWK_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"

struct json_t; /* jansson's */

enum {
	ATT_JWK_BITS_MIN = 2048,
	ATT_JWK_BITS_MAX = 8192,
	ATT_JWK_MODULUS_MAX = ATT_JWK_BITS_MAX / 8,
	ATT_JWK_EXPONENT_MAX = 8 /* OpenSSL verifies with no longer one */
};

/* A public key by its numbers: big endian, no zero first. */
struct att_jwk {
	uint8_t n[ATT_JWK_MODULUS_MAX];
	size_t n_len;
	uint8_t e[ATT_JWK_EXPONENT_MAX];
	size_t e_len;
};

/*
 * Reads a JSON object as a public key: "kty" RSA, "n" and "e" base64url of
 * numbers without leading zeros, n of ATT_JWK_BITS_MIN to ATT_JWK_BITS_MAX
 * bits and odd, e odd, at least 3 and of at most 64 bits; no member of a
 * private key. What else the object says is not looked at. Zeroes on an error.
 * ATT_ERR_TOKEN_KEY_UNFIT with what was found, ATT_ERR_NO_MEMORY.
 */
enum att_err att_jwk_read(const struct json_t *object, struct att_jwk *jwk,
    struct att_reason *why) ATT_MUST_USE;

/* The key for OpenSSL; the caller frees *keyp. ATT_ERR_NO_MEMORY, CRYPTO. */
enum att_err att_jwk_make_key(
    const struct att_jwk *jwk, EVP_PKEY **keyp) ATT_MUST_USE;

/*
 * The same limits for a key that came in a certificate.
 * ATT_ERR_TOKEN_KEY_UNFIT.
 */
enum att_err att_jwk_check_key(
    const EVP_PKEY *key, struct att_reason *why) ATT_MUST_USE;

#endif
