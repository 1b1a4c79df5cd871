/* SPDX-License-Identifier: BSD-2-Clause */
/* When the user has to be verified at a login. */
#include "attestation/authdata.h"
#include "login/needs_uv.h"
#include "ssh/sk_key.h"

static bool
is_proven(const char *rp_id, const struct att_verdict *verdict)
{
	if (att_sk_is_application(rp_id))
		return verdict->cred_protect == ATT_CRED_PROTECT_REQUIRED;
	return (verdict->flags & ATT_FLAG_UV) != 0;
}

bool
att_login_needs_uv(const struct att_options *opts, const char *rp_id,
    const struct att_verdict *verdict)
{
	switch (opts->user_verification) {
	case ATT_USER_VERIFICATION_REQUIRED:
		return true;
	case ATT_USER_VERIFICATION_PREFERRED:
		return is_proven(rp_id, verdict);
	case ATT_USER_VERIFICATION_DISCOURAGED:
		return false;
	}
	return true;
}
