/* SPDX-License-Identifier: BSD-2-Clause */
/* The judgement of a registration, in the order of WebAuthn section 7.1. */
#include <string.h>

#include <openssl/err.h>

#include "attestation/trial.h"
#include "trust/certificate.h"
#include "trust/memory.h"

const char *
att_attestation_type_name(enum att_attestation_type type)
{
	static const char *const names[] = {
		[ATT_TYPE_NONE] = "none",
		[ATT_TYPE_SELF] = "self",
		[ATT_TYPE_BASIC] = "basic",
		[ATT_TYPE_ATTCA] = "attca",
		[ATT_TYPE_ANONCA] = "anonca",
		[ATT_TYPE_COMPOUND] = "compound",
	};

	if ((size_t)type >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[type];
}

void
att_verdict_reset(struct att_verdict *verdict)
{
	*verdict = (struct att_verdict){ 0 };
}

static enum att_err
read_object(struct att_trial *t)
{
	enum att_cbor_order order = t->opts->cbor_key_order == ATT_KEY_ORDER_ANY
					? ATT_CBOR_ANY_ORDER
					: ATT_CBOR_CANONICAL_ORDER;
	enum att_err err;

	err = att_object_parse(
	    t->evidence->attestation_object, order, &t->object, t->why);
	if (err != ATT_OK)
		return err;
	t->verdict->has_format = true;
	t->verdict->format = t->object.format;
	return ATT_OK;
}

/* Steps 9 to 18: what authenticator data says about itself. */
static enum att_err
read_auth_data(struct att_trial *t)
{
	struct att_auth_data *data = &t->auth_data;
	enum att_err err;

	err = att_auth_data_parse(
	    t->object.auth_data, ATT_CEREMONY_REGISTRATION, data, t->why);
	t->verdict->flags = data->flags;
	t->verdict->sign_count = data->sign_count;
	t->verdict->cred_protect = data->cred_protect;
	if (data->aaguid != NULL) {
		t->verdict->has_auth_data = true;
		memcpy(t->verdict->aaguid, data->aaguid, ATT_AAGUID_LEN);
	}
	t->verdict->credential_id = data->credential_id;
	if (err != ATT_OK)
		return err;
	return att_auth_data_check(
	    data, t->evidence->rp_id_hash, t->evidence->require_uv, t->why);
}

static enum att_err
read_key(struct att_trial *t)
{
	struct att_curves *curves =
	    att_memory_get_curves(att_anchors_get_memory(t->trust->anchors));
	struct att_cose_key *key = &t->verdict->key;
	enum att_err err;

	err = att_cose_key_parse(t->auth_data.cose_key, curves, key, t->why);
	if (err == ATT_OK)
		t->verdict->algorithm = key->algorithm->id;
	return err;
}

/*
 * A statement format that is switched off is not even parsed. Whether "none"
 * is enough is what the option "attestation" says.
 */
static enum att_err
check_format(const struct att_trial *t)
{
	enum att_format format = t->object.format;

	if (format == ATT_FORMAT_NONE ||
	    (t->opts->formats & (1U << format)) != 0)
		return ATT_OK;
	return att_refuse(t->why, ATT_ERR_FORMAT_REFUSED,
	    "%s statements are not among the formats accepted",
	    att_format_name(format));
}

struct att_trial_parts
att_trial_get_parts(const struct att_trial *t)
{
	if (t->result.type == ATT_TYPE_COMPOUND)
		return (struct att_trial_parts){ t->result.parts,
			t->result.part_count };
	return (struct att_trial_parts){ &t->result, 1 };
}

struct att_models_question
att_trial_ask_models(const struct att_trial *t, size_t i)
{
	const struct att_statement_result *part =
	    &att_trial_get_parts(t).list[i];

	return (struct att_models_question){
		.trust = t->trust,
		.opts = t->opts,
		.aaguid = t->auth_data.aaguid,
		.format = t->result.type == ATT_TYPE_COMPOUND
			      ? part->format
			      : t->object.format,
		.part = part,
	};
}

void
att_trial_name_key(struct att_trial *t, const struct att_statement_result *part)
{
	t->verdict->has_attestation_key = part->count > 0;
	if (part->count > 0)
		att_certificate_get_key_id(
		    part->x5c[0], t->verdict->attestation_key);
}

static enum att_err
verify_statement(struct att_trial *t)
{
	const struct att_statement statement = {
		.format = t->object.format,
		.doc = &t->object.doc,
		.map = t->object.statement,
		.auth_data_raw = t->object.auth_data,
		.auth_data = &t->auth_data,
		.key = &t->verdict->key,
		.client_data_hash = t->evidence->client_data_hash,
		.time = t->evidence->time,
		.opts = t->opts,
		.memory = att_anchors_get_memory(t->trust->anchors),
	};
	enum att_err err;

	err = att_statement_verify(&statement, &t->result, t->why);
	if (err != ATT_OK)
		return err;
	t->verdict->has_type = true;
	t->verdict->type = t->result.type;
	att_trial_name_key(t, att_trial_get_parts(t).list);
	return ATT_OK;
}

/* Section 7.1: none and self attestation are for policy to accept. */
static enum att_err
check_level(const struct att_trial *t)
{
	if (t->result.type == ATT_TYPE_NONE &&
	    t->opts->attestation != ATT_ATTESTATION_NONE)
		return att_refuse_plain(t->why, ATT_ERR_ATTESTATION_NONE);
	if (t->result.type == ATT_TYPE_SELF &&
	    t->opts->attestation == ATT_ATTESTATION_REQUIRED)
		return att_refuse_plain(t->why, ATT_ERR_ATTESTATION_SELF);
	return ATT_OK;
}

/* Section 6.1.3: BE says that the credential may leave its authenticator. */
static enum att_err
check_credential(const struct att_trial *t)
{
	const struct att_cose_key *key = &t->verdict->key;
	size_t bits = att_cose_key_get_rsa_bits(key);

	if ((t->auth_data.flags & ATT_FLAG_BE) != 0 &&
	    !t->opts->backup_eligible)
		return att_refuse(t->why, ATT_ERR_BACKUP_ELIGIBLE,
		    "the authenticator says the credential may be backed up "
		    "elsewhere (BE)");
	if (key->algorithm->kty == ATT_COSE_RSA && bits < t->opts->min_rsa_bits)
		return att_refuse(t->why, ATT_ERR_RSA_SIZE,
		    "the credential is RSA with %zu bits, min_rsa_bits is %u",
		    bits, t->opts->min_rsa_bits);
	return ATT_OK;
}

static bool
is_listed(const struct att_aaguids *list, const uint8_t *aaguid)
{
	for (size_t i = 0; i < list->count; i++) {
		if (memcmp(list->ids[i], aaguid, ATT_AAGUID_LEN) == 0)
			return true;
	}
	return false;
}

static bool
is_id_listed(const struct att_key_ids *list, const uint8_t *id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (memcmp(list->ids[i], id, ATT_KEY_ID_LEN) == 0)
			return true;
	}
	return false;
}

