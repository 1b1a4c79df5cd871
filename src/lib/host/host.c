/* SPDX-License-Identifier: BSD-2-Clause */
/* The token, the keys that may sign it, and the TPM: all that is judged. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "codec/jws.h"
#include "host/host.h"

enum {
	FILE_MAX = ATT_JWS_TOKEN_MAX + 1 /* line break */
};

void
att_host_init(struct att_host *host)
{
	memset(host, 0, sizeof(*host));
	att_host_tpm_init(&host->tpm);
}

/* --- Before the lock-down ------------------------------------------------ */

static enum att_err
read_token(struct att_host *host, const char *path, struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, path, path, FILE_MAX };
	enum att_err err;

	err = att_file_read(&file, &host->text, &host->len, why);
	if (err != ATT_ERR_FILE_NOT_FOUND)
		return err;
	return att_refuse(why, ATT_ERR_TOKEN_MISSING,
	    "%s: there is no such file; the host has to be attested first "
	    "(attestctl host refresh), or host_token has to name where its "
	    "token is",
	    path);
}

static enum att_err
take_token(
    struct att_host *host, struct att_bytes token, struct att_reason *why)
{
	if (token.len == 0 || token.len > FILE_MAX)
		return att_refuse_plain(why, ATT_ERR_JWS_MALFORMED);
	if ((host->text = malloc(token.len)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	memcpy(host->text, token.ptr, token.len);
	host->len = token.len;
	return ATT_OK;
}

enum att_err
att_host_open(struct att_host *host, const struct att_options *opts,
    const struct att_host_given *given, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_options_check_host(opts, why)) != ATT_OK ||
	    (err = att_token_trust_open(opts, &host->trust, why)) != ATT_OK)
		return err;
	if (given == NULL)
		err = read_token(host, opts->host_token, why);
	else
		err = take_token(host, given->token, why);
	if (err != ATT_OK)
		return err;
	return att_host_tpm_start(&host->tpm, opts,
	    given == NULL ? att_bytes(NULL, 0) : given->key, why);
}

void
att_host_close(struct att_host *host)
{
	att_host_tpm_stop(&host->tpm);
	att_token_trust_close(&host->trust);
	free(host->text);
	att_host_init(host);
}

/* --- After it ------------------------------------------------------------ */

/* The key that the token names has to be in this host's TPM. */
static enum att_err
prove(struct att_host *host, const struct att_options *opts,
    const struct att_token *token, struct att_host_verdict *verdict,
    struct att_reason *why)
{
	enum att_err err;

	if (opts->host_binding == ATT_HOST_BINDING_NONE)
		return ATT_OK;
	if ((err = att_binding_read(token, &verdict->binding, why)) != ATT_OK)
		return err;
	return att_host_tpm_prove(
	    &host->tpm, opts, &verdict->binding, verdict->token.iat, why);
}

enum att_err
att_host_judge(struct att_host *host, const struct att_options *opts,
    struct att_host_verdict *verdict, struct att_reason *why)
{
	struct att_bytes text = att_bytes(host->text, host->len);
	struct att_token *token = NULL;
	enum att_err err;

	*verdict =
	    (struct att_host_verdict){ .token.type = ATT_TOKEN_TYPE_COUNT };
	err = att_token_parse(att_token_trim(text), &token, why);
	if (err == ATT_OK)
		err = att_token_verify(
		    token, opts, &host->trust, &verdict->token, why);
	verdict->is_token_accepted = err == ATT_OK;
	if (err == ATT_OK)
		err = prove(host, opts, token, verdict, why);
	att_token_free(&token);
	return err;
}

int64_t
att_host_accepted_until(
    const struct att_options *opts, const struct att_token_verdict *token)
{
	int64_t old = token->iat + (int64_t)opts->host_max_age;

	/* In the grace, a token is as old as it was when it expired. */
	return old < token->exp ? old : token->exp + (int64_t)opts->host_grace;
}
