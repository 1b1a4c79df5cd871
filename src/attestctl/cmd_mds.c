/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl mds: FIDO metadata, attestctl-mds(8). */
#include "attestctl/arguments.h"
#include "attestctl/cmd_mds.h"

static const struct att_part list[] = {
	{ "import", att_mds_import },
	{ "show", att_mds_show },
	{ "status", att_mds_status },
	{ "update", att_mds_update },
};

static const char usage[] =
    "usage: attestctl [--config FILE] mds import [OPTION]... FILE|-\n"
    "       attestctl [--config FILE] mds show [--json] AAGUID|KEYID\n"
    "       attestctl [--config FILE] mds status [--json]\n"
    "       attestctl [--config FILE] mds update [OPTION]... [URL]\n"
    "\n"
    "Keeps the metadata of the FIDO Alliance about security keys: what is\n"
    "known of each model, and whether it can still be relied on. Each of the\n"
    "four has --help, too. See attestctl-mds(8).\n";

enum att_exit
att_cmd_mds(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_parts parts = { .command = "mds",
		.usage = usage,
		.list = list,
		.count = sizeof(list) / sizeof(list[0]) };

	return att_parts_run(&parts, invocation, argc, argv);
}
