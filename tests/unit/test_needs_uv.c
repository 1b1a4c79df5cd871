/* SPDX-License-Identifier: BSD-2-Clause */
/* When a login has to show that the user was verified: login/needs_uv.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attestation/authdata.h"
#include "login/needs_uv.h"

static bool
needs(enum att_choice_user_verification option, const char *rp_id,
    uint8_t flags, uint8_t cred_protect)
{
	const struct att_options opts = { .user_verification = option };
	const struct att_verdict verdict = { .flags = flags,
		.cred_protect = cred_protect };

	return att_login_needs_uv(&opts, rp_id, &verdict);
}

static void
a_credential_is_held_to_its_registration(void **state)
{
	static const char rp_id[] = "pam_attest";
	const uint8_t up = ATT_FLAG_UP, uv = ATT_FLAG_UP | ATT_FLAG_UV;

	(void)state;
	assert_true(needs(ATT_USER_VERIFICATION_REQUIRED, rp_id, up, 0));
	assert_true(needs(ATT_USER_VERIFICATION_PREFERRED, rp_id, uv, 0));
	assert_false(needs(ATT_USER_VERIFICATION_PREFERRED, rp_id, up,
	    ATT_CRED_PROTECT_REQUIRED));
	assert_false(needs(ATT_USER_VERIFICATION_DISCOURAGED, rp_id, uv,
	    ATT_CRED_PROTECT_REQUIRED));
}

/* A key with a PIN shows UV when it is registered, and not at each login. */
static void
a_key_of_ssh_is_held_to_its_protection(void **state)
{
	static const char *const rp_ids[] = { "ssh:", "ssh:work" };
	const uint8_t up = ATT_FLAG_UP, uv = ATT_FLAG_UP | ATT_FLAG_UV;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_true(
		    needs(ATT_USER_VERIFICATION_REQUIRED, rp_ids[i], up, 0));
		assert_true(needs(ATT_USER_VERIFICATION_PREFERRED, rp_ids[i],
		    up, ATT_CRED_PROTECT_REQUIRED));
		assert_false(
		    needs(ATT_USER_VERIFICATION_PREFERRED, rp_ids[i], uv, 0));
		assert_false(needs(ATT_USER_VERIFICATION_PREFERRED, rp_ids[i],
		    uv, ATT_CRED_PROTECT_OPTIONAL_WITH_ID));
		assert_false(needs(ATT_USER_VERIFICATION_DISCOURAGED, rp_ids[i],
		    uv, ATT_CRED_PROTECT_REQUIRED));
	}
}

/* A value that is none is a doubt. */
static void
doubt_is_denied(void **state)
{
	(void)state;
	assert_true(needs((enum att_choice_user_verification)99, "x", 0, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_credential_is_held_to_its_registration),
		cmocka_unit_test(a_key_of_ssh_is_held_to_its_protection),
		cmocka_unit_test(doubt_is_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
