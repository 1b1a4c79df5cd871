/* SPDX-License-Identifier: BSD-2-Clause */
/* TPM2_PCR_Read, TPM2_Quote, TPM2_Certify: Part 3, clauses 22.4 and 18. */
#include <string.h>

#include <tss2/tss2_mu.h>

#include "codec/digest.h"
#include "tpm/failure.h"
#include "tpm/quote.h"

enum {
	TRIES_MAX = 5, /* of quoting PCRs that change */
	SELECT_OCTETS = 3
};

static const struct bank {
	TPMI_ALG_HASH alg;
	const char *name;
	size_t len;
} banks[ATT_TPM_BANKS_MAX] = {
	{ TPM2_ALG_SHA256, "SHA-256", ATT_TPM_SHA256_LEN },
	{ TPM2_ALG_SHA1, "SHA-1", ATT_TPM_SHA1_LEN },
};

/* --- PCRs ----------------------------------------------------------------- */

static void
select_pcrs(TPMS_PCR_SELECTION *selection, TPMI_ALG_HASH alg, uint32_t pcrs)
{
	*selection =
	    (TPMS_PCR_SELECTION){ .hash = alg, .sizeofSelect = SELECT_OCTETS };
	for (unsigned int i = 0; i < SELECT_OCTETS; i++)
		selection->pcrSelect[i] = (BYTE)(pcrs >> (8 * i));
}

static uint32_t
get_selected(const TPMS_PCR_SELECTION *selection)
{
	uint32_t pcrs = 0;

	for (unsigned int i = 0;
	     i < SELECT_OCTETS && i < selection->sizeofSelect; i++)
		pcrs |= (uint32_t)selection->pcrSelect[i] << (8 * i);
	return pcrs;
}

/* Where the value of a PCR is among those that were asked for. */
static size_t
find_place(uint32_t pcrs, unsigned int index)
{
	size_t place = 0;

	for (unsigned int i = 0; i < index; i++)
		place += pcrs >> i & 1;
	return place;
}

/* The PCRs of a bank, as far as they are read. */
struct reading {
	const struct bank *bank;
	uint32_t pcrs;
	uint32_t left;
	uint8_t *out;
};

/* A TPM gives eight at a time, and none of a bank that it does not have. */
static bool
take_values(struct reading *reading, const TPML_PCR_SELECTION *came,
    const TPML_DIGEST *values)
{
	const size_t len = reading->bank->len;
	uint32_t read;
	UINT32 next = 0;

	if (came->count != 1 ||
	    came->pcrSelections[0].hash != reading->bank->alg)
		return came->count == 0 && values->count == 0;
	read = get_selected(&came->pcrSelections[0]);
	if ((read & ~reading->left) != 0)
		return false;
	for (unsigned int i = 0; i < ATT_TPM_PCR_COUNT; i++) {
		if ((read >> i & 1) == 0)
			continue;
		if (next >= values->count || values->digests[next].size != len)
			return false;
		memcpy(reading->out + find_place(reading->pcrs, i) * len,
		    values->digests[next++].buffer, len);
	}
	reading->left &= ~read;
	return next == values->count;
}

static enum att_err
read_some(ESYS_CONTEXT *esys, struct reading *reading, struct att_reason *why)
{
	TPML_PCR_SELECTION selection = { .count = 1 }, *came = NULL;
	TPML_DIGEST *values = NULL;
	bool is_fit;
	TSS2_RC rc;

	select_pcrs(
	    &selection.pcrSelections[0], reading->bank->alg, reading->left);
	rc = Esys_PCR_Read(esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
	    &selection, NULL, &came, &values);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(
		    why, ATT_ERR_TPM_EVIDENCE, "reading PCRs", rc);
	is_fit = take_values(reading, came, values);
	Esys_Free(came);
	Esys_Free(values);
	return is_fit ? ATT_OK
		      : att_refuse(why, ATT_ERR_TPM_EVIDENCE,
			    "the TPM gave other PCRs than it was asked for");
}

/* What the TPM does not have stays left. */
static enum att_err
read_bank(ESYS_CONTEXT *esys, struct reading *reading, struct att_reason *why)
{
	enum att_err err = ATT_OK;
	uint32_t before = 0;

	while (err == ATT_OK && reading->left != 0 && reading->left != before) {
		before = reading->left;
		err = read_some(esys, reading, why);
	}
	return err;
}

