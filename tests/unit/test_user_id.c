/* SPDX-License-Identifier: BSD-2-Clause */
/* User handles: verifier/user_id.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "codec/digest.h"
#include "store/record.h"
#include "verifier/user_id.h"

/* Keys keep one credential for each: it may never become another one. */
static void
is_the_same_for_ever(void **state)
{
	static const char input[] = "pam_attest user v1\0alice";
	uint8_t id[32], expected[32];

	(void)state;
	assert_int_equal(att_user_id_make("alice", id), ATT_OK);
	assert_int_equal(
	    att_sha256(att_bytes(input, sizeof(input) - 1), expected), ATT_OK);
	assert_memory_equal(id, expected, sizeof(id));
	assert_int_equal(att_user_id_make("alicf", expected), ATT_OK);
	assert_memory_not_equal(id, expected, sizeof(id));
}

static void
takes_the_longest_user(void **state)
{
	char user[ATT_USER_MAX + 65];
	uint8_t id[32];

	(void)state;
	memset(user, 'u', sizeof(user));
	user[ATT_USER_MAX] = '\0';
	assert_int_equal(att_user_id_make(user, id), ATT_OK);
	user[ATT_USER_MAX] = 'u';
	user[ATT_USER_MAX + 64] = '\0';
	assert_int_equal(att_user_id_make(user, id), ATT_ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_the_same_for_ever),
		cmocka_unit_test(takes_the_longest_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
