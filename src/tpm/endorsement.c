/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ENDORSE and ACTIVATE: which TPM this is, and that its AIK is in it. The
 * endorsement key is the one of the TCG EK Credential Profile (2.3), template
 * L-1: RSA 2048, its policy that of the endorsement hierarchy's password.
 */
#include <string.h>

#include <tss2/tss2_mu.h>

#include "tpm/failure.h"
#include "tpm/nv.h"
#include "tpm/talk.h"

#define EK_ATTRIBUTES                                                          \
	(TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |                      \
	    TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_ADMINWITHPOLICY |    \
	    TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT)

#define EK_HANDLE UINT32_C(0x81010001)

enum {
	EK_BITS = 2048
};

/* PolicyA: TPM2_PolicySecret with TPM2_RH_ENDORSEMENT, SHA-256. */
static const TPM2B_PUBLIC template_of_ek = {
	.publicArea = {
		.type = TPM2_ALG_RSA,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = EK_ATTRIBUTES,
		.authPolicy = {
			.size = 32,
			.buffer = { 0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xb3,
			    0xf8, 0x1a, 0x90, 0xcc, 0x8d, 0x46, 0xa5, 0xd7,
			    0x24, 0xfd, 0x52, 0xd7, 0x6e, 0x06, 0x52, 0x0b,
			    0x64, 0xf2, 0xa1, 0xda, 0x1b, 0x33, 0x14, 0x69,
			    0xaa },
		},
		.parameters.rsaDetail = {
			.symmetric = {
				.algorithm = TPM2_ALG_AES,
				.keyBits.aes = 128,
				.mode.aes = TPM2_ALG_CFB,
			},
			.scheme.scheme = TPM2_ALG_NULL,
			.keyBits = EK_BITS,
		},
		.unique.rsa.size = EK_BITS / 8,
	},
};

/* --- The endorsement key -------------------------------------------------- */

/* By the template, but for the number. */
static bool
is_ek(const TPMT_PUBLIC *area)
{
	const TPMT_PUBLIC *wanted = &template_of_ek.publicArea;
	const TPMS_RSA_PARMS *rsa = &area->parameters.rsaDetail;

	return area->type == wanted->type && area->nameAlg == wanted->nameAlg &&
	       area->objectAttributes == EK_ATTRIBUTES &&
	       area->authPolicy.size == wanted->authPolicy.size &&
	       memcmp(area->authPolicy.buffer, wanted->authPolicy.buffer,
		   wanted->authPolicy.size) == 0 &&
	       rsa->symmetric.algorithm == TPM2_ALG_AES &&
	       rsa->symmetric.keyBits.aes == 128 &&
	       rsa->symmetric.mode.aes == TPM2_ALG_CFB &&
	       rsa->scheme.scheme == TPM2_ALG_NULL && rsa->keyBits == EK_BITS &&
	       rsa->exponent == 0;
}

/* The persistent one, if that is what is there; ek->handle stays NONE else. */
static enum att_err
find_ek(ESYS_CONTEXT *esys, struct tpm_key *ek, struct att_reason *why)
{
	TSS2_RC rc;

	rc = Esys_TR_FromTPMPublic(esys, EK_HANDLE, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, &ek->handle);
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_ReadPublic(esys, ek->handle, ESYS_TR_NONE,
		    ESYS_TR_NONE, ESYS_TR_NONE, &ek->public_part, NULL, NULL);
	if (rc == TSS2_RC_SUCCESS && is_ek(&ek->public_part->publicArea))
		return ATT_OK;
	tpm_key_release(esys, ek);
	if (rc != TSS2_RC_SUCCESS && tpm_response_code(rc) == 0)
		return tpm_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "reading the endorsement key", rc);
	return ATT_OK;
}

