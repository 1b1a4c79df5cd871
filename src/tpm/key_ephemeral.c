/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TpmEphemeralEncryptionKey of a token of type azurevm. The guest library
 * (Azure/confidential-computing-cvm-guest-attestation, Tss2Util.cpp) makes it
 * as a primary key of the NULL hierarchy: the same template gives the same key
 * until the TPM is started again, and its policy holds the attested PCRs.
 */
#include <string.h>

#include "tpm/key.h"

enum {
	KEY_BITS = 2048,
	UNIQUE_LEN = KEY_BITS / 8 /* zeros; they are a part of the template */
};

static const TPM2B_PUBLIC ephemeral = {
	.publicArea = {
		.type = TPM2_ALG_RSA,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = TPMA_OBJECT_DECRYPT | TPMA_OBJECT_FIXEDTPM |
		    TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
		    TPMA_OBJECT_NODA,
		.parameters.rsaDetail = {
			.symmetric.algorithm = TPM2_ALG_NULL,
			.scheme.scheme = TPM2_ALG_NULL,
			.keyBits = KEY_BITS,
		},
		.unique.rsa.size = UNIQUE_LEN,
	},
};

/*
 * A session that fulfils the policy with the present PCRs; the digest of the
 * policy is taken from it. The TPM notices when a PCR changes before the key
 * is used.
 */
static TSS2_RC
start_policy(
    ESYS_CONTEXT *esys, uint32_t pcrs, ESYS_TR *session, TPM2B_DIGEST **policyp)
{
	static const TPMT_SYM_DEF no_cipher = { .algorithm = TPM2_ALG_NULL };
	static const TPM2B_DIGEST present; /* none: what the PCRs have now */
	const TPML_PCR_SELECTION selection = tpm_select_pcrs(pcrs);
	TSS2_RC rc;

	rc = Esys_StartAuthSession(esys, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_POLICY,
	    &no_cipher, TPM2_ALG_SHA256, session);
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_PolicyPCR(esys, *session, ESYS_TR_NONE, ESYS_TR_NONE,
		    ESYS_TR_NONE, &present, &selection);
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_PolicyGetDigest(esys, *session, ESYS_TR_NONE,
		    ESYS_TR_NONE, ESYS_TR_NONE, policyp);
	return rc;
}

static TSS2_RC
create(ESYS_CONTEXT *esys, const TPM2B_DIGEST *policy, struct tpm_key *key)
{
	static const TPM2B_SENSITIVE_CREATE sensitive;
	static const TPML_PCR_SELECTION no_pcrs;
	static const TPM2B_DATA no_data;
	TPM2B_PUBLIC template = ephemeral;
	TSS2_RC rc;

	template.publicArea.authPolicy = *policy;
	rc = Esys_CreatePrimary(esys, ESYS_TR_RH_NULL, ESYS_TR_PASSWORD,
	    ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template, &no_data,
	    &no_pcrs, &key->handle, &key->public_part, NULL, NULL, NULL);
	key->is_transient = rc == TSS2_RC_SUCCESS;
	return rc;
}

TSS2_RC
tpm_key_make_ephemeral(ESYS_CONTEXT *esys, uint32_t pcrs, struct tpm_key *key)
{
	TPM2B_DIGEST *policy = NULL;
	TSS2_RC rc;

	*key =
	    (struct tpm_key){ .handle = ESYS_TR_NONE, .session = ESYS_TR_NONE };
	rc = start_policy(esys, pcrs, &key->session, &policy);
	if (rc == TSS2_RC_SUCCESS)
		rc = create(esys, policy, key);
	Esys_Free(policy);
	return rc;
}
