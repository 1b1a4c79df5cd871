/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stacks of a service of PAM, read from files as libpam reads them
 * (pam.conf(5), and @include of Debian), without loading a module.
 */
#ifndef ATT_ATTESTCTL_PAM_STACK_H
#define ATT_ATTESTCTL_PAM_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum att_pam_phase {
	ATT_PAM_AUTH,
	ATT_PAM_ACCOUNT,
	ATT_PAM_SESSION,
	ATT_PAM_PHASES,
	ATT_PAM_PASSWORD = ATT_PAM_PHASES, /* read, and kept nowhere */
	ATT_PAM_ANY
};

/* "auth", "account", "session". Static. */
const char *att_pam_phase_name(enum att_pam_phase phase);

enum {
	ATT_PAM_CODES = 32,  /* what a module may return, PAM_SUCCESS is 0 */
	ATT_PAM_LEVELS = 16, /* of files that include others */
	ATT_PAM_ENTRIES = 512,
};

/* What follows from a result. A number above 0: so many are jumped over. */
enum att_pam_action {
	ATT_PAM_IGNORE = 0,
	ATT_PAM_OK = -1,
	ATT_PAM_DONE = -2,
	ATT_PAM_BAD = -3,
	ATT_PAM_DIE = -4,
	ATT_PAM_RESET = -5,
};

enum att_pam_kind {
	ATT_PAM_MODULE,
	ATT_PAM_SUBSTACK,  /* those of the next level follow */
	ATT_PAM_MUST_FAIL, /* libpam does not understand it, and denies */
};

struct att_pam_entry {
	enum att_pam_kind kind;
	unsigned int level; /* 0, and one more in each substack */
	int actions[ATT_PAM_CODES];
	bool is_silent; /* "-auth": a module that is missing is no failure */
	char *control;	/* as it is written, without brackets */
	char *module;	/* "" where there is none */
	char **args;	/* NULL at the end */
	size_t arg_count;
	const char *file; /* lent by the service */
	size_t line;
	const char *defect; /* of MUST_FAIL; static */
};

struct att_pam_stack {
	struct att_pam_entry *entries;
	size_t count;
	bool is_other; /* the service says nothing, so "other" does */
};

struct att_pam_service {
	struct att_pam_stack stacks[ATT_PAM_PHASES];
	char **files; /* that were read, each once */
	size_t file_count;
	bool is_missing; /* there is no file of that name */
};

/* Where files are looked for, the first folder first; NULL at the end. */
struct att_pam_source {
	const char *const *folders;
	const char *service;
};

/*
 * Reads the service, and "other" where it says nothing of a phase. A line that
 * libpam would not understand is an entry that fails, as it is to libpam. The
 * caller resets *service, also after a failure.
 * ATT_ERR_FILE_UNREADABLE and the like for a file that is there and cannot be
 * read, ATT_ERR_TOO_LARGE, ATT_ERR_NO_MEMORY.
 */
enum att_err att_pam_service_read(const struct att_pam_source *source,
    struct att_pam_service *service, struct att_reason *why) ATT_MUST_USE;
void att_pam_service_reset(struct att_pam_service *service);

/* Is it our module, by the last component of its path? */
bool att_pam_entry_is_ours(const struct att_pam_entry *entry);

/* --- Lines: pam_line.c --------------------------------------------------- */

/*
 * The next line with something in it, with what continues it, in text, which
 * is changed: comments end, and NULs come where lines end. *textp moves behind
 * it, and *line, the number of lines read, grows. NULL at the end;
 * *is_torn: the last line wants to be continued.
 */
char *att_pam_line_next(char **textp, size_t *line, bool *is_torn);

/*
 * The next word, or what stands in brackets; NULL at the end. The text is
 * changed, and *textp moves behind it.
 */
char *att_pam_word_next(char **textp);

/*
 * The actions of "required", "requisite", "sufficient" or "optional", or of
 * what stands between brackets: [value=action ...]. Of what cannot be
 * understood all are bad.
 */
void att_pam_control_parse(const char *control, int actions[ATT_PAM_CODES]);

/* The name of a result in brackets ("user_unknown"). Static. */
const char *att_pam_code_name(int code);

#endif
