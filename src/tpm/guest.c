/* SPDX-License-Identifier: BSD-2-Clause */
/* GUEST and DECRYPT: evidence of a machine of Azure, and its answers. */
#include <string.h>

#include <tss2/tss2_mu.h>

#include "codec/digest.h"
#include "tpm/failure.h"
#include "tpm/nv.h"
#include "tpm/quote.h"
#include "tpm/talk.h"

enum {
	TRIES_MAX = 5, /* while PCRs change */
	WORD = 4
};

struct said {
	struct tpm_blob aik_public, key_public;
	struct tpm_blob quote_signature, certification_signature;
	struct tpm_certificate certificate;
	struct tpm_quoted quoted;
	struct tpm_certified certified;
	struct tpm_kept_blobs aik_made;
	bool is_it; /* the key is bound to what was quoted */
};

/*
 * The policy of TPM2_PolicyPCR (Part 3, clause 23.7) for the values that were
 * quoted: the hash of 32 zeros, the command, the selection and their digest.
 */
static enum att_err
compute_policy(uint32_t pcrs, const TPM2B_DIGEST *pcr_digest,
    uint8_t policy[ATT_TPM_DIGEST_LEN], struct att_reason *why)
{
	static const uint8_t before[ATT_TPM_DIGEST_LEN];
	static const uint8_t command[WORD] = { 0, 0, TPM2_CC_PolicyPCR >> 8,
		TPM2_CC_PolicyPCR & 0xff };
	const TPML_PCR_SELECTION selection = tpm_select_pcrs(pcrs);
	struct att_digest digest;
	struct tpm_blob blob = { 0 };
	enum att_err err;

	if (Tss2_MU_TPML_PCR_SELECTION_Marshal(&selection, blob.ptr,
		sizeof(blob.ptr), &blob.len) != TSS2_RC_SUCCESS)
		return att_refuse_plain(why, ATT_ERR_INTERNAL);
	const struct att_bytes parts[] = {
		att_bytes(before, sizeof(before)),
		att_bytes(command, sizeof(command)),
		tpm_blob_get(&blob),
		att_bytes(pcr_digest->buffer, pcr_digest->size),
	};
	err = att_digest(
	    NULL, "SHA256", parts, sizeof(parts) / sizeof(parts[0]), &digest);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	memcpy(policy, digest.bytes, ATT_TPM_DIGEST_LEN);
	return ATT_OK;
}

/* Is the key bound to the values that were quoted? */
static enum att_err
compare_policy(const struct tpm_key *key, uint32_t pcrs,
    const struct tpm_quoted *quoted, bool *is_itp, struct att_reason *why)
{
	const TPM2B_DIGEST *policy = &key->public_part->publicArea.authPolicy;
	uint8_t wanted[ATT_TPM_DIGEST_LEN];
	enum att_err err;

	err = compute_policy(pcrs, &quoted->pcr_digest, wanted, why);
	*is_itp = err == ATT_OK &&
		  att_bytes_is_equal(att_bytes(wanted, sizeof(wanted)),
		      att_bytes(policy->buffer, policy->size));
	return err;
}

static enum att_err
refuse_ephemeral(TSS2_RC rc, struct att_reason *why)
{
	return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
	    "making the ephemeral key of this boot", rc);
}

static enum att_err
certify_ephemeral(ESYS_CONTEXT *esys, const struct tpm_key *aik,
    const struct tpm_key *key, struct said *said, struct att_reason *why)
{
	enum att_err err;

	if ((err = tpm_certify(esys, aik, key, &said->certified, why)) !=
	    ATT_OK)
		return err;
	return tpm_blob_put_public(&said->key_public, key->public_part, why);
}

/* One try. said->is_it: no PCR changed. */
static enum att_err
attest(struct tpm_talk *talk, const struct att_tpm_guest *guest,
    const struct tpm_key *aik, struct said *said, struct att_reason *why)
{
	const struct tpm_quote_request request = { .pcrs = guest->pcrs };
	struct tpm_key key;
	enum att_err err;
	TSS2_RC rc;

	rc = tpm_key_make_ephemeral(talk->esys, guest->pcrs, &key);
	err = rc == TSS2_RC_SUCCESS ? ATT_OK : refuse_ephemeral(rc, why);
	if (err == ATT_OK)
		err = certify_ephemeral(talk->esys, aik, &key, said, why);
	if (err == ATT_OK)
		err = tpm_quote(talk->esys, aik, &request, &said->quoted, why);
	if (err == ATT_OK)
		err = compare_policy(
		    &key, guest->pcrs, &said->quoted, &said->is_it, why);
	if (err == ATT_OK) {
		talk->pcrs = guest->pcrs;
		talk->ephemeral = key.public_part->publicArea.unique.rsa;
	}
	tpm_key_release(talk->esys, &key);
	return err;
}

static enum att_err
ask_tpm(struct tpm_talk *talk, const struct att_tpm_guest *guest,
    const struct tpm_key *aik, struct said *said, struct att_reason *why)
{
	enum att_err err = ATT_OK;

	for (int i = 0; i < TRIES_MAX && err == ATT_OK && !said->is_it; i++)
		err = attest(talk, guest, aik, said, why);
	if (err == ATT_OK && !said->is_it)
		err = att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the ephemeral key was made %d times, and each time a PCR "
		    "changed before it was quoted",
		    TRIES_MAX);
	if (err == ATT_OK)
		err =
		    tpm_nv_read_certificate(talk->esys, TPM_NV_AIK_CERTIFICATE,
			aik->public_part, &said->certificate, why);
	return err;
}

