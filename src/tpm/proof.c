/* SPDX-License-Identifier: BSD-2-Clause */
/* Quoting, signing, decrypting: TPM 2.0 Library, Part 3. */
#include <stddef.h>
#include <string.h>

#include <tss2/tss2_mu.h>

#include "codec/digest.h"
#include "tpm/failure.h"
#include "tpm/proof.h"

enum {
	QUOTED_PCRS = 1 << 0 /* nobody looks at them: the nonce is the point */
};

static const struct {
	TPMI_ALG_HASH alg;
	const char *name;
} hashes[] = {
	{ TPM2_ALG_SHA256, "SHA256" },
	{ TPM2_ALG_SHA384, "SHA384" },
	{ TPM2_ALG_SHA512, "SHA512" },
};

static const char *
find_hash(TPMI_ALG_HASH alg)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (hashes[i].alg == alg)
			return hashes[i].name;
	}
	return NULL;
}

/* --- What is handed on ---------------------------------------------------- */

static enum att_err
put_public(
    const TPM2B_PUBLIC *key, struct tpm_proof *proof, struct att_reason *why)
{
	size_t len = 0;
	TSS2_RC rc;

	rc = Tss2_MU_TPMT_PUBLIC_Marshal(&key->publicArea, proof->public_area,
	    sizeof(proof->public_area), &len);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "writing down the public area of the key", rc);
	proof->answer.public_area = att_bytes(proof->public_area, len);
	return ATT_OK;
}

static enum att_err
put_signature(const TPMT_SIGNATURE *signature, struct tpm_proof *proof,
    struct att_reason *why)
{
	size_t len = 0;
	TSS2_RC rc;

	rc = Tss2_MU_TPMT_SIGNATURE_Marshal(
	    signature, proof->signature, sizeof(proof->signature), &len);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_BINDING_PROOF,
		    "writing down the signature", rc);
	proof->answer.signature = att_bytes(proof->signature, len);
	return ATT_OK;
}

/* --- TPM2_Quote(), clause 18.4 -------------------------------------------- */

static enum att_err
quote(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    const struct tpm_key *key, struct tpm_proof *proof, struct att_reason *why)
{
	static const TPMT_SIG_SCHEME its_own = { .scheme = TPM2_ALG_NULL };
	const TPML_PCR_SELECTION pcrs = tpm_select_pcrs(QUOTED_PCRS);
	TPM2B_DATA nonce = { .size = ATT_TPM_NONCE_LEN };
	TPMT_SIGNATURE *signature = NULL;
	enum att_err err;
	TSS2_RC rc;

	memcpy(nonce.buffer, request->challenge.ptr, ATT_TPM_NONCE_LEN);
	rc = Esys_Quote(esys, key->handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &nonce, &its_own, &pcrs, &proof->attested,
	    &signature);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(
		    why, ATT_ERR_BINDING_PROOF, "quoting by the key", rc);
	err = put_signature(signature, proof, why);
	Esys_Free(signature);
	proof->answer.attested =
	    att_bytes(proof->attested->attestationData, proof->attested->size);
	proof->answer.what = ATT_TPM_ANSWERED_QUOTE;
	return err;
}

/* --- TPM2_Sign(), clause 20.2 --------------------------------------------- */

/*
 * By the scheme of the key, else by RSASSA and SHA-256. What is signed is text
 * of ours and the nonce, so that no quote and no token can be made of it.
 */
static enum att_err
digest_challenge(const struct att_tpm_request *request, TPMI_ALG_HASH alg,
    TPM2B_DIGEST *digest, struct att_reason *why)
{
	const struct att_bytes parts[] = {
		att_bytes(ATT_TPM_DOMAIN, sizeof(ATT_TPM_DOMAIN)),
		request->challenge,
	};
	const char *name = find_hash(alg);
	struct att_digest hash;
	enum att_err err;

	if (name == NULL)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the key signs hashes of algorithm 0x%04x only, expected "
		    "SHA-256, SHA-384 or SHA-512",
		    alg);
	if ((err = att_digest(NULL, name, parts, 2, &hash)) != ATT_OK)
		return att_refuse_plain(why, err);
	digest->size = (UINT16)hash.len;
	memcpy(digest->buffer, hash.bytes, hash.len);
	return ATT_OK;
}

