/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of taking attestation objects apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/object.h"
#include "codec/attobj.h"
#include "forge.h"

static enum att_err
parse(const struct forged *f, enum att_cbor_order order)
{
	struct att_reason why = { 0 };
	struct att_object object;
	enum att_err err;

	err = att_object_parse(att_buf_get(&f->object), order, &object, &why);
	assert_int_equal(why.code, err);
	if (err == ATT_OK) {
		assert_non_null(object.statement);
		assert_true(att_bytes_is_equal(
		    object.auth_data, att_buf_get(&f->auth_data)));
	} else {
		assert_null(object.statement);
	}
	return err;
}

static void
judges_as_forged(void **state)
{
	struct forged f;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < FORGE_COUNT; i++) {
		const struct forge_row *row = &forge_rows[i];
		enum att_err expected = row->error;

		if (strncmp(row->name, "OBJECT_", 7) != 0 &&
		    strncmp(row->name, "FORMAT_", 7) != 0 &&
		    strncmp(row->name, "STATEMENT_", 10) != 0)
			continue;
		/* Those are for the formats to say. */
		if (expected == ATT_ERR_FORMAT_REFUSED ||
		    expected == ATT_ERR_STATEMENT_MALFORMED)
			expected = ATT_OK;
		forge_row(row, &f);
		assert_int_equal(parse(&f, ATT_CBOR_CANONICAL_ORDER), expected);
		forged_reset(&f);
		count++;
	}
	assert_int_equal(count, 7 + 6 + 5);
}

static void
any_order_is_no_more_than_that(void **state)
{
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_OBJECT_UNORDERED], &f);
	assert_int_equal(parse(&f, ATT_CBOR_ANY_ORDER), ATT_OK);
	forged_reset(&f);
	forge_row(&forge_rows[FORGE_OBJECT_TRAILING], &f);
	assert_int_equal(parse(&f, ATT_CBOR_ANY_ORDER), ATT_ERR_CBOR_TRAILING);
	forged_reset(&f);
}

static void
knows_every_format(void **state)
{
	static const uint8_t data[1] = { 0 };
	struct att_object object;
	struct att_buf buf;

	(void)state;
	for (int i = 0; i < ATT_FORMAT_COUNT; i++) {
		bool is_compound = i == ATT_FORMAT_COMPOUND;

		att_buf_init(&buf, 1000);
		assert_int_equal(
		    att_attestation_object_encode(
			att_bytes_text(att_format_name((enum att_format)i)),
			att_bytes_text(is_compound ? "\x80" : "\xa0"),
			att_bytes(data, 1), &buf),
		    ATT_OK);
		assert_int_equal(att_object_parse(att_buf_get(&buf),
				     ATT_CBOR_CANONICAL_ORDER, &object, NULL),
		    ATT_OK);
		assert_int_equal(object.format, i);
		att_buf_reset(&buf);
	}
}

static void
rejects_more_than_the_limit(void **state)
{
	size_t len = ATT_ATTESTATION_OBJECT_MAX + 1;
	uint8_t *bytes = calloc(1, len);
	struct att_object object;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(att_object_parse(att_bytes(bytes, len),
			     ATT_CBOR_CANONICAL_ORDER, &object, NULL),
	    ATT_ERR_TOO_LARGE);
	free(bytes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(any_order_is_no_more_than_that),
		cmocka_unit_test(knows_every_format),
		cmocka_unit_test(rejects_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