static enum att_err
read_pcrs(ESYS_CONTEXT *esys, const struct tpm_quote_request *request,
    struct tpm_quoted *quoted, struct att_reason *why)
{
	enum att_err err;

	quoted->bank_count = 0;
	for (size_t i = 0; i < (request->has_sha1 ? 2 : 1); i++) {
		struct reading reading = { .bank = &banks[i],
			.pcrs = request->pcrs,
			.left = request->pcrs,
			.out = quoted->digests[i] };
		size_t count = find_place(request->pcrs, ATT_TPM_PCR_COUNT);

		if ((err = read_bank(esys, &reading, why)) != ATT_OK)
			return err;
		if (reading.left == request->pcrs && i > 0)
			break; /* there is no such bank, which may be */
		if (reading.left != 0)
			return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
			    "the %s bank of the TPM lacks PCRs (0x%06x of "
			    "0x%06x); see option maa_pcrs, and "
			    "tpm2_pcrallocate(1)",
			    banks[i].name, reading.left, request->pcrs);
		quoted->banks[quoted->bank_count++] = (struct att_tpm_pcr_bank){
			.algorithm = banks[i].alg,
			.pcrs = request->pcrs,
			.digests =
			    att_bytes(quoted->digests[i], count * banks[i].len),
		};
	}
	return ATT_OK;
}

/* --- The quote ------------------------------------------------------------ */

static TPML_PCR_SELECTION
get_selection(const struct tpm_quoted *quoted)
{
	TPML_PCR_SELECTION selection = { .count = (UINT32)quoted->bank_count };

	for (size_t i = 0; i < quoted->bank_count; i++)
		select_pcrs(&selection.pcrSelections[i],
		    quoted->banks[i].algorithm, quoted->banks[i].pcrs);
	return selection;
}

static enum att_err
set_data(TPM2B_DATA *data, struct att_bytes bytes, struct att_reason *why)
{
	*data = (TPM2B_DATA){ 0 };
	if (bytes.len > sizeof(data->buffer))
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "a challenge of %zu bytes is too long for a TPM",
		    bytes.len);
	data->size = (UINT16)bytes.len;
	if (bytes.len > 0)
		memcpy(data->buffer, bytes.ptr, bytes.len);
	return ATT_OK;
}

/* What begins every attestation (Part 2, clause 10.12.8), and its kind. */
static bool
is_attested(const struct tpm_blob *blob, TPMI_ST_ATTEST type,
    struct att_bytes challenge, TPMS_ATTEST *attest)
{
	size_t len = 0;

	return Tss2_MU_TPMS_ATTEST_Unmarshal(
		   blob->ptr, blob->len, &len, attest) == TSS2_RC_SUCCESS &&
	       len == blob->len && attest->magic == TPM2_GENERATED_VALUE &&
	       attest->type == type &&
	       att_bytes_is_equal(
		   att_bytes(attest->extraData.buffer, attest->extraData.size),
		   challenge);
}

static bool
is_of_banks(const TPML_PCR_SELECTION *selection, struct tpm_quoted *quoted)
{
	if (selection->count != quoted->bank_count)
		return false;
	for (size_t i = 0; i < quoted->bank_count; i++) {
		const TPMS_PCR_SELECTION *s = &selection->pcrSelections[i];

		if (s->hash != quoted->banks[i].algorithm ||
		    s->sizeofSelect < SELECT_OCTETS ||
		    get_selected(s) != quoted->banks[i].pcrs)
			return false;
	}
	return true;
}

