/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that every plain command has. */
#include <getopt.h>
#include <stdio.h>

#include "attestctl/arguments.h"
#include "attestctl/out.h"

static bool
refuse(const char *command, const char *what, const char *word)
{
	att_out_error(command, "%s%s%s; see \"attestctl %s --help\"", what,
	    word == NULL ? "" : " ", word == NULL ? "" : word, command);
	return false;
}

bool
att_arguments_parse(
    int argc, char **argv, struct att_arguments *args, enum att_exit *status)
{
	int c;

	*status = ATT_EXIT_UNKNOWN;
	if (args->name == NULL)
		args->name = argv[0];
	args->is_json = false;
	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "jh", args->options, NULL)) != -1) {
		switch (c) {
		case 'j':
			args->is_json = true;
			break;
		case 'h':
			fputs(args->usage, stdout);
			*status = ATT_EXIT_DONE;
			return false;
		default:
			return refuse(
			    args->name, "unknown option", argv[optind - 1]);
		}
	}
	args->operands = argv + optind;
	if (argc - optind < args->least)
		return refuse(args->name, "too few arguments", NULL);
	if (argc - optind > args->most)
		return refuse(args->name, "unexpected argument",
		    argv[optind + args->most]);
	return true;
}
