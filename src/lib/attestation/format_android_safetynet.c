/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Android SafetyNet attestation statement: WebAuthn Level 3 section 8.5.
 * Google has ended the service; this is for registrations made before.
 */
#include <string.h>

#include "attestation/format.h"
#include "codec/jws.h"
#include "trust/certificate.h"

static const char what[] = "android-safetynet statement";
static const char host[] = "attest.android.com";

enum {
	VER,
	RESPONSE,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[VER] = { "ver", 0, ATT_CBOR_TEXT, false },
	[RESPONSE] = { "response", 0, ATT_CBOR_BYTES, false },
};
static const struct att_cbor_schema schema = {
	what,
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

enum {
	SLACK_MS = 60000, /* between the service's clock and ours */
	NONCE_TEXT_LEN = 44
};

/* Steps 1 and 2: syntax of the statement and of the response. */
static enum att_err
read_safetynet(const struct att_statement *statement, struct att_jws **jwsp,
    struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;

	err = att_cbor_get_fields(
	    statement->doc, statement->map, &schema, values, why);
	if (err != ATT_OK)
		return err;
	if (values[VER]->value.len == 0)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s: \"ver\" is empty", what);
	err = att_jws_parse(values[RESPONSE]->value, jwsp, why);
	return att_refuse_within(why, err, "%s", what);
}

static enum att_err
read_certificates(const struct att_statement *statement,
    const struct att_jws *jws, struct att_statement_result *result,
    struct att_reason *why)
{
	enum att_err err;

	for (size_t i = 0; i < att_jws_get_count(jws) && i < ATT_X5C_MAX; i++) {
		err = att_statement_read_certificate(
		    statement, att_jws_get_certificate(jws, i), result, why);
		if (err != ATT_OK)
			return err;
	}
	return ATT_OK;
}

/*
 * Step 4: the response came from the service. Its certificate is one of the
 * Web's, so only the name in it tells it from any other site's.
 */
static enum att_err
check_origin(const struct att_jws *jws, const struct att_certificate *leaf,
    struct att_reason *why)
{
	enum att_err err;

	err = att_jws_verify(jws, att_certificate_get_key(leaf), why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s", what);
	if ((err = att_certificate_check_safetynet(leaf, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if (!att_certificate_is_for_host(leaf, host))
		return att_refuse(why, ATT_ERR_SAFETYNET_HOST,
		    "%s: x5c[0] is not for the host %s", what, host);
	return ATT_OK;
}

/* Step 3: it was asked for by this registration. */
static enum att_err
check_nonce(const struct att_statement *statement, const struct att_jws *jws,
    struct att_reason *why)
{
	const char *nonce = att_jws_get_text(jws, "nonce");
	uint8_t digest[32];
	unsigned char expected[NONCE_TEXT_LEN + 1];
	enum att_err err;

	err = att_statement_hash(statement, digest);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (EVP_EncodeBlock(expected, digest, sizeof(digest)) != NONCE_TEXT_LEN)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	if (nonce == NULL || strcmp(nonce, (const char *)expected) != 0)
		return att_refuse(why, ATT_ERR_STATEMENT_NONCE,
		    "%s: \"nonce\" is not the hash of authenticator data and "
		    "client data hash",
		    what);
	return ATT_OK;
}

/* A minute, as Google advised, from the registration. */
static enum att_err
check_time(const struct att_statement *statement, const struct att_jws *jws,
    struct att_reason *why)
{
	const int64_t now = (int64_t)statement->time * 1000;
	int64_t then;

	if (!att_jws_get_integer(jws, "timestampMs", &then))
		return att_refuse(why, ATT_ERR_SAFETYNET_TIME,
		    "%s: \"timestampMs\" is not a number", what);
	if (then < now - SLACK_MS || then > now + SLACK_MS)
		return att_refuse(why, ATT_ERR_SAFETYNET_TIME,
		    "%s: it was not made within a minute of the registration",
		    what);
	return ATT_OK;
}

/* Step 5, and what Google wants beside it. Only the JSON value true is. */
static enum att_err
check_payload(const struct att_statement *statement, const struct att_jws *jws,
    struct att_reason *why)
{
	enum att_err err;

	if ((err = check_nonce(statement, jws, why)) != ATT_OK)
		return err;
	if (!att_jws_is_true(jws, "ctsProfileMatch"))
		return att_refuse(why, ATT_ERR_SAFETYNET_PROFILE,
		    "%s: \"ctsProfileMatch\" is not true", what);
	if (!att_jws_is_true(jws, "basicIntegrity"))
		return att_refuse(why, ATT_ERR_SAFETYNET_INTEGRITY,
		    "%s: \"basicIntegrity\" is not true", what);
	return check_time(statement, jws, why);
}

/*
 * Any application could have the service sign any nonce: what authenticator
 * data says of the model stays a claim.
 */
enum att_err
att_format_android_safetynet_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	struct att_jws *jws = NULL;
	enum att_err err;

	if ((err = read_safetynet(statement, &jws, why)) != ATT_OK ||
	    (err = read_certificates(statement, jws, result, why)) != ATT_OK ||
	    (err = check_origin(jws, result->x5c[0], why)) != ATT_OK ||
	    (err = check_payload(statement, jws, why)) != ATT_OK)
		goto out;
	result->type = ATT_TYPE_BASIC;
out:
	att_jws_free(&jws);
	return err;
}
