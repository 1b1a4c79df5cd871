/* SPDX-License-Identifier: BSD-2-Clause */
/* What blob->command and "mds update" do with a BLOB, wherever it is from. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_mds.h"
#include "attestctl/cmd_mds_blob.h"
#include "attestctl/moment.h"
#include "attestctl/out.h"
#include "base/file.h"
#include "codec/digest.h"
#include "trust/metadata_index.h"
#include "trust/model.h"

static const struct option options[] = {
	{ "root", required_argument, NULL, 'r' },
	{ "at", required_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* --- The command line --------------------------------------------------- */

static bool
refuse_use(const char *command, const char *what, const char *value)
{
	att_out_error(
	    command, "%s%s; see \"attestctl %s --help\"", what, value, command);
	return false;
}

static bool
add_root(struct att_mds_blob *blob, const char *path)
{
	struct att_reason why = { 0 };
	enum att_err err;

	blob->has_own_roots = true;
	err = att_anchors_load(blob->roots, ATT_ROLE_ANCHOR, path, false, &why);
	if (err != ATT_OK)
		att_out_reason(blob->command, err, &why);
	return err == ATT_OK;
}

static bool
take_operand(const struct att_mds_blob_command *command, int argc, char **argv,
    struct att_mds_blob *blob)
{
	if (argc - optind > 1 || (argc == optind && command->needs_operand))
		return refuse_use(command->name, "expected one operand", "");
	blob->operand = argc == optind ? NULL : argv[optind];
	return true;
}

static bool
take_option(void *arg, int letter, const char *value)
{
	struct att_mds_blob *blob = arg;

	if (letter == 'r')
		return add_root(blob, value);
	return att_moment_parse(value, &blob->at) ||
	       refuse_use(blob->command, "not a time: ", value);
}

/* False when it is over already, with *status. */
static bool
parse(const struct att_mds_blob_command *command, int argc, char **argv,
    struct att_mds_blob *blob, enum att_exit *status)
{
	struct att_arguments args = { .name = command->name,
		.usage = command->usage,
		.options = options,
		.letters = "r:a:",
		.most = INT_MAX,
		.take = take_option,
		.arg = blob };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	blob->is_json = args.is_json;
	return take_operand(command, argc, argv, blob);
}

/* --- The import --------------------------------------------------------- */

static enum att_err
load_roots(struct att_mds_blob *blob, struct att_reason *why)
{
	enum att_err err;

	if (blob->has_own_roots)
		return ATT_OK;
	err = att_anchors_load(
	    blob->roots, ATT_ROLE_ANCHOR, blob->opts->mds_roots, true, why);
	if (err == ATT_OK && att_anchors_get_count(blob->roots) == 0)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "there is no root in %s; put the one of the metadata "
		    "service there as PEM (attestctl-mds(8) says where it is "
		    "found), or name it with --root",
		    blob->opts->mds_roots);
	return err;
}

static void
warn_of_entry(
    void *arg, const struct att_metadata_entry *entry, const char *what)
{
	struct att_mds_blob *blob = arg;

	blob->unusable++;
	att_out_error(blob->command,
	    "warning: the entry '%s' %s: none of its anchors is used",
	    entry->description, what);
}

static void
warn_of_unknown_status(const struct att_mds_blob *blob)
{
	for (size_t i = 0; i < blob->metadata->count; i++) {
		const struct att_metadata_entry *entry =
		    &blob->metadata->entries[i];

		for (size_t k = 0; k < entry->report_count; k++) {
			if (entry->reports[k].status == ATT_STATUS_UNKNOWN)
				att_out_error(blob->command,
				    "warning: the entry '%s' has the status "
				    "%s, which is not known",
				    entry->description, entry->reports[k].name);
		}
	}
}

/* The folder of the state, where it is to hold the one of metadata. */
static enum att_err
make_state_folder(const struct att_options *opts, struct att_reason *why)
{
	size_t len = strlen(opts->state_dir);
	enum att_err err;
	int fd;

	if (strncmp(opts->mds_dir, opts->state_dir, len) != 0 ||
	    opts->mds_dir[len] != '/')
		return ATT_OK;
	if ((err = att_folder_make(opts->state_dir, 0755, &fd, why)) == ATT_OK)
		close(fd);
	return err;
}

static enum att_err
keep(struct att_mds_blob *blob, struct att_reason *why)
{
	struct att_index_source source = {
		.metadata = blob->metadata,
		.imported = time(NULL),
		.warn = warn_of_entry,
		.warn_arg = blob,
	};
	enum att_err err;

	memcpy(source.blob_sha256, blob->sha256, sizeof(blob->sha256));
	if ((err = make_state_folder(blob->opts, why)) != ATT_OK)
		return err;
	return att_index_replace(
	    blob->opts->mds_dir, &source, &blob->is_new, why);
}

enum att_err
att_mds_blob_refuse_size(const char *shown, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_METADATA_MALFORMED,
	    "%s: larger than any BLOB, which has at most %d bytes", shown,
	    ATT_BLOB_MAX);
}

