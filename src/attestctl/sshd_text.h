/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sshd -T does not show of the configuration of sshd: for whom else
 * something is set (Match), and which files it is made of.
 */
#ifndef ATT_ATTESTCTL_SSHD_TEXT_H
#define ATT_ATTESTCTL_SSHD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* A keyword that lets in or keeps out, set in a block of Match. */
struct att_sshd_match {
	char *condition;  /* "User alice" */
	char *keyword;	  /* as it is written */
	const char *file; /* of the keyword; lent */
	size_t line;
};

struct att_sshd_text {
	struct att_sshd_match *matches;
	size_t match_count;
	char **files; /* each once */
	size_t file_count;
};

/*
 * Reads sshd_config(5) and what it includes; a name that is not absolute is
 * one in folder, as sshd has it in /etc/ssh. The caller resets *text, also
 * after a failure. ATT_ERR_FILE_*, ATT_ERR_TOO_LARGE, ATT_ERR_NO_MEMORY.
 */
enum att_err att_sshd_text_read(const char *path, const char *folder,
    struct att_sshd_text *text, struct att_reason *why) ATT_MUST_USE;
void att_sshd_text_reset(struct att_sshd_text *text);

#endif
