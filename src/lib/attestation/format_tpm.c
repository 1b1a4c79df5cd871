/* SPDX-License-Identifier: BSD-2-Clause */
/* The TPM attestation statement: WebAuthn Level 3 section 8.3. */
#include "attestation/format.h"
#include "codec/digest.h"
#include "codec/tpm_verify.h"
#include "trust/certificate.h"
#include "trust/memory.h"
#include "trust/tpm_vendors.h"

enum {
	VER,
	ALG,
	X5C,
	SIG,
	CERT_INFO,
	PUB_AREA,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[VER] = { "ver", 0, ATT_CBOR_TEXT, false },
	[ALG] = { "alg", 0, ATT_CBOR_INT, false },
	[X5C] = { "x5c", 0, ATT_CBOR_ARRAY, false },
	[SIG] = { "sig", 0, ATT_CBOR_BYTES, false },
	[CERT_INFO] = { "certInfo", 0, ATT_CBOR_BYTES, false },
	[PUB_AREA] = { "pubArea", 0, ATT_CBOR_BYTES, false },
};
static const struct att_cbor_schema schema = {
	"tpm statement",
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

struct tpm {
	struct att_statement_signature signature;
	const struct att_cbor_item *x5c;
	struct att_bytes cert_info;
	struct att_bytes pub_area;
	struct att_tpm_public area;
	struct att_tpm_certify certify;
};

/* --- What stands there -------------------------------------------------- */

static enum att_err
check_sha1(const struct att_statement *statement, bool is_sha1,
    const char *what, struct att_reason *why)
{
	if (!is_sha1 || statement->opts->tpm_sha1)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_SHA1,
	    "tpm statement: %s; tpm_sha1 = yes would accept that", what);
}

static enum att_err
read_statement(const struct att_statement *statement, struct tpm *tpm,
    struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;

	err = att_cbor_get_fields(
	    statement->doc, statement->map, &schema, values, why);
	if (err != ATT_OK)
		return err;
	if (!att_cbor_is_text(values[VER], "2.0"))
		return att_refuse(why, ATT_ERR_TPM_VERSION,
		    "tpm statement: \"ver\" is not \"2.0\"");
	tpm->x5c = values[X5C];
	tpm->cert_info = values[CERT_INFO]->value;
	tpm->pub_area = values[PUB_AREA]->value;
	err = att_statement_read_signature(
	    statement, values[ALG], values[SIG], &tpm->signature, why);
	if (err != ATT_OK)
		return err;
	/* The algorithm fixes the hash of extraData, so it has to have one. */
	if (tpm->signature.algorithm->digest == NULL)
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "tpm statement: %s has no hash of its own for extraData",
		    tpm->signature.algorithm->name);
	return ATT_OK;
}

static enum att_err
read_structures(struct tpm *tpm, struct att_reason *why)
{
	enum att_err err;

	err = att_tpm_public_parse(tpm->pub_area, &tpm->area, why);
	if (err == ATT_OK)
		err = att_tpm_certify_parse(tpm->cert_info, &tpm->certify, why);
	return err == ATT_OK ? ATT_OK
			     : att_refuse_within(why, err, "tpm statement");
}

/* --- What the TPM says -------------------------------------------------- */

/* extraData: the hash, by the algorithm of the statement, of attToBeSigned. */
static enum att_err
check_extra_data(const struct att_statement *statement, const struct tpm *tpm,
    struct att_reason *why)
{
	const struct att_bytes parts[] = {
		statement->auth_data_raw,
		att_bytes(statement->client_data_hash, 32),
	};
	struct att_digest digest;
	enum att_err err;

	err = att_digest(att_memory_get_hashes(statement->memory),
	    tpm->signature.algorithm->digest, parts, 2, &digest);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (att_bytes_is_equal(
		tpm->certify.extra_data, att_bytes(digest.bytes, digest.len)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_EXTRA_DATA,
	    "tpm statement: extraData of certInfo is not the %s hash of "
	    "authenticator data and client data hash",
	    tpm->signature.algorithm->digest);
}

/* What was certified is the object of that name: Part 1 clause 16. */
static enum att_err
check_name(const struct att_statement *statement, const struct tpm *tpm,
    struct att_reason *why)
{
	struct att_tpm_name name;
	enum att_err err;

	err = att_tpm_name_make(att_memory_get_hashes(statement->memory),
	    tpm->area.name_alg, tpm->pub_area, &name);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (att_bytes_is_equal(
		tpm->certify.name, att_bytes(name.bytes, name.len)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_NAME,
	    "tpm statement: the name that certInfo certifies is not that of "
	    "pubArea");
}

static enum att_err
check_claims(const struct att_statement *statement, const struct tpm *tpm,
    struct att_reason *why)
{
	bool is_sha1 = tpm->area.name_alg == ATT_TPM_ALG_SHA1;
	enum att_err err;

