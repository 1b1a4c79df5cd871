/* SPDX-License-Identifier: BSD-2-Clause */
/* A report of the TPM of this host, by /attest/Tpm. */
#include <stdio.h>
#include <string.h>

#include "attestctl/out.h"
#include "attestctl/refresh.h"
#include "host/host_keys.h"
#include "maa/tpm_exchange.h"
#include "wire/tpm_session.h"

/* What one attestation has open. */
struct attempt {
	struct att_refresh *refresh;
	struct att_tpm_exchange *exchange;
	struct att_tpm_session *session;
	struct att_host_keys keys;
	struct att_buf tcg;
	struct att_buf ima;
	struct att_buf message;
	struct att_buf answer;
};

static void
attempt_init(struct attempt *attempt, struct att_refresh *refresh)
{
	memset(attempt, 0, sizeof(*attempt));
	attempt->refresh = refresh;
	att_buf_init(&attempt->tcg, ATT_MEASURED_MAX);
	att_buf_init(&attempt->ima, ATT_MEASURED_MAX);
	att_buf_init(&attempt->message, ATT_TPM_MESSAGE_MAX);
	att_buf_init(&attempt->answer, ATT_MAA_ANSWER_MAX);
}

static void
attempt_reset(struct attempt *attempt)
{
	att_tpm_session_close(&attempt->session);
	att_tpm_exchange_free(&attempt->exchange);
	att_host_keys_reset(&attempt->keys);
	att_buf_reset(&attempt->tcg);
	att_buf_reset(&attempt->ima);
	att_buf_reset(&attempt->message);
	att_buf_reset(&attempt->answer);
}

/* --- The service -------------------------------------------------------- */

static enum att_err
ask_service(struct attempt *attempt, struct att_reason *why)
{
	struct att_refresh *refresh = attempt->refresh;

	att_buf_reset(&attempt->answer);
	return att_maa_attest_tpm(refresh->maa, att_buf_get(&attempt->message),
	    &attempt->answer, &refresh->error, why);
}

static enum att_err
get_challenge(struct attempt *attempt, struct att_bytes *challenge,
    struct att_reason *why)
{
	const struct att_options *opts = attempt->refresh->opts;
	const struct att_tpm_exchange_params params = {
		.rp_id = opts->maa_rp_id[0] != '\0'
			     ? opts->maa_rp_id
			     : att_options_get_maa_url(opts),
		.is_wrapped = opts->maa_wrapped,
	};
	enum att_err err;

	if ((err = att_tpm_exchange_new(&params, &attempt->exchange, why)) !=
		ATT_OK ||
	    (err = att_tpm_exchange_begin(
		 attempt->exchange, &attempt->message, why)) != ATT_OK ||
	    (err = ask_service(attempt, why)) != ATT_OK)
		return err;
	return att_tpm_exchange_take_challenge(
	    attempt->exchange, att_buf_get(&attempt->answer), challenge, why);
}

/* --- The TPM ------------------------------------------------------------ */

/* The AIK is the identity of the host: what was made stays, come what may. */
static enum att_err
keep_made(struct attempt *attempt, const struct att_tpm_made *made,
    struct att_reason *why)
{
	struct att_refresh *refresh = attempt->refresh;
	enum att_err err = ATT_OK;

	if (made->aik.private_part.len > 0) {
		err = att_host_aik_save(refresh->opts, &made->aik, why);
		att_refresh_tell(
		    refresh, "made an AIK: %s", refresh->opts->host_aik);
	}
	if (err == ATT_OK && made->key.private_part.len > 0) {
		err = att_host_key_print(&made->key, &refresh->key, why);
		att_refresh_tell(refresh, "made a key to prove this host by");
	}
	return err;
}

/*
 * A request key that the TPM does not know any more is of no use to anybody,
 * and replaced; an AIK is one that somebody has enrolled.
 */
static enum att_err
attest(struct attempt *attempt, struct att_bytes challenge,
    struct att_tpm_evidence *evidence, struct att_reason *why)
{
	struct att_tpm_attest request = {
		.aik = attempt->keys.aik,
		.key = attempt->keys.key,
		.pcrs = attempt->refresh->opts->maa_pcrs,
		.challenge = challenge,
	};
	struct att_tpm_made made = { 0 };
	enum att_err err;

	err = att_tpm_session_attest(
	    attempt->session, &request, evidence, &made, why);
	if (err == ATT_ERR_HOST_KEY_LOST && !request.key.is_new) {
		request.key = (struct att_tpm_key){ .is_new = true };
		*why = (struct att_reason){ .code = ATT_OK };
		err = att_tpm_session_attest(
		    attempt->session, &request, evidence, &made, why);
	}
	if (err == ATT_OK)
		err = keep_made(attempt, &made, why);
	return att_refresh_explain(attempt->refresh, err, why);
}

/* Sets the message to the request, signed. */
static enum att_err
ask_tpm(
    struct attempt *attempt, struct att_bytes challenge, struct att_reason *why)
{
	const struct att_options *opts = attempt->refresh->opts;
	const struct att_tpm_logs logs = { att_buf_get(&attempt->tcg),
		att_buf_get(&attempt->ima) };
	uint8_t digest[ATT_TPM_DIGEST_LEN];
	struct att_tpm_evidence evidence;
	struct att_bytes signature;
	const char *warning;
	enum att_err err;

	att_refresh_tell(attempt->refresh,
	    "asking the TPM (\"%s\") for a quote", opts->host_tcti);
	if ((err = att_host_keys_load(opts, &attempt->keys, why)) != ATT_OK ||
	    (err = att_tpm_session_open(opts->host_tcti,
		 ATT_TPM_SESSION_SECONDS, &attempt->session, why)) != ATT_OK ||
	    (err = attest(attempt, challenge, &evidence, why)) != ATT_OK ||
	    (err = att_tpm_exchange_put_evidence(
		 attempt->exchange, &evidence, &logs, digest, why)) != ATT_OK)
		return err;
	warning = att_tpm_exchange_get_warning(attempt->exchange);
	if (warning[0] != '\0')
		att_out_error("host refresh", "%s", warning);
	if ((err = att_tpm_session_sign(
		 attempt->session, digest, &signature, why)) != ATT_OK)
		return err;
	att_buf_reset(&attempt->message);
	return att_tpm_exchange_take_signature(
	    attempt->exchange, signature, &attempt->message, why);
}

/* ------------------------------------------------------------------------- */

enum att_err
att_refresh_obtain_tpm(struct att_refresh *refresh, struct att_reason *why)
{
	struct attempt attempt;
	struct att_bytes challenge;
	enum att_err err;

	attempt_init(&attempt, refresh);
	if ((err = att_refresh_read_log(
		 refresh, ATT_MEASURED_TCG, &attempt.tcg, why)) == ATT_OK &&
	    (err = att_refresh_read_log(
		 refresh, ATT_MEASURED_IMA, &attempt.ima, why)) == ATT_OK &&
	    (err = get_challenge(&attempt, &challenge, why)) == ATT_OK &&
	    (err = ask_tpm(&attempt, challenge, why)) == ATT_OK &&
	    (err = ask_service(&attempt, why)) == ATT_OK)
		err = att_tpm_exchange_take_report(attempt.exchange,
		    att_buf_get(&attempt.answer), &refresh->token, why);
	attempt_reset(&attempt);
	return err;
}
