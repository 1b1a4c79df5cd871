/* SPDX-License-Identifier: BSD-2-Clause */
/* The Apple anonymous attestation statement: WebAuthn Level 3 section 8.8. */
#include <string.h>

#include "attestation/format.h"
#include "trust/certificate.h"

static const char what[] = "apple statement";

enum {
	ALG,
	X5C,
	FIELD_COUNT
};

/* Section 8.8 knows x5c alone; what devices send has alg as well at times. */
static const struct att_cbor_field fields[FIELD_COUNT] = {
	[ALG] = { "alg", 0, ATT_CBOR_INT, true },
	[X5C] = { "x5c", 0, ATT_CBOR_ARRAY, false },
};
static const struct att_cbor_schema schema = {
	what,
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

enum {
	NONCE_LEN = 32
};

/* 1.2.840.113635.100.8.2 */
static const uint8_t nonce_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64,
	0x08, 0x02 };

/*
 * What stands before the nonce in the extension; nothing may come after it:
 * SEQUENCE { nonce [1] EXPLICIT OCTET STRING (32 bytes) }.
 */
static const uint8_t nonce_head[] = { 0x30, 0x24, 0xa1, 0x22, 0x04, NONCE_LEN };

/* Step 1. */
static enum att_err
read_apple(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;
	int64_t alg;

	err = att_cbor_get_fields(
	    statement->doc, statement->map, &schema, values, why);
	if (err != ATT_OK)
		return err;
	if (values[ALG] != NULL && (!att_cbor_get_int(values[ALG], &alg) ||
				       alg != statement->key->algorithm->id))
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "%s: \"alg\" is not that of the credential, %s", what,
		    statement->key->algorithm->name);
	return att_statement_read_x5c(statement, values[X5C], result, why);
}

/* Steps 2 to 4: the whole value of the extension is compared, not only the
 * nonce. */
static enum att_err
check_nonce(const struct att_statement *statement,
    const struct att_certificate *leaf, struct att_reason *why)
{
	struct att_certificate_extension extension;
	uint8_t nonce[NONCE_LEN];
	enum att_err err;

	if ((err = att_statement_hash(statement, nonce)) != ATT_OK)
		return att_refuse_plain(why, err);
	if (!att_certificate_find_extension(
		leaf, att_bytes(nonce_oid, sizeof(nonce_oid)), &extension))
		return att_refuse(why, ATT_ERR_CERTIFICATE_PROFILE,
		    "x5c[0]: it has no nonce (extension "
		    "1.2.840.113635.100.8.2)");
	if (extension.is_critical ||
	    extension.value.len != sizeof(nonce_head) + NONCE_LEN ||
	    memcmp(extension.value.ptr, nonce_head, sizeof(nonce_head)) != 0)
		return att_refuse(why, ATT_ERR_CERTIFICATE_PROFILE,
		    "x5c[0]: its nonce (extension 1.2.840.113635.100.8.2) is "
		    "not a SEQUENCE of [1] with 32 bytes, not critical");
	if (memcmp(extension.value.ptr + sizeof(nonce_head), nonce,
		NONCE_LEN) != 0)
		return att_refuse(why, ATT_ERR_STATEMENT_NONCE,
		    "%s: the nonce in the certificate is not that of this "
		    "registration",
		    what);
	return ATT_OK;
}

/* Step 5. The same nonce can be certified for a key of somebody else's. */
static enum att_err
check_key(const struct att_statement *statement,
    const struct att_certificate *leaf, struct att_reason *why)
{
	if (att_statement_is_credential_key(
		statement, att_certificate_get_key(leaf)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_STATEMENT_KEY,
	    "%s: the certificate is for another key than the credential's",
	    what);
}

enum att_err
att_format_apple_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	enum att_err err;
	const struct att_certificate *leaf;

	if ((err = read_apple(statement, result, why)) != ATT_OK)
		return err;
	leaf = result->x5c[0];
	if ((err = check_nonce(statement, leaf, why)) != ATT_OK ||
	    (err = check_key(statement, leaf, why)) != ATT_OK)
		return err;
	if ((err = att_certificate_check_apple(leaf, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	result->type = ATT_TYPE_ANONCA;
	result->covers_auth_data = true;
	return ATT_OK;
}
