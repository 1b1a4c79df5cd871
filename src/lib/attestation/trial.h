/* SPDX-License-Identifier: BSD-2-Clause */
/* What the sources of att_attestation_verify() tell each other. */
#ifndef ATT_ATTESTATION_TRIAL_H
#define ATT_ATTESTATION_TRIAL_H

#include "attestation/authdata.h"
#include "attestation/format.h"
#include "attestation/models.h"
#include "attestation/object.h"
#include "attestation/verify.h"

/* One judgement under way. */
struct att_trial {
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

/* What attestation keys vouch for: the statement, or those in a compound. */
struct att_trial_parts {
	const struct att_statement_result *list;
	size_t count;
};
struct att_trial_parts att_trial_get_parts(const struct att_trial *t);

/* What is asked of metadata about a part. */
struct att_models_question att_trial_ask_models(
    const struct att_trial *t, size_t i);

/* Has the verdict name the attestation key of a part. */
void att_trial_name_key(
    struct att_trial *t, const struct att_statement_result *part);

/* Whether the lists of models and attestation keys allow a part. */
bool att_trial_is_allowed(
    const struct att_trial *t, const struct att_statement_result *part);

/*
 * Whether a part that is allowed has a path to an anchor, and no part has one
 * that breaks a rule; the verdict names key, model and anchor then.
 * ATT_ERR_ANCHOR_UNKNOWN, ATT_ERR_METADATA_*, and what att_path_verify() and
 * att_models_check_anchor() refuse with.
 */
enum att_err att_trial_verify_paths(struct att_trial *t) ATT_MUST_USE;

#endif
