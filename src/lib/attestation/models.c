/* SPDX-License-Identifier: BSD-2-Clause */
/* The models that a statement names, and what metadata says of them. */
#include <stdio.h>
#include <string.h>

#include "attestation/models.h"
#include "base/text.h"
#include "trust/model.h"

/* --- Finding ------------------------------------------------------------ */

/* What makes a name more than a claim: as in struct att_named_model. */
struct worth {
	bool is_vouched_for;
	bool may_anchor;
};

static struct att_named_model *
find_named(struct att_models *models, const struct att_model *model)
{
	for (size_t i = 0; i < models->count; i++) {
		if (memcmp(models->list[i].model->sha256, model->sha256,
			sizeof(model->sha256)) == 0)
			return &models->list[i];
	}
	return NULL;
}

/* A model that is named twice is worth what the better name is. */
static enum att_err
add(const struct att_models_question *question, const struct att_model_id *id,
    struct worth worth, struct att_models *models, struct att_reason *why)
{
	const struct att_model *model;
	struct att_named_model *named;
	enum att_err err;

	err = att_index_find(question->trust->metadata, id, &model, why);
	if (err != ATT_OK || model == NULL)
		return err;
	if ((named = find_named(models, model)) == NULL) {
		named = &models->list[models->count++];
		*named = (struct att_named_model){ .model = model };
	}
	named->is_vouched_for |= worth.is_vouched_for;
	named->may_anchor |= worth.may_anchor;
	return ATT_OK;
}

static enum att_err
add_aaguid(const struct att_models_question *question, const uint8_t *aaguid,
    struct worth worth, struct att_models *models, struct att_reason *why)
{
	struct att_model_id id = { .is_u2f = false };

	memcpy(id.id, aaguid, ATT_AAGUID_LEN);
	return add(question, &id, worth, models, why);
}

/*
 * The model of authenticator data. That is under the signature, but for U2F,
 * where whoever sends it may name any model and so choose among its anchors.
 */
static enum att_err
add_claimed(const struct att_models_question *question,
    struct att_models *models, struct att_reason *why)
{
	const struct worth worth = {
		.is_vouched_for = question->part->covers_auth_data,
		.may_anchor = question->format != ATT_FORMAT_FIDO_U2F,
	};

	return add_aaguid(question, question->aaguid, worth, models, why);
}

/* The model that the leaf is for, whatever authenticator data says. */
static enum att_err
add_leaf(const struct att_models_question *question, struct att_models *models,
    struct att_reason *why)
{
	const struct worth worth = { true, true };
	uint8_t aaguid[ATT_AAGUID_LEN];
	enum att_err err;
	bool is_present;

	err = att_certificate_get_aaguid(
	    question->part->x5c[0], &is_present, aaguid, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	if (!is_present)
		return ATT_OK;
	return add_aaguid(question, aaguid, worth, models, why);
}

static enum att_err
add_key(const struct att_models_question *question,
    const uint8_t key_id[ATT_KEY_ID_LEN], bool is_on_path,
    struct att_models *models, struct att_reason *why)
{
	static const uint8_t nobody[ATT_AAGUID_LEN];
	bool is_unnamed = memcmp(question->aaguid, nobody, sizeof(nobody)) == 0;
	const struct worth worth = { is_on_path && is_unnamed,
		is_on_path && is_unnamed };
	struct att_model_id id = { .is_u2f = true };

	memcpy(id.id, key_id, ATT_KEY_ID_LEN);
	return add(question, &id, worth, models, why);
}

/*
 * U2F ones, FIDO Metadata Statement 3.0 attestationCertificateKeyIdentifiers:
 * by a key of x5c, or by the one that its last certificate names as its
 * issuer's. Where authenticator data names a model, that is the one. With
 * x5c_extra a certificate may lie beside the path, and then it proves nothing.
 */
static enum att_err
add_keys(const struct att_models_question *question, struct att_models *models,
    struct att_reason *why)
{
	const struct att_statement_result *part = question->part;
	bool is_path = part->count == 1 || !question->opts->x5c_extra;
	uint8_t id[ATT_KEY_ID_LEN];
	enum att_err err;

	for (size_t i = 0; i < part->count; i++) {
		att_certificate_get_key_id(part->x5c[i], id);
		err = add_key(question, id, i == 0 || is_path, models, why);
		if (err != ATT_OK)
			return err;
	}
	if (!att_certificate_get_issuer_key_id(part->x5c[part->count - 1], id))
		return ATT_OK;
	return add_key(question, id, is_path, models, why);
}

enum att_err
att_models_find(const struct att_models_question *question,
    struct att_models *models, struct att_reason *why)
{
	enum att_err err;

	*models = (struct att_models){ 0 };
	if (question->trust->metadata == NULL)
		return ATT_OK;
	if ((err = add_claimed(question, models, why)) != ATT_OK ||
	    question->part->count == 0)
		return err;
	if ((err = add_leaf(question, models, why)) != ATT_OK)
		return err;
	return add_keys(question, models, why);
}

/* --- Judging ------------------------------------------------------------ */

/* FIDO Metadata Service 3.1 section 3.1.3 is what the refusals go by. */
static enum att_err
refuse_model(const struct att_models_question *question, enum att_err err,
    const struct att_model *model, const char *what, struct att_reason *why)
{
	char name[ATT_METADATA_DESCRIPTION + 1];

	att_text_escape(name, sizeof(name), model->description);
	return att_refuse(why, err, "metadata no %llu says of '%s': %s",
	    (unsigned long long)att_index_get_head(question->trust->metadata)
		->number,
	    name, what);
}

static enum att_err
check_status(const struct att_models_question *question,
    const struct att_model *model, const struct att_model_keys *keys,
    struct att_reason *why)
{
	char shown[ATT_MODEL_REPORT_SHOWN];
	const struct att_model_report *report;

