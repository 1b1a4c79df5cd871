/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: which file Azure Arc wants to be shown. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "maa/arc_challenge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CHALLENGE_MAX = 1100
};

static const char folder[] = "/var/opt/azcmagent/tokens";

/* A name in the folder, which the challenge has with it. */
static void
check_name(const char *name, const char *challenge)
{
	char path[sizeof(folder) + NAME_MAX + 1];
	size_t len = strlen(name);

	memcpy(path, folder, sizeof(folder) - 1);
	path[sizeof(folder) - 1] = '/';
	memcpy(path + sizeof(folder), name, len + 1);
	if (strchr(name, '/') != NULL || name[0] == '.' || len < 5 ||
	    strcmp(name + len - 4, ".key") != 0 ||
	    strstr(challenge, path) == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char challenge[CHALLENGE_MAX + 1], name[NAME_MAX + 1];
	struct att_reason why = { 0 };
	enum att_err err;

	if (size > CHALLENGE_MAX)
		return 0;
	memcpy(challenge, data, size);
	challenge[size] = '\0';
	err = att_arc_challenge_parse(challenge, folder, name, &why);
	if (err == ATT_OK)
		check_name(name, challenge);
	else if (err != ATT_ERR_MAA_CREDENTIAL || why.code != err ||
		 name[0] != '\0')
		abort();
	return 0;
}