static enum att_err
open_ek(ESYS_CONTEXT *esys, struct tpm_key *ek, struct att_reason *why)
{
	static const TPM2B_SENSITIVE_CREATE sensitive;
	static const TPML_PCR_SELECTION no_pcrs;
	static const TPM2B_DATA no_data;
	enum att_err err;
	TSS2_RC rc;

	*ek =
	    (struct tpm_key){ .handle = ESYS_TR_NONE, .session = ESYS_TR_NONE };
	if ((err = find_ek(esys, ek, why)) != ATT_OK ||
	    ek->handle != ESYS_TR_NONE)
		return err;
	rc = Esys_CreatePrimary(esys, ESYS_TR_RH_ENDORSEMENT, ESYS_TR_PASSWORD,
	    ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template_of_ek, &no_data,
	    &no_pcrs, &ek->handle, &ek->public_part, NULL, NULL, NULL);
	ek->is_transient = rc == TSS2_RC_SUCCESS;
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "making the endorsement key, as the endorsement hierarchy "
		    "without a password does",
		    rc);
	return ATT_OK;
}

/* --- ENDORSE -------------------------------------------------------------- */

struct said {
	struct tpm_certificate certificate;
	struct tpm_blob ek_public, aik_public;
	TPM2B_NAME aik_name;
	struct tpm_kept_blobs aik_made;
};

static enum att_err
describe_ek(ESYS_CONTEXT *esys, struct said *said, struct att_reason *why)
{
	struct tpm_key ek;
	enum att_err err;

	err = open_ek(esys, &ek, why);
	if (err == ATT_OK)
		err = tpm_blob_put_area(
		    &said->ek_public, &ek.public_part->publicArea, why);
	if (err == ATT_OK)
		err = tpm_nv_read_certificate(esys, TPM_NV_EK_CERTIFICATE,
		    ek.public_part, &said->certificate, why);
	tpm_key_release(esys, &ek);
	return err;
}

static enum att_err
describe_aik(ESYS_CONTEXT *esys, struct tpm_kept *kept, struct said *said,
    struct att_tpm_made *made, struct att_reason *why)
{
	const TPMT_PUBLIC *area;
	struct tpm_key aik;
	enum att_err err;

	if ((err = tpm_kept_load(esys, kept, &aik, why)) == ATT_OK) {
		area = &aik.public_part->publicArea;
		err = tpm_blob_put_area(&said->aik_public, area, why);
		if (err == ATT_OK)
			err = tpm_name_compute(area, &said->aik_name, why);
		if (err == ATT_OK)
			err = tpm_kept_write(
			    kept, &said->aik_made, &made->aik, why);
	}
	tpm_key_release(esys, &aik);
	return err;
}

enum att_err
tpm_talk_endorse(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	struct att_tpm_endorsement endorsement;
	struct att_tpm_made made = { 0 };
	struct att_tpm_key asked;
	struct said said = { 0 };
	struct tpm_kept kept;
	enum att_err err;

	if ((err = att_tpm_endorse_decode(message, &asked)) != ATT_OK ||
	    (err = tpm_kept_take(TPM_KEPT_AIK, &asked, &kept, why)) != ATT_OK ||
	    (err = describe_ek(talk->esys, &said, why)) != ATT_OK ||
	    (err = describe_aik(talk->esys, &kept, &said, &made, why)) !=
		ATT_OK)
		return err;
	endorsement = (struct att_tpm_endorsement){
		.ek_certificate =
		    att_bytes(said.certificate.ptr, said.certificate.len),
		.ek_public = tpm_blob_get(&said.ek_public),
		.aik_public = tpm_blob_get(&said.aik_public),
		.aik_name = att_bytes(said.aik_name.name, said.aik_name.size),
	};
	return att_tpm_endorsement_encode(&endorsement, &made, out);
}

/* --- ACTIVATE: Part 3, clause 12.5 ---------------------------------------- */

struct challenge {
	TPM2B_ID_OBJECT credential;
	TPM2B_ENCRYPTED_SECRET secret;
};

