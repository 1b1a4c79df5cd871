/* SPDX-License-Identifier: BSD-2-Clause */
/* A stored credential and what the present configuration says of it. */
#include <string.h>

#include "attestctl/judged.h"
#include "base/hex.h"
#include "trust/model.h"

/*
 * Certificates of batches, remembered from record to record. Each has one
 * place, by its hash, so that with fewer many batches would drive each other
 * out. If all are taken, as by keys that each have a certificate of their own,
 * it is some 6 MB.
 */
enum {
	CHAINS_MAX = 1024
};

enum att_err
att_judge_load(struct att_judge *judge, struct att_reason *why)
{
	enum att_err r;

	if ((r = att_trust_open(judge->opts, &judge->trust, why)) != ATT_OK)
		return r;
	return att_refuse_plain(
	    why, att_anchors_remember(judge->trust.anchors, CHAINS_MAX));
}

enum att_err
att_judge_open(const struct att_invocation *invocation, struct att_judge *judge)
{
	struct att_reason why = { 0 };
	enum att_err r;

	*judge = (struct att_judge){ 0 };
	if ((r = att_invocation_options(invocation, &judge->opts)) != ATT_OK)
		return r;
	if ((r = att_judge_load(judge, &why)) != ATT_OK) {
		att_out_reason("trust anchors", r, &why);
		att_judge_close(judge);
	} else if (judge->trust.is_stale) {
		att_out_stale(judge->opts);
	}
	return r;
}

void
att_judge_close(struct att_judge *judge)
{
	att_trust_close(&judge->trust);
	att_options_free(&judge->opts);
}

/* A copy: it has to outlast what lends it. */
static void
describe_model(const struct att_judge *judge, struct att_judged *judged)
{
	const struct att_model *model = judged->verdict.model;
	const struct att_model_report *status;

	judged->verdict.model = NULL;
	if (model == NULL)
		return;
	judged->has_model = true;
	memcpy(judged->model.description, model->description,
	    sizeof(judged->model.description));
	status = att_model_get_status(model, judge->trust.now);
	if (status == NULL)
		return;
	memcpy(judged->model.status, status->name, sizeof(status->name));
	judged->model.since = status->effective;
}

void
att_judge_record(const struct att_judge *judge, const char *user,
    const struct att_record *record, struct att_judged *judged)
{
	struct att_evidence evidence;

	*judged = (struct att_judged){ .user = user, .record = record };
	/* Bytes that give no ID do not pass the judgement either. */
	if (att_record_get_credential_id(
		record, &judged->credential_id, NULL) != ATT_OK)
		judged->credential_id = att_bytes(NULL, 0);
	judged->err =
	    att_record_get_evidence(record, user, &evidence, &judged->why);
	if (judged->err == ATT_OK)
		judged->err = att_attestation_verify(&evidence, judge->opts,
		    &judge->trust, &judged->verdict, &judged->why);
	describe_model(judge, judged);
}

void
att_judged_reset(struct att_judged *judged)
{
	att_verdict_reset(&judged->verdict);
	*judged = (struct att_judged){ 0 };
}

enum att_exit
att_judged_status(const struct att_judged *judged)
{
	if (judged->err == ATT_OK)
		return ATT_EXIT_DONE;
	return att_err_is_refusal(judged->err) ? ATT_EXIT_REFUSED
					       : ATT_EXIT_UNKNOWN;
}

const char *
att_judged_word(const struct att_judged *judged)
{
	static const char *const words[] = {
		[ATT_EXIT_DONE] = "accepted",
		[ATT_EXIT_REFUSED] = "refused",
		[ATT_EXIT_UNKNOWN] = "unknown",
	};

	return words[att_judged_status(judged)];
}

static json_t *
key_json(const struct att_verdict *verdict)
{
	char text[ATT_HEX_TEXT_SIZE(ATT_KEY_ID_LEN)];

	if (!verdict->has_attestation_key)
		return json_null();
	att_hex_print(
	    att_bytes(verdict->attestation_key, ATT_KEY_ID_LEN), text);
	return json_string(text);
}

static json_t *
status_json(const struct att_judged_model *model)
{
	char day[ATT_DAY_SHOWN];

	if (model->status[0] == '\0')
		return json_null();
	att_day_print(model->since, day);
	return json_pack("{s:o, s:s?}", "name", att_json_text(model->status),
	    "since", model->since == 0 ? NULL : day);
}

static json_t *
model_json(const struct att_judged *judged)
{
	if (!judged->has_model)
		return json_null();
	return json_pack("{s:o, s:o}", "description",
	    att_json_text(judged->model.description), "status",
	    status_json(&judged->model));
}

/* What the attestation object says, null where it could not be read. */
static json_t *
found_json(const struct att_judged *judged)
{
	const struct att_verdict *verdict = &judged->verdict;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "aaguid",
	    verdict->has_auth_data ? att_json_aaguid(verdict->aaguid)
				   : json_null(),
	    "attestation_key", key_json(verdict), "model", model_json(judged),
	    "format",
	    verdict->has_format
		? att_json_text(att_format_name(verdict->format))
		: json_null(),
	    "attestation_type",
	    verdict->has_type
		? att_json_text(att_attestation_type_name(verdict->type))
		: json_null(),
	    "anchor",
	    verdict->has_anchor ? att_json_anchor(&verdict->anchor)
				: json_null());
}

static json_t *
enrolled_json(const struct att_record *record)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "label",
	    att_json_text(record->label), "rp_id", att_json_text(record->rp_id),
	    "time", att_json_time(record->time), "enrolled_by",
	    att_json_text(record->enrolled_by), "ssh_options",
	    record->ssh_options != NULL ? att_json_text(record->ssh_options)
					: json_null());
}

json_t *
att_judged_json(const struct att_judged *judged)
{
	json_t *found = found_json(judged);
	json_t *enrolled = enrolled_json(judged->record);
	json_t *root;

	root = json_pack("{s:o, s:o, s:s, s:o}", "user",
	    att_json_text(judged->user), "credential_id",
	    judged->credential_id.len > 0
		? att_json_base64url(judged->credential_id)
		: json_null(),
	    "verdict", att_judged_word(judged), "reason",
	    att_json_reason(judged->err, &judged->why));
	if (root != NULL &&
	    (found == NULL || json_object_update(root, found) != 0 ||
		enrolled == NULL || json_object_update(root, enrolled) != 0)) {
		json_decref(root);
		root = NULL;
	}
	json_decref(found);
	json_decref(enrolled);
	return root;
}
