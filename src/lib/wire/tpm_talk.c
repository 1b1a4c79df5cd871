/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages of a talk with the TPM. */
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/fields.h"
#include "wire/tpm.h"
#include "wire/tpm_fields.h"
#include "wire/tpm_talk.h"

/* --- Strings, one after the other ---------------------------------------- */

struct out_part {
	struct att_bytes bytes;
	size_t min, max;
};

static enum att_err
put_parts(struct att_buf *out, const struct out_part *parts, size_t count)
{
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < count && err == ATT_OK; i++)
		err = att_field_put_bytes(
		    out, parts[i].bytes, parts[i].min, parts[i].max);
	return err;
}

struct in_part {
	struct att_bytes *bytes;
	size_t min, max;
};

static enum att_err
get_parts(struct att_reader *r, const struct in_part *parts, size_t count)
{
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < count && err == ATT_OK; i++)
		err = att_field_get_bytes(
		    r, parts[i].min, parts[i].max, parts[i].bytes);
	return err;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A message that is one string. */
static enum att_err
put_string(uint8_t type, struct out_part part, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, type)) != ATT_OK)
		return err;
	return put_parts(out, &part, 1);
}

static enum att_err
get_string(struct att_bytes message, uint8_t type, struct in_part part)
{
	struct att_reader r;
	enum att_err err;

	*part.bytes = att_bytes(NULL, 0);
	if ((err = att_field_begin(message, type, &r)) == ATT_OK &&
	    (err = get_parts(&r, &part, 1)) == ATT_OK)
		err = att_reader_end(&r);
	if (err != ATT_OK)
		*part.bytes = att_bytes(NULL, 0);
	return err;
}

/* --- OPEN, OPENED -------------------------------------------------------- */

enum att_err
att_tpm_open_encode(const char *tcti, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_OPEN)) != ATT_OK ||
	    (err = att_buf_put_u8(out, ATT_TPM_VERSION)) != ATT_OK)
		return err;
	return att_field_put_text(out, tcti, 1, ATT_TPM_TCTI_MAX);
}

enum att_err
att_tpm_open_decode(struct att_bytes message, char **tctip)
{
	struct att_reader r;
	uint8_t version;
	enum att_err err;

	*tctip = NULL;
	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_OPEN, &r)) !=
		ATT_OK ||
	    (err = att_field_get_choice(
		 &r, ATT_TPM_VERSION, ATT_TPM_VERSION, &version)) != ATT_OK ||
	    (err = att_field_get_text(&r, 1, ATT_TPM_TCTI_MAX, tctip)) !=
		ATT_OK)
		return err;
	if ((err = att_reader_end(&r)) != ATT_OK) {
		free(*tctip);
		*tctip = NULL;
	}
	return err;
}

enum att_err
att_tpm_opened_encode(struct att_buf *out)
{
	return att_buf_put_u8(out, ATT_MESSAGE_TPM_OPENED);
}

enum att_err
att_tpm_opened_decode(struct att_bytes message)
{
	struct att_reader r;
	enum att_err err;

	err = att_field_begin(message, ATT_MESSAGE_TPM_OPENED, &r);
	return err == ATT_OK ? att_reader_end(&r) : err;
}

/* --- SIGN, DECRYPT, BYTES ------------------------------------------------ */

enum att_err
att_tpm_sign_encode(
    const uint8_t digest[ATT_TPM_DIGEST_LEN], struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_SIGN)) != ATT_OK)
		return err;
	return att_buf_put(out, digest, ATT_TPM_DIGEST_LEN);
}

enum att_err
att_tpm_sign_decode(
    struct att_bytes message, uint8_t digest[ATT_TPM_DIGEST_LEN])
{
	struct att_reader r;
	enum att_err err;

	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_SIGN, &r)) ==
		ATT_OK &&
	    (err = att_field_get_array(&r, ATT_TPM_DIGEST_LEN, digest)) ==
		ATT_OK)
		err = att_reader_end(&r);
	if (err != ATT_OK)
		memset(digest, 0, ATT_TPM_DIGEST_LEN);
	return err;
}

enum att_err
att_tpm_decrypt_encode(struct att_bytes cipher, struct att_buf *out)
{
	return put_string(ATT_MESSAGE_TPM_DECRYPT,
	    (struct out_part){ cipher, 1, ATT_TPM_NUMBER_MAX }, out);
}

enum att_err
att_tpm_decrypt_decode(struct att_bytes message, struct att_bytes *cipher)
{
	return get_string(message, ATT_MESSAGE_TPM_DECRYPT,
	    (struct in_part){ cipher, 1, ATT_TPM_NUMBER_MAX });
}

