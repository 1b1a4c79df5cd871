/* SPDX-License-Identifier: BSD-2-Clause */
/* The judgement of a registration, in the order of WebAuthn section 7.1. */
#include <string.h>

#include <openssl/err.h>

#include "attestation/authdata.h"
#include "attestation/format.h"
#include "attestation/models.h"
#include "attestation/object.h"
#include "attestation/verify.h"
#include "trust/certificate.h"
#include "trust/memory.h"

/* One judgement under way. */
struct trial {
	const struct att_evidence *evidence;
	const struct att_options *opts;
	const struct att_trust *trust;
	struct att_verdict *verdict;
	struct att_reason *why;

	struct att_object object;
	struct att_auth_data auth_data;
	struct att_statement_result result;
	struct att_models models[ATT_COMPOUND_MAX]; /* one for each part */
};

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
read_object(struct trial *t)
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
read_auth_data(struct trial *t)
{
	struct att_auth_data *data = &t->auth_data;
	enum att_err err;

	err = att_auth_data_parse(
	    t->object.auth_data, ATT_CEREMONY_REGISTRATION, data, t->why);
	t->verdict->flags = data->flags;
	t->verdict->sign_count = data->sign_count;
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
read_key(struct trial *t)
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
check_format(const struct trial *t)
{
	enum att_format format = t->object.format;

	if (format == ATT_FORMAT_NONE ||
	    (t->opts->formats & (1U << format)) != 0)
		return ATT_OK;
	return att_refuse(t->why, ATT_ERR_FORMAT_REFUSED,
	    "%s statements are not among the formats accepted",
	    att_format_name(format));
}

/* What attestation keys vouch for: the statement, or those in a compound. */
struct parts {
	const struct att_statement_result *list;
	size_t count;
};

static struct parts
get_parts(const struct trial *t)
{
	if (t->result.type == ATT_TYPE_COMPOUND)
		return (struct parts){ t->result.parts, t->result.part_count };
	return (struct parts){ &t->result, 1 };
}

static struct att_models_question
ask_models(const struct trial *t, size_t i)
{
	const struct att_statement_result *part = &get_parts(t).list[i];

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

/* Has the verdict name the attestation key of a part. */
static void
name_key(struct trial *t, const struct att_statement_result *part)
{
	t->verdict->has_attestation_key = part->count > 0;
	if (part->count > 0)
		att_certificate_get_key_id(
		    part->x5c[0], t->verdict->attestation_key);
}

static enum att_err
verify_statement(struct trial *t)
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
	name_key(t, get_parts(t).list);
	return ATT_OK;
}

/* Section 7.1: none and self attestation are for policy to accept. */
static enum att_err
check_level(const struct trial *t)
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
check_credential(const struct trial *t)
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
is_key_listed(const struct trial *t, const struct att_key_ids *list)
{
	return t->verdict->has_attestation_key &&
	       is_id_listed(list, t->verdict->attestation_key);
}

/*
 * Also the keys above the leaf: an Android key is the leaf of its own path,
 * and what can be told apart there is the device or the batch that issued it.
 */
static enum att_err
check_keys_denied(struct trial *t, const struct att_statement_result *part)
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
check_part_denied(struct trial *t, const struct att_statement_result *part)
{
	uint8_t aaguid[ATT_AAGUID_LEN];
	bool is_present = false;
	enum att_err err;

	name_key(t, part);
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
check_part_revoked(const struct trial *t, size_t index)
{
	const struct att_models_question part_of = ask_models(t, index);
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
check_part_models(struct trial *t, size_t i)
{
	const struct att_models_question question = ask_models(t, i);
	struct att_models *models = &t->models[i];
	enum att_err err;

	if ((err = att_models_find(&question, models, t->why)) != ATT_OK)
		return err;
	if (t->verdict->model == NULL && models->count > 0)
		t->verdict->model = models->list[0].model;
	return att_models_check_denied(&question, models, t->why);
}

static enum att_err
check_denied(struct trial *t)
{
	const struct parts parts = get_parts(t);
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
static bool
is_allowed(const struct trial *t, const struct att_statement_result *part)
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
 * not first looked for among the anchors; the path decides in take_anchor().
 * What metadata has to say of a model has to be said of one of the parts; that
 * a model is not certified says more than that another part names none.
 */
static enum att_err
check_wanted(struct trial *t)
{
	enum att_err refusal = ATT_OK, err;
	struct att_reason why;

	for (size_t i = 0; i < get_parts(t).count; i++) {
		const struct att_models_question question = ask_models(t, i);

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
check_allowed(struct trial *t)
{
	const struct att_aaguids *models = &t->opts->aaguid_allow;
	const struct parts parts = get_parts(t);
	bool is_proved = false;

	for (size_t i = 0; i < parts.count; i++) {
		name_key(t, &parts.list[i]);
		if (is_allowed(t, &parts.list[i]))
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

/* A path that was found, and the model that its anchor is one of, or NULL. */
struct found {
	struct att_anchor anchor;
	const struct att_model *model;
};

static enum att_err
verify_path_of(const struct trial *t, size_t i, const struct att_model *model,
    struct found *found, struct att_reason *why)
{
	const struct att_statement_result *part = &get_parts(t).list[i];
	const struct att_path_input input = {
		.x5c = part->x5c,
		.count = part->count,
		.at = t->evidence->time,
		.allow_extra = t->opts->x5c_extra,
		.chain = part->chain,
		.own = model == NULL ? NULL : model->anchors,
		.own_sha256 = model == NULL ? NULL : model->sha256,
	};

	found->model = model;
	return att_path_verify(t->trust->anchors, &input, &found->anchor, why);
}

/*
 * The anchors of each model by themselves, so that none of them vouches for
 * what is another's; then those that were configured. These come last: a path
 * to one of them proves no model, however near it is. What is said of several
 * failures is the first that is more than an issuer that nobody knows.
 */
static enum att_err
verify_path(const struct trial *t, size_t i, struct found *found)
{
	const struct att_models *models = &t->models[i];
	enum att_err refusal = ATT_OK, err;
	struct att_reason why = { 0 };

	for (size_t m = 0; m <= models->count; m++) {
		const struct att_named_model *named = &models->list[m];
		bool is_last = m == models->count;

		if (!is_last &&
		    (!named->may_anchor || named->model->anchor_count == 0))
			continue;
		err = verify_path_of(
		    t, i, is_last ? NULL : named->model, found, &why);
		if (err == ATT_OK)
			return ATT_OK;
		if (refusal != ATT_OK && (refusal != ATT_ERR_ANCHOR_UNKNOWN ||
					     err == ATT_ERR_ANCHOR_UNKNOWN))
			continue;
		refusal = err;
		if (t->why != NULL)
			*t->why = why;
	}
	return refusal;
}

/* A path to an anchor it has to be, and of a part that the lists allow. */
static enum att_err
take_anchor(struct trial *t, size_t i, struct found *found,
    const struct att_statement_result **chosen)
{
	const struct att_models_question question = ask_models(t, i);
	struct found this;
	enum att_err err;

	if ((err = verify_path(t, i, &this)) != ATT_OK)
		return err;
	err = att_models_check_anchor(
	    &question, &t->models[i], &this.anchor, t->why);
	if (err != ATT_OK)
		return err;
	name_key(t, question.part);
	if (*chosen != NULL || !is_allowed(t, question.part))
		return ATT_OK;
	err = att_models_check_proven(
	    &question, &t->models[i], this.model, t->why);
	if (err != ATT_OK)
		return err;
	*chosen = question.part;
	*found = this;
	if (t->models[i].count > 0)
		t->verdict->model = this.model != NULL
					? this.model
					: t->models[i].list[0].model;
	return ATT_OK;
}

/* A part of which nobody vouches for enough; another one may be better. */
static bool
is_passed_over(enum att_err err)
{
	return err == ATT_ERR_ANCHOR_UNKNOWN ||
	       err == ATT_ERR_METADATA_NO_ENTRY ||
	       err == ATT_ERR_METADATA_LEVEL;
}

/*
 * Section 7.1: the path ends at an anchor that was configured, never at one of
 * TLS. One part of a compound (section 8.9) that ends at an anchor is enough,
 * but a path that breaks a rule refuses all of it.
 */
static enum att_err
verify_paths(struct trial *t)
{
	const struct att_statement_result *chosen = NULL;
	const struct parts parts = get_parts(t);
	enum att_err missing = ATT_ERR_INTERNAL, err;
	struct found found;

	if (t->result.type == ATT_TYPE_NONE || t->result.type == ATT_TYPE_SELF)
		return ATT_OK;
	if (t->trust->anchors == NULL)
		return att_refuse(t->why, ATT_ERR_ANCHOR_UNKNOWN,
		    "no trust anchor is configured");
	for (size_t i = 0; i < parts.count; i++) {
		err = take_anchor(t, i, &found, &chosen);
		if (is_passed_over(err))
			missing = err;
		else if (err != ATT_OK)
			return err;
	}
	/* The part that check_allowed() found is the one that is missing. */
	if (chosen == NULL)
		return att_refuse_plain(t->why, missing);
	name_key(t, chosen);
	t->verdict->anchor = found.anchor;
	t->verdict->has_anchor = true;
	return ATT_OK;
}

static enum att_err
judge(struct trial *t)
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
	return verify_paths(t);
}

enum att_err
att_attestation_verify(const struct att_evidence *evidence,
    const struct att_options *opts, const struct att_trust *trust,
    struct att_verdict *verdict, struct att_reason *why)
{
	struct trial t = {
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
