/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key out of a file "TSS2 PRIVATE KEY" (draft-bottomley-tpm2-keys), loaded
 * below the parent that the file names. A parent of a hierarchy is its storage
 * key by the template that the draft (section 3.1.8) has for it: elliptic
 * curve, or RSA where the file says so.
 */
#include <stddef.h>
#include <stdio.h>

#include <tss2/tss2_mu.h>

#include "tpm/failure.h"
#include "tpm/key.h"

#define STORAGE_ATTRIBUTES                                                     \
	(TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |                      \
	    TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH |       \
	    TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT)
#define STORAGE_CIPHER                                                         \
	{                                                                      \
		.algorithm = TPM2_ALG_AES, .keyBits.aes = 128,                 \
		.mode.aes = TPM2_ALG_CFB,                                      \
	}

static const TPM2B_PUBLIC ecc_storage = {
	.publicArea = {
		.type = TPM2_ALG_ECC,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = STORAGE_ATTRIBUTES,
		.parameters.eccDetail = {
			.symmetric = STORAGE_CIPHER,
			.scheme.scheme = TPM2_ALG_NULL,
			.curveID = TPM2_ECC_NIST_P256,
			.kdf.scheme = TPM2_ALG_NULL,
		},
	},
};

static const TPM2B_PUBLIC rsa_storage = {
	.publicArea = {
		.type = TPM2_ALG_RSA,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = STORAGE_ATTRIBUTES,
		.parameters.rsaDetail = {
			.symmetric = STORAGE_CIPHER,
			.scheme.scheme = TPM2_ALG_NULL,
			.keyBits = 2048,
		},
	},
};

static const struct {
	TPM2_HANDLE handle;
	ESYS_TR hierarchy;
} hierarchies[] = {
	{ TPM2_RH_OWNER, ESYS_TR_RH_OWNER },
	{ TPM2_RH_ENDORSEMENT, ESYS_TR_RH_ENDORSEMENT },
	{ TPM2_RH_NULL, ESYS_TR_RH_NULL },
};

struct parent {
	ESYS_TR handle;
	bool is_transient;
};

static ESYS_TR
find_hierarchy(TPM2_HANDLE handle)
{
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]);
	     i++) {
		if (hierarchies[i].handle == handle)
			return hierarchies[i].hierarchy;
	}
	return ESYS_TR_NONE;
}

static enum att_err
make_parent(ESYS_CONTEXT *esys, ESYS_TR hierarchy, bool is_rsa,
    struct parent *parent, struct att_reason *why)
{
	static const TPM2B_SENSITIVE_CREATE sensitive;
	static const TPML_PCR_SELECTION no_pcrs;
	static const TPM2B_DATA no_data;
	TSS2_RC rc;

	rc = Esys_CreatePrimary(esys, hierarchy, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &sensitive, is_rsa ? &rsa_storage : &ecc_storage,
	    &no_data, &no_pcrs, &parent->handle, NULL, NULL, NULL, NULL);
	parent->is_transient = rc == TSS2_RC_SUCCESS;
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_BINDING_KEY,
		    "making the storage key that is the parent of the key of "
		    "option host_key",
		    rc);
	return ATT_OK;
}

static enum att_err
open_parent(ESYS_CONTEXT *esys, const struct att_tpm_wrapped *wrapped,
    struct parent *parent, struct att_reason *why)
{
	ESYS_TR hierarchy = find_hierarchy(wrapped->parent);
	char what[96];
	TSS2_RC rc;

	if (hierarchy != ESYS_TR_NONE)
		return make_parent(
		    esys, hierarchy, wrapped->is_rsa_parent, parent, why);
	rc = Esys_TR_FromTPMPublic(esys, wrapped->parent, ESYS_TR_NONE,
	    ESYS_TR_NONE, ESYS_TR_NONE, &parent->handle);
	if (rc == TSS2_RC_SUCCESS)
		return ATT_OK;
	snprintf(what, sizeof(what),
	    "opening 0x%08x, the parent of the key of option host_key",
	    wrapped->parent);
	return tpm_refuse(why, ATT_ERR_BINDING_KEY, what, rc);
}

static void
close_parent(ESYS_CONTEXT *esys, struct parent *parent)
{
	if (parent->is_transient)
		Esys_FlushContext(esys, parent->handle);
	else if (parent->handle != ESYS_TR_NONE)
		Esys_TR_Close(esys, &parent->handle);
}

struct parts {
	TPM2B_PUBLIC public_part;
	TPM2B_PRIVATE private_part;
};

/* The two structures, which have to fill what the file has for them. */
static enum att_err
read_parts(const struct att_tpm_wrapped *wrapped, struct parts *parts,
    struct att_reason *why)
{
	const struct att_bytes *pub = &wrapped->public_part;
	const struct att_bytes *priv = &wrapped->private_part;
	size_t pub_len = 0, priv_len = 0;

	if (Tss2_MU_TPM2B_PUBLIC_Unmarshal(pub->ptr, pub->len, &pub_len,
		&parts->public_part) == TSS2_RC_SUCCESS &&
	    pub_len == pub->len &&
	    Tss2_MU_TPM2B_PRIVATE_Unmarshal(priv->ptr, priv->len, &priv_len,
		&parts->private_part) == TSS2_RC_SUCCESS &&
	    priv_len == priv->len)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_BINDING_KEY,
	    "the key of option host_key is malformed: its parts are no "
	    "TPM2B_PUBLIC and TPM2B_PRIVATE");
}

static enum att_err
load(ESYS_CONTEXT *esys, ESYS_TR parent, const struct parts *parts,
    struct tpm_key *key, struct att_reason *why)
{
	TSS2_RC rc;

	rc = Esys_Load(esys, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &parts->private_part, &parts->public_part,
	    &key->handle);
	key->is_transient = rc == TSS2_RC_SUCCESS;
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_ReadPublic(esys, key->handle, ESYS_TR_NONE,
		    ESYS_TR_NONE, ESYS_TR_NONE, &key->public_part, NULL, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_BINDING_KEY,
		    "loading the key of option host_key", rc);
	return ATT_OK;
}

enum att_err
tpm_key_load_wrapped(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_key *key, struct att_reason *why)
{
	struct parent parent = { .handle = ESYS_TR_NONE };
	struct parts parts = { 0 };
	enum att_err err;

	if ((err = read_parts(&request->wrapped, &parts, why)) != ATT_OK)
		return err;
	if (!tpm_key_is_it(&parts.public_part.publicArea, request))
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "neither a persistent key of the TPM nor the one of option "
		    "host_key is the one that the token names");
	err = open_parent(esys, &request->wrapped, &parent, why);
	if (err == ATT_OK)
		err = load(esys, parent.handle, &parts, key, why);
	close_parent(esys, &parent);
	return err;
}
