/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking through the persistent keys. */
#include <stddef.h>

#include "base/bytes.h"
#include "tpm/failure.h"
#include "tpm/key.h"

enum {
	EXPONENT_DEFAULT = 65537, /* for 0: TPM 2.0 Part 2, clause 12.2.3.5 */
	ROUNDS_MAX = 4,		  /* of asking for more handles */
	PCR_OCTETS = 3,		  /* for 24 PCRs */
};

/* TPM2_PERSISTENT_FIRST; that one shifts a bit into the sign. */
#define PERSISTENT_FIRST UINT32_C(0x81000000)

TPML_PCR_SELECTION
tpm_select_pcrs(uint32_t pcrs)
{
	TPML_PCR_SELECTION selection = { .count = 1 };
	TPMS_PCR_SELECTION *bank = &selection.pcrSelections[0];

	bank->hash = TPM2_ALG_SHA256;
	bank->sizeofSelect = PCR_OCTETS;
	for (unsigned int i = 0; i < PCR_OCTETS; i++)
		bank->pcrSelect[i] = (BYTE)(pcrs >> (8 * i));
	return selection;
}

/* Big endian numbers; the request has no zeros before them. */
static bool
is_number(const BYTE *ptr, size_t len, struct att_bytes wanted)
{
	for (; len > 0 && ptr[0] == 0; len--)
		ptr++;
	return att_bytes_is_equal(att_bytes(ptr, len), wanted);
}

bool
tpm_key_is_it(const TPMT_PUBLIC *area, const struct att_tpm_request *request)
{
	UINT32 e = area->parameters.rsaDetail.exponent;
	BYTE exponent[4];

	if (area->type != TPM2_ALG_RSA)
		return false;
	if (e == 0)
		e = EXPONENT_DEFAULT;
	for (size_t i = 0; i < sizeof(exponent); i++)
		exponent[i] = (BYTE)(e >> (24 - 8 * i));
	return is_number(exponent, sizeof(exponent), request->exponent) &&
	       is_number(area->unique.rsa.buffer, area->unique.rsa.size,
		   request->modulus);
}

/* One persistent object. One that cannot be read is not the key. */
static enum att_err
look_at(ESYS_CONTEXT *esys, TPM2_HANDLE handle,
    const struct att_tpm_request *request, struct tpm_key *key,
    struct att_reason *why)
{
	ESYS_TR object = ESYS_TR_NONE;
	TPM2B_PUBLIC *area = NULL;
	TSS2_RC rc;

	rc = Esys_TR_FromTPMPublic(
	    esys, handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &object);
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_ReadPublic(esys, object, ESYS_TR_NONE, ESYS_TR_NONE,
		    ESYS_TR_NONE, &area, NULL, NULL);
	if (rc == TSS2_RC_SUCCESS &&
	    tpm_key_is_it(&area->publicArea, request)) {
		key->handle = object;
		key->public_part = area;
		return ATT_OK;
	}
	Esys_Free(area);
	if (object != ESYS_TR_NONE)
		Esys_TR_Close(esys, &object);
	if (rc != TSS2_RC_SUCCESS && tpm_response_code(rc) == 0)
		return tpm_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "reading a persistent key", rc);
	return ATT_OK;
}

static enum att_err
look_through(ESYS_CONTEXT *esys, const TPML_HANDLE *handles,
    const struct att_tpm_request *request, struct tpm_key *key,
    struct att_reason *why)
{
	enum att_err err = ATT_OK;

	for (UINT32 i = 0;
	     i < handles->count && err == ATT_OK && key->handle == ESYS_TR_NONE;
	     i++)
		err = look_at(esys, handles->handle[i], request, key, why);
	return err;
}

/* key->handle stays ESYS_TR_NONE when none of them is it; *countp grows. */
static enum att_err
find_persistent(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_key *key, size_t *countp, struct att_reason *why)
{
	UINT32 first = PERSISTENT_FIRST;
	TPMI_YES_NO is_more = TPM2_YES;
	enum att_err err = ATT_OK;

	for (int round = 0; round < ROUNDS_MAX && is_more == TPM2_YES &&
			    err == ATT_OK && key->handle == ESYS_TR_NONE;
	     round++) {
		TPMS_CAPABILITY_DATA *data = NULL;
		const TPML_HANDLE *handles;
		TSS2_RC rc;

		rc = Esys_GetCapability(esys, ESYS_TR_NONE, ESYS_TR_NONE,
		    ESYS_TR_NONE, TPM2_CAP_HANDLES, first, TPM2_MAX_CAP_HANDLES,
		    &is_more, &data);
		if (rc != TSS2_RC_SUCCESS)
			return tpm_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
			    "listing the persistent keys", rc);
		handles = &data->data.handles;
		if (data->capability != TPM2_CAP_HANDLES || handles->count == 0)
			is_more = TPM2_NO;
		else {
			*countp += handles->count;
			first = handles->handle[handles->count - 1] + 1;
			err = look_through(esys, handles, request, key, why);
		}
		Esys_Free(data);
	}
	return err;
}

static enum att_err
make_ephemeral(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_key *key, struct att_reason *why)
{
	TSS2_RC rc = tpm_key_make_ephemeral(esys, request->pcrs, key);

	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_BINDING_KEY,
		    "making the ephemeral key anew", rc);
	if (!tpm_key_is_it(&key->public_part->publicArea, request))
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "the ephemeral key of this TPM is another one than the "
		    "token names: it is another TPM, or it was started again "
		    "or its PCRs have changed since; a fresh token names the "
		    "present one");
	return ATT_OK;
}

enum att_err
tpm_key_find(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_key *key, struct att_reason *why)
{
	enum att_err err;
	size_t count = 0;

	*key =
	    (struct tpm_key){ .handle = ESYS_TR_NONE, .session = ESYS_TR_NONE };
	if (request->pcrs != 0)
		return make_ephemeral(esys, request, key, why);
	if ((err = find_persistent(esys, request, key, &count, why)) !=
		ATT_OK ||
	    key->handle != ESYS_TR_NONE)
		return err;
	if (request->wrapped.public_part.len > 0)
		return tpm_key_load_wrapped(esys, request, key, why);
	return att_refuse(why, ATT_ERR_BINDING_KEY,
	    "none of the %zu persistent keys of the TPM is the one that the "
	    "token names",
	    count);
}

void
tpm_key_release(ESYS_CONTEXT *esys, struct tpm_key *key)
{
	if (key->session != ESYS_TR_NONE)
		Esys_FlushContext(esys, key->session);
	if (key->is_transient)
		Esys_FlushContext(esys, key->handle);
	else if (key->handle != ESYS_TR_NONE)
		Esys_TR_Close(esys, &key->handle);
	Esys_Free(key->public_part);
	*key =
	    (struct tpm_key){ .handle = ESYS_TR_NONE, .session = ESYS_TR_NONE };
}
