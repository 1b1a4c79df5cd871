/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a key may do, in the syntax of authorized_keys(5): the three options
 * that a stored credential can have.
 *
 *	restrict,from="10.0.0.0/8,*.example.org",command="/usr/bin/backup \"a\""
 *
 * Between quotes \" is a quote; any other backslash stands for itself, as
 * sshd reads it. Where sshd is lenient we are not: names in lower case, no
 * blank outside quotes, no option twice, no value that means nothing.
 */
#ifndef ATT_SSH_KEY_OPTIONS_H
#define ATT_SSH_KEY_OPTIONS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_SSH_OPTIONS_MAX = 2048
}; /* bytes of the text */

struct att_ssh_options {
	bool is_restricted;
	char *from;    /* a pattern list; NULL: from anywhere */
	char *command; /* NULL: what the client asks for */
};

/* Frees what options own and zeroes them. */
void att_ssh_options_reset(struct att_ssh_options *options);

/*
 * Parses a text of at least one option, in any order, to its last byte. from
 * is a list, separated by commas, of patterns and addresses as in sshd(8), of
 * printable ASCII without blanks, quotes and backslashes, none of them empty;
 * command is UTF-8 that att_text_is_printable() and does not end in a
 * backslash, which no quotes could hold. The caller resets *options, which is
 * zeroed first. ATT_ERR_USAGE names the option; ATT_ERR_NO_MEMORY.
 */
enum att_err att_ssh_options_parse(struct att_bytes text,
    struct att_ssh_options *options, struct att_reason *why) ATT_MUST_USE;

/*
 * Appends the one text of these options: restrict, from, command, in that
 * order, separated by commas, which sshd and att_ssh_options_parse() read back
 * as they are. Without any option nothing is appended. ATT_ERR_USAGE for
 * values that could not be read back; TOO_LARGE, NO_MEMORY.
 */
enum att_err att_ssh_options_print(const struct att_ssh_options *options,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;

#endif
