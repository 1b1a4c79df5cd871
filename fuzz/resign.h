/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signing again what a fuzzer has changed, with keys that everybody knows, so
 * that it gets past the signatures. Inputs are 32 bytes of client data hash,
 * then an attestation object, as for the other targets of statements.
 *
 * Random numbers are the same in every run; nothing here is secret.
 */
#ifndef FUZZ_RESIGN_H
#define FUZZ_RESIGN_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "base/bytes.h"

enum {
	RESIGN_LIMIT = 1 << 20
};

struct resign_keys {
	EVP_PKEY *credential; /* P-256, for self attestation */
	EVP_PKEY *credential_eddsa;
	EVP_PKEY *attestation; /* P-256; the leaf's */
	EVP_PKEY *attestation_eddsa;
	EVP_PKEY *root;	 /* P-256 */
	X509 *root_cert; /* the anchor */
	X509 *leaf;	 /* of the attestation key */
	X509 *leaf_eddsa;
};

/* The keys, made at the first call. Lent. */
const struct resign_keys *resign_get_keys(void);

/*
 * Puts to out the attestation object of an input with the signatures made
 * anew: that of x5c[0] by the root, that of the statement by the key whose
 * turn it would be. Other parts, and objects that cannot be parsed, stay as
 * they are.
 */
void resign_object(struct att_bytes input, struct att_buf *out);

/*
 * Puts to out an attestation object in which everything is right, but for
 * what the authenticator data of an input says behind RP ID and flags.
 */
void resign_auth_data(struct att_bytes input, struct att_buf *out);

/* As resign_object(), but as an input: with the hash before it. */
void resign_input(struct att_bytes input, struct att_buf *out);

#endif
