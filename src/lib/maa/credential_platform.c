/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The identity of the machine below: the metadata service of Azure VMs (IMDS),
 * and that of App Service and Functions.
 */
#include <string.h>

#include "maa/credential_kind.h"
#include "maa/form.h"
#include "maa/secret.h"

enum {
	URL_MAX = 2048,
	PROBE_SECONDS = 1,
	PROBE_MAX = 4096, /* bytes of an answer that nobody reads */
};

static const struct att_identity_endpoint imds = {
	.shown = "the metadata service (IMDS)",
	.base = "http://169.254.169.254",
	.path = "/metadata/identity/oauth2/token",
	.version = "2018-02-01",
	.resource_name = "msi_res_id",
};

/*
 * The endpoint differs from application to application. What user-assigned
 * identities are called there is not in the documents of the protocol; it is
 * as @azure/msal-node has it.
 */
static const struct att_identity_endpoint app_service = {
	.shown = "App Service",
	.base = NULL,
	.path = "/msi/token",
	.version = "2019-08-01",
	.resource_name = "mi_res_id",
};

/* --- The URL ------------------------------------------------------------ */

static bool
has_path(const char *url)
{
	const char *host = strstr(url, "://");

	return host != NULL && strchr(host + strlen("://"), '/') != NULL;
}

static enum att_err
put_base(const struct att_identity_endpoint *endpoint, const char *configured,
    struct att_buf *url)
{
	const char *base = configured[0] == '\0' ? endpoint->base : configured;

	return att_buf_printf(
	    url, "%s%s?", base, has_path(base) ? "" : endpoint->path);
}

/* At most one identity is named, or none: the only one of the machine. */
static enum att_err
put_identity(const struct att_identity_endpoint *endpoint,
    const struct att_options *opts, struct att_buf *url, struct att_reason *why)
{
	const struct {
		const char *name;
		const char *value;
	} names[] = {
		{ "client_id", opts->maa_client_id },
		{ "object_id", opts->maa_object_id },
		{ endpoint->resource_name, opts->maa_resource_id },
	};
	const char *name = NULL, *value = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].value[0] == '\0')
			continue;
		if (endpoint->resource_name == NULL)
			return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
			    "%s knows the identity of the machine alone; "
			    "leave out maa_client_id, maa_object_id and "
			    "maa_resource_id",
			    endpoint->shown);
		if (name != NULL)
			return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
			    "only one of maa_client_id, maa_object_id and "
			    "maa_resource_id can name an identity");
		name = names[i].name;
		value = names[i].value;
	}
	if (name == NULL)
		return ATT_OK;
	return att_refuse_plain(why, att_form_put(url, name, value));
}

enum att_err
att_identity_put_url(const struct att_identity_endpoint *endpoint,
    const struct att_options *opts, struct att_buf *url, struct att_reason *why)
{
	enum att_err err;

	att_buf_init(url, URL_MAX);
	if (endpoint->base == NULL && opts->maa_identity_url[0] == '\0')
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "maa_identity_url is not set: where does %s give out "
		    "tokens (IDENTITY_ENDPOINT)?",
		    endpoint->shown);
	if ((err = put_base(endpoint, opts->maa_identity_url, url)) != ATT_OK ||
	    (err = att_form_put(url, "api-version", endpoint->version)) !=
		ATT_OK ||
	    (err = att_form_put(url, "resource", opts->maa_audience)) != ATT_OK)
		return att_refuse_plain(why, err);
	if ((err = put_identity(endpoint, opts, url, why)) != ATT_OK)
		return err;
	return att_refuse_plain(why, att_buf_put_u8(url, 0));
}

/* --- Asking ------------------------------------------------------------- */

struct att_http_request
att_identity_get_request(
    const char *url, const struct att_http_header *headers, size_t header_count)
{
	return (struct att_http_request){
		.method = "GET",
		.url = url,
		.headers = headers,
		.header_count = header_count,
		.is_platform = true,
	};
}

/*
 * Elsewhere than in Azure a request may wait for its end, since nobody has the
 * address. Any answer to one without the header says that somebody is there.
 */
static enum att_err
probe(
    struct att_credential *credential, const char *url, struct att_reason *why)
{
	const struct att_http_request request = {
		.method = "GET",
		.url = url,
		.max = PROBE_MAX,
		.is_platform = true,
		.is_secret = true,
		.seconds = PROBE_SECONDS,
		.connect_seconds = PROBE_SECONDS,
	};
	const struct att_http *http = credential->http;
	struct att_http_response response = { 0 };
	enum att_err err;

	if (credential->is_present)
		return ATT_OK;
	err = http->exchange(http->arg, &request, &response, why);
	att_http_response_reset(&response);
	if (err == ATT_ERR_MAA_UNREACHABLE)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s does not answer within %d second at %.*s; is this a "
		    "machine of Azure? If not, set maa_credential to another "
		    "kind",
		    imds.shown, PROBE_SECONDS, (int)strcspn(url, "?"), url);
	if (err != ATT_OK && err != ATT_ERR_TOO_LARGE)
		return err;
	credential->is_present = true;
	return ATT_OK;
}

enum att_err
att_credential_obtain_from_imds(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	static const struct att_http_header header = { "Metadata", "true" };
	struct att_http_request request;
	struct att_buf url = { 0 };
	enum att_err err;

	err = att_identity_put_url(&imds, credential->opts, &url, why);
	if (err != ATT_OK)
		goto out;
	request = att_identity_get_request((const char *)url.ptr, &header, 1);
	if ((err = probe(credential, request.url, why)) == ATT_OK)
		err = att_credential_request_token(
		    credential, &request, imds.shown, token, why);
out:
	att_buf_reset(&url);
	return err;
}

enum att_err
att_credential_obtain_from_app_service(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	struct att_http_header header = { "X-IDENTITY-HEADER", NULL };
	struct att_http_request request;
	struct att_buf url = { 0 };
	char *secret = NULL;
	enum att_err err;

	err = att_identity_put_url(&app_service, credential->opts, &url, why);
	if (err != ATT_OK ||
	    (err = att_secret_read(
		 credential->opts->maa_secret, &secret, why)) != ATT_OK)
		goto out;
	header.value = secret;
	request = att_identity_get_request((const char *)url.ptr, &header, 1);
	err = att_credential_request_token(
	    credential, &request, app_service.shown, token, why);
out:
	att_secret_free(&secret);
	att_buf_reset(&url);
	return err;
}
