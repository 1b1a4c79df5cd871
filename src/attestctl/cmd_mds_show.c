/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl mds show and status: what the imported metadata says. */
#include <stdio.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_mds.h"
#include "attestctl/out.h"
#include "base/clock.h"
#include "base/hex.h"
#include "conf/value.h"
#include "trust/metadata_index.h"
#include "trust/model.h"

static const char usage_of_show[] =
    "usage: attestctl [--config FILE] mds show [--json] AAGUID|KEYID\n"
    "\n"
    "Shows what the imported metadata says of one model: by its AAGUID, or\n"
    "for U2F by the identifier of an attestation key, 40 hexadecimal digits.\n"
    "Exit status 1 when it says nothing.\n"
    "\n"
    "  -j, --json  print an object\n"
    "  -h, --help  show this\n";

static const char usage_of_status[] =
    "usage: attestctl [--config FILE] mds status [--json]\n"
    "\n"
    "Shows which metadata is there and when the next was due. Exit status 1\n"
    "when there is none, or it is damaged.\n"
    "\n"
    "  -j, --json  print an object\n"
    "  -h, --help  show this\n";

enum {
	SHA256_LEN = 32,
	SHA256_TEXT = ATT_HEX_TEXT_SIZE(SHA256_LEN)
};

/* Nothing there, or nothing that can be used: exit status 1. */
static enum att_exit
print_failed(const char *command, enum att_err err,
    const struct att_reason *why, bool is_json)
{
	bool is_answer = err == ATT_ERR_METADATA_MISSING ||
			 err == ATT_ERR_METADATA_DAMAGED ||
			 err == ATT_ERR_METADATA_NO_ENTRY;
	enum att_exit status = is_answer ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;

	att_out_reason(command, err, why);
	if (!is_json)
		return status;
	return att_out_json(
	    json_pack("{s:o}", "reason", att_json_reason(err, why)), status);
}

/* --- show --------------------------------------------------------------- */

static enum att_err
parse_id(const char *text, struct att_model_id *id, struct att_reason *why)
{
	const struct att_value value = {
		.where = "", .name = "", .text = text, .values = ""
	};
	struct att_aaguids aaguids = { 0 };
	struct att_key_ids key_ids = { 0 };
	enum att_err err;

	*id = (struct att_model_id){ .is_u2f =
					 strlen(text) == 2 * ATT_KEY_ID_LEN };
	err = id->is_u2f ? att_value_parse_key_ids(&value, &key_ids, why)
			 : att_value_parse_aaguids(&value, &aaguids, why);
	if (err == ATT_ERR_CONF_VALUE ||
	    (err == ATT_OK && aaguids.count + key_ids.count != 1))
		err = att_refuse(why, ATT_ERR_USAGE,
		    "'%s' is neither an AAGUID nor a key identifier of 40 "
		    "hexadecimal digits",
		    text);
	if (err == ATT_OK)
		memcpy(id->id, id->is_u2f ? key_ids.ids[0] : aaguids.ids[0],
		    id->is_u2f ? ATT_KEY_ID_LEN : ATT_AAGUID_LEN);
	att_value_free_aaguids(&aaguids);
	att_value_free_key_ids(&key_ids);
	return err;
}

static json_t *
json_of_reports(const struct att_model *model)
{
	json_t *list = json_array();

	for (size_t i = 0; i < model->report_count; i++) {
		const struct att_model_report *report = &model->reports[i];
		char effective[ATT_DAY_SHOWN], sunset[ATT_DAY_SHOWN],
		    key[SHA256_TEXT];

		att_day_print(report->effective, effective);
		att_day_print(report->sunset, sunset);
		att_hex_print(att_bytes(report->key_sha256, SHA256_LEN), key);
		list = att_json_append(
		    list, json_pack("{s:o, s:s?, s:s?, s:s?}", "status",
			      att_json_text(report->name), "effective",
			      report->effective == 0 ? NULL : effective,
			      "sunset", report->sunset == 0 ? NULL : sunset,
			      "key", report->is_of_one_key ? key : NULL));
	}
	return list;
}

static json_t *
json_of_anchors(const struct att_model *model)
{
	json_t *list = json_array();

	for (size_t i = 0; i < model->anchor_count; i++) {
		struct att_anchor anchor;
		struct att_reason ignored;

		if (att_anchors_describe(
			model->anchors, i, &anchor, &ignored) == ATT_OK)
			list = att_json_append(list, att_json_anchor(&anchor));
	}
	return list;
}

static json_t *
json_of_attestations(const struct att_model *model)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < ATT_METADATA_ATTESTATION_COUNT; i++) {
		if ((model->attestations >> i & 1) != 0)
			list = att_json_append(list,
			    json_string(att_metadata_attestation_name(i)));
	}
	return list;
}

static enum att_exit
print_json(const struct att_model *model)
{
	return att_out_json(
	    json_pack("{s:o, s:s, s:b, s:o, s:o, s:o, s:n}", "description",
		att_json_text(model->description), "kind",
		model->is_u2f ? "u2f" : "fido2", "usable", model->is_usable,
		"attestation_types", json_of_attestations(model), "status",
		json_of_reports(model), "anchors", json_of_anchors(model),
		"reason"),
	    ATT_EXIT_DONE);
}

