/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates of storage keys; the hierarchies that have them. */
#include <stddef.h>

#include "tpm/parent.h"

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

bool
tpm_parent_is_hierarchy(TPM2_HANDLE handle)
{
	return find_hierarchy(handle) != ESYS_TR_NONE;
}

static TSS2_RC
make(ESYS_CONTEXT *esys, ESYS_TR hierarchy, bool is_rsa,
    struct tpm_parent *parent)
{
	static const TPM2B_SENSITIVE_CREATE sensitive;
	static const TPML_PCR_SELECTION no_pcrs;
	static const TPM2B_DATA no_data;
	TSS2_RC rc;

	rc = Esys_CreatePrimary(esys, hierarchy, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &sensitive, is_rsa ? &rsa_storage : &ecc_storage,
	    &no_data, &no_pcrs, &parent->handle, NULL, NULL, NULL, NULL);
	parent->is_transient = rc == TSS2_RC_SUCCESS;
	return rc;
}

TSS2_RC
tpm_parent_open(ESYS_CONTEXT *esys, TPM2_HANDLE handle, bool is_rsa,
    struct tpm_parent *parent)
{
	ESYS_TR hierarchy = find_hierarchy(handle);

	*parent = (struct tpm_parent){ .handle = ESYS_TR_NONE };
	if (hierarchy != ESYS_TR_NONE)
		return make(esys, hierarchy, is_rsa, parent);
	return Esys_TR_FromTPMPublic(esys, handle, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, &parent->handle);
}

void
tpm_parent_close(ESYS_CONTEXT *esys, struct tpm_parent *parent)
{
	if (parent->is_transient)
		Esys_FlushContext(esys, parent->handle);
	else if (parent->handle != ESYS_TR_NONE)
		Esys_TR_Close(esys, &parent->handle);
	*parent = (struct tpm_parent){ .handle = ESYS_TR_NONE };
}