static bool
is_key_listed(const struct att_trial *t, const struct att_key_ids *list)
{
	return t->verdict->has_attestation_key &&
	       is_id_listed(list, t->verdict->attestation_key);
}

/*
 * Also the keys above the leaf: an Android key is the leaf of its own path,
 * and what can be told apart there is the device or the batch that issued it.
 */
static enum att_err
check_keys_denied(struct att_trial *t, const struct att_statement_result *part)
{
	uint8_t id[ATT_KEY_ID_LEN];

	if (t->opts->attestation_key_deny.count == 0)
		return ATT_OK;
	for (size_t i = 0; i < part->count; i++) {
		att_certificate_get_key_id(part->x5c[i], id);
		if (is_id_listed(&t->opts->attestation_key_deny, id))
			return att_refuse(t->why,
			    ATT_ERR_ATTESTATION_KEY_REFUSED,
			    "the key of x5c[%zu] is on the list "
			    "attestation_key_deny",
			    i);
	}
	return ATT_OK;
}

/*
 * A claim is good enough to refuse by. A U2F registration does not name the
 * model, but the certificate behind it may do so.
 */
static enum att_err
check_part_denied(struct att_trial *t, const struct att_statement_result *part)
{
	uint8_t aaguid[ATT_AAGUID_LEN];
	bool is_present = false;
	enum att_err err;

	att_trial_name_key(t, part);
	if ((err = check_keys_denied(t, part)) != ATT_OK)
		return err;
	if (part->count == 0 || t->opts->aaguid_deny.count == 0)
		return ATT_OK;
	err = att_certificate_get_aaguid(
	    part->x5c[0], &is_present, aaguid, t->why);
	if (err != ATT_OK)
		return att_refuse_within(t->why, err, "x5c[0]");
	if (is_present && is_listed(&t->opts->aaguid_deny, aaguid))
		return att_refuse(t->why, ATT_ERR_AAGUID_REFUSED,
		    "the model that the attestation certificate names is on "
		    "the list aaguid_deny");
	return ATT_OK;
}

/*
 * The keys of Android are attested by keys in devices, of which some get out:
 * Google's list has their certificates by serial number.
 */
static enum att_err
check_part_revoked(const struct att_trial *t, size_t index)
{
	const struct att_models_question part_of =
	    att_trial_ask_models(t, index);
	const struct att_statement_result *part = part_of.part;
	const char *status;

	if (part_of.format != ATT_FORMAT_ANDROID_KEY ||
	    t->trust->anchors == NULL)
		return ATT_OK;
	for (size_t i = 0; i < part->count; i++) {
		status =
		    att_anchors_get_status(t->trust->anchors, part->x5c[i]);
		if (status != NULL)
			return att_refuse(t->why, ATT_ERR_CERTIFICATE_REVOKED,
			    "x5c[%zu] is %s by the status list of Android key "
			    "attestation",
			    i, status);
	}
	return ATT_OK;
}