static enum att_err
read_challenge(const struct att_tpm_activate *activate,
    struct challenge *challenge, struct att_reason *why)
{
	const struct att_bytes *credential = &activate->credential;
	const struct att_bytes *secret = &activate->secret;
	size_t credential_len = 0, secret_len = 0;

	if (Tss2_MU_TPM2B_ID_OBJECT_Unmarshal(credential->ptr, credential->len,
		&credential_len, &challenge->credential) == TSS2_RC_SUCCESS &&
	    credential_len == credential->len &&
	    Tss2_MU_TPM2B_ENCRYPTED_SECRET_Unmarshal(secret->ptr, secret->len,
		&secret_len, &challenge->secret) == TSS2_RC_SUCCESS &&
	    secret_len == secret->len)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
	    "the challenge is no TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET");
}

/* The policy of the EK, for one command. */
static enum att_err
start_policy(ESYS_CONTEXT *esys, struct tpm_key *ek, struct att_reason *why)
{
	static const TPMT_SYM_DEF no_cipher = { .algorithm = TPM2_ALG_NULL };
	TSS2_RC rc;

	rc = Esys_StartAuthSession(esys, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_POLICY,
	    &no_cipher, TPM2_ALG_SHA256, &ek->session);
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_PolicySecret(esys, ESYS_TR_RH_ENDORSEMENT,
		    ek->session, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
		    NULL, NULL, NULL, 0, NULL, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "using the endorsement key, as the endorsement hierarchy "
		    "without a password does",
		    rc);
	return ATT_OK;
}

/* libtpms says that it is out of order when a seed is of another EK. */
static enum att_err
refuse_challenge(TSS2_RC rc, struct att_reason *why)
{
	static const char what[] =
	    "the challenge was made for another TPM or another AIK, or has "
	    "been changed";

	if (tpm_response_code(rc) == TPM2_RC_FAILURE)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE, "%s", what);
	return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE, what, rc);
}

static enum att_err
activate_by(ESYS_CONTEXT *esys, const struct tpm_key *aik,
    const struct challenge *challenge, TPM2B_DIGEST **secretp,
    struct att_reason *why)
{
	struct tpm_key ek;
	enum att_err err;
	TSS2_RC rc;

	if ((err = open_ek(esys, &ek, why)) == ATT_OK &&
	    (err = start_policy(esys, &ek, why)) == ATT_OK) {
		rc = Esys_ActivateCredential(esys, aik->handle, ek.handle,
		    ESYS_TR_PASSWORD, ek.session, ESYS_TR_NONE,
		    &challenge->credential, &challenge->secret, secretp);
		if (rc != TSS2_RC_SUCCESS)
			err = refuse_challenge(rc, why);
	}
	tpm_key_release(esys, &ek);
	return err;
}

enum att_err
tpm_talk_activate(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	struct challenge challenge = { 0 };
	struct att_tpm_activate activate;
	TPM2B_DIGEST *secret = NULL;
	struct tpm_kept kept;
	struct tpm_key aik;
	enum att_err err;

	if ((err = att_tpm_activate_decode(message, &activate)) != ATT_OK ||
	    (err = tpm_kept_take(TPM_KEPT_AIK, &activate.aik, &kept, why)) !=
		ATT_OK ||
	    (err = read_challenge(&activate, &challenge, why)) != ATT_OK)
		return err;
	err = tpm_kept_load(talk->esys, &kept, &aik, why);
	if (err == ATT_OK)
		err = activate_by(talk->esys, &aik, &challenge, &secret, why);
	if (err == ATT_OK)
		err = att_tpm_bytes_encode(
		    att_bytes(secret->buffer, secret->size), out);
	if (secret != NULL)
		explicit_bzero(secret, sizeof(*secret));
	Esys_Free(secret);
	tpm_key_release(talk->esys, &aik);
	return err;
}
