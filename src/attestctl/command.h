/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of attestctl: one row each in main.c, one cmd_*.c each. */
#ifndef ATT_ATTESTCTL_COMMAND_H
#define ATT_ATTESTCTL_COMMAND_H

#include "base/err.h"
#include "conf/options.h"

/* Exit statuses, a contract with scripts. */
enum att_exit {
	ATT_EXIT_DONE = 0,    /* done, accepted */
	ATT_EXIT_REFUSED = 1, /* refused */
	ATT_EXIT_UNKNOWN = 2, /* cannot tell: usage, input or output */
};

/* What stands before the command on the command line. */
struct att_invocation {
	const char *config; /* --config FILE, or NULL for the default */
};

/*
 * The configuration named by the invocation. On failure the reason has been
 * printed to standard error. The caller frees *optsp.
 */
enum att_err att_invocation_options(const struct att_invocation *invocation,
    struct att_options **optsp) ATT_MUST_USE;

/* argv[0] is the command's name; getopt_long() starts afresh (optind 0). */
enum att_exit att_cmd_audit(const struct att_invocation *, int, char **);
enum att_exit att_cmd_config(const struct att_invocation *, int, char **);
enum att_exit att_cmd_doctor(const struct att_invocation *, int, char **);
enum att_exit att_cmd_enroll(const struct att_invocation *, int, char **);
enum att_exit att_cmd_host(const struct att_invocation *, int, char **);
enum att_exit att_cmd_list(const struct att_invocation *, int, char **);
enum att_exit att_cmd_maa(const struct att_invocation *, int, char **);
enum att_exit att_cmd_mds(const struct att_invocation *, int, char **);
enum att_exit att_cmd_remove(const struct att_invocation *, int, char **);
enum att_exit att_cmd_respond(const struct att_invocation *, int, char **);
enum att_exit att_cmd_roots(const struct att_invocation *, int, char **);
enum att_exit att_cmd_ssh(const struct att_invocation *, int, char **);
enum att_exit att_cmd_token(const struct att_invocation *, int, char **);
enum att_exit att_cmd_verify(const struct att_invocation *, int, char **);

#endif
