/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl mds import: a metadata BLOB from a file. */
#include "attestctl/cmd_mds.h"
#include "attestctl/cmd_mds_blob.h"
#include "base/file.h"

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

static enum att_err
read_file(struct att_mds_blob *blob, void *arg, const char **shown,
    struct att_reason *why)
{
	enum att_err err;

	(void)arg;
	*shown = blob->operand;
	err = att_file_read_any(
	    blob->operand, ATT_BLOB_MAX, &blob->ptr, &blob->len, why);
	if (err == ATT_ERR_FILE_TOO_LARGE) /* a verdict, too */
		return att_mds_blob_refuse_size(blob->operand, why);
	return err;
}

enum att_exit
att_mds_import(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_mds_blob_command command = {
		.name = "mds import",
		.usage = usage,
		.needs_operand = true,
		.get = read_file,
	};

	return att_mds_blob_run(&command, invocation, argc, argv);
}