static TPMT_SIG_SCHEME
find_scheme(const TPMT_RSA_SCHEME *own)
{
	TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_RSASSA,
		.details.rsassa.hashAlg = TPM2_ALG_SHA256 };

	if (own->scheme != TPM2_ALG_NULL) {
		scheme.scheme = own->scheme;
		scheme.details.any.hashAlg = own->details.anySig.hashAlg;
	}
	return scheme;
}

static enum att_err
sign(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    const struct tpm_key *key, struct tpm_proof *proof, struct att_reason *why)
{
	static const TPMT_TK_HASHCHECK no_ticket = { .tag = TPM2_ST_HASHCHECK,
		.hierarchy = TPM2_RH_NULL };
	const TPMT_SIG_SCHEME scheme = find_scheme(
	    &key->public_part->publicArea.parameters.rsaDetail.scheme);
	TPM2B_DIGEST digest = { 0 };
	TPMT_SIGNATURE *signature = NULL;
	enum att_err err;
	TSS2_RC rc;

	if ((err = digest_challenge(
		 request, scheme.details.any.hashAlg, &digest, why)) != ATT_OK)
		return err;
	rc = Esys_Sign(esys, key->handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &digest, &scheme, &no_ticket, &signature);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(
		    why, ATT_ERR_BINDING_PROOF, "signing by the key", rc);
	err = put_signature(signature, proof, why);
	Esys_Free(signature);
	proof->answer.what = ATT_TPM_ANSWERED_SIGNATURE;
	return err;
}

/* --- TPM2_RSA_Decrypt(), clause 14.3 -------------------------------------- */

static enum att_err
decrypt(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    const struct tpm_key *key, struct tpm_proof *proof, struct att_reason *why)
{
	static const TPMT_RSA_DECRYPT scheme = { .scheme = TPM2_ALG_RSAES };
	static const TPM2B_DATA no_label;
	TPM2B_PUBLIC_KEY_RSA cipher = { 0 };
	TSS2_RC rc;

	cipher.size = (UINT16)request->challenge.len;
	memcpy(cipher.buffer, request->challenge.ptr, request->challenge.len);
	rc = Esys_RSA_Decrypt(esys, key->handle, key->session, ESYS_TR_NONE,
	    ESYS_TR_NONE, &cipher, &scheme, &no_label, &proof->text);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_BINDING_PROOF,
		    "decrypting by the ephemeral key", rc);
	proof->answer.text = att_bytes(proof->text->buffer, proof->text->size);
	proof->answer.what = ATT_TPM_ANSWERED_TEXT;
	return ATT_OK;
}

/* -------------------------------------------------------------------------- */

enum att_err
tpm_prove(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    const struct tpm_key *key, struct tpm_proof *proof, struct att_reason *why)
{
	TPMA_OBJECT attributes = key->public_part->publicArea.objectAttributes;
	enum att_err err;

	proof->answer = (struct att_tpm_answer){ .what = ATT_TPM_ANSWERED_KEY };
	if ((err = put_public(key->public_part, proof, why)) != ATT_OK ||
	    request->want == ATT_TPM_WANT_KEY)
		return err;
	if (request->pcrs != 0)
		return decrypt(esys, request, key, proof, why);
	if ((attributes & TPMA_OBJECT_SIGN_ENCRYPT) == 0)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the key that the token names is not one that signs");
	if ((attributes & TPMA_OBJECT_RESTRICTED) != 0)
		return quote(esys, request, key, proof, why);
	return sign(esys, request, key, proof, why);
}

void
tpm_proof_reset(struct tpm_proof *proof)
{
	if (proof->text != NULL)
		explicit_bzero(proof->text, sizeof(*proof->text));
	Esys_Free(proof->text);
	Esys_Free(proof->attested);
	*proof = (struct tpm_proof){ 0 };
}
