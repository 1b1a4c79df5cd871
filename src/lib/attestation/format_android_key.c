/* SPDX-License-Identifier: BSD-2-Clause */
/* The Android key attestation statement: WebAuthn Level 3 section 8.4. */
#include "attestation/format.h"
#include "trust/certificate.h"
#include "trust/key_description.h"

static const char what[] = "android-key statement";

enum {
	ALG,
	SIG,
	X5C,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[ALG] = { "alg", 0, ATT_CBOR_INT, false },
	[SIG] = { "sig", 0, ATT_CBOR_BYTES, false },
	[X5C] = { "x5c", 0, ATT_CBOR_ARRAY, false },
};
static const struct att_cbor_schema schema = {
	what,
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

/* Step 1: syntax. */
static enum att_err
read_android_key(const struct att_statement *statement,
    struct att_statement_signature *signature,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;

	if ((err = att_cbor_get_fields(statement->doc, statement->map, &schema,
		 values, why)) != ATT_OK ||
	    (err = att_statement_read_signature(statement, values[ALG],
		 values[SIG], signature, why)) != ATT_OK)
		return err;
	return att_statement_read_x5c(statement, values[X5C], result, why);
}

/* Step 3: it is the credential's own key. */
static enum att_err
check_key(const struct att_statement *statement, const EVP_PKEY *key,
    struct att_reason *why)
{
	if (att_statement_is_credential_key(statement, key))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_STATEMENT_KEY,
	    "%s: the key of x5c[0] is not the credential's", what);
}

/*
 * Google's rule for key attestation: only the description nearest to the root
 * counts. Below a key that is itself described, its owner can write anything.
 */
static enum att_err
check_chain(const struct att_statement_result *result, struct att_reason *why)
{
	for (size_t i = 1; i < result->count; i++) {
		if (att_certificate_has_key_description(result->x5c[i]))
			return att_refuse(why, ATT_ERR_ANDROID_KEY_CHAIN,
			    "%s: x5c[%zu] describes a key of a device, which "
			    "cannot vouch for another one",
			    what, i);
	}
	return ATT_OK;
}

/* Step 4. */
static enum att_err
check_challenge(const struct att_statement *statement,
    const struct att_key_description *description, struct att_reason *why)
{
	if (att_bytes_is_equal(description->challenge,
		att_bytes(statement->client_data_hash, 32)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_STATEMENT_NONCE,
	    "%s: attestationChallenge is not the client data hash", what);
}

/* A property that both lists may have, and what it is in each. */
struct property {
	const char *name;
	const char *wanted;
	bool has_tee, is_tee_good;
	bool has_software, is_software_good;
};

/*
 * Wherever the property stands it has to be right: a union in which one list
 * hides the other would be a way round. Where it has to stand is policy.
 */
static enum att_err
check_property(const struct att_options *opts, const struct property *p,
    enum att_err err, struct att_reason *why)
{
	if ((p->has_tee && !p->is_tee_good) ||
	    (p->has_software && !p->is_software_good))
		return att_refuse(why, err, "%s: %s in %s is not %s", what,
		    p->name,
		    p->has_tee && !p->is_tee_good ? "teeEnforced"
						  : "softwareEnforced",
		    p->wanted);
	if (p->has_tee ||
	    opts->android_key_lists == ATT_ANDROID_KEY_LISTS_ABSENT)
		return ATT_OK;
	if (opts->android_key_lists == ATT_ANDROID_KEY_LISTS_TEE)
		return att_refuse(why, err,
		    "%s: teeEnforced does not have %s%s", what, p->name,
		    p->has_software
			? "; android_key_lists = any would take that of "
			  "softwareEnforced"
			: "");
	if (p->has_software)
		return ATT_OK;
	return att_refuse(why, err, "%s: neither list has %s", what, p->name);
}

/* Step 5. */
static enum att_err
check_lists(const struct att_options *opts,
    const struct att_key_description *description, struct att_reason *why)
{
	const struct att_key_authorizations *tee = &description->tee;
	const struct att_key_authorizations *software = &description->software;
	const struct property origin = { "origin", "GENERATED", tee->has_origin,
		tee->origin == ATT_KEY_ORIGIN_GENERATED, software->has_origin,
		software->origin == ATT_KEY_ORIGIN_GENERATED };
	const struct property purpose = { "purpose", "SIGN", tee->has_purpose,
		tee->may_sign, software->has_purpose, software->may_sign };
	enum att_err err;

	if (tee->has_all_applications || software->has_all_applications)
		return att_refuse(why, ATT_ERR_ANDROID_KEY_APPLICATIONS,
		    "%s: allApplications is in %s", what,
		    tee->has_all_applications ? "teeEnforced"
					      : "softwareEnforced");
	err = check_property(opts, &origin, ATT_ERR_ANDROID_KEY_ORIGIN, why);
	if (err != ATT_OK)
		return err;
	return check_property(opts, &purpose, ATT_ERR_ANDROID_KEY_PURPOSE, why);
}

/*
 * Section 8.4.1: a list is as good as who wrote it; the key's properties are
 * enforced at keymasterSecurityLevel, and attested at attestationSecurityLevel.
 */
static enum att_err
check_level(const struct att_options *opts,
    const struct att_key_description *description, struct att_reason *why)
{
	bool is_attested =
	    description->attestation_level >= ATT_SECURITY_TRUSTED_ENVIRONMENT;

	if (opts->android_key_lists != ATT_ANDROID_KEY_LISTS_TEE ||
	    (is_attested &&
		description->key_level >= ATT_SECURITY_TRUSTED_ENVIRONMENT))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_ANDROID_KEY_LEVEL,
	    "%s: %s is Software; android_key_lists = any would take the word "
	    "of Android",
	    what,
	    is_attested ? "keymasterSecurityLevel"
			: "attestationSecurityLevel");
}

/* What section 8.4 and Google's documents want of the certificates. */
static enum att_err
check_description(const struct att_statement *statement,
    const struct att_statement_result *result, struct att_reason *why)
{
	struct att_key_description description;
	const struct att_certificate *leaf = result->x5c[0];
	enum att_err err;

	if ((err = att_certificate_check_android_key(leaf, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	err = att_certificate_get_key_description(leaf, &description, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if ((err = check_chain(result, why)) != ATT_OK ||
	    (err = check_challenge(statement, &description, why)) != ATT_OK)
		return err;
	if ((err = check_lists(statement->opts, &description, why)) != ATT_OK)
		return err;
	return check_level(statement->opts, &description, why);
}

/*
 * Authenticator data is signed by the credential alone, which any application
 * can have made: what it says of the model stays a claim.
 */
enum att_err
att_format_android_key_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	struct att_statement_signature signature;
	enum att_err err;
	EVP_PKEY *key;

	err = read_android_key(statement, &signature, result, why);
	if (err != ATT_OK)
		return err;
	key = att_statement_get_key(result);
	if ((err = att_statement_verify_signature(
		 statement, &signature, key, NULL, why)) != ATT_OK ||
	    (err = check_key(statement, key, why)) != ATT_OK ||
	    (err = check_description(statement, result, why)) != ATT_OK)
		return err;
	result->type = ATT_TYPE_BASIC;
	return ATT_OK;
}
