/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging what a TPM said of its host and its keys. */
#include <stdbool.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/buf.h"
#include "codec/tpm_verify.h"
#include "maa/tpm_check.h"
#include "trust/certificate.h"

enum {
	BITS_MIN = 2048
};

/* The AIK, and what it is to have signed. */
struct judge {
	const struct att_tpm_public *aik;
	EVP_PKEY *aik_key; /* owned */
	struct att_bytes challenge;
	struct att_reason *why;
};

static enum att_err
refuse(const struct judge *judge, const char *what, const char *problem)
{
	return att_refuse(
	    judge->why, ATT_ERR_TPM_EVIDENCE, "%s %s", what, problem);
}

/* --- Keys ----------------------------------------------------------------- */

static enum att_err
check_attributes(const struct att_tpm_public *area, const char *what,
    uint32_t set, uint32_t clear, struct att_reason *why)
{
	if ((area->attributes & (set | clear)) == set)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
	    "%s has attributes 0x%08x; 0x%08x have to be set and 0x%08x "
	    "clear (TPMA_OBJECT)",
	    what, area->attributes, set, clear);
}

static enum att_err
read_public(struct att_bytes in, const char *what, struct att_tpm_public *area,
    struct att_reason *why)
{
	struct att_reason found = { 0 };

	if (att_tpm_public_parse(in, area, &found) != ATT_OK)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "%s cannot be read: %s", what, found.text);
	if (area->type != ATT_TPM_ALG_RSA)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "%s is not an RSA key, and the service takes no other",
		    what);
	if (area->modulus.len < BITS_MIN / 8)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "%s has %zu bits, expected at least %d", what,
		    8 * area->modulus.len, BITS_MIN);
	return ATT_OK;
}

