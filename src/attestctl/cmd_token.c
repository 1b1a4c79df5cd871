/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl token: tokens of Microsoft Azure Attestation, attestctl-token(8).
 */
#include "attestctl/arguments.h"
#include "attestctl/cmd_token.h"

static const struct att_part list[] = {
	{ "show", att_cmd_token_show },
	{ "verify", att_cmd_token_verify },
};

static const char usage[] =
    "usage: attestctl token show [--json] FILE|-\n"
    "       attestctl [--config FILE] token verify [OPTION]... FILE|-\n"
    "\n"
    "Judges a token of Microsoft Azure Attestation as a login does, or shows "
    "what\n"
    "is in one without judging it. Both have --help, too. See "
    "attestctl-token(8).\n";

enum att_exit
att_cmd_token(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_parts parts = { .command = "token",
		.usage = usage,
		.list = list,
		.count = sizeof(list) / sizeof(list[0]) };

	return att_parts_run(&parts, invocation, argc, argv);
}
