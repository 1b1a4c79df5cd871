/* SPDX-License-Identifier: BSD-2-Clause */
/* TPM2_NV_ReadPublic, TPM2_NV_Read: Part 3, clauses 31.6 and 31.13. */
#include <stdbool.h>
#include <string.h>

#include "tpm/failure.h"
#include "tpm/nv.h"

enum {
	CHUNK = 512, /* every TPM reads as much at a time */
	TAG_SEQUENCE = 0x30,
	LONG_LENGTH = 0x80,
	LENGTH_OCTETS = 2, /* a certificate has from 256 to 65535 bytes */
	HEADER = 4
};

/* Who may read it without a password but an empty one. */
static ESYS_TR
find_reader(TPMA_NV attributes, ESYS_TR index)
{
	if ((attributes & TPMA_NV_AUTHREAD) != 0)
		return index;
	return (attributes & TPMA_NV_OWNERREAD) != 0 ? ESYS_TR_RH_OWNER
						     : ESYS_TR_NONE;
}

static TSS2_RC
read_chunks(ESYS_CONTEXT *esys, ESYS_TR reader, ESYS_TR index,
    struct tpm_certificate *out, size_t size)
{
	TSS2_RC rc = TSS2_RC_SUCCESS;

	while (out->len < size && rc == TSS2_RC_SUCCESS) {
		TPM2B_MAX_NV_BUFFER *data = NULL;
		size_t wanted = size - out->len;

		if (wanted > CHUNK)
			wanted = CHUNK;
		rc = Esys_NV_Read(esys, reader, index, ESYS_TR_PASSWORD,
		    ESYS_TR_NONE, ESYS_TR_NONE, (UINT16)wanted,
		    (UINT16)out->len, &data);
		if (rc != TSS2_RC_SUCCESS)
			break;
		if (data->size != wanted)
			size = 0; /* it is not what was asked for */
		else
			memcpy(out->ptr + out->len, data->buffer, wanted);
		out->len += wanted;
		Esys_Free(data);
	}
	if (rc != TSS2_RC_SUCCESS || size == 0)
		out->len = 0;
	return rc;
}

static TSS2_RC
read_index(ESYS_CONTEXT *esys, ESYS_TR index, struct tpm_certificate *out)
{
	TPM2B_NV_PUBLIC *area = NULL;
	TPMA_NV attributes;
	ESYS_TR reader;
	UINT16 size;
	TSS2_RC rc;

	rc = Esys_NV_ReadPublic(
	    esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &area, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return rc;
	attributes = area->nvPublic.attributes;
	size = area->nvPublic.dataSize;
	Esys_Free(area);
	reader = find_reader(attributes, index);
	if ((attributes & TPMA_NV_WRITTEN) == 0 || reader == ESYS_TR_NONE ||
	    size > sizeof(out->ptr))
		return TSS2_RC_SUCCESS;
	return read_chunks(esys, reader, index, out, size);
}

/* An index is as large as it was made; what is behind the DER is no part. */
static void
cut(struct tpm_certificate *certificate)
{
	const uint8_t *p = certificate->ptr;
	size_t len;

	if (certificate->len < HEADER || p[0] != TAG_SEQUENCE ||
	    p[1] != (LONG_LENGTH | LENGTH_OCTETS)) {
		certificate->len = 0;
		return;
	}
	len = HEADER + ((size_t)p[2] << 8 | p[3]);
	certificate->len = len <= certificate->len ? len : 0;
}

/*
 * A certificate says the modulus of its key. What else it says, and by whom,
 * those have to know who rely on it.
 */
static bool
is_of(const struct tpm_certificate *certificate, const TPM2B_PUBLIC *key)
{
	const TPM2B_PUBLIC_KEY_RSA *modulus = &key->publicArea.unique.rsa;

	return key->publicArea.type == TPM2_ALG_RSA && modulus->size > 0 &&
	       memmem(certificate->ptr, certificate->len, modulus->buffer,
		   modulus->size) != NULL;
}

enum att_err
tpm_nv_read_certificate(ESYS_CONTEXT *esys, TPM2_HANDLE index,
    const TPM2B_PUBLIC *key, struct tpm_certificate *certificate,
    struct att_reason *why)
{
	ESYS_TR object = ESYS_TR_NONE;
	TSS2_RC rc;

	certificate->len = 0;
	rc = Esys_TR_FromTPMPublic(
	    esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &object);
	if (rc == TSS2_RC_SUCCESS)
		rc = read_index(esys, object, certificate);
	if (object != ESYS_TR_NONE)
		Esys_TR_Close(esys, &object);
	if (rc != TSS2_RC_SUCCESS && tpm_response_code(rc) == 0)
		return tpm_refuse(
		    why, ATT_ERR_TPM_UNAVAILABLE, "reading a certificate", rc);
	cut(certificate);
	if (!is_of(certificate, key))
		certificate->len = 0;
	return ATT_OK;
}
