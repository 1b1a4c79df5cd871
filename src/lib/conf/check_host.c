/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the options of the host gate make one. */
#include "conf/host_profile.h"

/* Where an option was set. What is missing has no place: name "host" then. */
static const char *
find_source(const struct att_options *opts, const char *name)
{
	return att_options_get_source(opts, att_options_find(name));
}

/* A profile that no token can meet, of all the types that are accepted. */
static enum att_err
check_types(const struct att_options *opts, struct att_reason *why)
{
	const struct att_host_profile *profile =
	    att_host_profile_get(opts->host_profile);

	if (profile == NULL || (profile->types & opts->host_type) != 0)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "%s: host_profile: %s is for tokens of a type that host_type "
	    "leaves out; add the type, or choose another profile",
	    find_source(opts, "host_profile"), profile->name);
}

/* A binding that no token can have, of all the types that are accepted. */
static enum att_err
check_binding(const struct att_options *opts, struct att_reason *why)
{
	const uint32_t bound = 1U << ATT_TOKEN_TPM | 1U << ATT_TOKEN_AZUREVM;

	if (opts->host_binding == ATT_HOST_BINDING_NONE ||
	    (opts->host_type & bound) != 0)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "%s: host_type: no such token names a TPM, which host_binding "
	    "wants; add tpm or azurevm, or set host_binding to none",
	    find_source(opts, "host_type"));
}

enum att_err
att_options_check_host(const struct att_options *opts, struct att_reason *why)
{
	enum att_err r;

	if (opts->host == ATT_HOST_OFF)
		return ATT_OK;
	if (opts->host_issuer.count == 0)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: host: no provider is named, and anybody may have "
		    "one; set host_issuer to the URL of yours",
		    find_source(opts, "host"));
	if (opts->host_profile == ATT_HOST_PROFILE_NONE &&
	    opts->host_require.count == 0 && opts->host_policy_hash.count == 0)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: host: a token alone does not say that the boot was "
		    "good; set host_profile, host_require or host_policy_hash",
		    find_source(opts, "host"));
	if ((r = check_types(opts, why)) != ATT_OK)
		return r;
	return check_binding(opts, why);
}