	report = att_model_find_denied(
	    model, question->opts, question->trust->now, keys);
	if (report == NULL)
		return ATT_OK;
	att_model_print_report(report, shown);
	return refuse_model(
	    question, ATT_ERR_METADATA_STATUS, model, shown, why);
}

/*
 * The ways of metadata that an attestation type is one of. WebAuthn section
 * 8.2 cannot tell Basic from AttCA; nothing is said where there is none.
 */
static uint32_t
get_ways(enum att_attestation_type type)
{
	static const uint32_t ways[] = {
		[ATT_TYPE_SELF] = 1U << ATT_METADATA_BASIC_SURROGATE,
		[ATT_TYPE_BASIC] =
		    1U << ATT_METADATA_BASIC_FULL | 1U << ATT_METADATA_ATTCA,
		[ATT_TYPE_ATTCA] = 1U << ATT_METADATA_ATTCA,
		[ATT_TYPE_ANONCA] = 1U << ATT_METADATA_ANONCA,
		[ATT_TYPE_COMPOUND] = 0,
	};

	return ways[type];
}

static enum att_err
check_way(const struct att_models_question *question,
    const struct att_model *model, struct att_reason *why)
{
	enum att_attestation_type type = question->part->type;
	char what[80];

	if (type == ATT_TYPE_NONE ||
	    (model->attestations & get_ways(type)) != 0)
		return ATT_OK;
	snprintf(what, sizeof(what), "its attestation is not of type %s",
	    att_attestation_type_name(type));
	return refuse_model(
	    question, ATT_ERR_METADATA_ATTESTATION, model, what, why);
}

static enum att_err
check_denied(const struct att_models_question *question,
    const struct att_models *models, const struct att_model_keys *keys,
    struct att_reason *why)
{
	enum att_err err;

	for (size_t i = 0; i < models->count; i++) {
		const struct att_model *model = models->list[i].model;

		err = check_status(question, model, keys, why);
		if (err != ATT_OK ||
		    (err = check_way(question, model, why)) != ATT_OK)
			return err;
	}
	return ATT_OK;
}

enum att_err
att_models_check_denied(const struct att_models_question *question,
    const struct att_models *models, struct att_reason *why)
{
	const struct att_statement_result *part = question->part;
	uint8_t sha256[ATT_X5C_MAX][32];
	struct att_model_keys keys = { .sha256 = sha256 };

	if (models->count == 0)
		return ATT_OK;
	for (; keys.count < part->count; keys.count++) {
		if (att_certificate_hash_key(
			part->x5c[keys.count], sha256[keys.count]) != ATT_OK)
			return att_refuse_plain(why, ATT_ERR_CRYPTO);
	}
	return check_denied(question, models, &keys, why);
}

enum att_err
att_models_check_anchor(const struct att_models_question *question,
    const struct att_models *models, const struct att_anchor *anchor,
    struct att_reason *why)
{
	const struct att_model_keys keys = { anchor->keys,
		1 + anchor->helper_count };
	struct att_models all = *models;
	enum att_err err;

	if (question->trust->metadata == NULL)
		return ATT_OK;
	for (size_t i = 0; i < keys.count; i++) {
		err = add_key(question, anchor->key_ids[i], false, &all, why);
		if (err != ATT_OK)
			return err;
	}
	return check_denied(question, &all, &keys, why);
}

static bool
is_wanted(const struct att_options *opts)
{
	return opts->mds == ATT_MDS_REQUIRE ||
	       opts->min_certification != ATT_CERTIFICATION_NONE;
}

static enum att_err
refuse_unproven(
    const struct att_models_question *question, struct att_reason *why)
{
	if (!is_wanted(question->opts))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_METADATA_NO_ENTRY,
	    "the configuration wants a model that metadata knows, and no "
	    "attestation proves one");
}

static enum att_err
check_wanted(const struct att_models_question *question,
    const struct att_model *model, struct att_reason *why)
{
	const struct att_options *opts = question->opts;

	if (!is_wanted(opts))
		return ATT_OK;
	if (!model->is_usable)
		return refuse_model(question, ATT_ERR_METADATA_NO_ENTRY, model,
		    "an anchor that cannot be read, or what an update has "
		    "outdated, so the entry does not count",
		    why);
	if (!att_model_is_certified(model, opts, question->trust->now))
		return refuse_model(question, ATT_ERR_METADATA_LEVEL, model,
		    "its certification is below min_certification", why);
	return ATT_OK;
}

enum att_err
att_models_check_wanted(const struct att_models_question *question,
    const struct att_models *models, struct att_reason *why)
{
	enum att_err err = refuse_unproven(question, why);

	for (size_t i = 0; i < models->count && err != ATT_OK; i++) {
		if (models->list[i].is_vouched_for)
			err =
			    check_wanted(question, models->list[i].model, why);
	}
	return err;
}

enum att_err
att_models_check_proven(const struct att_models_question *question,
    const struct att_models *models, const struct att_model *through,
    struct att_reason *why)
{
	enum att_err err = refuse_unproven(question, why);

	for (size_t i = 0; i < models->count && err != ATT_OK; i++) {
		const struct att_model *model = models->list[i].model;

		if (!models->list[i].is_vouched_for)
			continue;
		if (model != through && model->anchor_count > 0)
			err = refuse_model(question, ATT_ERR_METADATA_NO_ENTRY,
			    model,
			    "its anchors are others than the one of this "
			    "attestation",
			    why);
		else
			err = check_wanted(question, model, why);
	}
	return err;
}
