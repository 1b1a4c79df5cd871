/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The identity that Azure Arc gives to a machine elsewhere. It answers the
 * first request with 401 and the name of a file; the second one has what is in
 * that.
 */
#include <stdio.h>
#include <string.h>

#include "maa/arc_challenge.h"
#include "maa/credential_kind.h"
#include "maa/oauth_error.h"
#include "maa/secret.h"

enum {
	UNAUTHORIZED = 401,
};

static const struct att_identity_endpoint arc = {
	.shown = "Azure Arc",
	.base = "http://127.0.0.1:40342",
	.path = "/metadata/identity/oauth2/token",
	.version = "2019-11-01",
	.resource_name = NULL,
};

/* The secret of the file that is to be shown. */
static enum att_err
answer_challenge(const struct att_http_response *response, const char *folder,
    char **secretp, struct att_reason *why)
{
	char name[NAME_MAX + 1];
	enum att_err err;

	*secretp = NULL;
	if (response->status != UNAUTHORIZED)
		return att_oauth_refuse_identity(arc.shown, response, why);
	err = att_arc_challenge_parse(response->challenge, folder, name, why);
	if (err != ATT_OK)
		return err;
	return att_arc_challenge_read(folder, name, secretp, why);
}

static enum att_err
ask_again(struct att_credential *credential, const char *url,
    const char *secret, struct att_access_token *token, struct att_reason *why)
{
	char value[sizeof("Basic ") + ATT_ARC_FILE_MAX];
	const struct att_http_header headers[] = {
		{ "Metadata", "true" },
		{ "Authorization", value },
	};
	struct att_http_request request = att_identity_get_request(
	    url, headers, sizeof(headers) / sizeof(headers[0]));
	enum att_err err;

	snprintf(value, sizeof(value), "Basic %s", secret);
	err = att_credential_request_token(
	    credential, &request, arc.shown, token, why);
	explicit_bzero(value, sizeof(value));
	return err;
}

enum att_err
att_credential_obtain_from_arc(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	static const struct att_http_header header = { "Metadata", "true" };
	struct att_http_request request;
	const struct att_options *opts = credential->opts;
	struct att_http_response response = { 0 };
	struct att_buf url = { 0 };
	char *secret = NULL;
	enum att_err err;

	if ((err = att_identity_put_url(&arc, opts, &url, why)) != ATT_OK)
		goto out;
	request = att_identity_get_request((const char *)url.ptr, &header, 1);
	err = att_credential_exchange(credential, &request, &response, why);
	if (err == ATT_OK)
		err = answer_challenge(
		    &response, opts->maa_arc_folder, &secret, why);
	if (err == ATT_OK)
		err = ask_again(credential, request.url, secret, token, why);
out:
	att_secret_free(&secret);
	att_http_response_reset(&response);
	att_buf_reset(&url);
	return err;
}
