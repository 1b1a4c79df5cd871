/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing the request for a report of a TPM. */
#include "codec/base64url.h"
#include "maa/json_text.h"
#include "maa/tpm_exchange.h"
#include "maa/tpm_request.h"

#define HEADER "{\"alg\":\"PS256\",\"typ\":\"attReqV2\"}"

enum {
	JWK_MAX = 4096
};

/* --- Pieces --------------------------------------------------------------- */

/*
 * RFC 7517. Where a request key is bound by the quote, the octets of its JWK
 * are hashed as they are sent; so a JWK is written once and then copied.
 */
static enum att_err
make_jwk(const struct att_tpm_public *area, struct att_buf *jwk)
{
	const uint8_t e[4] = { (uint8_t)(area->exponent >> 24),
		(uint8_t)(area->exponent >> 16), (uint8_t)(area->exponent >> 8),
		(uint8_t)area->exponent };
	struct att_bytes exponent = att_bytes(e, sizeof(e));
	struct att_json_text text = { jwk, ATT_OK };

	while (exponent.len > 0 && exponent.ptr[0] == 0)
		exponent = att_bytes(exponent.ptr + 1, exponent.len - 1);
	att_buf_init(jwk, JWK_MAX);
	att_json_text_put(&text, "{\"kty\":\"RSA\",");
	att_json_text_put_base64url(&text, "n", area->modulus);
	att_json_text_put(&text, ",");
	att_json_text_put_base64url(&text, "e", exponent);
	att_json_text_put(&text, "}");
	return text.err;
}

static void
put_jwk(struct att_json_text *text, const struct att_tpm_public *area)
{
	struct att_buf jwk;

	if (text->err == ATT_OK)
		text->err = make_jwk(area, &jwk);
	else
		att_buf_init(&jwk, 0);
	if (text->err == ATT_OK)
		text->err = att_buf_put(text->out, jwk.ptr, jwk.len);
	att_buf_reset(&jwk);
}

static void
put_log(struct att_json_text *text, const char *type, struct att_bytes log,
    bool *is_first)
{
	if (log.len == 0)
		return;
	att_json_text_printf(
	    text, "%s{\"type\":\"%s\",", *is_first ? "" : ",", type);
	att_json_text_put_base64url(text, "log", log);
	att_json_text_put(text, "}");
	*is_first = false;
}

/* In the order in which was measured: the firmware, then the kernel. */
static void
put_logs(struct att_json_text *text, const struct att_tpm_logs *logs)
{
	bool is_first = true;

	att_json_text_put(text, "\"logs\":[");
	put_log(text, "TCG", logs->tcg, &is_first);
	put_log(text, "IMA", logs->ima, &is_first);
	att_json_text_put(text, "],");
}

/* --- The PCRs ------------------------------------------------------------- */

static void
put_bank(struct att_json_text *text, const struct att_tpm_pcr_bank *bank)
{
	size_t size = bank->algorithm == ATT_TPM_ALG_SHA1 ? ATT_TPM_SHA1_LEN
							  : ATT_TPM_SHA256_LEN;
	const uint8_t *digest = bank->digests.ptr;
	const char *comma = "";

	att_json_text_printf(
	    text, "{\"algorithm\":%u,\"values\":[", bank->algorithm);
	for (uint32_t i = 0; i < 32; i++) {
		if ((bank->pcrs >> i & 1) == 0)
			continue;
		att_json_text_printf(text, "%s{\"index\":%u,", comma, i);
		att_json_text_put_base64url(
		    text, "digest", att_bytes(digest, size));
		att_json_text_put(text, "}");
		digest += size;
		comma = ",";
	}
	att_json_text_put(text, "]}");
}

static void
put_banks(struct att_json_text *text, const struct att_tpm_evidence *evidence)
{
	att_json_text_put(text, "\"pcrs\":[");
	for (size_t i = 0; i < evidence->bank_count; i++) {
		att_json_text_put(text, i == 0 ? "" : ",");
		put_bank(text, &evidence->banks[i]);
	}
	att_json_text_put(text, "],");
}

/* --- The payload ---------------------------------------------------------- */

static void
put_attestation(
    struct att_json_text *text, const struct att_tpm_request_parts *parts)
{
	const struct att_tpm_evidence *evidence = parts->evidence;

	att_json_text_put(text, "\"tpm_att_data\":{\"current_attestation\":{");
	put_logs(text, parts->logs);
	if (evidence->aik_certificate.len > 0) {
		att_json_text_put_base64url(
		    text, "aik_cert", evidence->aik_certificate);
		att_json_text_put(text, ",");
	}
	att_json_text_put(text, "\"aik_pub\":");
	put_jwk(text, &parts->keys->aik);
	att_json_text_put(text, ",");
	put_banks(text, evidence);
	att_json_text_put_base64url(text, "quote", evidence->quote);
	att_json_text_put(text, ",");
	att_json_text_put_base64url(
	    text, "signature", evidence->quote_signature);
	att_json_text_put(text, "}},");
}

static void
put_request_key(
    struct att_json_text *text, const struct att_tpm_request_parts *parts)
{
	const struct att_tpm_evidence *evidence = parts->evidence;

	att_json_text_put(text, "\"request_key\":{\"jwk\":");
	put_jwk(text, &parts->keys->key);
	att_json_text_put(text, ",\"info\":{\"tpm_certify\":{");
	att_json_text_put_base64url(text, "public", evidence->key_public);
	att_json_text_put(text, ",");
	att_json_text_put_base64url(
	    text, "certification", evidence->certification);
	att_json_text_put(text, ",");
	att_json_text_put_base64url(
	    text, "signature", evidence->certification_signature);
	att_json_text_put(text, "}}}");
}

static enum att_err
put_payload(const struct att_tpm_request_parts *parts, struct att_buf *out)
{
	struct att_json_text text = { out, ATT_OK };

	att_json_text_put(
	    &text, "{\"att_type\":\"basic\",\"att_data\":{\"rp_id\":");
	att_json_text_put_string(&text, parts->rp_id);
	att_json_text_put(&text, ",");
	att_json_text_put_base64url(&text, "rp_data", parts->rp_data);
	att_json_text_put(&text, ",");
	att_json_text_put_base64url(&text, "challenge", parts->challenge);
	att_json_text_put(&text, ",\"service_context\":");
	att_json_text_put_string(&text, parts->service_context);
	att_json_text_put(&text, ",");
	put_attestation(&text, parts);
	put_request_key(&text, parts);
	att_json_text_put(&text, "}}");
	return text.err;
}

enum att_err
att_tpm_request_put(
    const struct att_tpm_request_parts *parts, struct att_buf *out)
{
	struct att_buf payload;
	enum att_err err;

	att_buf_init(&payload, ATT_TPM_MESSAGE_MAX);
	if ((err = put_payload(parts, &payload)) != ATT_OK ||
	    (err = att_base64url_encode(att_bytes_text(HEADER), out)) !=
		ATT_OK ||
	    (err = att_buf_put_u8(out, '.')) != ATT_OK)
		goto out;
	err = att_base64url_encode(att_buf_get(&payload), out);
out:
	att_buf_reset(&payload);
	return err;
}
