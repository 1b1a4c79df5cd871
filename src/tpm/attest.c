/* SPDX-License-Identifier: BSD-2-Clause */
/* ATTEST and SIGN: evidence for a report of TPMs. */
#include <string.h>

#include "tpm/failure.h"
#include "tpm/nv.h"
#include "tpm/quote.h"
#include "tpm/talk.h"

/* What an answer is lent by. */
struct said {
	struct tpm_blob aik_public, key_public;
	struct tpm_blob quote_signature, certification_signature;
	struct tpm_certificate certificate;
	struct tpm_quoted quoted;
	struct tpm_certified certified;
	struct tpm_kept_blobs aik_made, key_made;
};

struct keys {
	struct tpm_kept aik_kept, key_kept;
	struct tpm_key aik, key;
};

static enum att_err
take_keys(const struct att_tpm_attest *attest, struct keys *keys,
    struct att_reason *why)
{
	enum att_err err;

	keys->aik.handle = keys->aik.session = ESYS_TR_NONE;
	keys->key.handle = keys->key.session = ESYS_TR_NONE;
	if ((err = tpm_kept_take(
		 TPM_KEPT_AIK, &attest->aik, &keys->aik_kept, why)) != ATT_OK)
		return err;
	return tpm_kept_take(
	    TPM_KEPT_REQUEST, &attest->key, &keys->key_kept, why);
}

static enum att_err
load_keys(ESYS_CONTEXT *esys, struct keys *keys, struct att_reason *why)
{
	enum att_err err;

	err = tpm_kept_load(esys, &keys->aik_kept, &keys->aik, why);
	if (err == ATT_OK)
		err = tpm_kept_load(esys, &keys->key_kept, &keys->key, why);
	return err;
}

static enum att_err
ask_tpm(ESYS_CONTEXT *esys, const struct att_tpm_attest *attest,
    const struct keys *keys, struct said *said, struct att_reason *why)
{
	const struct tpm_quote_request request = { .pcrs = attest->pcrs,
		.has_sha1 = attest->has_sha1,
		.challenge = attest->challenge };
	enum att_err err;

	said->certified.challenge = attest->challenge;
	err = tpm_certify(esys, &keys->aik, &keys->key, &said->certified, why);
	if (err == ATT_OK)
		err = tpm_quote(esys, &keys->aik, &request, &said->quoted, why);
	if (err == ATT_OK)
		err = tpm_nv_read_certificate(esys, TPM_NV_AIK_CERTIFICATE,
		    keys->aik.public_part, &said->certificate, why);
	return err;
}

static enum att_err
write_down(const struct keys *keys, struct said *said,
    struct att_tpm_made *made, struct att_reason *why)
{
	enum att_err err;

	if ((err = tpm_blob_put_area(&said->aik_public,
		 &keys->aik.public_part->publicArea, why)) != ATT_OK ||
	    (err = tpm_blob_put_area(&said->key_public,
		 &keys->key.public_part->publicArea, why)) != ATT_OK ||
	    (err = tpm_blob_put_signature(&said->quote_signature,
		 &said->quoted.signature, why)) != ATT_OK ||
	    (err = tpm_blob_put_signature(&said->certification_signature,
		 &said->certified.signature, why)) != ATT_OK ||
	    (err = tpm_kept_write(
		 &keys->aik_kept, &said->aik_made, &made->aik, why)) != ATT_OK)
		return err;
	return tpm_kept_write(
	    &keys->key_kept, &said->key_made, &made->key, why);
}

static enum att_err
answer(const struct said *said, const struct att_tpm_made *made,
    struct att_buf *out)
{
	struct att_tpm_evidence evidence = {
		.aik_public = tpm_blob_get(&said->aik_public),
		.aik_certificate =
		    att_bytes(said->certificate.ptr, said->certificate.len),
		.quote = tpm_blob_get(&said->quoted.attested),
		.quote_signature = tpm_blob_get(&said->quote_signature),
		.bank_count = said->quoted.bank_count,
		.key_public = tpm_blob_get(&said->key_public),
		.certification = tpm_blob_get(&said->certified.attested),
		.certification_signature =
		    tpm_blob_get(&said->certification_signature),
	};

	memcpy(evidence.banks, said->quoted.banks, sizeof(evidence.banks));
	return att_tpm_evidence_encode(&evidence, made, out);
}

enum att_err
tpm_talk_attest(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	struct att_tpm_attest attest;
	struct att_tpm_made made = { 0 };
	struct said said = { 0 };
	struct keys keys = { 0 };
	enum att_err err;

	talk->has_key = false;
	if ((err = att_tpm_attest_decode(message, &attest)) != ATT_OK ||
	    (err = take_keys(&attest, &keys, why)) != ATT_OK)
		return err;
	err = load_keys(talk->esys, &keys, why);
	if (err == ATT_OK)
		err = ask_tpm(talk->esys, &attest, &keys, &said, why);
	if (err == ATT_OK)
		err = write_down(&keys, &said, &made, why);
	tpm_key_release(talk->esys, &keys.key);
	tpm_key_release(talk->esys, &keys.aik);
	if (err != ATT_OK)
		return err;
	talk->key = keys.key_kept;
	talk->has_key = true;
	return answer(&said, &made, out);
}

/* --- TPM2_Sign(), Part 3, clause 20.2 ------------------------------------- */

static enum att_err
sign(ESYS_CONTEXT *esys, const struct tpm_key *key, const TPM2B_DIGEST *digest,
    struct att_buf *out, struct att_reason *why)
{
	static const TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_RSAPSS,
		.details.rsapss.hashAlg = TPM2_ALG_SHA256 };
	static const TPMT_TK_HASHCHECK no_ticket = { .tag = TPM2_ST_HASHCHECK,
		.hierarchy = TPM2_RH_NULL };
	const TPMS_SIGNATURE_RSA *rsa;
	TPMT_SIGNATURE *signature = NULL;
	enum att_err err;
	TSS2_RC rc;

	rc = Esys_Sign(esys, key->handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, digest, &scheme, &no_ticket, &signature);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "signing by the request key (host_key)", rc);
	rsa = &signature->signature.rsapss;
	if (signature->sigAlg == TPM2_ALG_RSAPSS &&
	    rsa->hash == TPM2_ALG_SHA256)
		err = att_tpm_bytes_encode(
		    att_bytes(rsa->sig.buffer, rsa->sig.size), out);
	else
		err = att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the request key (host_key) signed by another scheme than "
		    "it was asked");
	Esys_Free(signature);
	return err;
}

enum att_err
tpm_talk_sign(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	TPM2B_DIGEST digest = { .size = ATT_TPM_DIGEST_LEN };
	struct tpm_key key;
	enum att_err err;

	if ((err = att_tpm_sign_decode(message, digest.buffer)) != ATT_OK)
		return err;
	if (!talk->has_key)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "a signature is wanted before anything was attested");
	err = tpm_kept_load(talk->esys, &talk->key, &key, why);
	if (err == ATT_OK)
		err = sign(talk->esys, &key, &digest, out, why);
	tpm_key_release(talk->esys, &key);
	return err;
}
