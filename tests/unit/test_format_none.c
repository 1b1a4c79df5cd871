/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the "none" statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

static void
accepts_an_empty_map(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_FINE_NONE);
	o.result.type = ATT_TYPE_BASIC;
	assert_int_equal(
	    att_format_none_verify(&o.statement, &o.result, &o.why), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_NONE);
	assert_int_equal(o.result.count, 0);
	close_opened(&o);
}

static void
rejects_anything_in_it(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_NONE_NOT_EMPTY);
	assert_int_equal(
	    att_format_none_verify(&o.statement, &o.result, &o.why),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(o.why.code, ATT_ERR_STATEMENT_MALFORMED);
	close_opened(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_an_empty_map),
		cmocka_unit_test(rejects_anything_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
