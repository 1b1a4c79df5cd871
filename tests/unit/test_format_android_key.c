/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the android-key statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

static bool
is_mine(const struct forge_row *row)
{
	return row->kind == FORGE_KIND_ANDROID_KEY;
}

static void
judges_as_forged(void **state)
{
	(void)state;
	judge_rows(is_mine);
}

/* Basic, and authenticator data stays a claim. */
static void
gives_type_and_path(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_ANDROID_FINE);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_BASIC);
	assert_int_equal(o.result.count, 1);
	assert_true(forge_is_same(o.result.x5c[0], o.forged.certs[0]));
	assert_false(o.result.covers_auth_data);
	close_opened(&o);
}

static enum att_err
judge(enum forge_defect defect, enum att_choice_android_key_lists lists)
{
	struct opened o;
	enum att_err err;

	open_row(&o, defect);
	o.opts.android_key_lists = lists;
	err = verify_opened(&o);
	close_opened(&o);
	return err;
}

/* What each choice gives up, and that it gives up nothing else. */
static void
the_lists_that_count_are_policy(void **state)
{
	static const struct {
		enum forge_defect defect;
		enum att_err any;
		enum att_err absent;
	} cases[] = {
		{ FORGE_ANDROID_FINE, ATT_OK, ATT_OK },
		{ FORGE_ANDROID_LISTS_SOFTWARE, ATT_OK, ATT_OK },
		{ FORGE_ANDROID_LEVEL_ATTESTATION, ATT_OK, ATT_OK },
		{ FORGE_ANDROID_LEVEL_KEY, ATT_OK, ATT_OK },
		{ FORGE_ANDROID_ORIGIN_SOFTWARE, ATT_OK, ATT_OK },
		{ FORGE_ANDROID_PURPOSE_SOFTWARE, ATT_OK, ATT_OK },
		{ FORGE_ANDROID_LISTS_EMPTY, ATT_ERR_ANDROID_KEY_ORIGIN,
		    ATT_OK },
		{ FORGE_ANDROID_ORIGIN_MISSING, ATT_ERR_ANDROID_KEY_ORIGIN,
		    ATT_OK },
		{ FORGE_ANDROID_PURPOSE_MISSING, ATT_ERR_ANDROID_KEY_PURPOSE,
		    ATT_OK },
		{ FORGE_ANDROID_ORIGIN_IMPORTED, ATT_ERR_ANDROID_KEY_ORIGIN,
		    ATT_ERR_ANDROID_KEY_ORIGIN },
		{ FORGE_ANDROID_ORIGIN_SPLIT, ATT_ERR_ANDROID_KEY_ORIGIN,
		    ATT_ERR_ANDROID_KEY_ORIGIN },
		{ FORGE_ANDROID_ORIGIN_SPLIT_OTHER, ATT_ERR_ANDROID_KEY_ORIGIN,
		    ATT_ERR_ANDROID_KEY_ORIGIN },
		{ FORGE_ANDROID_PURPOSE_ENCRYPT, ATT_ERR_ANDROID_KEY_PURPOSE,
		    ATT_ERR_ANDROID_KEY_PURPOSE },
		{ FORGE_ANDROID_PURPOSE_EMPTY, ATT_ERR_ANDROID_KEY_PURPOSE,
		    ATT_ERR_ANDROID_KEY_PURPOSE },
		{ FORGE_ANDROID_APPLICATIONS_SOFTWARE,
		    ATT_ERR_ANDROID_KEY_APPLICATIONS,
		    ATT_ERR_ANDROID_KEY_APPLICATIONS },
		{ FORGE_ANDROID_DESCRIPTION_SHORT,
		    ATT_ERR_KEY_DESCRIPTION_MALFORMED,
		    ATT_ERR_KEY_DESCRIPTION_MALFORMED },
		{ FORGE_ANDROID_DESCRIPTION_MISSING,
		    ATT_ERR_KEY_DESCRIPTION_MISSING,
		    ATT_ERR_KEY_DESCRIPTION_MISSING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    judge(cases[i].defect, ATT_ANDROID_KEY_LISTS_TEE),
		    forge_rows[cases[i].defect].error);
		assert_int_equal(
		    judge(cases[i].defect, ATT_ANDROID_KEY_LISTS_ANY),
		    cases[i].any);
		assert_int_equal(
		    judge(cases[i].defect, ATT_ANDROID_KEY_LISTS_ABSENT),
		    cases[i].absent);
	}
}

/* Keystore makes RSA and P-384 keys, too. */
static void
other_algorithms_do(void **state)
{
	static const int32_t algs[] = { -257, -35 };

	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		const struct forge_spec spec = {
			.kind = FORGE_KIND_ANDROID_KEY,
			.defect = FORGE_ANDROID_FINE,
			.credential_alg = algs[i],
		};
		struct opened o;

		open_spec(&o, &spec);
		assert_int_equal(verify_opened(&o), ATT_OK);
		close_opened(&o);
	}
}

/* No attestation key signed the AAGUID, so it allows nothing. */
static void
its_model_is_a_claim(void **state)
{
	uint8_t ids[1][ATT_AAGUID_LEN];
	struct att_options opts = forge_make_options();

	(void)state;
	memcpy(ids[0], forge_aaguid, ATT_AAGUID_LEN);
	assert_int_equal(forge_judge_row(FORGE_ANDROID_FINE, &opts), ATT_OK);
	opts.aaguid_allow = (struct att_aaguids){ ids, 1 };
	assert_int_equal(
	    forge_judge_row(FORGE_ANDROID_FINE, &opts), ATT_ERR_AAGUID_REFUSED);
	assert_int_equal(forge_judge_row(FORGE_FINE, &opts), ATT_OK);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(gives_type_and_path),
		cmocka_unit_test(the_lists_that_count_are_policy),
		cmocka_unit_test(other_algorithms_do),
		cmocka_unit_test(its_model_is_a_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
