/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of the host gate that is about the TPM, alone: what a token names
 * is looked for and proven as a login does it, but nobody asks who signed the
 * token.
 *
 *	prove [-n TIMES] [OPTION=VALUE]... TOKEN-FILE
 *
 * Prints "ok" or "CODE: TEXT", and how many milliseconds it took; exit status
 * 0 or 1. The program of this build is what is started, not an installed one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "codec/json.h"
#include "conf/options.h"
#include "token/binding.h"
#include "token/token.h"
#include "host/host_tpm.h"

enum {
	TOKEN_MAX = 1 << 20
};

static enum att_err
set_options(
    struct att_options *opts, char **args, int count, struct att_reason *why)
{
	enum att_err err = ATT_OK;

	for (int i = 0; i < count && err == ATT_OK; i++) {
		char *equals = strchr(args[i], '=');

		if (equals == NULL)
			return att_refuse(why, ATT_ERR_CONF_SYNTAX,
			    "%s is no OPTION=VALUE", args[i]);
		*equals = '\0';
		err = att_options_set(opts, args[i], equals + 1, "prove", why);
	}
	return err;
}

/* As in a login: the process is there before anything of the token is. */
static enum att_err
prove(const struct att_options *opts, const struct att_token *token,
    struct att_reason *why)
{
	struct att_host_tpm tpm;
	struct att_binding binding;
	enum att_err err;
	int64_t issued;

	att_host_tpm_init(&tpm);
	if (!att_json_get_count(att_token_get_claims(token), "iat", &issued))
		return att_refuse(why, ATT_ERR_TOKEN_MALFORMED, "no iat");
	if ((err = att_host_tpm_start(&tpm, opts, att_bytes(NULL, 0), why)) ==
		ATT_OK &&
	    (err = att_binding_read(token, &binding, why)) == ATT_OK)
		err = att_host_tpm_prove(&tpm, opts, &binding, issued, why);
	att_host_tpm_stop(&tpm);
	return err;
}

static enum att_err
prove_often(long times, const struct att_options *opts, const char *path,
    struct att_reason *why)
{
	struct att_token *token = NULL;
	uint8_t *file = NULL;
	enum att_err err;
	size_t len;

	err = att_file_read_any(path, TOKEN_MAX, &file, &len, why);
	if (err == ATT_OK)
		err = att_token_parse(
		    att_token_trim(att_bytes(file, len)), &token, why);
	for (long i = 0; i < times && err == ATT_OK; i++) {
		int64_t begin = att_clock_ms();

		err = prove(opts, token, why);
		fprintf(
		    stderr, "%lld ms\n", (long long)(att_clock_ms() - begin));
	}
	att_token_free(&token);
	free(file);
	return err;
}

int
main(int argc, char **argv)
{
	struct att_reason why = { 0 };
	struct att_options *opts = NULL;
	enum att_err err;
	long times = 1;
	int at = 1;

	if (argc > 3 && strcmp(argv[1], "-n") == 0) {
		times = strtol(argv[2], NULL, 10);
		at = 3;
	}
	if (argc <= at) {
		fprintf(stderr, "usage: prove [-n TIMES] [OPTION=VALUE]... "
				"TOKEN-FILE\n");
		return 2;
	}
	err = att_options_new(&opts);
	if (err == ATT_OK)
		err = set_options(opts, argv + at, argc - 1 - at, &why);
	if (err == ATT_OK)
		err = prove_often(times, opts, argv[argc - 1], &why);
	att_options_free(&opts);
	(void)!att_refuse_plain(&why, err);
	if (err == ATT_OK)
		puts("ok");
	else
		printf("%s: %s\n", att_err_code(err), why.text);
	return err == ATT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
