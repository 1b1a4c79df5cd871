/* SPDX-License-Identifier: BSD-2-Clause */
/* The two messages of /attest/Tpm, and the answers to them. */
#include <sys/random.h>

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/utf8.h"
#include "codec/base64url.h"
#include "codec/digest.h"
#include "codec/tpm_verify.h"
#include "maa/json_text.h"
#include "maa/tpm_check.h"
#include "maa/tpm_exchange.h"
#include "maa/tpm_reply.h"
#include "maa/tpm_request.h"

enum {
	SALT_LEN = 32 /* of PS256: RFC 7518 section 3.5 */
};

enum state {
	NEW,
	BEGUN,
	CHALLENGED,
	EVIDENT,
	SIGNED,
	DONE, /* or failed */
};

struct att_tpm_exchange {
	enum state state;
	char *rp_id;
	bool is_wrapped;
	uint8_t rp_data[ATT_TPM_RP_DATA_LEN];
	struct att_tpm_challenge challenge;
	struct att_buf signing_input;
	uint8_t digest[ATT_TPM_REQUEST_DIGEST_LEN]; /* of it */
	EVP_PKEY *key;				    /* that signs it */
	char warning[ATT_MEASURED_TEXT_MAX];
};

/* --- Begin and end -------------------------------------------------------- */

static enum att_err
check_params(
    const struct att_tpm_exchange_params *params, struct att_reason *why)
{
	struct att_bytes rp_id = att_bytes_text(params->rp_id);

	if (rp_id.len > 0 && rp_id.len <= ATT_TPM_RP_ID_MAX &&
	    att_utf8_is_valid(rp_id))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_USAGE,
	    "the name of who wants the report has to be 1 to %d bytes of "
	    "UTF-8",
	    ATT_TPM_RP_ID_MAX);
}

enum att_err
att_tpm_exchange_new(const struct att_tpm_exchange_params *params,
    struct att_tpm_exchange **exchangep, struct att_reason *why)
{
	struct att_tpm_exchange *exchange;
	enum att_err err;

	*exchangep = NULL;
	if ((err = check_params(params, why)) != ATT_OK)
		return err;
	if ((exchange = calloc(1, sizeof(*exchange))) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	att_buf_init(&exchange->signing_input, ATT_TPM_MESSAGE_MAX);
	exchange->is_wrapped = params->is_wrapped;
	err = ATT_ERR_NO_MEMORY;
	if ((exchange->rp_id = strdup(params->rp_id)) == NULL)
		goto out;
	err = ATT_ERR_SYSTEM;
	if (getrandom(exchange->rp_data, sizeof(exchange->rp_data), 0) !=
	    (ssize_t)sizeof(exchange->rp_data))
		goto out;
	*exchangep = exchange;
	exchange = NULL;
	err = ATT_OK;
out:
	att_tpm_exchange_free(&exchange);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

void
att_tpm_exchange_free(struct att_tpm_exchange **exchangep)
{
	struct att_tpm_exchange *exchange = *exchangep;

	if (exchange == NULL)
		return;
	free(exchange->rp_id);
	att_tpm_challenge_reset(&exchange->challenge);
	att_buf_reset(&exchange->signing_input);
	EVP_PKEY_free(exchange->key);
	free(exchange);
	*exchangep = NULL;
}

struct att_bytes
att_tpm_exchange_get_rp_data(const struct att_tpm_exchange *exchange)
{
	return att_bytes(exchange->rp_data, sizeof(exchange->rp_data));
}

const char *
att_tpm_exchange_get_warning(const struct att_tpm_exchange *exchange)
{
	return exchange->warning;
}

static struct att_bytes
get_challenge(const struct att_tpm_exchange *exchange)
{
	return att_bytes(exchange->challenge.bytes, exchange->challenge.len);
}

/* Each step once, in order; a step that fails is the last one. */
static enum att_err
step(struct att_tpm_exchange *exchange, enum state from, struct att_reason *why)
{
	enum state found = exchange->state;

	exchange->state = DONE;
	if (found == from)
		return ATT_OK;
	return att_refuse(
	    why, ATT_ERR_INTERNAL, "a step of the exchange is out of order");
}

enum att_err
att_tpm_exchange_begin(struct att_tpm_exchange *exchange,
    struct att_buf *message, struct att_reason *why)
{
	struct att_json_text text = { message, ATT_OK };
	enum att_err err;

	if ((err = step(exchange, NEW, why)) != ATT_OK)
		return err;
	att_json_text_put(&text, "{\"payload\":{\"type\":\"aikcert\"}}");
	if (text.err != ATT_OK)
		return att_refuse_plain(why, text.err);
	exchange->state = BEGUN;
	return ATT_OK;
}

/* --- The request ---------------------------------------------------------- */

/* Says which PCRs the logs do not lead to; the service decides. */
static enum att_err
compare_logs(struct att_tpm_exchange *exchange,
    const struct att_tpm_evidence *evidence, const struct att_tpm_logs *logs,
    struct att_reason *why)
{
	uint32_t differing = 0, found;
	enum att_err err;

	for (size_t i = 0; i < evidence->bank_count; i++) {
		err = att_measured_compare(
		    logs, &evidence->banks[i], &found, why);
		if (err != ATT_OK)
			return err;
		differing |= found;
	}
	att_measured_describe(differing, exchange->warning);
	return ATT_OK;
}

static enum att_err
make_request(struct att_tpm_exchange *exchange,
    const struct att_tpm_evidence *evidence, const struct att_tpm_logs *logs,
    struct att_reason *why)
{
	struct att_tpm_checked keys;
	const struct att_tpm_request_parts parts = { exchange->rp_id,
		att_tpm_exchange_get_rp_data(exchange), get_challenge(exchange),
		exchange->challenge.service_context, evidence, &keys, logs };
	enum att_err err;

	err = att_tpm_evidence_check(evidence, parts.challenge, &keys, why);
	if (err != ATT_OK || (err = att_measured_check(logs, why)) != ATT_OK ||
	    (err = compare_logs(exchange, evidence, logs, why)) != ATT_OK)
		return err;
	if ((err = att_tpm_request_put(&parts, &exchange->signing_input)) !=
		ATT_OK ||
	    (err = att_sha256(att_buf_get(&exchange->signing_input),
		 exchange->digest)) != ATT_OK ||
	    (err = att_tpm_key_make(&keys.key, &exchange->key)) != ATT_OK)
		return att_refuse_plain(why, err);
	return ATT_OK;
}

enum att_err
att_tpm_exchange_put_evidence(struct att_tpm_exchange *exchange,
    const struct att_tpm_evidence *evidence, const struct att_tpm_logs *logs,
    uint8_t digest[ATT_TPM_REQUEST_DIGEST_LEN], struct att_reason *why)
{
	enum att_err err;

	memset(digest, 0, ATT_TPM_REQUEST_DIGEST_LEN);
	if ((err = step(exchange, CHALLENGED, why)) != ATT_OK ||
	    (err = make_request(exchange, evidence, logs, why)) != ATT_OK)
		return err;
	memcpy(digest, exchange->digest, ATT_TPM_REQUEST_DIGEST_LEN);
	exchange->state = EVIDENT;
	return ATT_OK;
}

/* --- Its signature -------------------------------------------------------- */

/* RSAPSS over the digest, MGF1 with SHA-256, a salt of that length. */
static bool
is_signed(const struct att_tpm_exchange *exchange, struct att_bytes signature,
    int salt_len)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_pkey(NULL, exchange->key, NULL);
	bool is_good;

	is_good =
	    ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt_len) == 1 &&
	    EVP_PKEY_verify(ctx, signature.ptr, signature.len, exchange->digest,
		sizeof(exchange->digest)) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return is_good;
}

