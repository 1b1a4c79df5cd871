/* SPDX-License-Identifier: BSD-2-Clause */
/* Marshalling: TPM 2.0 Library, Part 2. */
#include <string.h>

#include <tss2/tss2_mu.h>

#include "codec/digest.h"
#include "tpm/failure.h"
#include "tpm/structure.h"

struct att_bytes
tpm_blob_get(const struct tpm_blob *blob)
{
	return att_bytes(blob->ptr, blob->len);
}

static enum att_err
finish(TSS2_RC rc, struct att_reason *why)
{
	if (rc == TSS2_RC_SUCCESS)
		return ATT_OK;
	return tpm_refuse(
	    why, ATT_ERR_TPM_EVIDENCE, "writing down what the TPM said", rc);
}

enum att_err
tpm_blob_put_public(
    struct tpm_blob *blob, const TPM2B_PUBLIC *key, struct att_reason *why)
{
	blob->len = 0;
	return finish(Tss2_MU_TPM2B_PUBLIC_Marshal(
			  key, blob->ptr, sizeof(blob->ptr), &blob->len),
	    why);
}

enum att_err
tpm_blob_put_area(
    struct tpm_blob *blob, const TPMT_PUBLIC *area, struct att_reason *why)
{
	blob->len = 0;
	return finish(Tss2_MU_TPMT_PUBLIC_Marshal(
			  area, blob->ptr, sizeof(blob->ptr), &blob->len),
	    why);
}

enum att_err
tpm_blob_put_private(
    struct tpm_blob *blob, const TPM2B_PRIVATE *key, struct att_reason *why)
{
	blob->len = 0;
	return finish(Tss2_MU_TPM2B_PRIVATE_Marshal(
			  key, blob->ptr, sizeof(blob->ptr), &blob->len),
	    why);
}

enum att_err
tpm_blob_put_signature(struct tpm_blob *blob, const TPMT_SIGNATURE *signature,
    struct att_reason *why)
{
	blob->len = 0;
	return finish(Tss2_MU_TPMT_SIGNATURE_Marshal(
			  signature, blob->ptr, sizeof(blob->ptr), &blob->len),
	    why);
}

static enum att_err
put_bytes(
    struct tpm_blob *blob, const BYTE *ptr, size_t len, struct att_reason *why)
{
	blob->len = 0;
	if (len > sizeof(blob->ptr))
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the TPM said more than a TPM says");
	memcpy(blob->ptr, ptr, len);
	blob->len = len;
	return ATT_OK;
}

enum att_err
tpm_blob_put_attest(
    struct tpm_blob *blob, const TPM2B_ATTEST *attest, struct att_reason *why)
{
	return put_bytes(blob, attest->attestationData, attest->size, why);
}

enum att_err
tpm_blob_put_number(struct tpm_blob *blob, const TPM2B_PUBLIC_KEY_RSA *number,
    struct att_reason *why)
{
	return put_bytes(blob, number->buffer, number->size, why);
}

enum att_err
tpm_name_compute(
    const TPMT_PUBLIC *area, TPM2B_NAME *name, struct att_reason *why)
{
	uint8_t digest[TPM2_SHA256_DIGEST_SIZE];
	struct tpm_blob blob;
	enum att_err err;

	if (area->nameAlg != TPM2_ALG_SHA256)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the name of a key is by algorithm 0x%04x, expected "
		    "SHA-256",
		    area->nameAlg);
	if ((err = tpm_blob_put_area(&blob, area, why)) != ATT_OK)
		return err;
	if ((err = att_sha256(tpm_blob_get(&blob), digest)) != ATT_OK)
		return att_refuse_plain(why, err);
	name->name[0] = TPM2_ALG_SHA256 >> 8;
	name->name[1] = TPM2_ALG_SHA256 & 0xff;
	memcpy(name->name + 2, digest, sizeof(digest));
	name->size = 2 + sizeof(digest);
	return ATT_OK;
}
