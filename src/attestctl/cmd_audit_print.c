/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl audit: the table, the JSON and the summary. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/cmd_audit.h"
#include "base/hex.h"

static const char *const headings[] = { "USER", "LABEL", "MODEL", "FORMAT",
	"ANCHOR", "STATUS", "VERDICT", "REASON" };
enum {
	COLUMNS = sizeof(headings) / sizeof(headings[0])
};

/* Not before there is something to say: nothing may come but an error. */
static const char array_begin[] = "{\n\"credentials\": [\n";

void
att_audit_report_begin(struct att_audit_report *report, size_t users)
{
	report->table =
	    (struct att_table){ .headings = headings, .columns = COLUMNS };
	att_progress_begin(&report->progress, "audit", users);
}

static bool
is_failure(const struct att_judged_message *message)
{
	return message->kind == ATT_JUDGED_FAILURE;
}

/* --- A row of the table ------------------------------------------------- */

/* "CN=Root CA 1" of "CN=Root CA 1,O=Vendor": JSON has the whole of it. */
static char *
shorten_anchor(const struct att_verdict *verdict)
{
	const char *subject = verdict->anchor.subject, *end = subject;

	if (!verdict->has_anchor)
		return strdup("-");
	while (
	    *end != '\0' && (*end != ',' || end == subject || end[-1] == '\\'))
		end++;
	return strndup(subject, (size_t)(end - subject));
}

/* "aaguid-refused: the model is on the list aaguid_deny" */
static char *
explain(const struct att_judged *judged)
{
	char *text = NULL;

	if (judged->err == ATT_OK)
		return strdup("-");
	if (asprintf(&text, "%s: %s", att_err_code(judged->err),
		judged->why.text[0] != '\0' ? judged->why.text
					    : att_err_text(judged->err)) < 0)
		return NULL;
	return text;
}

enum {
	MODEL_SIZE = ATT_HEX_TEXT_SIZE(ATT_KEY_ID_LEN)
};

/*
 * What "attestctl mds show" would find the model by: U2F has no AAGUID, but
 * an attestation key.
 */
static const char *
name_model(const struct att_judged *judged, char text[MODEL_SIZE])
{
	static const uint8_t zeros[ATT_AAGUID_LEN];
	const struct att_verdict *verdict = &judged->verdict;

	if (judged->has_model)
		return judged->model.description;
	if (!verdict->has_auth_data)
		return NULL;
	if (verdict->has_attestation_key &&
	    memcmp(verdict->aaguid, zeros, sizeof(zeros)) == 0)
		att_hex_print(
		    att_bytes(verdict->attestation_key, ATT_KEY_ID_LEN), text);
	else
		att_uuid_print(verdict->aaguid, text);
	return text;
}

static enum att_err
add_row(struct att_audit_report *report, const struct att_judged *judged)
{
	const struct att_verdict *verdict = &judged->verdict;
	char *anchor = shorten_anchor(verdict), *reason = explain(judged);
	const char *status = judged->model.status;
	enum att_err r = ATT_ERR_NO_MEMORY;
	char model[MODEL_SIZE];

	if (anchor == NULL || reason == NULL)
		goto out;
	const struct att_cell cells[COLUMNS] = {
		{ .text = judged->user },
		{ .text = judged->record->label },
		{ .text = name_model(judged, model) },
		{ .text = verdict->has_format ? att_format_name(verdict->format)
					      : NULL },
		{ .text = anchor },
		{ .text = status[0] == '\0' ? NULL : status },
		{ att_judged_word(judged),
		    judged->err == ATT_OK ? ATT_STYLE_GOOD : ATT_STYLE_BAD },
		{ .text = reason },
	};
	r = att_table_add(&report->table, cells);
out:
	free(anchor);
	free(reason);
	return r;
}

/* --- An element of the array -------------------------------------------- */

static json_t *
failure_json(const struct att_judged *judged)
{
	return json_pack("{s:o, s:n, s:s, s:o}", "user",
	    att_json_text(judged->user), "label", "verdict", "unknown",
	    "reason", att_json_reason(judged->err, &judged->why));
}