static enum att_err
make_key(
    const struct att_tpm_public *area, EVP_PKEY **keyp, struct att_reason *why)
{
	enum att_err err = att_tpm_key_make(area, keyp);

	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

/* The certificate vouches for this key, or for none of ours. */
static enum att_err
check_certificate(const struct judge *judge, struct att_bytes der)
{
	struct att_certificate *cert = NULL;
	struct att_reason found = { 0 };
	enum att_err err;

	if (der.len == 0)
		return ATT_OK;
	err = att_certificate_decode(der, NULL, &cert, &found);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(judge->why, err);
	if (err != ATT_OK)
		return refuse(judge, "the certificate of the AIK:", found.text);
	if (EVP_PKEY_eq(att_certificate_get_key(cert), judge->aik_key) != 1)
		err = refuse(judge, "the certificate of the AIK",
		    "is of another key; was it issued for an AIK that was "
		    "replaced?");
	ERR_clear_error();
	att_certificate_free(&cert);
	return err;
}

/* --- Signatures ----------------------------------------------------------- */

/* By the AIK, by the scheme that it is bound to, and not over SHA-1. */
static enum att_err
check_signature(const struct judge *judge, struct att_bytes text,
    const struct att_tpm_signature *signature, const char *what)
{
	const struct att_tpm_public *aik = judge->aik;
	enum att_err err;

	if (signature->hash == ATT_TPM_ALG_SHA1)
		return refuse(judge, what, "is signed over SHA-1");
	if (aik->scheme != ATT_TPM_ALG_NULL &&
	    (aik->scheme != signature->scheme ||
		aik->scheme_hash != signature->hash))
		return refuse(judge, what,
		    "is signed by another scheme than that of the AIK");
	err = att_tpm_signature_verify(signature, judge->aik_key, text);
	if (err == ATT_ERR_STATEMENT_SIGNATURE)
		return refuse(judge, what, "is not signed by the AIK");
	return err == ATT_OK ? err : att_refuse_plain(judge->why, err);
}

static enum att_err
read_signature(const struct judge *judge, struct att_bytes in, const char *what,
    struct att_tpm_signature *signature)
{
	struct att_reason found = { 0 };

	if (att_tpm_signature_parse(in, signature, &found) == ATT_OK)
		return ATT_OK;
	return att_refuse(judge->why, ATT_ERR_TPM_EVIDENCE,
	    "the signature of %s cannot be read: %s", what, found.text);
}

static bool
is_challenge(const struct judge *judge, struct att_bytes extra_data)
{
	return att_bytes_is_equal(extra_data, judge->challenge);
}

/* --- The quote ------------------------------------------------------------ */

static size_t
count(uint32_t bits)
{
	size_t n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

struct banks {
	const struct att_tpm_pcr_bank *bank;
	size_t count;
};

/* The values are those of the PCRs that were quoted, in that order. */
static enum att_err
check_selection(const struct judge *judge, const struct att_tpm_quote *quote,
    struct banks banks)
{
	if (quote->bank_count != banks.count)
		return att_refuse(judge->why, ATT_ERR_TPM_EVIDENCE,
		    "the quote is of %zu banks of PCRs, values came of %zu",
		    quote->bank_count, banks.count);
	for (size_t i = 0; i < banks.count; i++) {
		const struct att_tpm_pcr_bank *bank = &banks.bank[i];
		size_t size = bank->algorithm == ATT_TPM_ALG_SHA1
				  ? ATT_TPM_SHA1_LEN
				  : ATT_TPM_SHA256_LEN;

		if (quote->banks[i].hash != bank->algorithm ||
		    quote->banks[i].pcrs != bank->pcrs || bank->pcrs == 0)
			return att_refuse(judge->why, ATT_ERR_TPM_EVIDENCE,
			    "the quote is of PCRs 0x%06x of bank 0x%04x, "
			    "values came of 0x%06x of bank 0x%04x; does the "
			    "TPM have that bank?",
			    quote->banks[i].pcrs, quote->banks[i].hash,
			    bank->pcrs, bank->algorithm);
		if (bank->digests.len != count(bank->pcrs) * size)
			return att_refuse(judge->why, ATT_ERR_TPM_EVIDENCE,
			    "%zu PCRs of bank 0x%04x came with %zu bytes",
			    count(bank->pcrs), bank->algorithm,
			    bank->digests.len);
	}
	return ATT_OK;
}

/* TPM2_Quote hashes them by the hash that it signs with: Part 3, 18.4. */
static enum att_err
check_values(const struct judge *judge, const struct att_tpm_quote *quote,
    struct banks banks, uint16_t hash)
{
	struct att_bytes parts[ATT_TPM_BANKS_MAX];
	struct att_digest digest;
	enum att_err err;

	for (size_t i = 0; i < banks.count; i++)
		parts[i] = banks.bank[i].digests;
	err = att_digest(
	    NULL, att_tpm_hash_find(hash), parts, banks.count, &digest);
	if (err != ATT_OK)
		return att_refuse_plain(judge->why, err);
	if (att_bytes_is_equal(
		quote->pcr_digest, att_bytes(digest.bytes, digest.len)))
		return ATT_OK;
	return refuse(judge, "the quote",
	    "is not of the PCR values that came with it: they changed in "
	    "between; try again");
}

static enum att_err
check_quote(const struct judge *judge, struct att_bytes text,
    const struct att_tpm_signature *signature, struct banks banks)
{
	struct att_reason found = { 0 };
	struct att_tpm_quote quote;
	enum att_err err;

	if (att_tpm_quote_parse(text, &quote, &found) != ATT_OK)
		return refuse(judge, "the quote cannot be read:", found.text);
	if (!is_challenge(judge, quote.extra_data))
		return refuse(judge, "the quote", "is for another challenge");
	err = check_signature(judge, text, signature, "the quote");
	if (err == ATT_OK)
		err = check_selection(judge, &quote, banks);
	if (err == ATT_OK)
		err = check_values(judge, &quote, banks, signature->hash);
	return err;
}

/* --- The certified key ---------------------------------------------------- */

static enum att_err
check_certified(const struct judge *judge, struct att_bytes text,
    const struct att_tpm_signature *signature, const struct att_tpm_public *key,
    struct att_bytes area)
{
	struct att_reason found = { 0 };
	struct att_tpm_certify certify;
	struct att_tpm_name name;
	enum att_err err;

	if (att_tpm_certify_parse(text, &certify, &found) != ATT_OK)
		return refuse(
		    judge, "the certification cannot be read:", found.text);
	if (!is_challenge(judge, certify.extra_data))
		return refuse(
		    judge, "the certification", "is for another challenge");
	err = check_signature(judge, text, signature, "the certification");
	if (err != ATT_OK)
		return err;
	if ((err = att_tpm_name_make(NULL, key->name_alg, area, &name)) !=
	    ATT_OK)
		return att_refuse_plain(judge->why, err);
	if (!att_bytes_is_equal(certify.name, att_bytes(name.bytes, name.len)))
		return refuse(judge, "the certification", "is of another key");
	return ATT_OK;
}

/* --- A report of TPMs ----------------------------------------------------- */

static enum att_err
check_aik(const struct att_tpm_evidence *evidence, struct att_tpm_public *aik,
    struct att_reason *why)
{
	enum att_err err;

	err = read_public(evidence->aik_public, "the AIK", aik, why);
	if (err == ATT_OK)
		err = check_attributes(aik, "the AIK",
		    ATT_TPM_BOUND | ATT_TPM_RESTRICTED | ATT_TPM_SIGN,
		    ATT_TPM_DECRYPT, why);
	return err;
}

static enum att_err
check_key(const struct att_tpm_evidence *evidence, struct att_tpm_public *key,
    struct att_reason *why)
{
	enum att_err err;

	err = read_public(evidence->key_public, "the request key", key, why);
	if (err == ATT_OK)
		err = check_attributes(key, "the request key",
		    ATT_TPM_BOUND | ATT_TPM_SIGN, ATT_TPM_RESTRICTED, why);
	if (err != ATT_OK)
		return err;
	if (key->scheme != ATT_TPM_ALG_NULL &&
	    (key->scheme != ATT_TPM_ALG_RSAPSS ||
		key->scheme_hash != ATT_TPM_ALG_SHA256))
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the request key signs by scheme 0x%04x and hash 0x%04x, "
		    "expected RSAPSS and SHA-256, or none",
		    key->scheme, key->scheme_hash);
	return ATT_OK;
}

static enum att_err
check_said(const struct judge *judge, const struct att_tpm_evidence *evidence,
    const struct att_tpm_public *key)
{
	struct banks banks = { evidence->banks, evidence->bank_count };
	struct att_tpm_signature signature;
	enum att_err err;

	err = check_certificate(judge, evidence->aik_certificate);
	if (err == ATT_OK)
		err = read_signature(
		    judge, evidence->quote_signature, "the quote", &signature);
	if (err == ATT_OK)
		err = check_quote(judge, evidence->quote, &signature, banks);
	if (err == ATT_OK)
		err = read_signature(judge, evidence->certification_signature,
		    "the certification", &signature);
	if (err == ATT_OK)
		err = check_certified(judge, evidence->certification,
		    &signature, key, evidence->key_public);
	return err;
}

enum att_err
att_tpm_evidence_check(const struct att_tpm_evidence *evidence,
    struct att_bytes challenge, struct att_tpm_checked *checked,
    struct att_reason *why)
{
	struct judge judge = { &checked->aik, NULL, challenge, why };
	enum att_err err;

	*checked = (struct att_tpm_checked){ 0 };
	if (evidence->bank_count == 0 ||
	    evidence->bank_count > ATT_TPM_BANKS_MAX)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "no PCR was quoted; does the TPM have a bank of SHA-256?");
	if ((err = check_aik(evidence, &checked->aik, why)) != ATT_OK ||
	    (err = check_key(evidence, &checked->key, why)) != ATT_OK ||
	    (err = make_key(&checked->aik, &judge.aik_key, why)) != ATT_OK)
		return err;
	err = check_said(&judge, evidence, &checked->key);
	EVP_PKEY_free(judge.aik_key);
	return err;
}

