/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the packed statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

static bool
is_about_the_statement(const struct forge_row *row)
{
	const char *name = row->name;

	return strncmp(name, "ALG_", 4) == 0 || strncmp(name, "SIG_", 4) == 0 ||
	       strncmp(name, "STATEMENT_E", 11) == 0 ||
	       strncmp(name, "X5C_", 4) == 0 ||
	       strncmp(name, "SELF_", 5) == 0 || strncmp(name, "CERT_", 5) == 0;
}

static void
judges_as_forged(void **state)
{
	(void)state;
	judge_rows(is_about_the_statement);
}

static void
gives_type_and_path(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_FINE_CHAIN);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_BASIC);
	assert_int_equal(o.result.count, 2);
	assert_true(forge_is_same(o.result.x5c[0], o.forged.certs[0]));
	assert_true(forge_is_same(o.result.x5c[1], o.forged.certs[1]));
	close_opened(&o);

	open_row(&o, FORGE_FINE_SELF);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_SELF);
	assert_int_equal(o.result.count, 0);
	close_opened(&o);
}

/* The signature is by another algorithm than the credential is for. */
static void
algorithms_may_differ(void **state)
{
	const struct forge_spec spec = {
		.kind = FORGE_KIND_BASIC,
		.credential_alg = -8,
		.attestation_alg = -35,
	};
	struct opened o;

	(void)state;
	open_spec(&o, &spec);
	assert_int_equal(verify_opened(&o), ATT_OK);
	close_opened(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(gives_type_and_path),
		cmocka_unit_test(algorithms_may_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
