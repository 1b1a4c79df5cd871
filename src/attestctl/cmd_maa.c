/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl maa: what the attestation service shows, attestctl-maa(8). */
#include "attestctl/arguments.h"
#include "attestctl/cmd_maa.h"

static const struct att_part list[] = {
	{ "metadata", att_cmd_maa_metadata },
	{ "signers", att_cmd_maa_signers },
};

static const char usage[] =
    "usage: attestctl [--config FILE] maa signers [OPTION]... [--save [FILE]]\n"
    "       attestctl [--config FILE] maa metadata [OPTION]...\n"
    "\n"
    "Asks the provider of Microsoft Azure Attestation that maa_url names:\n"
    "signers, with which keys it signs, to keep them in host_jwks; metadata,\n"
    "what it says of itself. Each has --help, too. See attestctl-maa(8).\n";

enum att_exit
att_cmd_maa(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_parts parts = { .command = "maa",
		.usage = usage,
		.list = list,
		.count = sizeof(list) / sizeof(list[0]) };

	return att_parts_run(&parts, invocation, argc, argv);
}