/* --- A machine of Azure --------------------------------------------------- */

/* The area in a TPM2B_PUBLIC, clause 12.2.5. */
static enum att_err
unwrap(struct att_bytes in, const char *what, struct att_bytes *area,
    struct att_reason *why)
{
	struct att_reader reader = att_reader(in);
	uint16_t len;

	if (att_reader_get_u16(&reader, &len) == ATT_OK && len == reader.left &&
	    len > 0) {
		*area = att_bytes(reader.ptr, len);
		return ATT_OK;
	}
	return att_refuse(
	    why, ATT_ERR_TPM_EVIDENCE, "%s is not a TPM2B_PUBLIC", what);
}

static enum att_err
check_guest_keys(const struct att_tpm_guest_evidence *evidence,
    struct att_tpm_checked *checked, struct att_bytes *key_area,
    struct att_reason *why)
{
	struct att_bytes aik_area;
	enum att_err err;

	if ((err = unwrap(evidence->aik_public, "the AK", &aik_area, why)) !=
		ATT_OK ||
	    (err = unwrap(evidence->key_public, "the ephemeral key", key_area,
		 why)) != ATT_OK ||
	    (err = read_public(aik_area, "the AK", &checked->aik, why)) !=
		ATT_OK ||
	    (err = read_public(*key_area, "the ephemeral key", &checked->key,
		 why)) != ATT_OK ||
	    (err = check_attributes(&checked->aik, "the AK",
		 ATT_TPM_RESTRICTED | ATT_TPM_SIGN, ATT_TPM_DECRYPT, why)) !=
		ATT_OK)
		return err;
	return check_attributes(&checked->key, "the ephemeral key",
	    ATT_TPM_BOUND | ATT_TPM_DECRYPT, ATT_TPM_RESTRICTED | ATT_TPM_SIGN,
	    why);
}

enum att_err
att_tpm_guest_check(const struct att_tpm_guest_evidence *evidence,
    struct att_tpm_checked *checked, struct att_reason *why)
{
	struct judge judge = { &checked->aik, NULL, att_bytes("", 0), why };
	struct att_tpm_signature signature = { ATT_TPM_ALG_RSASSA,
		ATT_TPM_ALG_SHA256, evidence->quote_signature };
	struct banks banks = { &evidence->bank, 1 };
	struct att_bytes area;
	enum att_err err;

	*checked = (struct att_tpm_checked){ 0 };
	if ((err = check_guest_keys(evidence, checked, &area, why)) != ATT_OK ||
	    (err = make_key(&checked->aik, &judge.aik_key, why)) != ATT_OK)
		return err;
	err = check_certificate(&judge, evidence->aik_certificate);
	if (err == ATT_OK)
		err = check_quote(&judge, evidence->quote, &signature, banks);
	signature.bytes = evidence->certification_signature;
	if (err == ATT_OK)
		err = check_certified(&judge, evidence->certification,
		    &signature, &checked->key, area);
	EVP_PKEY_free(judge.aik_key);
	return err;
}
