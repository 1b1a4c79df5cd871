/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structures of a TPM that say what it has and what it signed: TPM 2.0
 * Library, Part 2: Structures, revision 01.38, the one that WebAuthn cites.
 * Clauses are of that document. Everything is big endian, and nothing may be
 * left over.
 */
#ifndef ATT_CODEC_TPM_H
#define ATT_CODEC_TPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "codec/cose.h"

/* TPM_ALG_ID, clause 6.3; SHA-1 and SHA-256 are in base/tpm_evidence.h. */
enum {
	ATT_TPM_ALG_RSA = 0x0001,
	ATT_TPM_ALG_MGF1 = 0x0007,
	ATT_TPM_ALG_SHA384 = 0x000c,
	ATT_TPM_ALG_SHA512 = 0x000d,
	ATT_TPM_ALG_NULL = 0x0010,
	ATT_TPM_ALG_RSASSA = 0x0014,
	ATT_TPM_ALG_RSAPSS = 0x0016,
	ATT_TPM_ALG_ECDSA = 0x0018,
	ATT_TPM_ALG_KDF1_SP800_56A = 0x0020,
	ATT_TPM_ALG_KDF2 = 0x0021,
	ATT_TPM_ALG_KDF1_SP800_108 = 0x0022,
	ATT_TPM_ALG_ECC = 0x0023,
};

/* TPM_ECC_CURVE, clause 6.4. */
enum {
	ATT_TPM_ECC_NIST_P256 = 0x0003,
	ATT_TPM_ECC_NIST_P384 = 0x0004,
	ATT_TPM_ECC_NIST_P521 = 0x0005,
};

/* TPMA_OBJECT, clause 8.3; the other bits are reserved and zero. */
enum {
	ATT_TPM_FIXED_TPM = 1 << 1,
	ATT_TPM_ST_CLEAR = 1 << 2,
	ATT_TPM_FIXED_PARENT = 1 << 4,
	ATT_TPM_SENSITIVE_DATA_ORIGIN = 1 << 5,
	ATT_TPM_USER_WITH_AUTH = 1 << 6,
	ATT_TPM_ADMIN_WITH_POLICY = 1 << 7,
	ATT_TPM_NO_DA = 1 << 10,
	ATT_TPM_ENCRYPTED_DUPLICATION = 1 << 11,
	ATT_TPM_RESTRICTED = 1 << 16,
	ATT_TPM_DECRYPT = 1 << 17,
	ATT_TPM_SIGN = 1 << 18,
	/* of a key that was made in its TPM and never leaves it */
	ATT_TPM_BOUND = ATT_TPM_FIXED_TPM | ATT_TPM_FIXED_PARENT |
			ATT_TPM_SENSITIVE_DATA_ORIGIN,
};

/* TPM_GENERATED, clause 6.2: what begins only structures that a TPM made. */
#define ATT_TPM_GENERATED UINT32_C(0xff544347)

/* Tags of TPM_ST, clause 6.9. */
enum {
	ATT_TPM_ST_ATTEST_CERTIFY = 0x8017,
	ATT_TPM_ST_ATTEST_QUOTE = 0x8018,
};

/* TPMT_PUBLIC of an RSA or elliptic curve key that signs, clause 12.2.4. */
struct att_tpm_public {
	uint16_t type; /* ATT_TPM_ALG_RSA or _ECC */
	uint16_t name_alg;
	uint32_t attributes;
	uint16_t scheme; /* ATT_TPM_ALG_NULL: the caller of the TPM chooses */
	uint16_t scheme_hash; /* 0 without a scheme */
	uint32_t exponent;    /* RSA: never 0 here */
	struct att_bytes modulus;
	uint16_t curve; /* ECC */
	struct att_bytes x;
	struct att_bytes y;
};

/* TPMS_ATTEST of a certified key, clauses 10.12.8 and 10.12.3. */
struct att_tpm_certify {
	struct att_bytes extra_data;
	struct att_bytes name;
};

/* TPMS_PCR_SELECTION, clause 10.6.2. */
struct att_tpm_selection {
	uint16_t hash; /* TPM_ALG_ID of the bank, of any kind */
	uint32_t pcrs; /* 1 << index */
};

/* TPMS_ATTEST of a quote, clauses 10.12.8 and 10.12.1. */
enum {
	ATT_TPM_SELECTIONS_MAX = 16 /* clause 10.9.7 */
};
struct att_tpm_quote {
	struct att_bytes extra_data;
	/* what was quoted, in the order in which it was hashed */
	struct att_tpm_selection banks[ATT_TPM_SELECTIONS_MAX];
	size_t bank_count;
	struct att_bytes pcr_digest;
};

/* TPMT_SIGNATURE of an RSA key, clause 11.3.4. */
struct att_tpm_signature {
	uint16_t scheme; /* ATT_TPM_ALG_RSASSA or _RSAPSS */
	uint16_t hash;
	struct att_bytes bytes;
};

/* OpenSSL's name of a hash that can be verified; NULL for another. Static. */
const char *att_tpm_hash_find(uint16_t alg);

/*
 * Reads a TPMT_PUBLIC that fills the input; what is found is lent by it.
 * Refused are types other than RSA and ECC, hashes and curves that are not
 * known, reserved attributes, a symmetric algorithm (a key that signs has
 * none), schemes that do not sign, sizes that contradict each other.
 * ATT_ERR_TPM_PUBAREA.
 */
enum att_err att_tpm_public_parse(struct att_bytes in,
    struct att_tpm_public *area, struct att_reason *why) ATT_MUST_USE;

/*
 * Compares the key with a credential's: type, curve and numbers have to be
 * the same, and a scheme that the key is bound to that of the credential's
 * algorithm. ATT_ERR_TPM_KEY.
 */
enum att_err att_tpm_public_compare(const struct att_tpm_public *area,
    const struct att_cose_key *key, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads a TPMS_ATTEST of type TPM_ST_ATTEST_CERTIFY that fills the input;
 * what is found is lent by it.
 * ATT_ERR_TPM_MAGIC, ATT_ERR_TPM_TYPE, ATT_ERR_TPM_CERTINFO.
 */
enum att_err att_tpm_certify_parse(struct att_bytes in,
    struct att_tpm_certify *certify, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads a TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE that fills the input; what
 * is found is lent by it.
 * ATT_ERR_TPM_MAGIC, ATT_ERR_TPM_TYPE, ATT_ERR_TPM_CERTINFO.
 */
enum att_err att_tpm_quote_parse(struct att_bytes in,
    struct att_tpm_quote *quote, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads a TPMT_SIGNATURE by RSASSA or RSAPSS that fills the input; what is
 * found is lent by it. ATT_ERR_STATEMENT_SIGNATURE.
 */
enum att_err att_tpm_signature_parse(struct att_bytes in,
    struct att_tpm_signature *signature, struct att_reason *why) ATT_MUST_USE;

#endif
