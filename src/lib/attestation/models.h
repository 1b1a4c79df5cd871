/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The models that a statement names, as FIDO metadata knows them: by the
 * AAGUID of authenticator data or of the leaf, or by the attestation key.
 */
#ifndef ATT_ATTESTATION_MODELS_H
#define ATT_ATTESTATION_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attestation/format.h"
#include "base/err.h"
#include "conf/options.h"
#include "trust/trust.h"

enum {
	/*
	 * Two AAGUIDs; the keys of x5c, and the one that issued its last; of
	 * the configured certificates on the path.
	 */
	ATT_MODELS_MAX = 2 + ATT_X5C_MAX + 1 + 1 + ATT_HELPERS_MAX
};

/* A model that is named. */
struct att_named_model {
	const struct att_model *model; /* lent by the metadata */
	/*
	 * The name is worth as much as the path to an anchor is; otherwise it
	 * is a claim, good enough to refuse by and for nothing else.
	 */
	bool is_vouched_for;
	/* The path may end at an anchor of the model. */
	bool may_anchor;
};

struct att_models {
	struct att_named_model list[ATT_MODELS_MAX];
	size_t count;
};

/* What a statement, or a part of a compound, is judged by. All lent. */
struct att_models_question {
	const struct att_trust *trust;
	const struct att_options *opts;
	const uint8_t *aaguid; /* of authenticator data */
	enum att_format format;
	const struct att_statement_result *part;
};

/*
 * Finds them: none without metadata. ATT_ERR_METADATA_DAMAGED,
 * ATT_ERR_CERTIFICATE_PROFILE, NO_MEMORY, CRYPTO.
 */
enum att_err att_models_find(const struct att_models_question *question,
    struct att_models *models, struct att_reason *why) ATT_MUST_USE;

/*
 * Refuses what metadata says against the models, claims among them: a status
 * of the option mds_status_deny, and an attestation of a type that is none of
 * the model's. ATT_ERR_METADATA_STATUS, ATT_ERR_METADATA_ATTESTATION, CRYPTO.
 */
enum att_err att_models_check_denied(const struct att_models_question *question,
    const struct att_models *models, struct att_reason *why) ATT_MUST_USE;

/*
 * The same for the anchor that the path was found to end at and what led to
 * it: the key that a report is about may be one of theirs. So may the one that
 * names a model of U2F, where the certificate below does not say who issued it.
 * ATT_ERR_METADATA_STATUS, _ATTESTATION, _DAMAGED, NO_MEMORY, CRYPTO.
 */
enum att_err att_models_check_anchor(const struct att_models_question *question,
    const struct att_models *models, const struct att_anchor *anchor,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Holds the models to mds = require and min_certification: one that is vouched
 * for has to pass, or the refusal is that of the last.
 * ATT_ERR_METADATA_NO_ENTRY, ATT_ERR_METADATA_LEVEL.
 */
enum att_err att_models_check_wanted(const struct att_models_question *question,
    const struct att_models *models, struct att_reason *why) ATT_MUST_USE;

/*
 * The same once the path is found: through is the model whose anchor it ended
 * at, or NULL for an anchor that was configured. That one vouches for no model
 * that has anchors of its own.
 */
enum att_err att_models_check_proven(const struct att_models_question *question,
    const struct att_models *models, const struct att_model *through,
    struct att_reason *why) ATT_MUST_USE;

#endif
