/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Obtains an access token with the real fetcher, for credentials.py:
 *
 *	credential FILE [OPTION=VALUE]...
 *
 * writes it to FILE, and says "granted", or the code of what is wrong and why.
 * It asks twice: the second time it has the token already.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "maa/credential.h"
#include "wire/http_fetcher.h"

enum {
	CA_MAX = 1 << 20
};

static enum att_err
read_options(struct att_options *opts, char **words, struct att_reason *why)
{
	enum att_err err = ATT_OK;

	for (; *words != NULL && err == ATT_OK; words++) {
		char *value = strchr(*words, '=');

		if (value == NULL)
			return ATT_ERR_USAGE;
		*value++ = '\0';
		err = att_options_set(opts, *words, value, "argument", why);
	}
	return err;
}

static enum att_err
write_token(const char *path, const char *token)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fputs(token, file) < 0 || fclose(file) != 0)
		return ATT_ERR_SYSTEM;
	return ATT_OK;
}

static enum att_err
obtain(const struct att_options *opts, const struct att_http *http,
    const char *path, struct att_reason *why)
{
	struct att_credential *credential = NULL;
	const char *token = NULL, *again = NULL;
	enum att_err err;

	if ((err = att_credential_open(opts, &credential, why)) != ATT_OK)
		return err;
	if (credential == NULL)
		return ATT_ERR_USAGE;
	err = att_credential_get_token(credential, http, &token, why);
	if (err == ATT_OK)
		err = write_token(path, token);
	if (err == ATT_OK)
		err = att_credential_get_token(credential, http, &again, why);
	if (err == ATT_OK && token != again)
		err = ATT_ERR_INTERNAL;
	att_credential_free(&credential);
	return err;
}

static enum att_err
run(struct att_options *opts, char **words, struct att_reason *why)
{
	struct att_http_fetcher fetcher = { 0 };
	struct att_http http;
	uint8_t *ca = NULL;
	enum att_err err;
	size_t len = 0;

	if ((err = read_options(opts, words + 1, why)) != ATT_OK)
		return err;
	if (opts->maa_ca[0] != '\0' && (err = att_file_read_any(opts->maa_ca,
					    CA_MAX, &ca, &len, why)) != ATT_OK)
		return err;
	fetcher = (struct att_http_fetcher){ .proxy = opts->maa_proxy,
		.ca = att_bytes(ca, len),
		.seconds = opts->maa_timeout,
		.connect_seconds = opts->maa_connect_timeout };
	http = att_http_fetcher_get(&fetcher);
	err = obtain(opts, &http, words[0], why);
	free(ca);
	return err;
}

int
main(int argc, char **argv)
{
	struct att_options *opts = NULL;
	struct att_reason why = { 0 };
	enum att_err err = ATT_ERR_USAGE;

	if (argc < 2 || att_options_new(&opts) != ATT_OK)
		return EXIT_FAILURE;
	err = run(opts, argv + 1, &why);
	att_options_free(&opts);
	if (err == ATT_OK)
		puts("granted");
	else
		printf("%s: %s\n", att_err_code(err), why.text);
	return err == ATT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
