/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attestation statement formats: WebAuthn Level 3 section 8. One file per
 * format, behind one table.
 */
#ifndef ATT_ATTESTATION_FORMAT_H
#define ATT_ATTESTATION_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "attestation/authdata.h"
#include "attestation/verify.h"
#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "codec/cose.h"
#include "codec/signature.h"
#include "conf/options.h"
#include "trust/anchors.h"
#include "trust/certificate.h"

/* What a verification procedure works on. All lent by the caller. */
struct att_statement {
	enum att_format format;
	const struct att_cbor *doc;
	const struct att_cbor_item *map; /* attStmt; an array for compound */
	struct att_bytes auth_data_raw;
	const struct att_auth_data *auth_data;
	const struct att_cose_key *key;	 /* of the credential */
	const uint8_t *client_data_hash; /* 32 bytes */
	time_t time;			 /* of the registration */
	const struct att_options *opts;
	struct att_memory *memory; /* of the anchors, or NULL */
};

enum {
	ATT_COMPOUND_MAX = 8 /* statements in a compound */
};

/* What a procedure found: the attestation type and the trust path. */
struct att_statement_result {
	enum att_attestation_type type;
	struct att_certificate *x5c[ATT_X5C_MAX]; /* owned; leaf first */
	size_t count;
	struct att_chain *chain; /* x5c as it is remembered, owned, or NULL */
	/*
	 * An attestation key vouches for all of authenticator data, and so
	 * for the AAGUID in it: false for none, self, fido-u2f,
	 * android-key and android-safetynet, and for tpm where its certificate
	 * does not name the model and would have to
	 * (require_aaguid_extension).
	 */
	bool covers_auth_data;
	/*
	 * Of a compound: the statements in it that count, owned, each with its
	 * format; it has no x5c of its own.
	 */
	struct att_statement_result *parts;
	size_t part_count;
	enum att_format format;
};

/* Frees what the result owns and zeroes it. */
void att_statement_result_reset(struct att_statement_result *result);

/*
 * Runs the verification procedure of statement->format. result has to be
 * zeroed; the caller resets it, also on a refusal. The trust path is not
 * judged here. ATT_ERR_STATEMENT_*, ATT_ERR_SIGNATURE_ENCODING,
 * ATT_ERR_CERTIFICATE_MALFORMED, _PROFILE, ATT_ERR_AAGUID_*, ATT_ERR_U2F_*,
 * ATT_ERR_TPM_*, ATT_ERR_SHA1_REFUSED, ATT_ERR_KEY_DESCRIPTION_*,
 * ATT_ERR_ANDROID_KEY_*, ATT_ERR_JWS_*, ATT_ERR_SAFETYNET_*,
 * ATT_ERR_COMPOUND_*, ATT_ERR_COSE_ALGORITHM, ATT_ERR_RSA_SIZE, NO_MEMORY,
 * CRYPTO.
 */
enum att_err att_statement_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why) ATT_MUST_USE;

/* The procedures in the table, each in a file of its own. */
typedef enum att_err att_format_verify_fn(const struct att_statement *,
    struct att_statement_result *, struct att_reason *);
att_format_verify_fn att_format_android_key_verify;	  /* section 8.4 */
att_format_verify_fn att_format_android_safetynet_verify; /* 8.5 */
att_format_verify_fn att_format_none_verify;		  /* section 8.7 */
att_format_verify_fn att_format_packed_verify;		  /* section 8.2 */
att_format_verify_fn att_format_tpm_verify;		  /* section 8.3 */
att_format_verify_fn att_format_fido_u2f_verify;	  /* section 8.6 */
att_format_verify_fn att_format_compound_verify;	  /* section 8.9 */
att_format_verify_fn att_format_apple_verify;		  /* section 8.8 */

/* What the procedures share. */

/*
 * SHA-256 of authenticator data and client data hash, joined.
 * ATT_ERR_NO_MEMORY, ATT_ERR_CRYPTO.
 */
enum att_err att_statement_hash(
    const struct att_statement *statement, uint8_t digest[32]) ATT_MUST_USE;

/*
 * Decodes the array x5c into result: 1 to ATT_X5C_MAX byte strings, none of
 * them empty. ATT_ERR_STATEMENT_MALFORMED, ATT_ERR_CERTIFICATE_MALFORMED.
 */
enum att_err att_statement_read_x5c(const struct att_statement *statement,
    const struct att_cbor_item *x5c, struct att_statement_result *result,
    struct att_reason *why) ATT_MUST_USE;

/* "alg" and "sig" of a statement. */
struct att_statement_signature {
	const struct att_cose_algorithm *algorithm;
	struct att_bytes value;
};

/*
 * Reads them. Only a tpm statement may name RS1; sig has to have a byte.
 * ATT_ERR_STATEMENT_MALFORMED, ATT_ERR_STATEMENT_ALGORITHM.
 */
enum att_err att_statement_read_signature(const struct att_statement *statement,
    const struct att_cbor_item *alg, const struct att_cbor_item *sig,
    struct att_statement_signature *signature,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Verifies a signature over data; NULL: over authenticator data and client
 * data hash (attToBeSigned). ECDSA is encoded as the options say.
 * ATT_ERR_STATEMENT_ALGORITHM, _SIGNATURE, ATT_ERR_SIGNATURE_ENCODING,
 * ATT_ERR_RSA_SIZE, ATT_ERR_SHA1_REFUSED, NO_MEMORY, CRYPTO.
 */
enum att_err att_statement_verify_signature(
    const struct att_statement *statement,
    const struct att_statement_signature *signature, EVP_PKEY *key,
    const struct att_signed_data *data, struct att_reason *why) ATT_MUST_USE;

/* Is key that of the credential? No, too, if it cannot be told. */
bool att_statement_is_credential_key(
    const struct att_statement *statement, const EVP_PKEY *key);

/* The key of the leaf: decoding made sure that there is one. Lent. */
EVP_PKEY *att_statement_get_key(const struct att_statement_result *result);

/*
 * Decodes one certificate to the end of result->x5c, which has room for it.
 * ATT_ERR_CERTIFICATE_MALFORMED, naming it.
 */
enum att_err att_statement_read_certificate(
    const struct att_statement *statement, struct att_bytes der,
    struct att_statement_result *result, struct att_reason *why) ATT_MUST_USE;

/*
 * Compares the AAGUID extension of the leaf with authenticator data; one has
 * to be there if the options say so, except in the certificate of a TPM.
 * ATT_ERR_AAGUID_MISMATCH, _MISSING, ATT_ERR_CERTIFICATE_PROFILE.
 */
enum att_err att_statement_check_aaguid(const struct att_statement *statement,
    const struct att_certificate *leaf, struct att_reason *why) ATT_MUST_USE;

/* Holds the key that attests against min_rsa_bits. ATT_ERR_RSA_SIZE. */
enum att_err att_statement_check_rsa_size(const struct att_statement *statement,
    const EVP_PKEY *key, struct att_reason *why) ATT_MUST_USE;

#endif
