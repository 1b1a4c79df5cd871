/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets that are texts. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "maa/secret.h"

bool
att_secret_take_line(char *text, size_t len)
{
	if (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len > 0 && text[len - 1] == '\r')
		text[--len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return len > 0;
}

bool
att_secret_is_token68(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz"
				  "0123456789-._~+/");

	return len > 0 && text[len + strspn(text + len, "=")] == '\0';
}

enum att_err
att_secret_read(const char *path, char **textp, struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, path, path, ATT_SECRET_MAX };
	uint8_t *content = NULL;
	enum att_err err;
	size_t len;

	*textp = NULL;
	err = att_file_read_secret(&file, &content, &len, why);
	if (err != ATT_OK)
		return err;
	if (!att_secret_take_line((char *)content, len)) {
		att_secret_free_bytes(&content, len);
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s is not a secret: expected one line without blanks",
		    path);
	}
	*textp = (char *)content;
	return ATT_OK;
}

void
att_secret_free(char **textp)
{
	if (*textp != NULL)
		explicit_bzero(*textp, strlen(*textp));
	free(*textp);
	*textp = NULL;
}

void
att_secret_free_bytes(uint8_t **ptrp, size_t len)
{
	if (*ptrp != NULL)
		explicit_bzero(*ptrp, len);
	free(*ptrp);
	*ptrp = NULL;
}
