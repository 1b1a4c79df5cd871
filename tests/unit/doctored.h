/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host for attestctl doctor: right, or with one thing wrong. Anything that
 * fails in here fails the test.
 */
#ifndef TESTS_UNIT_DOCTORED_H
#define TESTS_UNIT_DOCTORED_H

#include "host.h"

#define COMMAND ATT_PROGRAMSDIR "/pam_attest-ssh-keys"

/* Lines of a stack where nothing is wrong. */
#define AUTH "auth required pam_attest.so\n"
#define ACCOUNT "account required pam_attest.so\n"
#define SESSION "session required pam_attest.so\n"
#define REST                                                                   \
	"auth [success=1 default=ignore] pam_unix.so nullok\n"                 \
	"auth requisite pam_deny.so\nauth required pam_permit.so\n"            \
	"account required pam_nologin.so\n"                                    \
	"session optional pam_motd.so noupdate\n"

/* One thing that is wrong, and what is said of it. */
struct doctored {
	const char *settings; /* before the good ones; NULL: none */
	const char *pam;      /* instead of the good stack; NULL: that */
	const char *conf;     /* instead of the good one; NULL: that */
	const char *severity;
	const char *check;
	const char *object; /* a part of it */
	const char *text;   /* a part of its meaning */
};

/* FOLDER/NAME gets these two texts, one after the other. */
void doctored_write_file(const char *folder, const char *name,
    const char *first, const char *second);

/* Makes the folder of a host such a one. */
void doctored_write(const char *folder, const struct doctored *wrong);

/* Runs the command on it, with up to two more arguments (NULL: none). */
void doctored_run(const struct host *host, const char *option, const char *more,
    struct captured *captured);

/* The finding of a check about an object of which that is a part, or NULL. */
const json_t *doctored_get(
    const json_t *root, const char *check, const char *object);

/* Everything that was found on such a host; the caller lets it go. */
json_t *doctored_ask(const struct host *host, const struct doctored *wrong);

/* cmocka fixtures: *state is a struct host in a folder of its own. */
int doctored_setup(void **state);
int doctored_teardown(void **state);

#endif
