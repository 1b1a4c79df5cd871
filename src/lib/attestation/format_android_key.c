/* SPDX-License-Identifier: BSD-2-Clause */
/* The Android key attestation statement: WebAuthn Level 3 section 8.4. */
#include "attestation/format.h"
#include "codec/signature.h"
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

struct android_key {
	const struct att_cose_algorithm *algorithm;
	struct att_bytes sig;
};

/* Step 1: syntax. */
static enum att_err
read_android_key(const struct att_statement *statement, struct android_key *ak,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_err err;
	int64_t alg;

	err = att_cbor_get_fields(
	    statement->doc, statement->map, &schema, values, why);
	if (err != ATT_OK)
		return err;
	ak->sig = values[SIG]->value;
	if (ak->sig.len == 0)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s: \"sig\" is empty", what);
	if (!att_cbor_get_int(values[ALG], &alg) ||
	    (ak->algorithm = att_cose_algorithm_find(alg)) == NULL)
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "%s: its COSE algorithm is not supported", what);
	return att_statement_read_x5c(statement, values[X5C], result, why);
}

/* Step 2: the leaf's key signed authenticator data and client data hash. */
static enum att_err
verify_signature(const struct att_statement *statement,
    const struct android_key *ak, EVP_PKEY *key, struct att_reason *why)
{
	const struct att_bytes parts[] = {
		statement->auth_data_raw,
		att_bytes(statement->client_data_hash, 32),
	};
	const struct att_signed_data data = { parts, 2 };
	enum att_err err;

	if (key == NULL)
		return att_refuse(why, ATT_ERR_CERTIFICATE_MALFORMED,
		    "x5c[0]: its public key is not understood");
	err = att_signature_verify(ak->algorithm, key, &data, ak->sig, why);
	return att_refuse_within(why, err, "%s", what);
}

/* Step 3: it is the credential's own key. */
static enum att_err
check_key(const struct att_statement *statement, const EVP_PKEY *key,
    struct att_reason *why)
{
	if (EVP_PKEY_eq(key, statement->key->key) == 1)
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

/* What section 8.4 and Google's documents want of the certificates. */
static enum att_err
check_description(const struct att_statement *statement,
    const struct att_statement_result *result, struct att_reason *why)
{
	struct att_key_description description;
	X509 *leaf = result->x5c[0];
	enum att_err err;

	if ((err = att_certificate_check_android_key(leaf, why)) != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	err = att_certificate_get_key_description(leaf, &description, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if ((err = check_chain(result, why)) != ATT_OK ||
	    (err = check_challenge(statement, &description, why)) != ATT_OK)
		return err;
	return check_lists(statement->opts, &description, why);
}

/*
 * Authenticator data is signed by the credential alone, which any application
 * can have made: what it says of the model stays a claim.
 */
enum att_err
att_format_android_key_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	struct android_key ak = { 0 };
	enum att_err err;
	EVP_PKEY *key;

	if ((err = read_android_key(statement, &ak, result, why)) != ATT_OK)
		return err;
	key = X509_get0_pubkey(result->x5c[0]);
	if ((err = verify_signature(statement, &ak, key, why)) != ATT_OK ||
	    (err = check_key(statement, key, why)) != ATT_OK ||
	    (err = check_description(statement, result, why)) != ATT_OK)
		return err;
	result->type = ATT_TYPE_BASIC;
	return ATT_OK;
}
