/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM handle with a conversation of ours, for tests that call parts of the
 * module without loading it: the service file names no module.
 */
#ifndef TESTS_PAM_HANDLE_H
#define TESTS_PAM_HANDLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <security/pam_appl.h>

static char pam_folder[] = "pam-test-XXXXXX";

static inline int
make_pam_folder(void **state)
{
	char path[64];
	FILE *file;

	(void)state;
	if (mkdtemp(pam_folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/attest-test", pam_folder);
	if ((file = fopen(path, "w")) == NULL)
		return -1;
	fputs("auth required pam_deny.so\n", file);
	return fclose(file);
}

static inline int
remove_pam_folder(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/attest-test", pam_folder);
	unlink(path);
	return rmdir(pam_folder);
}

static inline pam_handle_t *
start_pam(const char *user, const struct pam_conv *conv)
{
	pam_handle_t *pamh = NULL;

	assert_int_equal(
	    pam_start_confdir("attest-test", user, conv, pam_folder, &pamh),
	    PAM_SUCCESS);
	return pamh;
}

#endif