	err = att_tpm_public_compare(&tpm->area, statement->key, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "tpm statement");
	if ((err = check_extra_data(statement, tpm, why)) != ATT_OK ||
	    (err = check_name(statement, tpm, why)) != ATT_OK)
		return err;
	return check_sha1(
	    statement, is_sha1, "the name of its key is made by SHA-1", why);
}

/* --- Who says it -------------------------------------------------------- */

static enum att_err
verify_signature(const struct att_statement *statement, const struct tpm *tpm,
    EVP_PKEY *key, struct att_reason *why)
{
	const struct att_signed_data data = { &tpm->cert_info, 1 };
	enum att_err err;

	err = att_statement_verify_signature(
	    statement, &tpm->signature, key, &data, why);
	if (err != ATT_OK)
		return err;
	return att_statement_check_rsa_size(statement, key, why);
}

/* Sections 8.3.1 and 8.3, and the registry that section 8.3.1 leads to. */
static enum att_err
check_certificate(const struct att_statement *statement,
    struct att_certificate *leaf, struct att_reason *why)
{
	uint32_t vendor;
	enum att_err err;

	if ((err = att_certificate_check_tpm(leaf, &vendor, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if (!statement->opts->tpm_vendor_check ||
	    att_tpm_vendor_find(vendor) != NULL)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_VENDOR,
	    "x5c[0]: the TCG registry has no TPM vendor 'id:%08X'; "
	    "tpm_vendor_check = no would accept that",
	    vendor);
}

/*
 * TPMA_OBJECT, TPM 2.0 Part 2 clause 8.3. WebAuthn does not ask for it: the key
 * was made in this TPM and stays.
 */
static enum att_err
check_attributes(const struct att_statement *statement, const struct tpm *tpm,
    struct att_reason *why)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} wanted[] = {
		{ ATT_TPM_FIXED_TPM, "fixedTPM" },
		{ ATT_TPM_FIXED_PARENT, "fixedParent" },
		{ ATT_TPM_SENSITIVE_DATA_ORIGIN, "sensitiveDataOrigin" },
		{ ATT_TPM_SIGN, "sign" },
	};

	if (!statement->opts->tpm_attributes_check)
		return ATT_OK;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if ((tpm->area.attributes & wanted[i].bit) == 0)
			return att_refuse(why, ATT_ERR_TPM_ATTRIBUTES,
			    "tpm statement: the key lacks the attribute %s; "
			    "tpm_attributes_check = no would accept that",
			    wanted[i].name);
	}
	return ATT_OK;
}

/*
 * The hash of authenticator data comes from the software that calls the TPM,
 * so that software, not the TPM, says which model this is. A certificate that
 * names the model vouches for it; and so may the administrator.
 */
static enum att_err
check_model(const struct att_statement *statement,
    const struct att_certificate *leaf, bool *is_proven, struct att_reason *why)
{
	uint8_t aaguid[ATT_AAGUID_LEN];
	bool is_present;
	enum att_err err;

	err = att_certificate_get_aaguid(leaf, &is_present, aaguid, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	*is_proven = is_present || !statement->opts->require_aaguid_extension;
	return att_statement_check_aaguid(statement, leaf, why);
}

enum att_err
att_format_tpm_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	struct tpm tpm = { 0 };
	enum att_err err;
	struct att_certificate *leaf;

	if ((err = read_statement(statement, &tpm, why)) != ATT_OK ||
	    (err = check_sha1(statement,
		 tpm.signature.algorithm == &att_cose_rs1,
		 "it is signed by RS1, which uses SHA-1", why)) != ATT_OK ||
	    (err = read_structures(&tpm, why)) != ATT_OK ||
	    (err = check_claims(statement, &tpm, why)) != ATT_OK ||
	    (err = att_statement_read_x5c(statement, tpm.x5c, result, why)) !=
		ATT_OK)
		return err;
	leaf = result->x5c[0];
	if ((err = verify_signature(statement, &tpm,
		 att_statement_get_key(result), why)) != ATT_OK ||
	    (err = check_certificate(statement, leaf, why)) != ATT_OK ||
	    (err = check_model(
		 statement, leaf, &result->covers_auth_data, why)) != ATT_OK ||
	    (err = check_attributes(statement, &tpm, why)) != ATT_OK)
		return err;
	result->type = ATT_TYPE_ATTCA;
	return ATT_OK;
}
