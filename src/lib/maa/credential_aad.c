/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The token endpoint of AAD: RFC 6749 section 4.4, with a secret (section
 * 2.3.1), or an assertion (RFC 7523 section 2.2) that is signed by a
 * certificate's key or comes from another issuer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "maa/client_assertion.h"
#include "maa/credential_kind.h"
#include "maa/form.h"
#include "maa/secret.h"

enum {
	URL_MAX = 2048,
	FORM_MAX = 131072,
};

static const char secret_name[] = "client_secret";
static const char assertion_name[] = "client_assertion";
static const char jwt_bearer[] =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

static enum att_err
put_url(
    const struct att_options *opts, struct att_buf *url, struct att_reason *why)
{
	enum att_err err;

	if (opts->maa_tenant[0] == '\0')
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "maa_tenant is not set: which tenant of AAD is to be "
		    "asked?");
	if (opts->maa_client_id[0] == '\0')
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "maa_client_id is not set: which application is this "
		    "host?");
	att_buf_init(url, URL_MAX);
	err = att_buf_printf(url, "%s/%s/oauth2/v2.0/token",
	    opts->maa_authority, opts->maa_tenant);
	if (err == ATT_OK)
		err = att_buf_put_u8(url, 0);
	return att_refuse_plain(why, err);
}

static enum att_err
put_scope(const struct att_options *opts, struct att_buf *form)
{
	char scope[URL_MAX];
	int len =
	    snprintf(scope, sizeof(scope), "%s/.default", opts->maa_audience);

	if (len < 0 || (size_t)len >= sizeof(scope))
		return ATT_ERR_TOO_LARGE;
	return att_form_put(form, "scope", scope);
}

/* What shows who is asking: name=value, between the client and the scope. */
static enum att_err
put_form(const struct att_options *opts, const char *name, const char *value,
    struct att_buf *form)
{
	enum att_err err;

	att_buf_init(form, FORM_MAX);
	if ((err = att_form_put(form, "grant_type", "client_credentials")) !=
		ATT_OK ||
	    (err = att_form_put(form, "client_id", opts->maa_client_id)) !=
		ATT_OK)
		return err;
	if (name == assertion_name &&
	    (err = att_form_put(form, "client_assertion_type", jwt_bearer)) !=
		ATT_OK)
		return err;
	if ((err = att_form_put(form, name, value)) != ATT_OK)
		return err;
	return put_scope(opts, form);
}

/* What is shown to AAD, as name and value. */
struct proof {
	const char *name;
	const char *value;
};

static enum att_err
obtain(struct att_credential *credential, const struct proof *proof,
    struct att_access_token *token, struct att_reason *why)
{
	static const struct att_http_header headers[] = {
		{ "Content-Type", "application/x-www-form-urlencoded" },
		{ "Accept", "application/json" },
	};
	struct att_buf url = { 0 }, form = { 0 };
	struct att_http_request request = {
		.method = "POST",
		.headers = headers,
		.header_count = sizeof(headers) / sizeof(headers[0]),
	};
	enum att_err err;

	if ((err = put_url(credential->opts, &url, why)) != ATT_OK)
		goto out;
	err = put_form(credential->opts, proof->name, proof->value, &form);
	if (err != ATT_OK) {
		err = att_refuse_plain(why, err);
		goto out;
	}
	request.url = (const char *)url.ptr;
	request.body = att_buf_get(&form);
	err = att_credential_request_token(
	    credential, &request, NULL, token, why);
out:
	att_buf_reset(&form);
	att_buf_reset(&url);
	return err;
}

enum att_err
att_credential_obtain_by_secret(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	struct proof proof = { secret_name, NULL };
	char *secret = NULL;
	enum att_err err;

	err = att_secret_read(credential->opts->maa_secret, &secret, why);
	if (err != ATT_OK)
		return err;
	proof.value = secret;
	err = obtain(credential, &proof, token, why);
	att_secret_free(&secret);
	return err;
}

enum att_err
att_credential_obtain_by_certificate(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	const struct att_options *opts = credential->opts;
	const struct att_maa_time *time = credential->time;
	struct proof proof = { assertion_name, NULL };
	struct att_client_assertion assertion = {
		.certificate = opts->maa_certificate,
		.private_key = opts->maa_private_key,
		.client_id = opts->maa_client_id,
		.now = time->now(time->arg),
	};
	struct att_buf url = { 0 };
	char *text = NULL;
	enum att_err err;

	if ((err = put_url(opts, &url, why)) != ATT_OK)
		goto out;
	assertion.audience = (const char *)url.ptr;
	if ((err = att_client_assertion_make(&assertion, &text, why)) != ATT_OK)
		goto out;
	proof.value = text;
	err = obtain(credential, &proof, token, why);
out:
	att_secret_free(&text);
	att_buf_reset(&url);
	return err;
}

/* A JWT in compact form is what a projected token is. */
static bool
is_jwt(const char *text)
{
	size_t dots = 0;

	for (const char *at = text; *at != '\0'; at++)
		dots += *at == '.';
	return dots == 2 && att_secret_is_token68(text);
}

static enum att_err
read_assertion(const char *path, char **textp, struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, path, path,
		ATT_ACCESS_TOKEN_MAX };
	uint8_t *content = NULL;
	enum att_err err;
	size_t len;

	*textp = NULL;
	if ((err = att_file_read_linked(&file, &content, &len, why)) != ATT_OK)
		return err;
	*textp = (char *)content;
	if (!att_secret_take_line(*textp, len) || !is_jwt(*textp)) {
		explicit_bzero(*textp, len);
		att_secret_free(textp);
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s is not a token of a workload identity: expected a JWT "
		    "of one line",
		    path);
	}
	return ATT_OK;
}

enum att_err
att_credential_obtain_by_workload(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	struct proof proof = { assertion_name, NULL };
	char *text = NULL;
	enum att_err err;

	err = read_assertion(credential->opts->maa_assertion, &text, why);
	if (err != ATT_OK)
		return err;
	proof.value = text;
	err = obtain(credential, &proof, token, why);
	att_secret_free(&text);
	return err;
}
