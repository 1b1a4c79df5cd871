/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl mds import: verifies a metadata BLOB and keeps what it says. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/cmd_mds.h"
#include "attestctl/moment.h"
#include "attestctl/out.h"
#include "base/file.h"
#include "codec/digest.h"
#include "trust/blob.h"
#include "trust/metadata_index.h"

static const char usage[] =
    "usage: attestctl [--config FILE] mds import [--json] [--root PATH]...\n"
    "           [--at TIME] FILE|-\n"
    "\n"
    "Verifies a metadata BLOB of the FIDO Alliance and keeps what it says\n"
    "about security keys. A BLOB older than the one that is kept is refused.\n"
    "\n"
    "  -r, --root PATH  a PEM file, or a folder of them, with the root of\n"
    "                   the signer instead of mds_roots; may be repeated\n"
    "  -a, --at TIME    judge certificates at TIME, Unix seconds or as in\n"
    "                   2026-01-31T12:00:00Z, and not now\n"
    "  -j, --json       print an object\n"
    "  -h, --help       show this\n"
    "\n"
    "Exit status: 0 imported or already there, 1 refused, 2 cannot tell.\n";

static const struct option options[] = {
	{ "root", required_argument, NULL, 'r' },
	{ "at", required_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* One import. */
struct import {
	struct att_anchors *roots; /* owned, as are metadata, ptr and opts */
	struct att_metadata *metadata;
	struct att_options *opts;
	uint8_t *ptr;
	size_t len;
	const char *file;
	time_t at;
	bool has_own_roots;
	bool is_json;
	size_t unusable; /* entries told of */
	bool is_new;
};

/* --- The command line --------------------------------------------------- */

static bool
refuse_use(const char *what, const char *value)
{
	att_out_error("mds import", "%s%s; see \"attestctl mds import --help\"",
	    what, value);
	return false;
}

static bool
add_root(struct import *import, const char *path)
{
	struct att_reason why = { 0 };
	enum att_err err;

	import->has_own_roots = true;
	err =
	    att_anchors_load(import->roots, ATT_ROLE_ANCHOR, path, false, &why);
	if (err != ATT_OK)
		att_out_reason("mds import", err, &why);
	return err == ATT_OK;
}

/* False when it is over already, with *status. */
static bool
parse(int argc, char **argv, struct import *import, enum att_exit *status)
{
	int c;

	*status = ATT_EXIT_UNKNOWN;
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, "r:a:jh", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			*status = ATT_EXIT_DONE;
			return false;
		}
		if (c == '?')
			return refuse_use("unknown option, or one without its "
					  "value: ",
			    argv[optind - 1]);
		if (c == 'r' && !add_root(import, optarg))
			return false;
		if (c == 'a' && !att_moment_parse(optarg, &import->at))
			return refuse_use("not a time: ", optarg);
		import->is_json |= c == 'j';
	}
	if (argc - optind != 1)
		return refuse_use("expected one FILE", "");
	import->file = argv[optind];
	return true;
}

/* --- The import --------------------------------------------------------- */

static enum att_err
load_roots(struct import *import, struct att_reason *why)
{
	enum att_err err;

	if (import->has_own_roots)
		return ATT_OK;
	err = att_anchors_load(
	    import->roots, ATT_ROLE_ANCHOR, import->opts->mds_roots, true, why);
	if (err == ATT_OK && att_anchors_get_count(import->roots) == 0)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "there is no root in %s; put the one of the metadata "
		    "service there as PEM (attestctl-mds(8) says where it is "
		    "found), or name it with --root",
		    import->opts->mds_roots);
	return err;
}

static void
warn_of_entry(
    void *arg, const struct att_metadata_entry *entry, const char *what)
{
	struct import *import = arg;

	import->unusable++;
	att_out_error("mds import",
	    "warning: the entry '%s' %s: none of its anchors is used",
	    entry->description, what);
}

