/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl: the administrator's command. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/command.h"
#include "attestctl/out.h"
#include "config.h"

/* Every command, once: this is also what --help prints. */
static const struct {
	const char *name;
	const char *arguments;
	const char *text;
	enum att_exit (*run)(const struct att_invocation *, int, char **);
} commands[] = {
	{ "audit", "[OPTION]... [USER]...",
	    "judge stored credentials by the present configuration",
	    att_cmd_audit },
	{ "config", "[--json]",
	    "show each option, its value and where the value came from",
	    att_cmd_config },
	{ "doctor", "[OPTION]...",
	    "say what of an SSH login is not enforced on this host",
	    att_cmd_doctor },
	{ "enroll", "[OPTION]... [USER]",
	    "register a security key, connected here or elsewhere",
	    att_cmd_enroll },
	{ "host", "profile|refresh|status [ARGUMENT]...",
	    "say whether this host is one whose boot is proven", att_cmd_host },
	{ "list", "[--json] [USER]",
	    "show stored credentials and whether they are accepted today",
	    att_cmd_list },
	{ "maa", "metadata|signers [ARGUMENT]...",
	    "ask Microsoft Azure Attestation for the keys that sign tokens",
	    att_cmd_maa },
	{ "mds", "import|show|status [ARGUMENT]...",
	    "keep the metadata of the FIDO Alliance about security keys",
	    att_cmd_mds },
	{ "remove", "[--json] USER LABEL|ID", "remove a stored credential",
	    att_cmd_remove },
	{ "respond", "[--device PATH]... ['LINE']",
	    "answer another host with a security key at this machine",
	    att_cmd_respond },
	{ "roots", "add|list|remove|show [ARGUMENT]...",
	    "say who is trusted to vouch for security keys", att_cmd_roots },
	{ "ssh", "challenge|enroll|verify [ARGUMENT]...",
	    "register an SSH key that a security key holds", att_cmd_ssh },
	{ "token", "show|verify [ARGUMENT]...",
	    "judge what Microsoft Azure Attestation says of a host",
	    att_cmd_token },
	{ "verify", "[OPTION]... FILE|-",
	    "judge an attestation object by the configuration",
	    att_cmd_verify },
};
enum {
	COMMAND_COUNT = sizeof(commands) / sizeof(commands[0])
};

static void
print_help(void)
{
	puts("usage: attestctl [--config FILE] COMMAND [ARGUMENT]...\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %s %s\n          %s\n", commands[i].name,
		    commands[i].arguments, commands[i].text);
	puts("\n"
	     "  -c, --config FILE  read FILE instead of\n"
	     "                     " ATT_CONFDIR "/pam_attest.conf\n"
	     "  -h, --help         show this; each command has --help, too\n"
	     "  -V, --version      show the version\n"
	     "\n"
	     "Exit status: 0 done or accepted, 1 refused, 2 cannot tell "
	     "(wrong use, input or\noutput). See attestctl(8).");
}

/* Sources of values and the verifier want an absolute path. */
static char *
absolute(const char *path)
{
	char *cwd, *whole = NULL;

	if (path[0] == '/')
		return strdup(path);
	if ((cwd = getcwd(NULL, 0)) == NULL)
		return NULL;
	if (asprintf(&whole, "%s/%s", cwd, path) < 0)
		whole = NULL;
	free(cwd);
	return whole;
}

static enum att_exit
run(const struct att_invocation *invocation, int argc, char **argv)
{
	if (argc == 0) {
		att_out_error(
		    "usage", "no command given; see \"attestctl --help\"");
		return ATT_EXIT_UNKNOWN;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(argv[0], commands[i].name) == 0) {
			optind = 0;
			return commands[i].run(invocation, argc, argv);
		}
	}
	att_out_error(
	    argv[0], "there is no such command; see \"attestctl --help\"");
	return ATT_EXIT_UNKNOWN;
}

/* What was printed has to arrive: a full disk is no success. */
static enum att_exit
close_output(enum att_exit status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	att_out_error("standard output", "%s", strerror(errno));
	return ATT_EXIT_UNKNOWN;
}

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* False when nothing is left to run, with *status. */
static bool
parse(int argc, char **argv, char **configp, enum att_exit *status)
{
	int c;

	*status = ATT_EXIT_UNKNOWN;
	opterr = 0;
	/* "+": options after the command are the command's. */
	while ((c = getopt_long(argc, argv, "+c:hV", options, NULL)) != -1) {
		if (c == 'h' || c == 'V') {
			if (c == 'h')
				print_help();
			else
				puts("attestctl " PACKAGE_VERSION);
			*status = ATT_EXIT_DONE;
			return false;
		}
		if (c != 'c') {
			att_out_error(argv[optind - 1],
			    "unknown option, or one without its value; see "
			    "\"attestctl --help\"");
			return false;
		}
		free(*configp);
		if ((*configp = absolute(optarg)) == NULL) {
			att_out_error(optarg, "%s", strerror(errno));
			return false;
		}
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct att_invocation invocation = { 0 };
	enum att_exit status;
	char *config = NULL;

	/* Not the environment's: widths of UTF-8, messages as written. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (parse(argc, argv, &config, &status)) {
		invocation.config = config;
		status = run(&invocation, argc - optind, argv + optind);
	}
	free(config);
	return (int)close_output(status);
}
