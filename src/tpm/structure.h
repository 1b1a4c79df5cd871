/* SPDX-License-Identifier: BSD-2-Clause */
/* Structures of a TPM as bytes, and what can be told of them by hashing. */
#ifndef TPM_STRUCTURE_H
#define TPM_STRUCTURE_H

#include <tss2/tss2_esys.h>

#include "base/bytes.h"
#include "base/err.h"
#include "wire/tpm.h"

/* One of them, marshalled. */
struct tpm_blob {
	uint8_t ptr[ATT_TPM_BLOB_MAX];
	size_t len;
};
struct att_bytes tpm_blob_get(const struct tpm_blob *blob);

/* ATT_ERR_TPM_EVIDENCE for one that is too large. */
enum att_err tpm_blob_put_public(struct tpm_blob *blob, const TPM2B_PUBLIC *key,
    struct att_reason *why) ATT_MUST_USE;
/* As above, but TPMT_PUBLIC: without its size. */
enum att_err tpm_blob_put_area(struct tpm_blob *blob, const TPMT_PUBLIC *area,
    struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_blob_put_private(struct tpm_blob *blob,
    const TPM2B_PRIVATE *key, struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_blob_put_signature(struct tpm_blob *blob,
    const TPMT_SIGNATURE *signature, struct att_reason *why) ATT_MUST_USE;
/* TPMS_ATTEST. */
enum att_err tpm_blob_put_attest(struct tpm_blob *blob,
    const TPM2B_ATTEST *attest, struct att_reason *why) ATT_MUST_USE;
/* The number alone. */
enum att_err tpm_blob_put_number(struct tpm_blob *blob,
    const TPM2B_PUBLIC_KEY_RSA *number, struct att_reason *why) ATT_MUST_USE;

/* The Name of a key whose names are by SHA-256: Part 1, clause 16. */
enum att_err tpm_name_compute(const TPMT_PUBLIC *area, TPM2B_NAME *name,
    struct att_reason *why) ATT_MUST_USE;

#endif