/* *is_newp: the values have changed since they were read. */
static enum att_err
check_quote(const struct tpm_quote_request *request, struct tpm_quoted *quoted,
    bool *is_newp, struct att_reason *why)
{
	struct att_bytes parts[ATT_TPM_BANKS_MAX];
	struct att_digest digest;
	TPMS_ATTEST attest;
	enum att_err err;

	if (!is_attested(&quoted->attested, TPM2_ST_ATTEST_QUOTE,
		request->challenge, &attest) ||
	    !is_of_banks(&attest.attested.quote.pcrSelect, quoted))
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "what the TPM gave as a quote is none of these PCRs and "
		    "for this challenge");
	for (size_t i = 0; i < quoted->bank_count; i++)
		parts[i] = quoted->banks[i].digests;
	err = att_digest(NULL, "SHA256", parts, quoted->bank_count, &digest);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	quoted->pcr_digest = attest.attested.quote.pcrDigest;
	*is_newp = !att_bytes_is_equal(
	    att_bytes(quoted->pcr_digest.buffer, quoted->pcr_digest.size),
	    att_bytes(digest.bytes, digest.len));
	return ATT_OK;
}

static enum att_err
quote(ESYS_CONTEXT *esys, const struct tpm_key *aik, const TPM2B_DATA *data,
    struct tpm_quoted *quoted, struct att_reason *why)
{
	static const TPMT_SIG_SCHEME its_own = { .scheme = TPM2_ALG_NULL };
	const TPML_PCR_SELECTION selection = get_selection(quoted);
	TPMT_SIGNATURE *signature = NULL;
	TPM2B_ATTEST *attested = NULL;
	enum att_err err;
	TSS2_RC rc;

	rc = Esys_Quote(esys, aik->handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, data, &its_own, &selection, &attested, &signature);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "quoting by the AIK (host_aik)", rc);
	err = tpm_blob_put_attest(&quoted->attested, attested, why);
	quoted->signature = *signature;
	Esys_Free(attested);
	Esys_Free(signature);
	return err;
}

enum att_err
tpm_quote(ESYS_CONTEXT *esys, const struct tpm_key *aik,
    const struct tpm_quote_request *request, struct tpm_quoted *quoted,
    struct att_reason *why)
{
	bool is_new = true;
	TPM2B_DATA data;
	enum att_err err;

	err = set_data(&data, request->challenge, why);
	for (int i = 0; i < TRIES_MAX && err == ATT_OK && is_new; i++) {
		if ((err = read_pcrs(esys, request, quoted, why)) == ATT_OK &&
		    (err = quote(esys, aik, &data, quoted, why)) == ATT_OK)
			err = check_quote(request, quoted, &is_new, why);
	}
	if (err == ATT_OK && is_new)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the PCRs were quoted %d times, and each time the quote "
		    "was of other values than had been read just before",
		    TRIES_MAX);
	return err;
}

/* --- The certification ---------------------------------------------------- */

static enum att_err
check_certified(const struct tpm_key *key,
    const struct tpm_certified *certified, struct att_reason *why)
{
	TPMS_ATTEST attest;
	TPM2B_NAME name;
	enum att_err err;

	err = tpm_name_compute(&key->public_part->publicArea, &name, why);
	if (err != ATT_OK)
		return err;
	if (is_attested(&certified->attested, TPM2_ST_ATTEST_CERTIFY,
		certified->challenge, &attest) &&
	    att_bytes_is_equal(att_bytes(attest.attested.certify.name.name,
				   attest.attested.certify.name.size),
		att_bytes(name.name, name.size)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
	    "what the TPM gave as a certified key is none of this key and for "
	    "this challenge");
}

enum att_err
tpm_certify(ESYS_CONTEXT *esys, const struct tpm_key *aik,
    const struct tpm_key *key, struct tpm_certified *certified,
    struct att_reason *why)
{
	static const TPMT_SIG_SCHEME its_own = { .scheme = TPM2_ALG_NULL };
	TPMT_SIGNATURE *signature = NULL;
	TPM2B_ATTEST *attested = NULL;
	TPM2B_DATA data;
	enum att_err err;
	TSS2_RC rc;

	if ((err = set_data(&data, certified->challenge, why)) != ATT_OK)
		return err;
	rc = Esys_Certify(esys, key->handle, aik->handle, ESYS_TR_PASSWORD,
	    ESYS_TR_PASSWORD, ESYS_TR_NONE, &data, &its_own, &attested,
	    &signature);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "certifying a key by the AIK (host_aik)", rc);
	err = tpm_blob_put_attest(&certified->attested, attested, why);
	certified->signature = *signature;
	Esys_Free(attested);
	Esys_Free(signature);
	return err == ATT_OK ? check_certified(key, certified, why) : err;
}
