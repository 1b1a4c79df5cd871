/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that every plain command has, and parts of commands. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/out.h"

enum {
	LETTERS_MAX = 32 /* short options of one command */
};

const struct option att_arguments_plain[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static bool
refuse(const char *command, const char *what, const char *word)
{
	att_out_error(command, "%s%s%s; see \"attestctl %s --help\"", what,
	    word == NULL ? "" : " ", word == NULL ? "" : word, command);
	return false;
}

/* The bit of a letter; 0 for one that is not among them. */
static unsigned int
get_bit(const struct att_arguments *args, int letter)
{
	const char *at =
	    args->letters == NULL ? NULL : strchr(args->letters, letter);

	return at == NULL ? 0 : 1U << (at - args->letters);
}

bool
att_arguments_has(const struct att_arguments *args, char letter)
{
	return (args->given & get_bit(args, letter)) != 0;
}

bool
att_arguments_parse(
    int argc, char **argv, struct att_arguments *args, enum att_exit *status)
{
	char letters[LETTERS_MAX];
	const char *unknown = args->take == NULL
				  ? "unknown option"
				  : "unknown option, or one without its value:";
	int c;

	*status = ATT_EXIT_UNKNOWN;
	if (args->name == NULL)
		args->name = argv[0];
	args->is_json = false;
	args->given = 0;
	optind = 0;
	opterr = 0;
	snprintf(letters, sizeof(letters), "jh%s",
	    args->letters == NULL ? "" : args->letters);
	while (
	    (c = getopt_long(argc, argv, letters, args->options, NULL)) != -1) {
		switch (c) {
		case 'j':
			args->is_json = true;
			break;
		case 'h':
			fputs(args->usage, stdout);
			*status = ATT_EXIT_DONE;
			return false;
		case '?':
			return refuse(args->name, unknown, argv[optind - 1]);
		default:
			args->given |= get_bit(args, c);
			if (args->take != NULL &&
			    !args->take(args->arg, c, optarg))
				return false;
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

enum att_err
att_question_parse(int argc, char **argv, struct att_question *question,
    struct att_reason *why)
{
	enum att_err r;
	int code;

	question->is_help = false;
	question->file = NULL;
	optind = 0;
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":", question->options, NULL)) !=
	       -1) {
		question->is_help = code == 'h';
		if (question->is_help)
			return ATT_OK;
		if (code == ':')
			return att_refuse(why, ATT_ERR_USAGE,
			    "'%s' needs a value", argv[optind - 1]);
		if (code == '?')
			return att_refuse(why, ATT_ERR_USAGE,
			    "'%s' is not an option of %s", argv[optind - 1],
			    question->name);
		r = question->take(question->arg, code, optarg, why);
		if (r != ATT_OK)
			return r;
	}
	if (question->has_no_file)
		return argc == optind
			   ? ATT_OK
			   : att_refuse(why, ATT_ERR_USAGE,
				 "unexpected argument '%s'", argv[optind]);
	if (argc - optind != 1)
		return att_refuse(
		    why, ATT_ERR_USAGE, "exactly one FILE (or -) is needed");
	question->file = argv[optind];
	return ATT_OK;
}

/* "import, show or status" */
static const char *
get_gap(const struct att_parts *parts, size_t i)
{
	if (i + 1 == parts->count)
		return "";
	return i + 2 == parts->count ? " or " : ", ";
}

static enum att_exit
refuse_part(const struct att_parts *parts)
{
	char names[200];
	size_t len = 0;

	names[0] = '\0';
	for (size_t i = 0; i < parts->count && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len,
		    "%s%s", parts->list[i].name, get_gap(parts, i));
	att_out_error(parts->command,
	    "expected %s; see \"attestctl %s --help\"", names, parts->command);
	return ATT_EXIT_UNKNOWN;
}

enum att_exit
att_parts_run(const struct att_parts *parts,
    const struct att_invocation *invocation, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		fputs(parts->usage, stdout);
		return ATT_EXIT_DONE;
	}
	for (size_t i = 0; i < parts->count; i++) {
		if (strcmp(name, parts->list[i].name) == 0)
			return parts->list[i].run(
			    invocation, argc - 1, argv + 1);
	}
	return refuse_part(parts);
}