static enum att_err
verify(struct att_mds_blob *blob, const char *shown, struct att_reason *why)
{
	const struct att_blob_input input = {
		.text = att_bytes(blob->ptr, blob->len),
		.roots = blob->roots,
		.is_private = blob->has_own_roots,
		.at = blob->at,
	};
	enum att_err err;

	err = att_blob_verify(&input, &blob->metadata, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s", shown);
	warn_of_unknown_status(blob);
	err = att_sha256(input.text, blob->sha256);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

static enum att_err
get_and_keep(struct att_mds_blob *blob,
    const struct att_mds_blob_command *command, struct att_reason *why)
{
	const char *shown = NULL;
	enum att_err err;

	if ((err = load_roots(blob, why)) != ATT_OK ||
	    (err = command->get(blob, command->arg, &shown, why)) != ATT_OK ||
	    blob->is_same)
		return err;
	if ((err = verify(blob, shown, why)) != ATT_OK ||
	    (err = keep(blob, why)) != ATT_OK)
		return err;
	if (command->kept != NULL)
		command->kept(blob, command->arg);
	return ATT_OK;
}

/* --- What is said of it ------------------------------------------------- */

/* A file that is none of ours to judge is no verdict on a BLOB. */
static enum att_exit
exit_status(enum att_err err)
{
	return att_err_is_refusal(err) ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;
}

static enum att_exit
print_failed(const struct att_mds_blob *blob, enum att_err err,
    const struct att_reason *why)
{
	att_out_reason(blob->command, err, why);
	if (!blob->is_json)
		return exit_status(err);
	return att_out_json(json_pack("{s:n, s:o}", "imported", "reason",
				att_json_reason(err, why)),
	    exit_status(err));
}

static void
warn_of_day(const struct att_mds_blob *blob, time_t next, const char *day)
{
	if (!blob->is_json && next < time(NULL))
		att_out_error(blob->command,
		    "warning: the next metadata was due on %s", day);
}

/* What is kept, when nothing came: its head says what there is to say. */
static enum att_exit
print_same(const struct att_mds_blob *blob)
{
	const struct att_index_head *head;
	struct att_reason why = { 0 };
	struct att_index *index = NULL;
	enum att_exit status = ATT_EXIT_DONE;
	enum att_err err;
	char day[ATT_DAY_SHOWN];

	err = att_index_open(blob->opts->mds_dir, &index, &why);
	if (err != ATT_OK)
		return print_failed(blob, err, &why);
	head = att_index_get_head(index);
	att_day_print(head->next_update, day);
	warn_of_day(blob, head->next_update, day);
	if (blob->is_json)
		status = att_out_json(
		    json_pack("{s:{s:I, s:s, s:n, s:n, s:b, s:o}, s:n}",
			"imported", "no", (json_int_t)head->number,
			"next_update", day, "entries", "unusable", "is_new", 0,
			"legal_header", att_json_text(head->legal_header),
			"reason"),
		    ATT_EXIT_DONE);
	else
		printf("metadata no %llu is current: the server has no other\n",
		    (unsigned long long)head->number);
	att_index_free(&index);
	return status;
}

static enum att_exit
print_done(const struct att_mds_blob *blob)
{
	const struct att_metadata *metadata = blob->metadata;
	char day[ATT_DAY_SHOWN];

	att_day_print(metadata->next_update, day);
	warn_of_day(blob, metadata->next_update, day);
	if (blob->is_json)
		return att_out_json(
		    json_pack("{s:{s:I, s:s, s:I, s:I, s:b, s:o}, s:n}",
			"imported", "no", (json_int_t)metadata->number,
			"next_update", day, "entries",
			(json_int_t)metadata->count, "unusable",
			(json_int_t)blob->unusable, "is_new", blob->is_new,
			"legal_header", att_json_text(metadata->legal_header),
			"reason"),
		    ATT_EXIT_DONE);
	if (blob->is_new)
		printf("imported metadata no %llu: %zu entries, the next is "
		       "due on %s\n",
		    (unsigned long long)metadata->number, metadata->count, day);
	else
		printf("metadata no %llu is there already\n",
		    (unsigned long long)metadata->number);
	return ATT_EXIT_DONE;
}

/* Whoever uses metadata accepts its terms; this is where they are named. */
static void
print_terms(const struct att_mds_blob *blob)
{
	if (!blob->is_json && blob->is_new)
		att_out_error(
		    blob->command, "%s", blob->metadata->legal_header);
}

static enum att_exit
run(struct att_mds_blob *blob, const struct att_mds_blob_command *command)
{
	struct att_reason why = { 0 };
	enum att_err err;

	if ((err = get_and_keep(blob, command, &why)) != ATT_OK)
		return print_failed(blob, err, &why);
	if (blob->is_same)
		return print_same(blob);
	print_terms(blob);
	return print_done(blob);
}

enum att_exit
att_mds_blob_run(const struct att_mds_blob_command *command,
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_mds_blob blob = { .command = command->name,
		.at = time(NULL) };
	enum att_exit status = ATT_EXIT_UNKNOWN;

	if (att_anchors_new(&blob.roots) != ATT_OK)
		att_out_reason(command->name, ATT_ERR_NO_MEMORY, NULL);
	else if (parse(command, argc, argv, &blob, &status) &&
		 att_invocation_options(invocation, &blob.opts) == ATT_OK)
		status = run(&blob, command);
	att_anchors_free(&blob.roots);
	att_metadata_free(&blob.metadata);
	att_options_free(&blob.opts);
	free(blob.ptr);
	return status;
}
