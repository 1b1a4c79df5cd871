/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl ssh: registers SSH keys that a security key holds. */
#include "attestctl/arguments.h"
#include "attestctl/cmd_ssh.h"
#include "base/file.h"

static const struct att_part list[] = {
	{ "challenge", att_ssh_challenge },
	{ "enroll", att_ssh_enroll },
	{ "verify", att_ssh_verify },
};

static const char usage[] =
    "usage: attestctl [--config FILE] ssh challenge [OPTION]... USER\n"
    "       attestctl [--config FILE] ssh enroll [OPTION]... USER\n"
    "       attestctl [--config FILE] ssh verify [OPTION]...\n"
    "\n"
    "Registers an SSH key that a security key holds (ed25519-sk, ecdsa-sk) by\n"
    "what ssh-keygen writes when it makes one over a challenge from here; or\n"
    "judges it and stores nothing. Each of the three has --help, too. See\n"
    "attestctl-ssh(8).\n";

enum att_err
att_ssh_read_file(const char *path, size_t max, uint8_t **owned,
    struct att_bytes *bytes, struct att_reason *why)
{
	size_t len = 0;
	enum att_err r;

	r = att_file_read_any(path, max, owned, &len, why);
	*bytes = att_bytes(*owned, len);
	return r;
}

enum att_exit
att_cmd_ssh(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_parts parts = { .command = "ssh",
		.usage = usage,
		.list = list,
		.count = sizeof(list) / sizeof(list[0]) };

	return att_parts_run(&parts, invocation, argc, argv);
}