/* One line each, so that memory does not grow with them. */
static enum att_err
print_element(struct att_audit_report *report,
    const struct att_judged_message *message, struct att_reason *why)
{
	json_t *element = is_failure(message)
			      ? failure_json(&message->judged)
			      : att_judged_json(&message->judged);

	if (element == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	fputs(report->has_printed ? ",\n" : array_begin, stdout);
	report->has_printed = true;
	json_dumpf(element, stdout, JSON_ENSURE_ASCII);
	json_decref(element);
	return ATT_OK;
}

/* --- Each and all ------------------------------------------------------- */

static void
count(struct att_audit_counts *counts, const struct att_judged_message *message)
{
	const struct att_judged *judged = &message->judged;

	counts->credentials += !is_failure(message);
	counts->by_status[is_failure(message) ? ATT_EXIT_UNKNOWN
					      : att_judged_status(judged)]++;
	counts->by_reason[judged->err]++;
}

enum att_err
att_audit_report_add(struct att_audit_report *report,
    const struct att_judged_message *message, struct att_reason *why)
{
	const struct att_judged *judged = &message->judged;
	enum att_err r;

	count(&report->counts, message);
	if (is_failure(message)) {
		att_progress_clear(&report->progress);
		att_out_reason(judged->user, judged->err, &judged->why);
	}
	if (report->refused_only && judged->err == ATT_OK)
		return ATT_OK;
	if (report->is_json)
		return print_element(report, message, why);
	if ((r = add_row(report, judged)) != ATT_OK && why != NULL)
		*why = report->table.why;
	return att_refuse_plain(why, r);
}

static const char *
plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* "3 users, 5 credentials: 4 accepted, 1 refused (aaguid-refused 1)" */
static void
print_summary(const struct att_audit_counts *counts)
{
	const char *before = " (";
	size_t unknown = counts->by_status[ATT_EXIT_UNKNOWN];

	printf("%zu user%s, %zu credential%s: %zu accepted, %zu refused",
	    counts->users, plural(counts->users), counts->credentials,
	    plural(counts->credentials), counts->by_status[ATT_EXIT_DONE],
	    counts->by_status[ATT_EXIT_REFUSED]);
	if (unknown > 0)
		printf(", %zu not judged", unknown);
	for (int i = ATT_OK + 1; i < ATT_ERR_COUNT; i++) {
		if (counts->by_reason[i] == 0)
			continue;
		printf("%s%s %zu", before, att_err_code((enum att_err)i),
		    counts->by_reason[i]);
		before = ", ";
	}
	puts(before[0] == ',' ? ")" : "");
}

static json_t *
reasons_json(const struct att_audit_counts *counts)
{
	json_t *reasons = json_object();

	for (int i = ATT_OK + 1; i < ATT_ERR_COUNT; i++)
		if (counts->by_reason[i] > 0 &&
		    json_object_set_new(reasons, att_err_code((enum att_err)i),
			json_integer((json_int_t)counts->by_reason[i])) != 0) {
			json_decref(reasons);
			return NULL;
		}
	return reasons;
}

static enum att_err
print_summary_json(const struct att_audit_report *report)
{
	const struct att_audit_counts *counts = &report->counts;
	json_t *root;

	root = json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "users",
	    (json_int_t)counts->users, "credentials",
	    (json_int_t)counts->credentials, "accepted",
	    (json_int_t)counts->by_status[ATT_EXIT_DONE], "refused",
	    (json_int_t)counts->by_status[ATT_EXIT_REFUSED], "unknown",
	    (json_int_t)counts->by_status[ATT_EXIT_UNKNOWN], "reasons",
	    reasons_json(counts));
	if (root == NULL)
		return ATT_ERR_NO_MEMORY;
	if (!report->has_printed)
		fputs(array_begin, stdout);
	fputs(report->has_printed ? "\n],\n" : "],\n", stdout);
	fputs("\"summary\": ", stdout);
	json_dumpf(root, stdout, JSON_ENSURE_ASCII);
	puts("\n}");
	json_decref(root);
	return ATT_OK;
}

enum att_err
att_audit_report_end(struct att_audit_report *report, struct att_reason *why)
{
	enum att_err r;

	att_progress_clear(&report->progress);
	if (report->is_json)
		return att_refuse_plain(why, print_summary_json(report));
	if ((r = att_table_print(&report->table)) != ATT_OK) {
		*why = report->table.why;
		return att_refuse_plain(why, r);
	}
	if (report->table.rows > 0)
		putchar('\n');
	print_summary(&report->counts);
	return ATT_OK;
}

void
att_audit_report_reset(struct att_audit_report *report)
{
	att_progress_clear(&report->progress);
	att_table_reset(&report->table);
}
