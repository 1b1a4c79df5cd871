/* SPDX-License-Identifier: BSD-2-Clause */
/* Access tokens: the kinds of credentials, and the token that is kept. */
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "maa/credential_kind.h"
#include "maa/oauth_error.h"

enum {
	OK = 200
};

static att_credential_obtain_fn *const kinds[] = {
	[ATT_MAA_CREDENTIAL_CLIENT_SECRET] = att_credential_obtain_by_secret,
	[ATT_MAA_CREDENTIAL_CLIENT_CERTIFICATE] =
	    att_credential_obtain_by_certificate,
	[ATT_MAA_CREDENTIAL_WORKLOAD_IDENTITY] =
	    att_credential_obtain_by_workload,
	[ATT_MAA_CREDENTIAL_MANAGED_IDENTITY] = att_credential_obtain_from_imds,
	[ATT_MAA_CREDENTIAL_APP_SERVICE] =
	    att_credential_obtain_from_app_service,
	[ATT_MAA_CREDENTIAL_AZURE_ARC] = att_credential_obtain_from_arc,
	[ATT_MAA_CREDENTIAL_AZURE_CLI] = att_credential_obtain_from_cli,
};

/* A tenant is a segment of a path: nothing may lead out of it. */
static enum att_err
check_tenant(const char *tenant, struct att_reason *why)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_";

	if (tenant[0] == '.' || tenant[strspn(tenant, allowed)] != '\0')
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "maa_tenant: expected the ID or a domain of a tenant, "
		    "found '%s'",
		    tenant);
	return ATT_OK;
}

enum att_err
att_credential_open(const struct att_options *opts,
    struct att_credential **credentialp, struct att_reason *why)
{
	enum att_err err;

	*credentialp = NULL;
	if (opts->maa_credential == ATT_MAA_CREDENTIAL_NONE)
		return ATT_OK;
	if ((err = check_tenant(opts->maa_tenant, why)) != ATT_OK)
		return err;
	if ((*credentialp = calloc(1, sizeof(**credentialp))) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	att_json_wipe_memory();
	(*credentialp)->opts = opts;
	(*credentialp)->time = &att_maa_time_real;
	return ATT_OK;
}

void
att_credential_free(struct att_credential **credentialp)
{
	if (*credentialp != NULL)
		att_access_token_reset(&(*credentialp)->token);
	free(*credentialp);
	*credentialp = NULL;
}

void
att_credential_set_time(
    struct att_credential *credential, const struct att_maa_time *time)
{
	credential->time = time;
}

void
att_credential_forget_token(struct att_credential *credential)
{
	att_access_token_reset(&credential->token);
}

bool
att_credential_is_in(const struct att_credential *credential, const char *text)
{
	const char *token = credential == NULL ? NULL : credential->token.text;
	size_t len = token == NULL ? 0 : strnlen(token, ATT_CREDENTIAL_PART);

	return len > 0 && memmem(text, strlen(text), token, len) != NULL;
}

/* A clock that was set back says nothing of how old a token is. */
static bool
is_fresh(const struct att_credential *credential, int64_t now)
{
	return credential->token.text != NULL && now >= credential->obtained &&
	       now < credential->token.end - ATT_CREDENTIAL_MARGIN;
}

static enum att_err
obtain(struct att_credential *credential, const struct att_http *http,
    struct att_reason *why)
{
	const struct att_maa_time *time = credential->time;
	enum att_err err;

	att_credential_forget_token(credential);
	credential->http = http;
	err = kinds[credential->opts->maa_credential](
	    credential, &credential->token, why);
	credential->http = NULL;
	if (err != ATT_OK)
		att_credential_forget_token(credential);
	credential->obtained = time->now(time->arg);
	return err;
}

enum att_err
att_credential_get_token(struct att_credential *credential,
    const struct att_http *http, const char **tokenp, struct att_reason *why)
{
	const struct att_maa_time *time = credential->time;
	enum att_err err;

	*tokenp = NULL;
	if (!is_fresh(credential, time->now(time->arg)) &&
	    (err = obtain(credential, http, why)) != ATT_OK)
		return err;
	*tokenp = credential->token.text;
	return ATT_OK;
}

enum att_err
att_credential_exchange(struct att_credential *credential,
    struct att_http_request *request, struct att_http_response *response,
    struct att_reason *why)
{
	const struct att_retry retry = {
		.time = credential->time,
		.max = credential->opts->maa_retries,
		.is_identity = request->is_platform,
	};

	request->max = ATT_ACCESS_ANSWER_MAX;
	request->is_secret = true;
	return att_retry_exchange(
	    &retry, credential->http, request, response, why);
}

static enum att_err
read_answer(const struct att_credential *credential, const char *shown,
    const struct att_http_response *response, struct att_access_token *token,
    struct att_reason *why)
{
	const struct att_maa_time *time = credential->time;
	enum att_err err;

	if (response->status != OK && shown == NULL)
		return att_oauth_refuse_aad(response, why);
	if (response->status != OK)
		return att_oauth_refuse_identity(shown, response, why);
	err = att_access_token_parse(&att_access_form_oauth,
	    att_buf_get(&response->body), time->now(time->arg), token, why);
	if (err == ATT_OK)
		return ATT_OK;
	return att_refuse_within(
	    why, err, "the answer of %s", shown == NULL ? "AAD" : shown);
}

enum att_err
att_credential_request_token(struct att_credential *credential,
    struct att_http_request *request, const char *shown,
    struct att_access_token *token, struct att_reason *why)
{
	struct att_http_response response = { 0 };
	enum att_err err;

	err = att_credential_exchange(credential, request, &response, why);
	if (err == ATT_OK)
		err = read_answer(credential, shown, &response, token, why);
	att_http_response_reset(&response);
	return err;
}
