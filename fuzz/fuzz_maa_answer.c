/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: an answer of the attestation service. The first byte says what
 * was asked, the second whether the answer is a success; the rest is its body.
 * What is taken has the shape that was asked for, and what is said of the rest
 * is fit for a terminal. Keys are merged with a file that has one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "maa/client.h"
#include "maa/signers.h"
#include "token/jwks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	METADATA,
	SIGNERS,
	TPM,
	GUEST,
	ENCLAVE,
	OPERATIONS,
	NOW = 1767225600
};

struct answer {
	unsigned int status;
	struct att_bytes body;
};

static enum att_err
exchange(void *arg, const struct att_http_request *request,
    struct att_http_response *response, struct att_reason *why)
{
	const struct answer *answer = arg;

	att_http_response_reset(response);
	response->status = answer->status;
	memcpy(response->content_type, "application/json", 17);
	att_buf_init(&response->body, request->max);
	return att_refuse_plain(why,
	    att_buf_put(&response->body, answer->body.ptr, answer->body.len));
}

static int64_t
now(void *arg)
{
	(void)arg;
	return NOW;
}

static void
wait_not(void *arg, unsigned int ms)
{
	(void)arg;
	(void)ms;
}

static uint32_t
draw(void *arg)
{
	(void)arg;
	return 0;
}

static void
check_token(const struct att_buf *token)
{
	if (token->len < 2 || token->ptr[token->len - 1] != '\0' ||
	    strlen((const char *)token->ptr) != token->len - 1 ||
	    strpbrk((const char *)token->ptr, "\r\n \t,;\"") != NULL)
		abort();
}

/* What was merged is a set of the keys that are told of, and is stable. */
static void
check_merge(struct att_bytes shown, struct att_bytes file)
{
	const struct att_signers_merge merge = { .shown = shown,
		.file = file,
		.file_shown = "FILE",
		.provider = "https://a",
		.is_only_provider = true,
		.now = NOW,
		.life = 60 };
	struct att_signers signers;
	struct att_jwks *jwks = NULL;
	struct att_buf text;

	att_buf_init(&text, ATT_JWKS_MAX);
	if (att_signers_merge(&merge, &text, &signers, NULL) == ATT_OK) {
		if (att_jwks_parse(att_buf_get(&text), &jwks, NULL) != ATT_OK ||
		    att_jwks_get_count(jwks) == 0)
			abort();
		if (file.ptr == NULL)
			check_merge(shown, att_buf_get(&text));
	} else if (signers.count != 0 || text.len != 0) {
		abort();
	}
	att_jwks_free(&jwks);
	att_signers_free(&signers);
	att_buf_reset(&text);
}

static enum att_err
ask(unsigned int operation, const struct att_maa *maa, struct att_buf *out,
    struct att_maa_error *error, struct att_reason *why)
{
	static const struct att_maa_enclave_request enclave;
	const struct att_bytes sent = att_bytes_text("{}");
	struct json_t *metadata;
	enum att_err err;

	switch (operation) {
	case METADATA:
		err = att_maa_get_metadata(maa, &metadata, error, why);
		if ((err == ATT_OK) != (metadata != NULL))
			abort();
		att_json_free(&metadata);
		return err;
	case SIGNERS:
		return att_maa_get_signers(maa, out, error, why);
	case TPM:
		return att_maa_attest_tpm(maa, sent, out, error, why);
	case GUEST:
		return att_maa_attest_azure_guest(maa, sent, out, error, why);
	default:
		return att_maa_attest_enclave(maa, &enclave, out, error, why);
	}
}

static void
check_refusal(enum att_err err, const struct answer *answer,
    const struct att_maa_error *error, const struct att_reason *why)
{
	if (err != (answer->status == 200 ? ATT_ERR_MAA_ANSWER
					  : ATT_ERR_MAA_REFUSED) ||
	    why->code != err || error->status != answer->status ||
	    !att_text_is_printable(why->text) ||
	    !att_text_is_printable(error->code) ||
	    !att_text_is_printable(error->message))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer answer = { 0 };
	const struct att_http http = { exchange, &answer };
	const struct att_maa_time time = { now, wait_not, draw, NULL };
	const struct att_maa maa = { .url = "https://a",
		.api_version = "1",
		.http = &http,
		.retry = { .time = &time } };
	struct att_maa_error error;
	struct att_reason why = { 0 };
	struct att_buf out;
	enum att_err err;

	if (size < 2)
		return 0;
	answer.status = (data[1] & 1) != 0 ? 400 : 200;
	answer.body = att_bytes(data + 2, size - 2);
	if (answer.body.len > ATT_MAA_METADATA_MAX)
		return 0;
	att_buf_init(&out, ATT_MAA_ANSWER_MAX);
	err = ask(data[0] % OPERATIONS, &maa, &out, &error, &why);
	if (err != ATT_OK)
		check_refusal(err, &answer, &error, &why);
	else if (data[0] % OPERATIONS == ENCLAVE)
		check_token(&out);
	else if (data[0] % OPERATIONS == SIGNERS)
		check_merge(att_buf_get(&out), att_bytes(NULL, 0));
	att_buf_reset(&out);
	return 0;
}