enum att_err
att_tpm_bytes_encode(struct att_bytes bytes, struct att_buf *out)
{
	return put_string(ATT_MESSAGE_TPM_BYTES,
	    (struct out_part){ bytes, 0, ATT_TPM_BYTES_MAX }, out);
}

enum att_err
att_tpm_bytes_decode(struct att_bytes message, struct att_bytes *bytes)
{
	return get_string(message, ATT_MESSAGE_TPM_BYTES,
	    (struct in_part){ bytes, 0, ATT_TPM_BYTES_MAX });
}

/* --- ATTEST -------------------------------------------------------------- */

enum att_err
att_tpm_attest_encode(const struct att_tpm_attest *attest, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_ATTEST)) != ATT_OK ||
	    (err = att_tpm_field_put_key(out, &attest->aik)) != ATT_OK ||
	    (err = att_tpm_field_put_key(out, &attest->key)) != ATT_OK ||
	    (err = att_field_put_number(
		 out, attest->pcrs, 1, ATT_TPM_PCRS_MAX)) != ATT_OK ||
	    (err = att_buf_put_u8(out, attest->has_sha1)) != ATT_OK)
		return err;
	return att_field_put_bytes(
	    out, attest->challenge, 1, ATT_TPM_CHALLENGE_MAX);
}

static enum att_err
get_attest(struct att_reader *r, struct att_tpm_attest *attest)
{
	enum att_err err;

	if ((err = att_tpm_field_get_key(r, &attest->aik)) != ATT_OK ||
	    (err = att_tpm_field_get_key(r, &attest->key)) != ATT_OK ||
	    (err = att_field_get_number(
		 r, 1, ATT_TPM_PCRS_MAX, &attest->pcrs)) != ATT_OK ||
	    (err = att_field_get_bool(r, &attest->has_sha1)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 1, ATT_TPM_CHALLENGE_MAX, &attest->challenge)) != ATT_OK)
		return err;
	return att_reader_end(r);
}

enum att_err
att_tpm_attest_decode(struct att_bytes message, struct att_tpm_attest *attest)
{
	struct att_reader r;
	enum att_err err;

	*attest = (struct att_tpm_attest){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_TPM_ATTEST, &r);
	if (err == ATT_OK)
		err = get_attest(&r, attest);
	if (err != ATT_OK)
		*attest = (struct att_tpm_attest){ 0 };
	return err;
}

/* --- EVIDENCE ------------------------------------------------------------ */

static enum att_err
put_made(struct att_buf *out, const struct att_tpm_made *made)
{
	enum att_err err;

	if ((err = att_tpm_field_put_wrapped(out, &made->aik)) != ATT_OK)
		return err;
	return att_tpm_field_put_wrapped(out, &made->key);
}

static enum att_err
get_made(struct att_reader *r, struct att_tpm_made *made)
{
	enum att_err err;

	if ((err = att_tpm_field_get_wrapped(r, &made->aik)) != ATT_OK ||
	    (err = att_tpm_field_get_wrapped(r, &made->key)) != ATT_OK)
		return err;
	return att_reader_end(r);
}

/* At least one bank, and none twice. */
static bool
are_banks_fit(const struct att_tpm_evidence *evidence)
{
	if (evidence->bank_count == ATT_TPM_BANKS_MAX)
		return evidence->banks[0].algorithm !=
		       evidence->banks[1].algorithm;
	return evidence->bank_count == 1;
}

static enum att_err
put_banks(struct att_buf *out, const struct att_tpm_evidence *evidence)
{
	enum att_err err;

	if (!are_banks_fit(evidence))
		return ATT_ERR_MESSAGE_MALFORMED;
	err = att_buf_put_u8(out, (uint8_t)evidence->bank_count);
	for (size_t i = 0; i < evidence->bank_count && err == ATT_OK; i++)
		err = att_tpm_field_put_bank(out, &evidence->banks[i]);
	return err;
}

static enum att_err
get_banks(struct att_reader *r, struct att_tpm_evidence *evidence)
{
	enum att_err err;
	uint8_t count;

	err = att_field_get_choice(r, 1, ATT_TPM_BANKS_MAX, &count);
	evidence->bank_count = count;
	for (size_t i = 0; i < count && err == ATT_OK; i++)
		err = att_tpm_field_get_bank(r, &evidence->banks[i]);
	if (err == ATT_OK && !are_banks_fit(evidence))
		err = ATT_ERR_MESSAGE_MALFORMED;
	return err;
}

