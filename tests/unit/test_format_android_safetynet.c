/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the android-safetynet statement. */
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
	return row->kind == FORGE_KIND_SAFETYNET;
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
	open_row(&o, FORGE_SAFETYNET_FINE);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_BASIC);
	assert_int_equal(o.result.count, 1);
	assert_true(forge_is_same(o.result.x5c[0], o.forged.certs[0]));
	assert_false(o.result.covers_auth_data);
	close_opened(&o);
}

/* As the service signed. */
static void
rsa_does(void **state)
{
	const struct forge_spec spec = {
		.kind = FORGE_KIND_SAFETYNET,
		.defect = FORGE_SAFETYNET_FINE,
		.attestation_alg = -257,
	};
	struct opened o;

	(void)state;
	open_spec(&o, &spec);
	assert_int_equal(verify_opened(&o), ATT_OK);
	close_opened(&o);
}

/* The response of FINE was made 1.5 s before FORGE_TIME. */
static void
a_minute_is_all_it_is_good_for(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_SAFETYNET_FINE);
	for (int offset = -70; offset <= 70; offset++) {
		bool is_near = offset >= -61 && offset <= 58;

		o.statement.time = FORGE_TIME + offset;
		att_statement_result_reset(&o.result);
		assert_int_equal(verify_opened(&o),
		    is_near ? ATT_OK : ATT_ERR_SAFETYNET_TIME);
	}
	close_opened(&o);
}

/* Google has ended it: off unless it is asked for. */
static void
is_off_by_default(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	assert_int_equal(forge_judge_row(FORGE_SAFETYNET_FINE, &opts),
	    ATT_ERR_FORMAT_REFUSED);
	opts.formats |= 1U << ATT_FORMAT_ANDROID_SAFETYNET;
	assert_int_equal(forge_judge_row(FORGE_SAFETYNET_FINE, &opts), ATT_OK);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(gives_type_and_path),
		cmocka_unit_test(rsa_does),
		cmocka_unit_test(a_minute_is_all_it_is_good_for),
		cmocka_unit_test(is_off_by_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
