/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl mds: FIDO metadata, attestctl-mds(8). */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "attestctl/cmd_mds.h"
#include "attestctl/out.h"

static const struct {
	const char *name;
	enum att_exit (*run)(const struct att_invocation *, int, char **);
} parts[] = {
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

void
att_mds_print_day(time_t day, char text[16])
{
	struct tm tm;

	if (day == 0 || gmtime_r(&day, &tm) == NULL ||
	    strftime(text, 16, "%Y-%m-%d", &tm) == 0)
		memcpy(text, "-", sizeof("-"));
}

enum att_exit
att_cmd_mds(const struct att_invocation *invocation, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		fputs(usage, stdout);
		return ATT_EXIT_DONE;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(name, parts[i].name) == 0)
			return parts[i].run(invocation, argc - 1, argv + 1);
	}
	att_out_error("mds", "expected import, show, status or update; see "
			     "\"attestctl mds --help\"");
	return ATT_EXIT_UNKNOWN;
}
