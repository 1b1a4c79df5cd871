/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the options of the host gate make one. */
#include <string.h>

#include "conf/options.h"

/* Where host was set: what is missing has no place of its own. */
static const char *
find_source(const struct att_options *opts)
{
	const struct att_option_info *info;
	size_t i = 0;

	while ((info = att_options_get_info(i)) != NULL &&
	       strcmp(info->name, "host") != 0)
		i++;
	return att_options_get_source(opts, i);
}

enum att_err
att_options_check_host(const struct att_options *opts, struct att_reason *why)
{
	if (opts->host == ATT_HOST_OFF)
		return ATT_OK;
	if (opts->host_issuer.count == 0)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: host: no provider is named, and anybody may have "
		    "one; set host_issuer to the URL of yours",
		    find_source(opts));
	if (opts->host_profile == ATT_HOST_PROFILE_NONE &&
	    opts->host_require.count == 0 && opts->host_policy_hash.count == 0)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: host: a token alone does not say that the boot was "
		    "good; set host_profile, host_require or host_policy_hash",
		    find_source(opts));
	return ATT_OK;
}
