/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl remove: takes one credential out of the store. */
#include <stdio.h>
#include <stdlib.h>

#include "attestctl/arguments.h"
#include "attestctl/out.h"
#include "store/store.h"

static const char usage[] =
    "usage: attestctl [--config FILE] remove [--json] USER LABEL|ID\n"
    "\n"
    "Removes one credential of USER, named by its label, or by its credential\n"
    "ID in base64url or at least the first 8 characters of that. Nothing is\n"
    "asked. A user without credentials cannot log in with a security key.\n"
    "\n"
    "  -j, --json  print what was removed as an object\n"
    "  -h, --help  show this\n";

/* What is removed; label is owned. */
struct removal {
	const char *user;
	char *label;
	char *id;    /* base64url; NULL where it cannot be read */
	size_t left; /* credentials the user still has */
};

static void
removal_free(struct removal *removal)
{
	free(removal->label);
	free(removal->id);
}

static enum att_err
describe(const struct att_credentials *creds, const char *label_or_id,
    struct removal *removal, struct att_reason *why)
{
	const struct att_record *record;
	struct att_bytes id;
	enum att_err r;
	size_t index;

	r = att_credentials_find(creds, label_or_id, &index, why);
	if (r != ATT_OK)
		return r;
	record = &creds->records[index];
	removal->left = creds->count - 1;
	if ((removal->label = strdup(record->label)) == NULL)
		return ATT_ERR_NO_MEMORY;
	if (att_record_get_credential_id(record, &id, NULL) == ATT_OK &&
	    (removal->id = att_text_base64url(id)) == NULL)
		return ATT_ERR_NO_MEMORY;
	return ATT_OK;
}

/* Best effort: a counter that stays does no harm but to lie there. */
static void
remove_counter(const struct att_options *opts, const struct removal *removal,
    const struct att_record *record)
{
	const struct att_counter counter = {
		.state_dir = opts->state_dir,
		.user = removal->user,
		.record = record,
	};
	struct att_reason why = { 0 };

	/* What cannot be read has never counted. */
	if (removal->id != NULL && att_counter_remove(&counter, &why) != ATT_OK)
		att_out_error("remove",
		    "the credential is removed; its signature counter stays: "
		    "%s",
		    why.text);
}

/*
 * Removes by label, which is unique: should another process change the file
 * in between, another credential is never hit.
 */
static enum att_err
remove_one(const struct att_options *opts, const char *label_or_id,
    struct removal *removal, struct att_reason *why)
{
	const char *dir = opts->credentials_dir;
	struct att_record record = { 0 };
	struct att_credentials creds;
	enum att_err r;

	r = att_options_check_folder(opts, "credentials_dir", why);
	if (r != ATT_OK)
		return r;
	if ((r = att_store_load(dir, removal->user, &creds, why)) == ATT_OK)
		r = describe(&creds, label_or_id, removal, why);
	att_credentials_reset(&creds);
	if (r == ATT_OK && (r = att_store_remove(dir, removal->user,
				removal->label, &record, why)) == ATT_OK)
		remove_counter(opts, removal, &record);
	att_record_reset(&record);
	return r;
}

static json_t *
removal_json(const struct removal *removal)
{
	return json_pack("{s:o, s:o, s:s?, s:I}", "user",
	    att_json_text(removal->user), "label",
	    att_json_text(removal->label), "credential_id", removal->id, "left",
	    (json_int_t)removal->left);
}

static enum att_exit
print_done(const struct removal *removal, bool is_json)
{
	struct att_buf text;
	size_t width = 0;
	enum att_err r;

	if (is_json)
		return att_out_json(json_pack("{s:o, s:n}", "removed",
					removal_json(removal), "reason"),
		    ATT_EXIT_DONE);
	att_buf_init(&text, ATT_RECORD_LINE_MAX);
	if ((r = att_out_escape(removal->label, &text, &width)) == ATT_OK &&
	    (r = att_buf_printf(&text, " of ")) == ATT_OK &&
	    (r = att_out_escape(removal->user, &text, &width)) == ATT_OK)
		printf("removed %.*s (credential %.12s); %zu left\n",
		    (int)text.len, (const char *)text.ptr,
		    removal->id == NULL ? "-" : removal->id, removal->left);
	att_buf_reset(&text);
	return r == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_UNKNOWN;
}

static enum att_exit
exit_status(enum att_err err)
{
	switch (err) {
	case ATT_ERR_STORE_NO_USER:
	case ATT_ERR_STORE_BAD_USER:
	case ATT_ERR_STORE_NOT_FOUND:
		return ATT_EXIT_REFUSED;
	default:
		return ATT_EXIT_UNKNOWN;
	}
}

static enum att_exit
print_failed(enum att_err err, const struct att_reason *why, bool is_json)
{
	att_out_reason("remove", err, why);
	if (!is_json)
		return exit_status(err);
	return att_out_json(json_pack("{s:n, s:o}", "removed", "reason",
				att_json_reason(err, why)),
	    exit_status(err));
}

enum att_exit
att_cmd_remove(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .usage = usage,
		.options = att_arguments_plain,
		.least = 2,
		.most = 2 };
	struct removal removal = { 0 };
	struct att_reason why = { 0 };
	struct att_options *opts;
	enum att_exit status;
	enum att_err r;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	removal.user = args.operands[0];
	r = remove_one(opts, args.operands[1], &removal, &why);
	status = r == ATT_OK ? print_done(&removal, args.is_json)
			     : print_failed(r, &why, args.is_json);
	removal_free(&removal);
	att_options_free(&opts);
	return status;
}
