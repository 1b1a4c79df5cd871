/* SPDX-License-Identifier: BSD-2-Clause */
/* One request to the attestation service, and its answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "maa/call.h"

enum {
	OK = 200,
	BAD_REQUEST = 400,
	UNAUTHORIZED = 401,
	HEADERS_MAX = 4,
	BEARER_MAX = 16384,
};

/* On its way. */
struct call {
	const struct att_maa *maa;
	const struct att_maa_operation *operation;
	char url[ATT_MAA_URL_MAX + 1];
	char id[37];
};

/* --- Sending ---------------------------------------------------------------
 */

static enum att_err
exchange(const struct call *call, const char *bearer,
    struct att_http_response *response, struct att_reason *why)
{
	const struct att_maa_operation *operation = call->operation;
	struct att_http_header headers[HEADERS_MAX] = {
		{ "Accept", operation->accept },
		{ "x-ms-client-request-id", call->id },
	};
	struct att_http_request request = {
		.method = operation->method,
		.url = call->url,
		.headers = headers,
		.header_count = 2,
		.body = operation->body,
		.max = operation->max,
	};

	if (operation->body.ptr != NULL)
		headers[request.header_count++] =
		    (struct att_http_header){ "Content-Type",
			    "application/json" };
	if (bearer != NULL)
		headers[request.header_count++] =
		    (struct att_http_header){ "Authorization", bearer };
	return att_retry_exchange(
	    &call->maa->retry, call->maa->http, &request, response, why);
}

static enum att_err
exchange_with_token(const struct call *call, struct att_http_response *response,
    struct att_reason *why)
{
	char bearer[BEARER_MAX];
	const char *token;
	enum att_err err;
	int len;

	err = att_credential_get_token(
	    call->maa->credential, call->maa->http, &token, why);
	if (err != ATT_OK)
		return err;
	len = snprintf(bearer, sizeof(bearer), "Bearer %s", token);
	if (len < 0 || (size_t)len >= sizeof(bearer))
		err = att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "the access token is longer than %d bytes", BEARER_MAX);
	else
		err = exchange(call, bearer, response, why);
	explicit_bzero(bearer, sizeof(bearer));
	return err;
}

/* A token that the service does not like may be replaced by a newer one. */
static enum att_err
send_call(const struct call *call, struct att_http_response *response,
    struct att_reason *why)
{
	enum att_err err;

	if (!call->operation->needs_token || call->maa->credential == NULL)
		return exchange(call, NULL, response, why);
	err = exchange_with_token(call, response, why);
	if (err != ATT_OK || response->status != UNAUTHORIZED)
		return err;
	att_credential_forget_token(call->maa->credential);
	return exchange_with_token(call, response, why);
}

/* --- Receiving -------------------------------------------------------------
 */

/* RFC 9110 section 8.3; RFC 6839 section 3.1 for what ends in +json. */
static bool
is_json(const char *type)
{
	static const char prefix[] = "application/";
	size_t len = strcspn(type, "; \t");

	if (strncasecmp(type, prefix, sizeof(prefix) - 1) != 0)
		return false;
	type += sizeof(prefix) - 1;
	len -= sizeof(prefix) - 1;
	return (len == 4 && strncasecmp(type, "json", 4) == 0) ||
	       (len > 5 && strncasecmp(type + len - 5, "+json", 5) == 0);
}

enum att_err
att_maa_answer_refuse(const struct att_maa_answer *answer, const char *expected,
    struct att_reason *why)
{
	const char *id = answer->error.request_id;

	return att_refuse(why, ATT_ERR_MAA_ANSWER, "%.160s: expected %s%s%s%s",
	    answer->asked, expected, id[0] == '\0' ? "" : " (request ", id,
	    id[0] == '\0' ? "" : ")");
}

/* The service knows the token, and what it says may have it again. */
static void
hide_token(
    const struct att_credential *credential, struct att_maa_answer *answer)
{
	char *const texts[] = { answer->error.code, answer->error.message,
		answer->error.request_id, answer->response.content_type };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (att_credential_is_in(credential, texts[i]))
			explicit_bzero(texts[i], strlen(texts[i]));
}

static enum att_err
check_answer(const struct att_maa *maa, struct att_maa_answer *answer,
    struct att_reason *why)
{
	const struct att_http_response *response = &answer->response;
	char expected[120];

	att_maa_error_read(response, &answer->error);
	hide_token(maa->credential, answer);
	if (response->status >= BAD_REQUEST)
		return att_maa_error_refuse(&answer->error, answer->asked, why);
	if (response->status != OK) {
		snprintf(expected, sizeof(expected),
		    "HTTP status 200, found %u; look at maa_url",
		    response->status);
		return att_maa_answer_refuse(answer, expected, why);
	}
	if (!is_json(response->content_type)) {
		snprintf(expected, sizeof(expected),
		    "JSON, found an answer of type \"%.40s\"",
		    response->content_type);
		return att_maa_answer_refuse(answer, expected, why);
	}
	if (att_json_parse_object(
		att_buf_get(&response->body), &answer->root, NULL) != ATT_OK)
		return att_maa_answer_refuse(answer, "an object of JSON", why);
	return ATT_OK;
}

enum att_err
att_maa_call(const struct att_maa *maa,
    const struct att_maa_operation *operation, struct att_maa_answer *answer,
    struct att_reason *why)
{
	struct call call = { .maa = maa, .operation = operation };
	enum att_err err;

	*answer = (struct att_maa_answer){ 0 };
	if ((err = att_maa_request_make_url(maa->url, operation->path,
		 operation->has_version ? maa->api_version : NULL, call.url)) !=
		ATT_OK ||
	    (err = att_maa_request_make_id(call.id)) != ATT_OK)
		return att_refuse_plain(why, err);
	snprintf(answer->asked, sizeof(answer->asked), "%s %s",
	    operation->method, call.url);
	err = send_call(&call, &answer->response, why);
	if (err == ATT_ERR_TOO_LARGE) {
		att_maa_error_read(&answer->response, &answer->error);
		return att_maa_answer_refuse(
		    answer, "an answer that is not larger than any", why);
	}
	return err == ATT_OK ? check_answer(maa, answer, why) : err;
}

void
att_maa_answer_reset(struct att_maa_answer *answer)
{
	att_json_free(&answer->root);
	att_http_response_reset(&answer->response);
	explicit_bzero(answer, sizeof(*answer));
}
