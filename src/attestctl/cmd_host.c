/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl host: is this a host whose boot is proven? attestctl-host(8). */
#include "attestctl/arguments.h"
#include "attestctl/cmd_host.h"

static const struct att_part list[] = {
	{ "activate", att_cmd_host_activate },
	{ "challenge", att_cmd_host_challenge },
	{ "endorse", att_cmd_host_endorse },
	{ "profile", att_cmd_host_profile },
	{ "refresh", att_cmd_host_refresh },
	{ "status", att_cmd_host_status },
};

static const char usage[] =
    "usage: attestctl [--config FILE] host refresh [--once] [--verbose] "
    "[--json]\n"
    "       attestctl [--config FILE] host status [--json]\n"
    "       attestctl host profile [--json] [NAME]\n"
    "       attestctl [--config FILE] host endorse [--out FILE]\n"
    "       attestctl host challenge (--ca FILE... | --ek FILE)\n"
    "           --secret-out FILE [--out FILE] REQUEST\n"
    "       attestctl [--config FILE] host activate CHALLENGE\n"
    "\n"
    "refresh has this host attested, and keeps the token. status says what "
    "the\n"
    "host gate would say to a login now. profile shows a ready list of "
    "claims.\n"
    "endorse, challenge and activate enrol the host's attestation key with a\n"
    "registry. Each has --help, too. See attestctl-host(8).\n";

enum att_exit
att_cmd_host(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_parts parts = { .command = "host",
		.usage = usage,
		.list = list,
		.count = sizeof(list) / sizeof(list[0]) };

	return att_parts_run(&parts, invocation, argc, argv);
}
