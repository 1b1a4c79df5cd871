/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a token of the host can be obtained with the options. */
#include <string.h>

#include "conf/options.h"

/* What each kind of credential is nothing without. */
static const struct needs {
	bool tenant;
	bool client_id;
	bool identity_url;
} needs[] = {
	[ATT_MAA_CREDENTIAL_CLIENT_CERTIFICATE] = { .tenant = true,
	    .client_id = true },
	[ATT_MAA_CREDENTIAL_CLIENT_SECRET] = { .tenant = true,
	    .client_id = true },
	[ATT_MAA_CREDENTIAL_WORKLOAD_IDENTITY] = { .tenant = true,
	    .client_id = true },
	[ATT_MAA_CREDENTIAL_MANAGED_IDENTITY] = { 0 },
	[ATT_MAA_CREDENTIAL_APP_SERVICE] = { .identity_url = true },
	[ATT_MAA_CREDENTIAL_AZURE_ARC] = { 0 },
	[ATT_MAA_CREDENTIAL_AZURE_CLI] = { 0 },
	[ATT_MAA_CREDENTIAL_NONE] = { 0 },
};

const char *
att_options_get_maa_url(const struct att_options *opts)
{
	if (opts->maa_url[0] != '\0')
		return opts->maa_url;
	return opts->host_issuer.count > 0 ? opts->host_issuer.paths[0] : NULL;
}

static const char *
find_source(const struct att_options *opts, const char *name)
{
	return att_options_get_source(opts, att_options_find(name));
}

/* An issuer may have a path; the service has its own paths below a host. */
static enum att_err
check_url(const struct att_options *opts, struct att_reason *why)
{
	const char *url = att_options_get_maa_url(opts);

	if (url == NULL)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: maa_url: no provider is named; set it, or "
		    "host_issuer, to the URL of yours",
		    find_source(opts, "maa_url"));
	if (strchr(url + strlen("https://"), '/') != NULL)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: host_issuer: \"%s\" has a path; set maa_url to "
		    "the host of the provider",
		    find_source(opts, "host_issuer"), url);
	return ATT_OK;
}

static enum att_err
check_has(const struct att_options *opts, const char *value, const char *name,
    struct att_reason *why)
{
	if (value[0] != '\0')
		return ATT_OK;
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "%s: maa_credential: it needs %s; set that as well",
	    find_source(opts, "maa_credential"), name);
}

enum att_err
att_options_check_maa(const struct att_options *opts, struct att_reason *why)
{
	const struct needs *n = &needs[opts->maa_credential];
	enum att_err r;

	if ((r = check_url(opts, why)) != ATT_OK)
		return r;
	if (n->tenant && (r = check_has(opts, opts->maa_tenant, "maa_tenant",
			      why)) != ATT_OK)
		return r;
	if (n->client_id && (r = check_has(opts, opts->maa_client_id,
				 "maa_client_id", why)) != ATT_OK)
		return r;
	if (n->identity_url)
		return check_has(
		    opts, opts->maa_identity_url, "maa_identity_url", why);
	return ATT_OK;
}