enum att_err
att_tpm_evidence_encode(const struct att_tpm_evidence *evidence,
    const struct att_tpm_made *made, struct att_buf *out)
{
	const struct out_part parts[] = {
		{ evidence->aik_public, 1, ATT_TPM_BLOB_MAX },
		{ evidence->aik_certificate, 0, ATT_TPM_CERTIFICATE_MAX },
		{ evidence->quote, 1, ATT_TPM_BLOB_MAX },
		{ evidence->quote_signature, 1, ATT_TPM_BLOB_MAX },
		{ evidence->key_public, 1, ATT_TPM_BLOB_MAX },
		{ evidence->certification, 1, ATT_TPM_BLOB_MAX },
		{ evidence->certification_signature, 1, ATT_TPM_BLOB_MAX },
	};
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_EVIDENCE)) != ATT_OK ||
	    (err = put_parts(out, parts, COUNT(parts))) != ATT_OK ||
	    (err = put_banks(out, evidence)) != ATT_OK)
		return err;
	return put_made(out, made);
}

static enum att_err
get_evidence(struct att_reader *r, struct att_tpm_evidence *evidence)
{
	const struct in_part parts[] = {
		{ &evidence->aik_public, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->aik_certificate, 0, ATT_TPM_CERTIFICATE_MAX },
		{ &evidence->quote, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->quote_signature, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->key_public, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->certification, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->certification_signature, 1, ATT_TPM_BLOB_MAX },
	};
	enum att_err err;

	if ((err = get_parts(r, parts, COUNT(parts))) != ATT_OK)
		return err;
	return get_banks(r, evidence);
}

enum att_err
att_tpm_evidence_decode(struct att_bytes message,
    struct att_tpm_evidence *evidence, struct att_tpm_made *made)
{
	struct att_reader r;
	enum att_err err;

	*evidence = (struct att_tpm_evidence){ 0 };
	*made = (struct att_tpm_made){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_EVIDENCE, &r)) ==
		ATT_OK &&
	    (err = get_evidence(&r, evidence)) == ATT_OK)
		err = get_made(&r, made);
	if (err != ATT_OK) {
		*evidence = (struct att_tpm_evidence){ 0 };
		*made = (struct att_tpm_made){ 0 };
	}
	return err;
}

/* --- GUEST, GUEST_EVIDENCE ----------------------------------------------- */

enum att_err
att_tpm_guest_encode(const struct att_tpm_guest *guest, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_GUEST)) != ATT_OK ||
	    (err = att_tpm_field_put_key(out, &guest->aik)) != ATT_OK)
		return err;
	return att_field_put_number(out, guest->pcrs, 1, ATT_TPM_PCRS_MAX);
}

enum att_err
att_tpm_guest_decode(struct att_bytes message, struct att_tpm_guest *guest)
{
	struct att_reader r;
	enum att_err err;

	*guest = (struct att_tpm_guest){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_GUEST, &r)) ==
		ATT_OK &&
	    (err = att_tpm_field_get_key(&r, &guest->aik)) == ATT_OK &&
	    (err = att_field_get_number(
		 &r, 1, ATT_TPM_PCRS_MAX, &guest->pcrs)) == ATT_OK)
		err = att_reader_end(&r);
	if (err != ATT_OK)
		*guest = (struct att_tpm_guest){ 0 };
	return err;
}

enum att_err
att_tpm_guest_evidence_encode(const struct att_tpm_guest_evidence *evidence,
    const struct att_tpm_made *made, struct att_buf *out)
{
	const struct out_part parts[] = {
		{ evidence->aik_public, 1, ATT_TPM_BLOB_MAX },
		{ evidence->aik_certificate, 0, ATT_TPM_CERTIFICATE_MAX },
		{ evidence->quote, 1, ATT_TPM_BLOB_MAX },
		{ evidence->quote_signature, 1, ATT_TPM_NUMBER_MAX },
		{ evidence->key_public, 1, ATT_TPM_BLOB_MAX },
		{ evidence->certification, 1, ATT_TPM_BLOB_MAX },
		{ evidence->certification_signature, 1, ATT_TPM_NUMBER_MAX },
	};
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_GUEST_EVIDENCE)) !=
		ATT_OK ||
	    (err = put_parts(out, parts, COUNT(parts))) != ATT_OK ||
	    (err = att_tpm_field_put_bank(out, &evidence->bank)) != ATT_OK)
		return err;
	return put_made(out, made);
}

static enum att_err
get_guest_evidence(
    struct att_reader *r, struct att_tpm_guest_evidence *evidence)
{
	const struct in_part parts[] = {
		{ &evidence->aik_public, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->aik_certificate, 0, ATT_TPM_CERTIFICATE_MAX },
		{ &evidence->quote, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->quote_signature, 1, ATT_TPM_NUMBER_MAX },
		{ &evidence->key_public, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->certification, 1, ATT_TPM_BLOB_MAX },
		{ &evidence->certification_signature, 1, ATT_TPM_NUMBER_MAX },
	};
	enum att_err err;

	if ((err = get_parts(r, parts, COUNT(parts))) != ATT_OK)
		return err;
	return att_tpm_field_get_bank(r, &evidence->bank);
}

