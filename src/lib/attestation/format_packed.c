/* SPDX-License-Identifier: BSD-2-Clause */
/* The packed attestation statement: WebAuthn Level 3 section 8.2. */
#include "attestation/format.h"
#include "codec/signature.h"
#include "trust/certificate.h"

enum {
	ALG,
	SIG,
	X5C,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[ALG] = { "alg", 0, ATT_CBOR_INT, false },
	[SIG] = { "sig", 0, ATT_CBOR_BYTES, false },
	[X5C] = { "x5c", 0, ATT_CBOR_ARRAY, true },
};
static const struct att_cbor_schema schema = {
	"packed statement",
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

struct packed {
	int64_t alg;
	const struct att_cose_algorithm *algorithm;
	struct att_bytes sig;
	const struct att_cbor_item *x5c; /* NULL in self attestation */
};

static enum att_err
read_packed(const struct att_statement *statement, struct packed *packed,
    struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;

	err = att_cbor_get_fields(
	    statement->doc, statement->map, &schema, values, why);
	if (err != ATT_OK)
		return err;
	if (values[SIG]->value.len == 0)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "packed statement: \"sig\" is empty");
	packed->sig = values[SIG]->value;
	packed->x5c = values[X5C];
	if (!att_cbor_get_int(values[ALG], &packed->alg) ||
	    (packed->algorithm = att_cose_algorithm_find(packed->alg)) == NULL)
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "packed statement: its COSE algorithm is not supported");
	return ATT_OK;
}

static enum att_err
verify_signature(const struct att_statement *statement,
    const struct packed *packed, EVP_PKEY *key, struct att_reason *why)
{
	const struct att_bytes parts[] = {
		statement->auth_data_raw,
		att_bytes(statement->client_data_hash, 32),
	};
	const struct att_signed_data data = { parts, 2 };
	enum att_err err;

	err = att_signature_verify(
	    packed->algorithm, key, &data, packed->sig, why);
	return att_refuse_within(why, err, "packed statement");
}

static enum att_err
verify_self(const struct att_statement *statement, const struct packed *packed,
    struct att_statement_result *result, struct att_reason *why)
{
	enum att_err err;

	if (packed->algorithm != statement->key->algorithm)
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "packed statement: self attestation by %s of a "
		    "credential for %s",
		    packed->algorithm->name, statement->key->algorithm->name);
	err = verify_signature(statement, packed, statement->key->key, why);
	if (err != ATT_OK)
		return err;
	result->type = ATT_TYPE_SELF;
	return ATT_OK;
}

static enum att_err
verify_basic(const struct att_statement *statement, const struct packed *packed,
    struct att_statement_result *result, struct att_reason *why)
{
	enum att_err err;
	EVP_PKEY *key;
	X509 *leaf;

	err = att_statement_read_x5c(statement, packed->x5c, result, why);
	if (err != ATT_OK)
		return err;
	leaf = result->x5c[0];
	if ((key = X509_get0_pubkey(leaf)) == NULL)
		return att_refuse(why, ATT_ERR_CERTIFICATE_MALFORMED,
		    "x5c[0]: its public key is not understood");
	if ((err = verify_signature(statement, packed, key, why)) != ATT_OK ||
	    (err = att_statement_check_rsa_size(statement, key, why)) != ATT_OK)
		return err;
	if ((err = att_certificate_check_packed(leaf, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	err = att_statement_check_aaguid(statement, leaf, why);
	if (err != ATT_OK)
		return err;
	result->type = ATT_TYPE_BASIC;
	result->covers_auth_data = true;
	return ATT_OK;
}

enum att_err
att_format_packed_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	struct packed packed;
	enum att_err err;

	if ((err = read_packed(statement, &packed, why)) != ATT_OK)
		return err;
	if (packed.x5c == NULL)
		return verify_self(statement, &packed, result, why);
	return verify_basic(statement, &packed, result, why);
}
