/* SPDX-License-Identifier: BSD-2-Clause */
/* The public key of a certificate: RFC 5280 section 4.1.2.7. */
#ifndef ATT_TRUST_SUBJECT_KEY_H
#define ATT_TRUST_SUBJECT_KEY_H

#include <stdbool.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "codec/public_key.h"

/*
 * The parts of a SubjectPublicKeyInfo, still encoded and lent by its bytes.
 */
struct att_subject_key {
	struct att_bytes whole;
	struct att_bytes oid;	     /* content octets */
	struct att_bytes parameters; /* one element, or empty */
	struct att_bytes bits;	     /* of the BIT STRING, without the count */
	uint8_t unused_bits;
};

/* Takes one apart; der has to be strict (trust/der.h). False if it is none. */
bool att_subject_key_read(struct att_bytes der, struct att_subject_key *key);

/*
 * Is it on a curve that is written out? Such parameters may describe a
 * weakened curve: RFC 5480 section 2.1.1.
 */
bool att_subject_key_is_explicit(const struct att_subject_key *key);

/*
 * The key for OpenSSL; the caller frees it. curves may be NULL. NULL if it is
 * malformed, no point of its curve, infinity, or of a kind that OpenSSL does
 * not know.
 */
EVP_PKEY *att_subject_key_make(
    struct att_curves *curves, const struct att_subject_key *key);

#endif