/* The models that a part names are looked up once, and found here. */
static enum att_err
check_part_models(struct att_trial *t, size_t i)
{
	const struct att_models_question question = att_trial_ask_models(t, i);
	struct att_models *models = &t->models[i];
	enum att_err err;

	if ((err = att_models_find(&question, models, t->why)) != ATT_OK)
		return err;
	if (t->verdict->model == NULL && models->count > 0)
		t->verdict->model = models->list[0].model;
	return att_models_check_denied(&question, models, t->why);
}

static enum att_err
check_denied(struct att_trial *t)
{
	const struct att_trial_parts parts = att_trial_get_parts(t);
	enum att_err err;

	if (is_listed(&t->opts->aaguid_deny, t->auth_data.aaguid))
		return att_refuse(t->why, ATT_ERR_AAGUID_REFUSED,
		    "the model is on the list aaguid_deny");
	for (size_t i = 0; i < parts.count; i++) {
		if ((err = check_part_denied(t, &parts.list[i])) != ATT_OK ||
		    (err = check_part_revoked(t, i)) != ATT_OK ||
		    (err = check_part_models(t, i)) != ATT_OK)
			return err;
	}
	return ATT_OK;
}

/*
 * A model is allowed by its AAGUID or, as FIDO metadata knows U2F keys, by
 * its attestation key. An AAGUID that no attestation key vouches for is only
 * a claim, and never accepted by: section 6.5.3, none and self attestation.
 */
bool
att_trial_is_allowed(
    const struct att_trial *t, const struct att_statement_result *part)
{
	const struct att_aaguids *models = &t->opts->aaguid_allow;
	const struct att_key_ids *keys = &t->opts->attestation_key_allow;

	return (models->count == 0 && keys->count == 0) ||
	       is_key_listed(t, keys) ||
	       (part->covers_auth_data &&
		   is_listed(models, t->auth_data.aaguid));
}

/*
 * Whether any path could be enough, so that what is refused for the model is
 * not first looked for among the anchors; the path decides in verify_path.c.
 * What metadata has to say of a model has to be said of one of the parts; that
 * a model is not certified says more than that another part names none.
 */
static enum att_err
check_wanted(struct att_trial *t)
{
	enum att_err refusal = ATT_OK, err;
	struct att_reason why;

	for (size_t i = 0; i < att_trial_get_parts(t).count; i++) {
		const struct att_models_question question =
		    att_trial_ask_models(t, i);

		err = att_models_check_wanted(&question, &t->models[i], &why);
		if (err == ATT_OK)
			return ATT_OK;
		if (refusal == ATT_OK || err == ATT_ERR_METADATA_LEVEL) {
			refusal = err;
			if (t->why != NULL)
				*t->why = why;
		}
	}
	return refusal;
}

static enum att_err
check_allowed(struct att_trial *t)
{
	const struct att_aaguids *models = &t->opts->aaguid_allow;
	const struct att_trial_parts parts = att_trial_get_parts(t);
	bool is_proved = false;

	for (size_t i = 0; i < parts.count; i++) {
		att_trial_name_key(t, &parts.list[i]);
		if (att_trial_is_allowed(t, &parts.list[i]))
			return ATT_OK;
		is_proved |= parts.list[i].covers_auth_data;
	}
	if (models->count == 0)
		return att_refuse(t->why, ATT_ERR_ATTESTATION_KEY_REFUSED,
		    "the attestation key is not on the list "
		    "attestation_key_allow");
	if (!is_proved)
		return att_refuse(t->why, ATT_ERR_AAGUID_REFUSED,
		    "there is a list aaguid_allow and no attestation proves "
		    "the model%s",
		    t->verdict->has_attestation_key
			? "; attestation_key_allow could list its key"
			: "");
	return att_refuse(t->why, ATT_ERR_AAGUID_REFUSED,
	    "the model is not on the list aaguid_allow");
}

static enum att_err
judge(struct att_trial *t)
{
	enum att_err err;

	if ((err = read_object(t)) != ATT_OK ||
	    (err = read_auth_data(t)) != ATT_OK ||
	    (err = read_key(t)) != ATT_OK ||
	    (err = check_format(t)) != ATT_OK ||
	    (err = verify_statement(t)) != ATT_OK ||
	    (err = check_level(t)) != ATT_OK ||
	    (err = check_credential(t)) != ATT_OK ||
	    (err = check_denied(t)) != ATT_OK ||
	    (err = check_allowed(t)) != ATT_OK ||
	    (err = check_wanted(t)) != ATT_OK)
		return err;
	return att_trial_verify_paths(t);
}

enum att_err
att_attestation_verify(const struct att_evidence *evidence,
    const struct att_options *opts, const struct att_trust *trust,
    struct att_verdict *verdict, struct att_reason *why)
{
	struct att_trial t = {
		.evidence = evidence,
		.opts = opts,
		.trust = trust,
		.verdict = verdict,
		.why = why,
	};
	enum att_err err;

	att_verdict_reset(verdict);
	err = judge(&t);
	att_statement_result_reset(&t.result);
	ERR_clear_error();
	return att_refuse_plain(why, err);
}
