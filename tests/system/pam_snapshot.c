/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A module for the lines before and after another one in a stack: compares
 * what that one has to leave as it was, in every phase of the application.
 *
 *	auth optional pam_snapshot.so before FILE
 *	auth required ...
 *	auth optional pam_snapshot.so after FILE
 *
 * FILE gets "compared PHASE", after a "changed ..." line for each difference.
 */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "snapshot.h"

#define EXPORTED __attribute__((visibility("default")))

static struct snapshot before;

static int
note(pam_handle_t *pamh, const char *phase, int argc, const char **argv)
{
	struct snapshot now;
	FILE *out;

	if (argc != 2)
		return PAM_SERVICE_ERR;
	/* The first line opens libc's connection to the log, which stays. */
	pam_syslog(pamh, LOG_DEBUG, "looking at phase %s", phase);
	snapshot_take(&now);
	if (strcmp(argv[0], "before") == 0) {
		snapshot_reset(&before);
		before = now;
		return PAM_IGNORE;
	}
	if ((out = fopen(argv[1], "ae")) == NULL) {
		snapshot_reset(&now);
		return PAM_SYSTEM_ERR;
	}
	snapshot_compare(&before, &now, phase, out);
	fprintf(out, "compared %s\n", phase);
	fclose(out);
	snapshot_reset(&before);
	snapshot_reset(&now);
	return PAM_IGNORE;
}

EXPORTED int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return note(pamh, "auth", argc, argv);
}

EXPORTED int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return note(pamh, "setcred", argc, argv);
}

EXPORTED int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return note(pamh, "account", argc, argv);
}

EXPORTED int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return note(pamh, "open-session", argc, argv);
}

EXPORTED int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return note(pamh, "close-session", argc, argv);
}
