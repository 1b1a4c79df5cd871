/* SPDX-License-Identifier: BSD-2-Clause */
/* The message of a virtual machine, and the token in the answer. */
#include <sys/random.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/jws.h"
#include "maa/azure_guest.h"
#include "maa/guest_envelope.h"
#include "maa/json_text.h"
#include "maa/measured.h"
#include "maa/tpm_check.h"

#define OS_TYPE "Linux"
/* What Microsoft's library says on Linux, where builds have no numbers. */
#define OS_BUILD "NotApplication"
#define RUNTIME "x-ms-runtime"

enum {
	ENVELOPE_MAX = 2 << 20, /* bytes of JSON */
	NONCE_TEXT_MAX = 128
};

enum state {
	NEW,
	EVIDENT,
	ANSWERED,
	DONE, /* or failed */
};

struct att_azure_guest {
	enum state state;
	char nonce[NONCE_TEXT_MAX + 1]; /* as it is sent */
	struct att_guest_envelope envelope;
	char warning[ATT_MEASURED_TEXT_MAX];
};

static const char *const isolations[ATT_GUEST_ISOLATION_COUNT] = {
	[ATT_GUEST_TRUSTED_LAUNCH] = "TrustedLaunch",
	[ATT_GUEST_SEV_SNP] = "SevSnp",
	[ATT_GUEST_TDX] = "Tdx",
};

/* --- Begin and end -------------------------------------------------------- */

/*
 * Microsoft's library takes text from its caller and sends base64 of it, and
 * the token has that; so the text is base64url of what is drawn.
 */
static enum att_err
draw_nonce(struct att_azure_guest *guest)
{
	uint8_t drawn[ATT_GUEST_NONCE_LEN];
	struct att_buf text, sent;
	enum att_err err = ATT_ERR_SYSTEM;

	att_buf_init(&text, NONCE_TEXT_MAX);
	att_buf_init(&sent, NONCE_TEXT_MAX);
	if (getrandom(drawn, sizeof(drawn), 0) != (ssize_t)sizeof(drawn) ||
	    (err = att_base64url_encode(
		 att_bytes(drawn, sizeof(drawn)), &text)) != ATT_OK ||
	    (err = att_base64_encode(att_buf_get(&text), &sent)) != ATT_OK)
		goto out;
	memcpy(guest->nonce, sent.ptr, sent.len);
out:
	att_buf_reset(&text);
	att_buf_reset(&sent);
	return err;
}

enum att_err
att_azure_guest_new(struct att_azure_guest **guestp, struct att_reason *why)
{
	struct att_azure_guest *guest;
	enum att_err err;

	*guestp = NULL;
	if ((guest = calloc(1, sizeof(*guest))) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((err = draw_nonce(guest)) != ATT_OK) {
		att_azure_guest_free(&guest);
		return att_refuse_plain(why, err);
	}
	*guestp = guest;
	return ATT_OK;
}

void
att_azure_guest_free(struct att_azure_guest **guestp)
{
	struct att_azure_guest *guest = *guestp;

	if (guest == NULL)
		return;
	att_guest_envelope_reset(&guest->envelope);
	explicit_bzero(guest, sizeof(*guest));
	free(guest);
	*guestp = NULL;
}

const char *
att_azure_guest_get_warning(const struct att_azure_guest *guest)
{
	return guest->warning;
}

static enum att_err
step(struct att_azure_guest *guest, enum state from, struct att_reason *why)
{
	enum state found = guest->state;

	guest->state = DONE;
	if (found == from)
		return ATT_OK;
	return att_refuse(
	    why, ATT_ERR_INTERNAL, "a step of the exchange is out of order");
}

/* --- The request ---------------------------------------------------------- */

static void
put_os(struct att_json_text *text, const struct att_guest_os *os)
{
	att_json_text_put_base64(text, "OSType", att_bytes_text(OS_TYPE));
	att_json_text_put(text, ",");
	att_json_text_put_base64(text, "OSDistro", att_bytes_text(os->distro));
	att_json_text_put(text, ",");
	att_json_text_put_base64(text, "OSBuild", att_bytes_text(OS_BUILD));
	att_json_text_printf(text,
	    ",\"OSVersionMajor\":%u,\"OSVersionMinor\":%u,", os->major,
	    os->minor);
}

/* The set in one array, the values in another. */
static void
put_pcrs(struct att_json_text *text, const struct att_tpm_pcr_bank *bank)
{
	const uint8_t *digest = bank->digests.ptr;
	const char *comma = "";

	att_json_text_put(text, "\"PcrSet\":[");
	for (uint32_t i = 0; i < 32; i++) {
		if ((bank->pcrs >> i & 1) == 0)
			continue;
		att_json_text_printf(text, "%s%u", comma, i);
		comma = ",";
	}
	att_json_text_put(text, "],\"PCRs\":[");
	comma = "";
	for (uint32_t i = 0; i < 32; i++) {
		if ((bank->pcrs >> i & 1) == 0)
			continue;
		att_json_text_printf(text, "%s{\"Index\":%u,", comma, i);
		att_json_text_put_base64(
		    text, "Digest", att_bytes(digest, ATT_TPM_SHA256_LEN));
		att_json_text_put(text, "}");
		digest += ATT_TPM_SHA256_LEN;
		comma = ",";
	}
	att_json_text_put(text, "]");
}

static void
put_tpm(
    struct att_json_text *text, const struct att_tpm_guest_evidence *evidence)
{
	const struct {
		const char *name;
		struct att_bytes value;
	} rows[] = {
		{ "AikCert", evidence->aik_certificate },
		{ "AikPub", evidence->aik_public },
		{ "PcrQuote", evidence->quote },
		{ "PcrSignature", evidence->quote_signature },
		{ "EncKeyPub", evidence->key_public },
		{ "EncKeyCertifyInfo", evidence->certification },
		{ "EncKeyCertifyInfoSignature",
		    evidence->certification_signature },
	};

	att_json_text_put(text, "\"TpmInfo\":{");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		att_json_text_put_base64(text, rows[i].name, rows[i].value);
		att_json_text_put(text, ",");
	}
	put_pcrs(text, &evidence->bank);
	att_json_text_put(text, "},");
}