/* Both signatures are by RSASSA, as the AK is: kept.c has looked. */
static enum att_err
write_down(const struct tpm_kept *kept, const struct tpm_key *aik,
    struct said *said, struct att_tpm_made *made, struct att_reason *why)
{
	enum att_err err;

	if ((err = tpm_blob_put_public(
		 &said->aik_public, aik->public_part, why)) != ATT_OK ||
	    (err = tpm_blob_put_number(&said->quote_signature,
		 &said->quoted.signature.signature.rsassa.sig, why)) !=
		ATT_OK ||
	    (err = tpm_blob_put_number(&said->certification_signature,
		 &said->certified.signature.signature.rsassa.sig, why)) !=
		ATT_OK)
		return err;
	return tpm_kept_write(kept, &said->aik_made, &made->aik, why);
}

static enum att_err
answer(const struct said *said, const struct att_tpm_made *made,
    struct att_buf *out)
{
	const struct att_tpm_guest_evidence evidence = {
		.aik_public = tpm_blob_get(&said->aik_public),
		.aik_certificate =
		    att_bytes(said->certificate.ptr, said->certificate.len),
		.quote = tpm_blob_get(&said->quoted.attested),
		.quote_signature = tpm_blob_get(&said->quote_signature),
		.bank = said->quoted.banks[0],
		.key_public = tpm_blob_get(&said->key_public),
		.certification = tpm_blob_get(&said->certified.attested),
		.certification_signature =
		    tpm_blob_get(&said->certification_signature),
	};

	return att_tpm_guest_evidence_encode(&evidence, made, out);
}

enum att_err
tpm_talk_guest(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	struct att_tpm_made made = { 0 };
	struct att_tpm_guest guest;
	struct said said = { 0 };
	struct tpm_kept kept;
	struct tpm_key aik;
	enum att_err err;

	talk->pcrs = 0;
	if ((err = att_tpm_guest_decode(message, &guest)) != ATT_OK ||
	    (err = tpm_kept_take(TPM_KEPT_AIK, &guest.aik, &kept, why)) !=
		ATT_OK)
		return err;
	err = tpm_kept_load(talk->esys, &kept, &aik, why);
	if (err == ATT_OK)
		err = ask_tpm(talk, &guest, &aik, &said, why);
	if (err == ATT_OK)
		err = write_down(&kept, &aik, &said, &made, why);
	tpm_key_release(talk->esys, &aik);
	return err == ATT_OK ? answer(&said, &made, out) : err;
}

/* --- TPM2_RSA_Decrypt(), Part 3, clause 14.3 ------------------------------ */

static enum att_err
decrypt(ESYS_CONTEXT *esys, const struct tpm_key *key, struct att_bytes cipher,
    struct att_buf *out, struct att_reason *why)
{
	static const TPMT_RSA_DECRYPT scheme = { .scheme = TPM2_ALG_RSAES };
	static const TPM2B_DATA no_label;
	TPM2B_PUBLIC_KEY_RSA text = { .size = (UINT16)cipher.len };
	TPM2B_PUBLIC_KEY_RSA *plain = NULL;
	enum att_err err;
	TSS2_RC rc;

	if (cipher.len > sizeof(text.buffer))
		return ATT_ERR_TOO_LARGE;
	memcpy(text.buffer, cipher.ptr, cipher.len);
	rc = Esys_RSA_Decrypt(esys, key->handle, key->session, ESYS_TR_NONE,
	    ESYS_TR_NONE, &text, &scheme, &no_label, &plain);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "decrypting by the ephemeral key", rc);
	err = att_tpm_bytes_encode(att_bytes(plain->buffer, plain->size), out);
	explicit_bzero(plain, sizeof(*plain));
	Esys_Free(plain);
	return err;
}

static bool
is_same(const TPM2B_PUBLIC_KEY_RSA *a, const TPM2B_PUBLIC_KEY_RSA *b)
{
	return att_bytes_is_equal(
	    att_bytes(a->buffer, a->size), att_bytes(b->buffer, b->size));
}

enum att_err
tpm_talk_decrypt(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	struct att_bytes cipher;
	struct tpm_key key;
	enum att_err err;
	TSS2_RC rc;

	if ((err = att_tpm_decrypt_decode(message, &cipher)) != ATT_OK)
		return err;
	if (talk->pcrs == 0)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "a text is to be decrypted before a key was made for it");
	rc = tpm_key_make_ephemeral(talk->esys, talk->pcrs, &key);
	if (rc != TSS2_RC_SUCCESS)
		err = refuse_ephemeral(rc, why);
	else if (!is_same(
		     &key.public_part->publicArea.unique.rsa, &talk->ephemeral))
		err = att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the ephemeral key is another one than was attested: a "
		    "PCR has changed since");
	else
		err = decrypt(talk->esys, &key, cipher, out, why);
	tpm_key_release(talk->esys, &key);
	return err;
}