static enum att_err
print_reports(const struct att_model *model)
{
	static const char *const headings[] = { "STATUS", "SINCE", "UNTIL",
		"CONCERNS" };
	struct att_table table = { .headings = headings, .columns = 4 };
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < model->report_count && err == ATT_OK; i++) {
		const struct att_model_report *report = &model->reports[i];
		const struct att_metadata_status_info *info =
		    att_metadata_status_get_info(report->status);
		char effective[ATT_DAY_SHOWN], sunset[ATT_DAY_SHOWN];
		const struct att_cell cells[] = {
			{ report->name, info->kind == ATT_STATUS_KIND_COMPROMISE
					    ? ATT_STYLE_BAD
					    : ATT_STYLE_PLAIN },
			{ effective, ATT_STYLE_PLAIN },
			{ sunset, ATT_STYLE_PLAIN },
			{ report->is_of_one_key ? "one attestation key"
						: "the model",
			    ATT_STYLE_PLAIN },
		};

		att_day_print(report->effective, effective);
		att_day_print(report->sunset, sunset);
		err = att_table_add(&table, cells);
	}
	if (err == ATT_OK)
		err = att_table_print(&table);
	att_table_reset(&table);
	return err;
}

static void
print_anchors(const struct att_model *model)
{
	for (size_t i = 0; i < model->anchor_count; i++) {
		struct att_reason ignored;
		struct att_anchor anchor;
		char sha256[SHA256_TEXT];

		if (att_anchors_describe(
			model->anchors, i, &anchor, &ignored) != ATT_OK)
			continue;
		att_hex_print(att_bytes(anchor.sha256, SHA256_LEN), sha256);
		printf(
		    "anchor: %s\n        SHA-256 %s\n", anchor.subject, sha256);
	}
}

static enum att_exit
print_text(const struct att_model *model)
{
	struct att_buf name;
	size_t width = 0;
	enum att_err err;

	att_buf_init(&name, 1U << 12);
	err = att_out_escape(model->description, &name, &width);
	if (err == ATT_OK)
		printf("%.*s (%s)%s\n\n", (int)name.len, (const char *)name.ptr,
		    model->is_u2f ? "U2F" : "FIDO2",
		    model->is_usable ? "" : ", no usable anchor");
	att_buf_reset(&name);
	if (err == ATT_OK)
		err = print_reports(model);
	if (model->anchor_count > 0)
		putchar('\n');
	print_anchors(model);
	return err == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_UNKNOWN;
}

/* The model is lent by the index, which the caller frees. */
static enum att_err
find_model(const char *dir, const char *text, struct att_index **indexp,
    const struct att_model **modelp, struct att_reason *why)
{
	struct att_model_id id;
	enum att_err err;

	*indexp = NULL;
	*modelp = NULL;
	if ((err = parse_id(text, &id, why)) != ATT_OK ||
	    (err = att_index_open(dir, indexp, why)) != ATT_OK)
		return err;
	err = att_index_find(*indexp, &id, modelp, why);
	if (err == ATT_OK && *modelp == NULL)
		err = att_refuse(why, ATT_ERR_METADATA_NO_ENTRY,
		    "metadata no %llu says nothing of %s",
		    (unsigned long long)att_index_get_head(*indexp)->number,
		    text);
	return err;
}

enum att_exit
att_mds_show(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .usage = usage_of_show,
		.options = att_arguments_plain,
		.least = 1,
		.most = 1 };
	struct att_reason why = { 0 };
	const struct att_model *model;
	struct att_index *index;
	struct att_options *opts;
	enum att_exit status;
	enum att_err err;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	err = find_model(opts->mds_dir, args.operands[0], &index, &model, &why);
	if (err != ATT_OK)
		status = print_failed("mds show", err, &why, args.is_json);
	else
		status = args.is_json ? print_json(model) : print_text(model);
	att_index_free(&index);
	att_options_free(&opts);
	return status;
}

/* --- status ------------------------------------------------------------- */

static enum att_exit
print_head(const struct att_index_head *head, bool is_json)
{
	char day[ATT_DAY_SHOWN], sha256[SHA256_TEXT];
	char imported[ATT_UTC_SHOWN];
	bool is_stale = head->next_update < time(NULL);

	att_day_print(head->next_update, day);
	att_hex_print(att_bytes(head->blob_sha256, SHA256_LEN), sha256);
	att_clock_show_utc(head->imported, imported);
	if (is_json)
		return att_out_json(
		    json_pack("{s:I, s:s, s:b, s:s, s:I, s:s, s:o, s:n}", "no",
			(json_int_t)head->number, "next_update", day, "stale",
			is_stale, "imported", imported, "identities",
			(json_int_t)head->identity_count, "sha256", sha256,
			"legal_header", att_json_text(head->legal_header),
			"reason"),
		    ATT_EXIT_DONE);
	printf("no           %llu\nnext update  %s%s\nimported     "
	       "%s\nidentities   %zu\nSHA-256      %s\n",
	    (unsigned long long)head->number, day, is_stale ? " (overdue)" : "",
	    imported, head->identity_count, sha256);
	return ATT_EXIT_DONE;
}

enum att_exit
att_mds_status(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .usage = usage_of_status,
		.options = att_arguments_plain };
	struct att_index *index = NULL;
	struct att_reason why = { 0 };
	struct att_options *opts;
	enum att_exit status;
	enum att_err err;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	err = att_index_open(opts->mds_dir, &index, &why);
	status = err == ATT_OK
		     ? print_head(att_index_get_head(index), args.is_json)
		     : print_failed("mds status", err, &why, args.is_json);
	att_index_free(&index);
	att_options_free(&opts);
	return status;
}
