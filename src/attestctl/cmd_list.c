/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl list: the stored credentials, judged by the configuration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/judged.h"
#include "attestctl/users.h"
#include "base/clock.h"
#include "base/hex.h"

enum {
	ID_SHOWN = 12
}; /* characters; "remove" takes 8 of them or more */

static const char usage[] =
    "usage: attestctl [--config FILE] list [--json] [USER]\n"
    "\n"
    "Shows the stored credentials of USER, or of every user: label, verdict\n"
    "by the present configuration and trust anchors, model (AAGUID), "
    "statement\n"
    "format, RP ID, time (UTC) and enroller, the beginning of the credential\n"
    "ID, and what an SSH key may do. A credential that is shown as refused\n"
    "does not log in.\n"
    "\n"
    "  -j, --json  print a list of objects, with whole IDs and reasons\n"
    "  -h, --help  show this\n";

static const char *const headings[] = { "USER", "LABEL", "VERDICT", "MODEL",
	"FORMAT", "RP ID", "ENROLLED", "BY", "CREDENTIAL", "OPTIONS" };
enum {
	COLUMNS = sizeof(headings) / sizeof(headings[0])
};

/* Where rows go, and how it went so far. */
struct listing {
	struct att_judge judge;
	struct att_table table;
	json_t *list; /* NULL for text */
	enum att_exit status;
};

static enum att_err
add_row(struct att_table *table, const struct att_judged *judged)
{
	const struct att_verdict *verdict = &judged->verdict;
	char *id = att_text_base64url(judged->credential_id);
	char time[ATT_UTC_SHOWN];
	bool is_accepted = judged->err == ATT_OK;
	enum att_err r = ATT_ERR_NO_MEMORY;
	char model[ATT_UUID_TEXT_SIZE];
	char word[64];

	if (id == NULL)
		goto out;
	att_uuid_print(verdict->aaguid, model);
	if (strlen(id) > ID_SHOWN)
		id[ID_SHOWN] = '\0';
	snprintf(word, sizeof(word), is_accepted ? "%s" : "%s: %s",
	    att_judged_word(judged), att_err_code(judged->err));
	const struct att_cell cells[COLUMNS] = {
		{ .text = judged->user },
		{ .text = judged->record->label },
		{ word, is_accepted ? ATT_STYLE_GOOD : ATT_STYLE_BAD },
		{ .text = verdict->has_auth_data ? model : NULL },
		{ .text = verdict->has_format ? att_format_name(verdict->format)
					      : NULL },
		{ .text = judged->record->rp_id },
		{ .text = att_clock_show_utc(judged->record->time, time) },
		{ .text = judged->record->enrolled_by },
		{ .text = id[0] != '\0' ? id : NULL },
		{ .text = judged->record->ssh_options },
	};
	r = att_table_add(table, cells);
out:
	free(id);
	return r;
}

static enum att_err
add_credential(struct listing *listing, const struct att_judged *judged)
{
	if (listing->list == NULL)
		return add_row(&listing->table, judged);
	return json_array_append_new(listing->list, att_judged_json(judged)) ==
		       0
		   ? ATT_OK
		   : ATT_ERR_NO_MEMORY;
}

/* A file that cannot be read does not hide the other users. */
static enum att_err
add_credentials(struct listing *listing, const char *user)
{
	struct att_credentials creds;
	struct att_judged judged;
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_store_load(
	    listing->judge.opts->credentials_dir, user, &creds, &why);
	if (r != ATT_OK && r != ATT_ERR_STORE_NO_USER) {
		att_out_reason(user, r, &why);
		listing->status = ATT_EXIT_UNKNOWN;
	}
	r = ATT_OK;
	for (size_t i = 0; i < creds.count && r == ATT_OK; i++) {
		att_judge_record(
		    &listing->judge, user, &creds.records[i], &judged);
		r = add_credential(listing, &judged);
		att_judged_reset(&judged);
	}
	att_credentials_reset(&creds);
	return r;
}

/* Everybody who can be found, or the one that was asked for. */
static enum att_err
find_users(struct listing *listing, const char *user, struct att_users *users)
{
	const struct att_options *opts = listing->judge.opts;
	struct att_reason why = { 0 };
	enum att_err r;

	if (user == NULL) {
		r = att_users_collect(users, opts, &why);
		att_users_sort(users);
	} else if ((r = att_options_check_folder(
			opts, "credentials_dir", &why)) == ATT_OK) {
		r = att_users_add(users, user);
	}
	if (r == ATT_OK)
		return ATT_OK;
	att_out_reason("list", r, &why);
	listing->status = ATT_EXIT_UNKNOWN;
	return r == ATT_ERR_STORE_MALFORMED ? ATT_OK : r;
}

static enum att_err
collect(struct listing *listing, const char *user)
{
	struct att_users users = { 0 };
	enum att_err r;

	r = find_users(listing, user, &users);
	for (size_t i = 0; i < users.count && r == ATT_OK; i++)
		if ((r = add_credentials(listing, att_users_get(&users, i))) !=
		    ATT_OK)
			att_out_reason("list", r, &listing->table.why);
	att_users_reset(&users);
	return r;
}

static enum att_exit
print(struct listing *listing)
{
	enum att_err r;

	if (listing->list != NULL)
		return att_out_json(
		    json_incref(listing->list), listing->status);
	if ((r = att_table_print(&listing->table)) == ATT_OK)
		return listing->status;
	att_out_reason("list", r, &listing->table.why);
	return ATT_EXIT_UNKNOWN;
}

enum att_exit
att_cmd_list(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = {
		.usage = usage, .options = att_arguments_plain, .most = 1
	};
	struct listing listing = {
		.table = { .headings = headings, .columns = COLUMNS },
		.status = ATT_EXIT_DONE,
	};
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_judge_open(invocation, &listing.judge) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	listing.list = args.is_json ? json_array() : NULL;
	status = ATT_EXIT_UNKNOWN;
	if (collect(&listing, args.operands[0]) == ATT_OK)
		status = print(&listing);
	json_decref(listing.list);
	att_table_reset(&listing.table);
	att_judge_close(&listing.judge);
	return status;
}
