/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifying signatures under COSE algorithms: RFC 9053, WebAuthn 6.5.5. */
#ifndef ATT_CODEC_SIGNATURE_H
#define ATT_CODEC_SIGNATURE_H

#include <stddef.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cose.h"

/* What was signed, in parts that are joined. All lent by the caller. */
struct att_signed_data {
	const struct att_bytes *parts;
	size_t count;
};

/*
 * Verifies a signature: ECDSA as minimal DER, EdDSA and RSA raw.
 * ATT_ERR_STATEMENT_ALGORITHM when the key is not of the algorithm's type and
 * curve, ATT_ERR_RSA_SIZE below ATT_RSA_BITS_MIN, ATT_ERR_SIGNATURE_ENCODING
 * when it is not minimal DER, ATT_ERR_STATEMENT_SIGNATURE when it does not
 * verify, ATT_ERR_SHA1_REFUSED when OpenSSL's configuration
 * does not let RS1 be verified, ATT_ERR_NO_MEMORY, ATT_ERR_CRYPTO.
 */
enum att_err att_signature_verify(const struct att_cose_algorithm *algorithm,
    EVP_PKEY *key, const struct att_signed_data *data,
    struct att_bytes signature, struct att_reason *why) ATT_MUST_USE;

/*
 * The same, and ECDSA in what att_ecdsa_encode_anew() reads: for the option
 * ecdsa_encoding = any.
 */
enum att_err att_signature_verify_any(
    const struct att_cose_algorithm *algorithm, EVP_PKEY *key,
    const struct att_signed_data *data, struct att_bytes signature,
    struct att_reason *why) ATT_MUST_USE;

#endif
