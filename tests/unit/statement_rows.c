/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of all statement formats have in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

enum att_err
verify_opened(struct opened *o)
{
	enum att_err err;

	err = att_statement_verify(&o->statement, &o->result, &o->why);
	if (err != ATT_OK)
		assert_int_equal(o->why.code, err);
	return err;
}

static bool
is_about_the_path(enum att_err err)
{
	return err == ATT_ERR_CERTIFICATE_EXTRA ||
	       err == ATT_ERR_CERTIFICATE_PATH ||
	       err == ATT_ERR_CERTIFICATE_DATE || err == ATT_ERR_ANCHOR_UNKNOWN;
}

void
judge_rows(bool (*takes)(const struct forge_row *))
{
	struct opened o;
	size_t count = 0;

	for (size_t i = 0; i < FORGE_COUNT; i++) {
		const struct forge_row *row = &forge_rows[i];
		enum att_err expected =
		    is_about_the_path(row->error) ? ATT_OK : row->error;
		enum att_err err;

		if (!takes(row))
			continue;
		open_row(&o, row->defect);
		if ((err = verify_opened(&o)) != expected)
			fail_msg("%s: %s instead of %s: %s", row->name,
			    att_err_code(err), att_err_code(expected),
			    o.why.text);
		close_opened(&o);
		count++;
	}
	assert_in_range(count, ROWS_MIN, FORGE_COUNT);
}
