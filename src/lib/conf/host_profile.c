/* SPDX-License-Identifier: BSD-2-Clause */
/* The ready lists of required claims, from host_profile.def. */
#include <stdlib.h>

#include "codec/requirement.h"
#include "conf/host_profile.h"
#include "conf/value.h"

#define CLAIM(condition, requirement, text) { condition, requirement, text },
#define PROFILE(symbol, name, types, text, list)                               \
	static const struct att_host_claim claims_##symbol[] = { list };
#include "conf/host_profile.def"
#undef PROFILE
#undef CLAIM

#define PROFILE(symbol, name, types, text, list)                               \
	[symbol] = { name, types, text, claims_##symbol,                       \
		sizeof(claims_##symbol) / sizeof(claims_##symbol[0]) },
static const struct att_host_profile profiles[ATT_HOST_PROFILE_NONE] = {
#include "conf/host_profile.def"
};
#undef PROFILE

#define PROFILE(symbol, name, types, text, list) +1
_Static_assert(0
#include "conf/host_profile.def"
		   == ATT_HOST_PROFILE_NONE,
    "host_profile.def has a profile for each choice before none");
#undef PROFILE

const struct att_host_profile *
att_host_profile_get(enum att_choice_host_profile profile)
{
	if ((unsigned int)profile >= ATT_HOST_PROFILE_NONE)
		return NULL;
	return &profiles[profile];
}

static enum att_err
parse_claim(const struct att_host_claim *claim,
    struct att_requirement **requirementp, struct att_reason *why)
{
	if (claim->condition == NULL)
		return att_requirement_parse(
		    claim->requirement, requirementp, why);
	return att_requirement_parse_conditional(
	    claim->condition, claim->requirement, requirementp, why);
}

enum att_err
att_host_profile_parse(const struct att_host_profile *profile,
    struct att_requirements *requirements, struct att_reason *why)
{
	enum att_err r = ATT_OK;

	*requirements = (struct att_requirements){ 0 };
	if (profile == NULL)
		return ATT_OK;
	requirements->list =
	    calloc(profile->count, sizeof(*requirements->list));
	if (requirements->list == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	for (size_t i = 0; i < profile->count && r == ATT_OK; i++) {
		r = parse_claim(
		    &profile->claims[i], &requirements->list[i], why);
		if (r == ATT_OK)
			requirements->count = i + 1;
	}
	if (r != ATT_OK)
		att_value_free_requirements(requirements);
	return r;
}
