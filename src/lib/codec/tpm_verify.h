/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows from the structures of codec/tpm.h: the name of a key, the key
 * itself, and whether it signed. Parts are of TPM 2.0 Library.
 */
#ifndef ATT_CODEC_TPM_VERIFY_H
#define ATT_CODEC_TPM_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/digest.h"
#include "codec/tpm.h"

/* The Name of an object: nameAlg and a hash by it (Part 1, clause 16). */
struct att_tpm_name {
	size_t len;
	uint8_t bytes[2 + ATT_DIGEST_MAX];
};

/*
 * The Name of what has this public area (TPMT_PUBLIC), by a hash that
 * att_tpm_hash_find() knows; that of anything else is a handle of four bytes.
 * hashes may be NULL. ATT_ERR_CRYPTO.
 */
enum att_err att_tpm_name_make(struct att_hashes *hashes, uint16_t name_alg,
    struct att_bytes area, struct att_tpm_name *name) ATT_MUST_USE;

/*
 * The RSA key of a public area; the caller frees *keyp. ATT_ERR_TPM_PUBAREA
 * for a key of another type, and errors of att_public_key_make_rsa().
 */
enum att_err att_tpm_key_make(
    const struct att_tpm_public *area, EVP_PKEY **keyp) ATT_MUST_USE;

/*
 * Is it the key's signature over the message? Of RSAPSS with a salt of any
 * length: TPMs differ in it (Part 1, annex B.7), and any is as good.
 * ATT_ERR_STATEMENT_SIGNATURE unless the answer is a clear yes;
 * ATT_ERR_CRYPTO.
 */
enum att_err att_tpm_signature_verify(const struct att_tpm_signature *signature,
    EVP_PKEY *key, struct att_bytes message) ATT_MUST_USE;

#endif
