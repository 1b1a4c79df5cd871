/* SPDX-License-Identifier: BSD-2-Clause */
/* Who vouches for a registration: the paths of its attestation keys. */
#include "attestation/trial.h"

/* A path that was found, and the model that its anchor is one of, or NULL. */
struct found {
	struct att_anchor anchor;
	const struct att_model *model;
};

static enum att_err
verify_path_of(const struct att_trial *t, size_t i,
    const struct att_model *model, struct found *found, struct att_reason *why)
{
	const struct att_statement_result *part =
	    &att_trial_get_parts(t).list[i];
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
verify_path(const struct att_trial *t, size_t i, struct found *found)
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
take_anchor(struct att_trial *t, size_t i, struct found *found,
    const struct att_statement_result **chosen)
{
	const struct att_models_question question = att_trial_ask_models(t, i);
	struct found this;
	enum att_err err;

	if ((err = verify_path(t, i, &this)) != ATT_OK)
		return err;
	err = att_models_check_anchor(
	    &question, &t->models[i], &this.anchor, t->why);
	if (err != ATT_OK)
		return err;
	att_trial_name_key(t, question.part);
	if (*chosen != NULL || !att_trial_is_allowed(t, question.part))
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
enum att_err
att_trial_verify_paths(struct att_trial *t)
{
	const struct att_statement_result *chosen = NULL;
	const struct att_trial_parts parts = att_trial_get_parts(t);
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
	/* The part that is allowed is the one that is missing. */
	if (chosen == NULL)
		return att_refuse_plain(t->why, missing);
	att_trial_name_key(t, chosen);
	t->verdict->anchor = found.anchor;
	t->verdict->has_anchor = true;
	return ATT_OK;
}
