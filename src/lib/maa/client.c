/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of the attestation service. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "codec/json.h"
#include "maa/call.h"

/* Of a compact JWS (RFC 7515 section 7.1). */
#define TOKEN_CHARACTERS                                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

static const char json_type[] = "application/json";
static const char keys_type[] = "application/jwk+json, application/json";

void
att_maa_init(struct att_maa *maa, const struct att_options *opts,
    const struct att_http *http, struct att_credential *credential)
{
	*maa = (struct att_maa){
		.url = att_options_get_maa_url(opts),
		.api_version = opts->maa_api_version,
		.http = http,
		.credential = credential,
		.retry = { .time = &att_maa_time_real,
		    .max = opts->maa_retries },
	};
}

static void
clear_error(struct att_maa_error *error)
{
	if (error != NULL)
		*error = (struct att_maa_error){ 0 };
}

/* What the caller of an operation learns of its answer; lets the rest go. */
static void
end_call(struct att_maa_answer *answer, struct att_maa_error *error)
{
	if (error != NULL)
		*error = answer->error;
	att_maa_answer_reset(answer);
}

/* --- What is asked for ---------------------------------------------------- */

enum att_err
att_maa_get_metadata(const struct att_maa *maa, struct json_t **metadata,
    struct att_maa_error *error, struct att_reason *why)
{
	static const struct att_maa_operation operation = {
		.method = "GET",
		.path = "/.well-known/openid-configuration",
		.accept = json_type,
		.max = ATT_MAA_METADATA_MAX,
	};
	struct att_maa_answer answer;
	enum att_err err;

	*metadata = NULL;
	err = att_maa_call(maa, &operation, &answer, why);
	if (err == ATT_OK &&
	    (att_json_get_text(answer.root, "issuer") == NULL ||
		att_json_get_text(answer.root, "jwks_uri") == NULL))
		err = att_maa_answer_refuse(
		    &answer, "the texts \"issuer\" and \"jwks_uri\"", why);
	if (err == ATT_OK) {
		*metadata = answer.root;
		answer.root = NULL;
	}
	end_call(&answer, error);
	return err;
}

enum att_err
att_maa_get_signers(const struct att_maa *maa, struct att_buf *jwks,
    struct att_maa_error *error, struct att_reason *why)
{
	static const struct att_maa_operation operation = {
		.method = "GET",
		.path = "/certs",
		.accept = keys_type,
		.max = ATT_MAA_SIGNERS_MAX,
	};
	struct att_maa_answer answer;
	enum att_err err;

	att_buf_reset(jwks);
	err = att_maa_call(maa, &operation, &answer, why);
	if (err == ATT_OK &&
	    !att_json_is_array(att_json_get(answer.root, "keys")))
		err = att_maa_answer_refuse(
		    &answer, "a JWK Set, with an array \"keys\"", why);
	if (err == ATT_OK)
		err = att_refuse_plain(
		    why, att_buf_put(jwks, answer.response.body.ptr,
			     answer.response.body.len));
	end_call(&answer, error);
	return err;
}

/* --- What is attested ----------------------------------------------------- */

/* What is sent to be attested, and the member of the answer that counts. */
struct attestation {
	const char *path;
	const char *member;
	bool needs_token;
	bool is_encoded; /* the member is base64url of the text that is meant */
	struct att_buf body;
};

static enum att_err
take_text(const struct att_maa_answer *answer,
    const struct attestation *attestation, struct att_buf *out,
    struct att_reason *why)
{
	const char *text = att_json_get_text(answer->root, attestation->member);
	char expected[60];
	uint8_t *ptr;
	enum att_err err;
	size_t len;