static void
put_isolation(
    struct att_json_text *text, const struct att_azure_guest_parts *parts)
{
	att_json_text_printf(text, "\"IsolationInfo\":{\"Type\":\"%s\"",
	    isolations[parts->isolation]);
	if (parts->isolation != ATT_GUEST_TRUSTED_LAUNCH) {
		att_json_text_put(text, ",\"Evidence\":{");
		att_json_text_put_base64(text, "Proof", parts->proof);
		att_json_text_put(text, ",");
		att_json_text_put_base64(
		    text, "RunTimeData", parts->runtime_data);
		att_json_text_put(text, "}");
	}
	att_json_text_put(text, "}");
}

static enum att_err
put_info(const struct att_azure_guest *guest,
    const struct att_azure_guest_parts *parts, struct att_buf *info)
{
	struct att_json_text text = { info, ATT_OK };

	att_json_text_put(&text, "{\"AttestationProtocolVersion\":\"2.0\",");
	put_os(&text, parts->os);
	att_json_text_put_base64(&text, "TcgLogs", parts->tcg_log);
	att_json_text_put(&text, ",\"ClientPayload\":{\"nonce\":\"");
	att_json_text_put(&text, guest->nonce);
	att_json_text_put(&text, "\"},");
	put_tpm(&text, parts->evidence);
	put_isolation(&text, parts);
	att_json_text_put(&text, "}");
	return text.err;
}

static enum att_err
check_parts(struct att_azure_guest *guest,
    const struct att_azure_guest_parts *parts, struct att_reason *why)
{
	const struct att_tpm_logs logs = { parts->tcg_log, { NULL, 0 } };
	struct att_tpm_checked checked;
	uint32_t differing;
	enum att_err err;

	err = att_tpm_guest_check(parts->evidence, &checked, why);
	if (err == ATT_OK)
		err = att_measured_check(&logs, why);
	if (err == ATT_OK)
		err = att_measured_compare(
		    &logs, &parts->evidence->bank, &differing, why);
	if (err == ATT_OK)
		att_measured_describe(differing, guest->warning);
	return err;
}

enum att_err
att_azure_guest_put_evidence(struct att_azure_guest *guest,
    const struct att_azure_guest_parts *parts, struct att_buf *info,
    struct att_reason *why)
{
	enum att_err err;

	if ((err = step(guest, NEW, why)) != ATT_OK ||
	    (err = check_parts(guest, parts, why)) != ATT_OK)
		return err;
	if ((err = put_info(guest, parts, info)) != ATT_OK)
		return att_refuse_plain(why, err);
	guest->state = EVIDENT;
	return ATT_OK;
}

/* --- The answer ----------------------------------------------------------- */

enum att_err
att_azure_guest_take_envelope(struct att_azure_guest *guest,
    struct att_bytes envelope, struct att_bytes *wrapped,
    struct att_reason *why)
{
	enum att_err err;

	*wrapped = att_bytes(NULL, 0);
	if ((err = step(guest, EVIDENT, why)) != ATT_OK)
		return err;
	if (envelope.len > ENVELOPE_MAX)
		return att_refuse(why, ATT_ERR_MAA_ANSWER,
		    "the service answered with %zu bytes, at most %d are "
		    "expected",
		    envelope.len, ENVELOPE_MAX);
	err = att_guest_envelope_parse(envelope, &guest->envelope, why);
	if (err != ATT_OK)
		return err;
	*wrapped = att_buf_get(&guest->envelope.wrapped_key);
	guest->state = ANSWERED;
	return ATT_OK;
}

/* The echo of what was drawn for this request: in no other token. */
static enum att_err
check_echo(const struct att_azure_guest *guest, const struct att_jws *jws,
    struct att_reason *why)
{
	const struct json_t *runtime =
	    att_json_get(att_jws_get_payload(jws), RUNTIME);
	const char *said =
	    att_json_get_text(att_json_get(runtime, "client-payload"), "nonce");

	if (said != NULL && strcmp(said, guest->nonce) == 0)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_MAA_ANSWER,
	    "the token is not one for this request: /" RUNTIME
	    "/client-payload/nonce is not what was sent");
}

static enum att_err
check_token(const struct att_azure_guest *guest, struct att_bytes token,
    struct att_reason *why)
{
	struct att_jws *jws;
	enum att_err err;

	if ((err = att_jws_parse_token(token, &jws, why)) != ATT_OK)
		return att_refuse_within(why, err, "the token");
	err = check_echo(guest, jws, why);
	att_jws_free(&jws);
	return err;
}

enum att_err
att_azure_guest_take_key(struct att_azure_guest *guest, struct att_bytes key,
    struct att_buf *token, struct att_reason *why)
{
	struct att_buf opened;
	enum att_err err;

	if ((err = step(guest, ANSWERED, why)) != ATT_OK)
		return err;
	att_buf_init(&opened, ATT_JWS_TOKEN_MAX);
	err = att_guest_envelope_open(&guest->envelope, key, &opened, why);
	if (err == ATT_OK)
		err = check_token(guest, att_buf_get(&opened), why);
	if (err == ATT_OK &&
	    (err = att_buf_put(token, opened.ptr, opened.len)) != ATT_OK)
		err = att_refuse_plain(why, err);
	att_buf_reset(&opened);
	return err;
}
