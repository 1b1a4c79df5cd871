/* SPDX-License-Identifier: BSD-2-Clause */
/* Key pairs for credentials and attestation: make, sign, encode. */
#ifndef SOFTKEY_KEYS_H
#define SOFTKEY_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "buf.h"
#include "ctap.h"

/* The credential algorithms, in the order GetInfo lists them. */
extern const enum cose_alg key_algorithms[];
extern const unsigned int key_algorithm_count;

bool key_is_supported(int64_t alg);

/* A new key pair for one of key_algorithms. Free with EVP_PKEY_free. */
EVP_PKEY *key_generate(enum cose_alg alg);

/* PKCS #8 DER both ways; key_from_der returns NULL on malformed input. */
void key_put_der(struct buf *out, EVP_PKEY *key);
EVP_PKEY *key_from_der(const uint8_t *der, size_t len);

/* The COSE algorithm a key signs with, or 0 when softkey knows none. */
int key_alg(EVP_PKEY *key);

/* The COSE_Key of the public half, RFC 9053, in canonical order. */
void key_put_cose(struct buf *out, EVP_PKEY *key);

/* The point of a P-256 key as 04 || x || y. */
void key_put_point(struct buf *out, EVP_PKEY *key);

/* Signs with the algorithm of key_alg; ECDSA signatures are DER. */
void key_sign(struct buf *out, EVP_PKEY *key, const struct buf *message);

void sha256(const void *data, size_t len, uint8_t digest[SHA256_LEN]);

/* Fills from the kernel's generator by way of OpenSSL. */
void random_bytes(void *out, size_t len);

#endif
