/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What commands have in common: --json and --help, questions about one file,
 * and parts with a name.
 */
#ifndef ATT_ATTESTCTL_ARGUMENTS_H
#define ATT_ATTESTCTL_ARGUMENTS_H

#include <getopt.h>
#include <stdbool.h>

#include "attestctl/command.h"
#include "base/err.h"

/* --json and --help, for a command that has no others. */
extern const struct option att_arguments_plain[];

struct att_arguments {
	const char *name;  /* for messages; NULL: argv[0] */
	const char *usage; /* the text of --help; set by the caller */
	const struct option
	    *options;	     /* "json" as 'j', "help" as 'h'; likewise */
	const char *letters; /* of further ones, as for getopt(), or NULL */
	int least;	     /* how many operands there may be */
	int most;
	/*
	 * Gets each of those further ones with its value; false when it has
	 * said what is wrong with it. May be NULL where none has a value.
	 */
	bool (*take)(void *arg, int letter, const char *value);
	void *arg;
	bool is_json;
	unsigned int given; /* see att_arguments_has() */
	char **operands;    /* lent by argv, NULL past the end */
};

/*
 * Parses argv, argv[0] being the command. False when the command is over
 * already, with *status: help was shown, or what is wrong was said.
 */
bool att_arguments_parse(
    int argc, char **argv, struct att_arguments *args, enum att_exit *status);

/* Was the option of that letter given, one of args->letters? */
bool att_arguments_has(const struct att_arguments *args, char letter);

/*
 * A command that judges one file: its options have long names alone, and what
 * is wrong with them goes where other refusals of the command go.
 */
struct att_question {
	const char *name;	      /* for messages: "token verify" */
	const struct option *options; /* "help" as 'h' */
	enum att_err (*take)(
	    void *arg, int code, const char *value, struct att_reason *why);
	void *arg;
	bool has_no_file; /* its options say everything */
	bool is_help;	  /* it was asked for: nothing else was looked at */
	const char *file; /* lent by argv; "-" is standard input */
};

/* ATT_ERR_USAGE, or what take() returned. */
enum att_err att_question_parse(int argc, char **argv,
    struct att_question *question, struct att_reason *why) ATT_MUST_USE;

/* A command that is made of others, such as "mds" of "mds import". */
struct att_parts {
	const char *command;
	const char *usage;
	const struct att_part {
		const char *name;
		enum att_exit (*run)(
		    const struct att_invocation *, int, char **);
	} * list;
	size_t count;
};

/* Runs the part that argv[1] names, with argv[0] being that name. */
enum att_exit att_parts_run(const struct att_parts *parts,
    const struct att_invocation *invocation, int argc, char **argv);

#endif
