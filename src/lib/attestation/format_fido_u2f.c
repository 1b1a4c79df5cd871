/* SPDX-License-Identifier: BSD-2-Clause */
/* The FIDO U2F attestation statement: WebAuthn Level 3 section 8.6. */
#include <string.h>

#include "attestation/format.h"
#include "trust/certificate.h"

static const char what[] = "fido-u2f statement";

enum {
	SIG,
	X5C,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[SIG] = { "sig", 0, ATT_CBOR_BYTES, false },
	[X5C] = { "x5c", 0, ATT_CBOR_ARRAY, false },
};
static const struct att_cbor_schema schema = {
	what,
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

/* Steps 1 and 2: syntax, and exactly one certificate. */
static enum att_err
read_u2f(const struct att_statement *statement,
    struct att_statement_signature *signature,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;

	err = att_cbor_get_fields(
	    statement->doc, statement->map, &schema, values, why);
	if (err != ATT_OK)
		return err;
	signature->algorithm = att_cose_algorithm_find(ATT_COSE_ES256);
	signature->value = values[SIG]->value;
	if (signature->value.len == 0)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s: \"sig\" is empty", what);
	if (values[X5C]->number != 1)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s: \"x5c\" has %ju certificates, expected exactly one",
		    what, (uintmax_t)values[X5C]->number);
	return att_statement_read_x5c(statement, values[X5C], result, why);
}

/*
 * Step 2, the attestation key, and step 4, the credential key: both are on
 * P-256, and U2F knows no algorithm but ECDSA with SHA-256.
 */
static enum att_err
check_keys(const struct att_statement *statement, const EVP_PKEY *key,
    struct att_reason *why)
{
	const struct att_cose_algorithm *es256 =
	    att_cose_algorithm_find(ATT_COSE_ES256);

	if (!att_cose_algorithm_fits(es256, key))
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "%s: the attestation key is not a P-256 key", what);
	if (statement->key->algorithm != es256)
		return att_refuse(why, ATT_ERR_COSE_ALGORITHM,
		    "%s: the credential is for %s, U2F makes %s only", what,
		    statement->key->algorithm->name, es256->name);
	return ATT_OK;
}

/*
 * Nothing vouches for flags, counter, AAGUID and extensions of authenticator
 * data: a client puts them there when it makes a registration of U2F into one
 * of WebAuthn, and CTAP 2.1 section 10 says how. Other flags are refused, so
 * UV, BE, BS or ED of an accepted registration are never a U2F key's.
 */
static enum att_err
check_unsigned(const struct att_statement *statement, struct att_reason *why)
{
	static const uint8_t zero[ATT_AAGUID_LEN];
	const struct att_auth_data *data = statement->auth_data;

	if (data->flags != (ATT_FLAG_UP | ATT_FLAG_AT))
		return att_refuse(why, ATT_ERR_U2F_FLAGS,
		    "%s: flags 0x%02x, but U2F vouches for no flag; expected "
		    "0x41 (UP, AT)",
		    what, data->flags);
	if (statement->opts->u2f_zero_aaguid &&
	    memcmp(data->aaguid, zero, sizeof(zero)) != 0)
		return att_refuse(why, ATT_ERR_U2F_AAGUID,
		    "%s: the AAGUID is not zero, but U2F vouches for none; "
		    "u2f_zero_aaguid = no would accept that",
		    what);
	return ATT_OK;
}

/* Steps 3 to 6, with the key in its raw ANSI X9.62 form, 0x04 || x || y. */
static enum att_err
verify_signature(const struct att_statement *statement,
    const struct att_statement_signature *signature, EVP_PKEY *key,
    struct att_reason *why)
{
	static const uint8_t reserved[] = { 0 };
	static const uint8_t uncompressed[] = { 4 };
	const struct att_auth_data *data = statement->auth_data;
	const struct att_bytes parts[] = {
		att_bytes(reserved, sizeof(reserved)),
		att_bytes(data->rp_id_hash, 32),
		att_bytes(statement->client_data_hash, 32),
		data->credential_id,
		att_bytes(uncompressed, sizeof(uncompressed)),
		statement->key->numbers[0],
		statement->key->numbers[1],
	};
	const struct att_signed_data signed_data = { parts,
		sizeof(parts) / sizeof(parts[0]) };

	return att_statement_verify_signature(
	    statement, signature, key, &signed_data, why);
}

/*
 * The certificate may name the model all the same: keys that speak CTAP2,
 * too, have the same one for both. Then no other model may be claimed.
 */
static enum att_err
check_model(const struct att_statement *statement,
    const struct att_certificate *leaf, struct att_reason *why)
{
	static const uint8_t zero[ATT_AAGUID_LEN];
	const uint8_t *claimed = statement->auth_data->aaguid;
	uint8_t aaguid[ATT_AAGUID_LEN];
	bool is_present;
	enum att_err err;

	err = att_certificate_get_aaguid(leaf, &is_present, aaguid, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if (is_present && memcmp(claimed, zero, sizeof(zero)) != 0 &&
	    memcmp(claimed, aaguid, sizeof(aaguid)) != 0)
		return att_refuse(why, ATT_ERR_AAGUID_MISMATCH,
		    "the attestation certificate names another AAGUID than "
		    "authenticator data");
	return ATT_OK;
}

enum att_err
att_format_fido_u2f_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	struct att_statement_signature signature;
	enum att_err err;
	EVP_PKEY *key;
	const struct att_certificate *leaf;

	if ((err = read_u2f(statement, &signature, result, why)) != ATT_OK)
		return err;
	leaf = result->x5c[0];
	key = att_statement_get_key(result);
	if ((err = check_keys(statement, key, why)) != ATT_OK ||
	    (err = check_unsigned(statement, why)) != ATT_OK ||
	    (err = verify_signature(statement, &signature, key, why)) != ATT_OK)
		return err;
	if ((err = att_certificate_check_fido_u2f(leaf, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if ((err = check_model(statement, leaf, why)) != ATT_OK)
		return err;
	result->type = ATT_TYPE_BASIC;
	return ATT_OK;
}
