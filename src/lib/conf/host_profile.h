/* SPDX-License-Identifier: BSD-2-Clause */
/* The ready lists of required claims: option host_profile. */
#ifndef ATT_CONF_HOST_PROFILE_H
#define ATT_CONF_HOST_PROFILE_H

#include "conf/options.h"

/* One requirement, as codec/requirement.h reads it; and what it is for. */
struct att_host_claim {
	const char *condition; /* NULL: it always counts */
	const char *requirement;
	const char *text;
};

struct att_host_profile {
	const char *name;
	uint32_t types; /* bits: 1 << enum att_token_type */
	const char *text;
	const struct att_host_claim *claims;
	size_t count;
};

/* NULL for ATT_HOST_PROFILE_NONE and whatever is none of them. Static. */
const struct att_host_profile *att_host_profile_get(
    enum att_choice_host_profile profile);

/*
 * The requirements of a profile in its order, none for NULL. The caller frees
 * *requirements with att_value_free_requirements(). ATT_ERR_NO_MEMORY.
 */
enum att_err att_host_profile_parse(const struct att_host_profile *profile,
    struct att_requirements *requirements, struct att_reason *why) ATT_MUST_USE;

#endif