enum att_err
att_tpm_guest_evidence_decode(struct att_bytes message,
    struct att_tpm_guest_evidence *evidence, struct att_tpm_made *made)
{
	struct att_reader r;
	enum att_err err;

	*evidence = (struct att_tpm_guest_evidence){ 0 };
	*made = (struct att_tpm_made){ 0 };
	if ((err = att_field_begin(
		 message, ATT_MESSAGE_TPM_GUEST_EVIDENCE, &r)) == ATT_OK &&
	    (err = get_guest_evidence(&r, evidence)) == ATT_OK)
		err = get_made(&r, made);
	if (err != ATT_OK) {
		*evidence = (struct att_tpm_guest_evidence){ 0 };
		*made = (struct att_tpm_made){ 0 };
	}
	return err;
}

/* --- ENDORSE, ENDORSEMENT ------------------------------------------------ */

enum att_err
att_tpm_endorse_encode(const struct att_tpm_key *aik, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_ENDORSE)) != ATT_OK)
		return err;
	return att_tpm_field_put_key(out, aik);
}

enum att_err
att_tpm_endorse_decode(struct att_bytes message, struct att_tpm_key *aik)
{
	struct att_reader r;
	enum att_err err;

	*aik = (struct att_tpm_key){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_ENDORSE, &r)) ==
		ATT_OK &&
	    (err = att_tpm_field_get_key(&r, aik)) == ATT_OK)
		err = att_reader_end(&r);
	if (err != ATT_OK)
		*aik = (struct att_tpm_key){ 0 };
	return err;
}

enum att_err
att_tpm_endorsement_encode(const struct att_tpm_endorsement *endorsement,
    const struct att_tpm_made *made, struct att_buf *out)
{
	const struct out_part parts[] = {
		{ endorsement->ek_certificate, 0, ATT_TPM_CERTIFICATE_MAX },
		{ endorsement->ek_public, 1, ATT_TPM_BLOB_MAX },
		{ endorsement->aik_public, 1, ATT_TPM_BLOB_MAX },
		{ endorsement->aik_name, 1, ATT_TPM_NAME_MAX },
	};
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_ENDORSEMENT)) !=
		ATT_OK ||
	    (err = put_parts(out, parts, COUNT(parts))) != ATT_OK)
		return err;
	return put_made(out, made);
}

enum att_err
att_tpm_endorsement_decode(struct att_bytes message,
    struct att_tpm_endorsement *endorsement, struct att_tpm_made *made)
{
	const struct in_part parts[] = {
		{ &endorsement->ek_certificate, 0, ATT_TPM_CERTIFICATE_MAX },
		{ &endorsement->ek_public, 1, ATT_TPM_BLOB_MAX },
		{ &endorsement->aik_public, 1, ATT_TPM_BLOB_MAX },
		{ &endorsement->aik_name, 1, ATT_TPM_NAME_MAX },
	};
	struct att_reader r;
	enum att_err err;

	*endorsement = (struct att_tpm_endorsement){ 0 };
	*made = (struct att_tpm_made){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_ENDORSEMENT, &r)) ==
		ATT_OK &&
	    (err = get_parts(&r, parts, COUNT(parts))) == ATT_OK)
		err = get_made(&r, made);
	if (err != ATT_OK) {
		*endorsement = (struct att_tpm_endorsement){ 0 };
		*made = (struct att_tpm_made){ 0 };
	}
	return err;
}

/* --- ACTIVATE ------------------------------------------------------------ */

enum att_err
att_tpm_activate_encode(
    const struct att_tpm_activate *activate, struct att_buf *out)
{
	const struct out_part parts[] = {
		{ activate->credential, 1, ATT_TPM_BLOB_MAX },
		{ activate->secret, 1, ATT_TPM_BLOB_MAX },
	};
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_ACTIVATE)) != ATT_OK ||
	    (err = att_tpm_field_put_key(out, &activate->aik)) != ATT_OK)
		return err;
	return put_parts(out, parts, COUNT(parts));
}

enum att_err
att_tpm_activate_decode(
    struct att_bytes message, struct att_tpm_activate *activate)
{
	const struct in_part parts[] = {
		{ &activate->credential, 1, ATT_TPM_BLOB_MAX },
		{ &activate->secret, 1, ATT_TPM_BLOB_MAX },
	};
	struct att_reader r;
	enum att_err err;

	*activate = (struct att_tpm_activate){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_TPM_ACTIVATE, &r)) ==
		ATT_OK &&
	    (err = att_tpm_field_get_key(&r, &activate->aik)) == ATT_OK &&
	    (err = get_parts(&r, parts, COUNT(parts))) == ATT_OK)
		err = att_reader_end(&r);
	if (err != ATT_OK)
		*activate = (struct att_tpm_activate){ 0 };
	return err;
}