	snprintf(expected, sizeof(expected), "a member \"%s\" that is %s",
	    attestation->member,
	    attestation->is_encoded ? "base64url" : "a token");
	if (text == NULL || text[0] == '\0')
		return att_maa_answer_refuse(answer, expected, why);
	if (!attestation->is_encoded) {
		if (text[strspn(text, TOKEN_CHARACTERS)] != '\0')
			return att_maa_answer_refuse(answer, expected, why);
		return att_refuse_plain(
		    why, att_buf_put(out, text, strlen(text) + 1));
	}
	err = att_base64url_decode(
	    att_bytes_text(text), ATT_MAA_ANSWER_MAX, &ptr, &len);
	if (err == ATT_ERR_BASE64URL)
		return att_maa_answer_refuse(answer, expected, why);
	if (err == ATT_OK)
		err = att_buf_put(out, ptr, len);
	free(ptr);
	return att_refuse_plain(why, err);
}

/* Lets the body go. */
static enum att_err
attest(const struct att_maa *maa, struct attestation *attestation,
    struct att_buf *out, struct att_maa_error *error, struct att_reason *why)
{
	const struct att_maa_operation operation = {
		.method = "POST",
		.path = attestation->path,
		.accept = json_type,
		.has_version = true,
		.needs_token = attestation->needs_token,
		.body = att_buf_get(&attestation->body),
		.max = ATT_MAA_ANSWER_MAX,
	};
	struct att_maa_answer answer;
	enum att_err err;

	err = att_maa_call(maa, &operation, &answer, why);
	if (err == ATT_OK)
		err = take_text(&answer, attestation, out, why);
	end_call(&answer, error);
	att_buf_reset(&attestation->body);
	return err;
}

/* A body that is one member, which is bytes. */
static enum att_err
begin(struct attestation *attestation, const char *member,
    struct att_bytes bytes, struct att_buf *out, struct att_reason *why)
{
	enum att_err err;

	att_buf_reset(out);
	att_buf_init(&attestation->body, ATT_MAA_BODY_MAX);
	err = att_maa_request_put_bytes(member, bytes, &attestation->body);
	if (err != ATT_OK)
		att_buf_reset(&attestation->body);
	return att_refuse_plain(why, err);
}

enum att_err
att_maa_attest_tpm(const struct att_maa *maa, struct att_bytes message,
    struct att_buf *answer, struct att_maa_error *error, struct att_reason *why)
{
	struct attestation attestation = { .path = "/attest/Tpm",
		.member = "data",
		.needs_token = true,
		.is_encoded = true };
	enum att_err err;

	clear_error(error);
	err = begin(&attestation, "data", message, answer, why);
	if (err != ATT_OK)
		return err;
	return attest(maa, &attestation, answer, error, why);
}

/*
 * The documentation spells the member of the request with a small letter, the
 * service's own client with a capital one, which is what has been seen to work.
 */
enum att_err
att_maa_attest_azure_guest(const struct att_maa *maa, struct att_bytes info,
    struct att_buf *envelope, struct att_maa_error *error,
    struct att_reason *why)
{
	struct attestation attestation = { .path = "/attest/AzureGuest",
		.member = "token",
		.is_encoded = true };
	enum att_err err;

	clear_error(error);
	err = begin(&attestation, "AttestationInfo", info, envelope, why);
	if (err != ATT_OK)
		return err;
	return attest(maa, &attestation, envelope, error, why);
}

enum att_err
att_maa_attest_enclave(const struct att_maa *maa,
    const struct att_maa_enclave_request *request, struct att_buf *token,
    struct att_maa_error *error, struct att_reason *why)
{
	bool is_sgx = request->kind == ATT_MAA_SGX;
	struct attestation attestation = {
		.path = is_sgx ? "/attest/SgxEnclave" : "/attest/OpenEnclave",
		.member = "token"
	};
	enum att_err err;

	clear_error(error);
	att_buf_reset(token);
	att_buf_init(&attestation.body, ATT_MAA_BODY_MAX);
	err = att_maa_request_put_enclave(
	    is_sgx ? "quote" : "report", &request->enclave, &attestation.body);
	if (err != ATT_OK) {
		att_buf_reset(&attestation.body);
		return att_refuse_plain(why, err);
	}
	return attest(maa, &attestation, token, error, why);
}
