/* SPDX-License-Identifier: BSD-2-Clause */
/* From a token that came to the token that counts. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attestctl/out.h"
#include "attestctl/refresh.h"
#include "attestctl/signers.h"
#include "codec/jws.h"
#include "token/wrapped_key.h"

enum {
	TOKEN_MODE = 0644,
	KEY_MODE = 0600,
	LOCK_WAIT_MS = 5000,
	TELL_MAX = 400
};

void
att_refresh_init(struct att_refresh *refresh)
{
	memset(refresh, 0, sizeof(*refresh));
	att_buf_init(&refresh->token, ATT_JWS_TOKEN_MAX + 1 /* line break */);
	att_buf_init(&refresh->key, ATT_WRAPPED_KEY_MAX);
}

void
att_refresh_reset(struct att_refresh *refresh)
{
	att_buf_reset(&refresh->token);
	att_buf_reset(&refresh->key);
	att_refresh_init(refresh);
}

void
att_refresh_tell(const struct att_refresh *refresh, const char *fmt, ...)
{
	char text[TELL_MAX];
	va_list args;

	if (!refresh->is_verbose)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	att_out_error("host refresh", "%s", text);
}

enum att_err
att_refresh_read_log(const struct att_refresh *refresh, enum att_measured kind,
    struct att_buf *log, struct att_reason *why)
{
	const struct att_options *opts = refresh->opts;
	enum att_err err;

	err = att_measured_read(kind,
	    kind == ATT_MEASURED_TCG ? opts->host_tcg_log : opts->host_ima_log,
	    log, why);
	if (err == ATT_OK && why->text[0] != '\0') {
		att_refresh_tell(refresh, "%s", why->text);
		*why = (struct att_reason){ .code = ATT_OK };
	}
	return err;
}

enum att_err
att_refresh_explain(
    const struct att_refresh *refresh, enum att_err err, struct att_reason *why)
{
	const struct att_reason found = *why;

	/* One at a handle is not ours to make. */
	if (err != ATT_ERR_HOST_AIK_LOST || refresh->opts->host_aik[0] != '/')
		return err;
	return att_refuse(why, err,
	    "%.300s; if that is meant to be so, remove %s: the host gets a new "
	    "identity, which has to be enrolled again",
	    found.text, refresh->opts->host_aik);
}

/* --- Judging ------------------------------------------------------------ */

static enum att_err
judge_once(struct att_refresh *refresh, struct att_reason *why)
{
	const struct att_host_given given = {
		.token = att_buf_get(&refresh->token),
		.key = att_buf_get(&refresh->key),
	};
	struct att_host host;
	enum att_err err;

	att_host_init(&host);
	err = att_host_open(&host, refresh->opts, &given, why);
	if (err == ATT_OK)
		err = att_host_judge(
		    &host, refresh->opts, &refresh->verdict, why);
	att_host_close(&host);
	return err;
}

/*
 * May it be that the keys of the service are missing? It may sign by another
 * one since today; whether its own word for that is enough is an option.
 */
static bool
may_lack_keys(const struct att_refresh *refresh, enum att_err err)
{
	return refresh->opts->maa_signers == ATT_MAA_SIGNERS_FETCH &&
	       (err == ATT_ERR_TOKEN_KEY || err == ATT_ERR_FILE_NOT_FOUND);
}

/* As the gate would. */
static enum att_err
judge(struct att_refresh *refresh, struct att_reason *why)
{
	enum att_err err;

	att_refresh_tell(refresh, "a token came; it is judged as at a login");
	err = judge_once(refresh, why);
	if (may_lack_keys(refresh, err)) {
		att_refresh_tell(refresh,
		    "its key is not known; fetching the keys of %s",
		    refresh->maa->url);
		err = att_signers_update(
		    refresh->maa, refresh->opts, NULL, NULL, why);
		if (err == ATT_OK)
			err = judge_once(refresh, why);
	}
	if (att_err_is_refusal(err))
		return att_refuse_within(why, err, "the new token is refused");
	return err;
}

/* --- Keeping ------------------------------------------------------------ */

static enum att_err
keep_key(struct att_refresh *refresh, struct att_reason *why)
{
	const struct att_keep keep = { refresh->opts->host_key,
		ATT_WRAPPED_KEY_MAX, LOCK_WAIT_MS };
	struct att_kept kept;
	enum att_err err;

	if (refresh->key.len == 0)
		return ATT_OK;
	err = att_kept_open(&kept, &keep, why);
	if (err == ATT_OK)
		err = att_kept_replace(
		    &kept, att_buf_get(&refresh->key), KEY_MODE, why);
	att_kept_close(&kept);
	return err;
}

/* The key first: without it the token is good for nothing. */
static enum att_err
keep(struct att_refresh *refresh, struct att_reason *why)
{
	enum att_err err;

	if ((err = keep_key(refresh, why)) != ATT_OK)
		return err;
	if ((err = att_buf_put_u8(&refresh->token, '\n')) != ATT_OK)
		return att_refuse_plain(why, err);
	return att_kept_replace(
	    refresh->file, att_buf_get(&refresh->token), TOKEN_MODE, why);
}

/* ------------------------------------------------------------------------- */

enum att_err
att_refresh_run(struct att_refresh *refresh, struct att_reason *why)
{
	enum att_err err;

	att_buf_reset(&refresh->token);
	att_buf_reset(&refresh->key);
	refresh->error = (struct att_maa_error){ .status = 0 };
	if (refresh->opts->maa_attestation == ATT_MAA_ATTESTATION_AZURE_GUEST)
		err = att_refresh_obtain_guest(refresh, why);
	else
		err = att_refresh_obtain_tpm(refresh, why);
	if (err == ATT_OK)
		err = judge(refresh, why);
	if (err == ATT_OK)
		err = keep(refresh, why);
	return err;
}

bool
att_refresh_is_worth_another(
    const struct att_refresh *refresh, enum att_err err)
{
	switch (err) {
	case ATT_ERR_MAA_UNREACHABLE:
	case ATT_ERR_MAA_ANSWER: /* of something that stands between, maybe */
	case ATT_ERR_TPM_UNAVAILABLE:
	case ATT_ERR_TPM_TIMEOUT:
		return true;
	case ATT_ERR_MAA_REFUSED:
		return att_retry_is_temporary(refresh->error.status);
	default:
		return false;
	}
}
