/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl roots list: every anchor and intermediate in a row. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_roots.h"
#include "trust/model.h"

enum {
	ID_SHOWN = 16
}; /* hexadecimal digits; "show" takes 8 of them or more */

static const char usage[] =
    "usage: attestctl [--config FILE] roots list [--json]\n"
    "           [--anchors | --intermediates]\n"
    "\n"
    "Shows each certificate that is trusted to vouch for security keys, and\n"
    "each intermediate: how many stored credentials that are accepted today\n"
    "rest on it, from when until when it is valid, what is wrong with it, the\n"
    "beginnings of its SHA-256, of that of its key and of its key identifier\n"
    "as in FIDO metadata, where it stands, and its subject.\n"
    "\n"
    "  -a, --anchors        only those that are trusted\n"
    "  -i, --intermediates  only those that help to find a path to them\n"
    "  -j, --json           print a list of objects, with whole identifiers\n"
    "  -h, --help           show this\n";

static const struct option options[] = {
	{ "anchors", no_argument, NULL, 'a' },
	{ "intermediates", no_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char *const headings[] = { "ROLE", "CREDENTIALS", "FROM", "UNTIL",
	"REMARK", "SHA-256", "KEY SHA-256", "KEY ID", "FILE", "SUBJECT" };
enum {
	COLUMNS = sizeof(headings) / sizeof(headings[0])
};

/* What was asked for. */
struct request {
	bool only_anchors;
	bool only_intermediates;
	bool is_json;
};

/* False when it is over already, with *status. */
static bool
parse(int argc, char **argv, struct request *request, enum att_exit *status)
{
	struct att_arguments args = { .name = "roots list",
		.usage = usage,
		.options = options,
		.letters = "ai",
		.most = INT_MAX };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	request->only_anchors = att_arguments_has(&args, 'a');
	request->only_intermediates = att_arguments_has(&args, 'i');
	request->is_json = args.is_json;
	if (args.operands[0] != NULL ||
	    (request->only_anchors && request->only_intermediates)) {
		att_out_error(args.name,
		    "expected no argument, and --anchors or --intermediates; "
		    "see \"attestctl roots list --help\"");
		return false;
	}
	*status = ATT_EXIT_DONE;
	return true;
}

static bool
is_wanted(const struct request *request, const struct att_inventory_item *item)
{
	if (item->role == ATT_ROLE_ANCHOR)
		return !request->only_intermediates;
	return !request->only_anchors;
}

/* In the words of --allow, but for the date, which can be told apart. */
static void
print_remark(const struct att_inventory *inventory,
    const struct att_inventory_item *item, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	if (item->cert == NULL)
		snprintf(text, size, "malformed");
	for (unsigned int i = 0; i < ATT_FITNESS_COUNT; i++) {
		const char *word = att_fitness_name((enum att_fitness)i);

		if (!item->has_doubt[i])
			continue;
		if (i == ATT_FITNESS_DATE)
			word = inventory->now >
				       att_certificate_get_dates(item->cert).end
				   ? "expired"
				   : "not yet valid";
		len += (size_t)snprintf(
		    text + len, size - len, "%s%s", len > 0 ? ", " : "", word);
		if (len >= size)
			return;
	}
}

/* The texts of the cells of one certificate. */
struct row {
	char credentials[24];
	char from[16];
	char until[16];
	char remark[64];
	char sha256[ATT_ID_TEXT_SIZE];
	char key_sha256[ATT_ID_TEXT_SIZE];
	char key_id[ATT_ID_TEXT_SIZE];
	char subject[ATT_SUBJECT_MAX];
	char *file;
};

static enum att_err
fill_row(const struct att_inventory *inventory,
    const struct att_inventory_item *item, struct row *row)
{
	struct att_certificate_dates dates;

	*row = (struct row){ .from = "-",
		.until = "-",
		.subject = "-",
		.key_sha256 = "-",
		.key_id = "-" };
	snprintf(row->credentials, sizeof(row->credentials), "%zu",
	    item->credentials);
	print_remark(inventory, item, row->remark, sizeof(row->remark));
	att_hex_print(att_bytes(item->sha256, ID_SHOWN / 2), row->sha256);
	if (asprintf(&row->file, "%s:%zu", item->file, item->line) < 0) {
		row->file = NULL;
		return ATT_ERR_NO_MEMORY;
	}
	if (item->cert == NULL)
		return ATT_OK;
	dates = att_certificate_get_dates(item->cert);
	att_day_print((time_t)dates.begin, row->from);
	att_day_print((time_t)dates.end, row->until);
	att_hex_print(
	    att_bytes(item->key_sha256, ID_SHOWN / 2), row->key_sha256);
	att_hex_print(att_bytes(item->key_id, ID_SHOWN / 2), row->key_id);
	att_certificate_print_subject(
	    item->cert, row->subject, sizeof(row->subject));
	return ATT_OK;
}

static enum att_err
add_row(struct att_table *table, const struct att_inventory *inventory,
    const struct att_inventory_item *item)
{
	struct row row;
	enum att_err r;

	r = fill_row(inventory, item, &row);
	const struct att_cell cells[COLUMNS] = {
		{ .text = att_inventory_role_name(item->role) },
		{ .text = row.credentials },
		{ .text = row.from },
		{ .text = row.until },
		{ row.remark[0] == '\0' ? NULL : row.remark,
		    row.remark[0] == '\0' ? ATT_STYLE_PLAIN : ATT_STYLE_BAD },
		{ .text = row.sha256 },
		{ .text = row.key_sha256 },
		{ .text = row.key_id },
		{ .text = row.file },
		{ .text = row.subject },
	};
	if (r == ATT_OK)
		r = att_table_add(table, cells);
	free(row.file);
	return r;
}

static enum att_exit
print_table(const struct att_inventory *inventory,
    const struct request *request, enum att_exit status)
{
	struct att_table table = { .headings = headings, .columns = COLUMNS };
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < inventory->count && r == ATT_OK; i++) {
		if (is_wanted(request, &inventory->items[i]))
			r = add_row(&table, inventory, &inventory->items[i]);
	}
	if (r == ATT_OK)
		r = att_table_print(&table);
	if (r != ATT_OK)
		att_out_reason("roots list", r, &table.why);
	att_table_reset(&table);
	return r == ATT_OK ? status : ATT_EXIT_UNKNOWN;
}

static enum att_exit
print_json(const struct att_inventory *inventory, const struct request *request,
    enum att_exit status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inventory->count; i++) {
		if (is_wanted(request, &inventory->items[i]))
			list = att_json_append(
			    list, att_inventory_json(inventory, i));
	}
	return att_out_json(list, status);
}

enum att_exit
att_roots_list(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_inventory inventory = { 0 };
	struct request request = { 0 };
	struct att_judge judge;
	struct att_roots_tally tally = { .judge = &judge,
		.inventory = &inventory };
	struct att_reason why = { 0 };
	enum att_exit status;
	enum att_err r;

	if (!parse(argc, argv, &request, &status))
		return status;
	if (att_judge_open(invocation, &judge) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	r = att_inventory_make(judge.trust.anchors, &inventory, &why);
	if (r != ATT_OK) {
		att_out_reason("roots list", r, &why);
		status = ATT_EXIT_UNKNOWN;
		goto out;
	}
	if (att_roots_count(&tally) != ATT_OK || tally.is_partial)
		status = ATT_EXIT_UNKNOWN;
	status = request.is_json ? print_json(&inventory, &request, status)
				 : print_table(&inventory, &request, status);
out:
	att_inventory_reset(&inventory);
	att_judge_close(&judge);
	return status;
}