/* Of a signature that is good otherwise; nothing hangs on how long it takes. */
static int
find_salt_len(
    const struct att_tpm_exchange *exchange, struct att_bytes signature)
{
	for (int len = EVP_PKEY_get_size(exchange->key); len > 0; len--) {
		if (is_signed(exchange, signature, len))
			return len;
	}
	return 0;
}

static enum att_err
check_signature(const struct att_tpm_exchange *exchange,
    struct att_bytes signature, struct att_reason *why)
{
	if (is_signed(exchange, signature, SALT_LEN))
		return ATT_OK;
	if (!is_signed(exchange, signature, RSA_PSS_SALTLEN_AUTO))
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "what the TPM signed as request is not RSAPSS with "
		    "SHA-256 by the request key");
	return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
	    "the TPM signs by RSAPSS with a salt of %d bytes, and PS256 "
	    "wants %d (RFC 7518 section 3.5): its firmware does not follow "
	    "FIPS 186-4 (TPMA_MODES, FIPS_140_2: tpm2_getcap "
	    "properties-fixed); look for newer firmware, or a mode of it "
	    "that does",
	    find_salt_len(exchange, signature), SALT_LEN);
}

static void
put_message(struct att_json_text *text, const struct att_tpm_exchange *exchange,
    struct att_bytes signature)
{
	struct att_bytes input = att_buf_get(&exchange->signing_input);

	att_json_text_put(text, exchange->is_wrapped ? "{\"payload\":{" : "{");
	att_json_text_put(text, "\"request\":\"");
	if (text->err == ATT_OK)
		text->err = att_buf_put(text->out, input.ptr, input.len);
	att_json_text_put(text, ".");
	if (text->err == ATT_OK)
		text->err = att_base64url_encode(signature, text->out);
	att_json_text_put(text, exchange->is_wrapped ? "\"}}" : "\"}");
}

enum att_err
att_tpm_exchange_take_signature(struct att_tpm_exchange *exchange,
    struct att_bytes signature, struct att_buf *message, struct att_reason *why)
{
	struct att_json_text text = { message, ATT_OK };
	enum att_err err;

	if ((err = step(exchange, EVIDENT, why)) != ATT_OK ||
	    (err = check_signature(exchange, signature, why)) != ATT_OK)
		return err;
	put_message(&text, exchange, signature);
	if (text.err != ATT_OK)
		return att_refuse_plain(why, text.err);
	att_buf_reset(&exchange->signing_input);
	exchange->state = SIGNED;
	return ATT_OK;
}

/* --- Answers -------------------------------------------------------------- */

enum att_err
att_tpm_exchange_take_challenge(struct att_tpm_exchange *exchange,
    struct att_bytes answer, struct att_bytes *challenge,
    struct att_reason *why)
{
	enum att_err err;

	*challenge = att_bytes(NULL, 0);
	if ((err = step(exchange, BEGUN, why)) != ATT_OK ||
	    (err = att_tpm_challenge_read(answer, &exchange->challenge, why)) !=
		ATT_OK)
		return err;
	*challenge = get_challenge(exchange);
	exchange->state = CHALLENGED;
	return ATT_OK;
}

enum att_err
att_tpm_exchange_take_report(struct att_tpm_exchange *exchange,
    struct att_bytes answer, struct att_buf *token, struct att_reason *why)
{
	enum att_err err;

	if ((err = step(exchange, SIGNED, why)) != ATT_OK)
		return err;
	return att_tpm_report_read(
	    answer, att_tpm_exchange_get_rp_data(exchange), token, why);
}
