/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_attest-authenticator: talks to security keys, decides nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "supervisor.h"

int
main(void)
{
	struct att_reason why = { 0 };

	if (att_supervisor_run(&why) == ATT_OK)
		return EXIT_SUCCESS;
	fprintf(stderr, "pam_attest-authenticator: %s\n", why.text);
	return EXIT_FAILURE;
}
