/* SPDX-License-Identifier: BSD-2-Clause */
/* The packed attestation statement: WebAuthn Level 3 section 8.2. */
#include "attestation/format.h"
#include "trust/certificate.h"
#include "trust/memory.h"

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
	struct att_statement_signature signature;
	const struct att_cbor_item *x5c; /* NULL in self attestation */
};

/* Step 1: syntax. ecdaaKeyId, which Level 2 removed, is a key too many. */
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
	packed->x5c = values[X5C];
	return att_statement_read_signature(
	    statement, values[ALG], values[SIG], &packed->signature, why);
}

/* Step 3: the credential key vouches for itself. */
static enum att_err
verify_self(const struct att_statement *statement, const struct packed *packed,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cose_algorithm *algorithm =
	    packed->signature.algorithm;
	struct att_curves *curves = att_memory_get_curves(statement->memory);
	EVP_PKEY *key = NULL;
	enum att_err err;

	if (algorithm != statement->key->algorithm)
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "packed statement: self attestation by %s of a "
		    "credential for %s",
		    algorithm->name, statement->key->algorithm->name);
	err = att_cose_key_make(statement->key, curves, &key);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	err = att_statement_verify_signature(
	    statement, &packed->signature, key, NULL, why);
	EVP_PKEY_free(key);
	if (err != ATT_OK)
		return err;
	result->type = ATT_TYPE_SELF;
	return ATT_OK;
}

/*
 * Step 2: signature, certificate requirements of section 8.2.1, AAGUID. Which
 * of Basic and AttCA it is, nobody can tell from the statement.
 */
static enum att_err
verify_basic(const struct att_statement *statement, const struct packed *packed,
    struct att_statement_result *result, struct att_reason *why)
{
	enum att_err err;
	EVP_PKEY *key;
	const struct att_certificate *leaf;

	err = att_statement_read_x5c(statement, packed->x5c, result, why);
	if (err != ATT_OK)
		return err;
	leaf = result->x5c[0];
	key = att_statement_get_key(result);
	if ((err = att_statement_verify_signature(
		 statement, &packed->signature, key, NULL, why)) != ATT_OK ||
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