static void
warn_of_unknown_status(const struct import *import)
{
	for (size_t i = 0; i < import->metadata->count; i++) {
		const struct att_metadata_entry *entry =
		    &import->metadata->entries[i];

		for (size_t k = 0; k < entry->report_count; k++) {
			if (entry->reports[k].status == ATT_STATUS_UNKNOWN)
				att_out_error("mds import",
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
keep(struct import *import, struct att_reason *why)
{
	struct att_index_source source = {
		.metadata = import->metadata,
		.imported = time(NULL),
		.warn = warn_of_entry,
		.warn_arg = import,
	};
	enum att_err err;

	err =
	    att_sha256(att_bytes(import->ptr, import->len), source.blob_sha256);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if ((err = make_state_folder(import->opts, why)) != ATT_OK)
		return err;
	return att_index_replace(
	    import->opts->mds_dir, &source, &import->is_new, why);
}

static enum att_err
import_file(struct import *import, struct att_reason *why)
{
	struct att_blob_input input = {
		.roots = import->roots,
		.is_private = import->has_own_roots,
		.at = import->at,
	};
	enum att_err err;

	if ((err = load_roots(import, why)) != ATT_OK)
		return err;
	err = att_file_read_any(
	    import->file, ATT_BLOB_MAX, &import->ptr, &import->len, why);
	if (err == ATT_ERR_FILE_TOO_LARGE) /* a verdict, too */
		err = att_refuse(why, ATT_ERR_METADATA_MALFORMED,
		    "%s: larger than any BLOB, which has at most %d bytes",
		    import->file, ATT_BLOB_MAX);
	if (err != ATT_OK)
		return err;
	input.text = att_bytes(import->ptr, import->len);
	err = att_blob_verify(&input, &import->metadata, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s", import->file);
	warn_of_unknown_status(import);
	return keep(import, why);
}

/* --- What is said of it ------------------------------------------------- */

/* A file that is none of ours to judge is no verdict on a BLOB. */
static enum att_exit
exit_status(enum att_err err)
{
	return att_err_is_refusal(err) ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;
}

static enum att_exit
print_failed(
    const struct import *import, enum att_err err, const struct att_reason *why)
{
	att_out_reason("mds import", err, why);
	if (!import->is_json)
		return exit_status(err);
	return att_out_json(json_pack("{s:n, s:o}", "imported", "reason",
				att_json_reason(err, why)),
	    exit_status(err));
}

static enum att_exit
print_done(const struct import *import)
{
	const struct att_metadata *metadata = import->metadata;
	char day[16];

	att_mds_print_day(metadata->next_update, day);
	if (import->is_json)
		return att_out_json(
		    json_pack("{s:{s:I, s:s, s:I, s:I, s:b, s:o}, s:n}",
			"imported", "no", (json_int_t)metadata->number,
			"next_update", day, "entries",
			(json_int_t)metadata->count, "unusable",
			(json_int_t)import->unusable, "is_new", import->is_new,
			"legal_header", att_json_text(metadata->legal_header),
			"reason"),
		    ATT_EXIT_DONE);
	if (import->is_new)
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
print_terms(const struct import *import)
{
	if (!import->is_json && import->is_new)
		att_out_error(
		    "mds import", "%s", import->metadata->legal_header);
}

enum att_exit
att_mds_import(const struct att_invocation *invocation, int argc, char **argv)
{
	struct import import = { .at = time(NULL) };
	struct att_reason why = { 0 };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	enum att_err err;

	if (att_anchors_new(&import.roots) != ATT_OK) {
		att_out_reason("mds import", ATT_ERR_NO_MEMORY, NULL);
		return ATT_EXIT_UNKNOWN;
	}
	if (!parse(argc, argv, &import, &status) ||
	    att_invocation_options(invocation, &import.opts) != ATT_OK)
		goto out;
	err = import_file(&import, &why);
	if (err == ATT_OK) {
		print_terms(&import);
		status = print_done(&import);
	} else {
		status = print_failed(&import, err, &why);
	}
out:
	att_anchors_free(&import.roots);
	att_metadata_free(&import.metadata);
	att_options_free(&import.opts);
	free(import.ptr);
	return status;
}
