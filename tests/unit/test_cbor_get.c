/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the look-ups in CBOR documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/cbor.h"

/* {1: 2, -1: h'aabb', "a": [10, [], 11], "b": "text"} */
static const uint8_t sample[] = { 0xa4, 0x01, 0x02, 0x20, 0x42, 0xaa, 0xbb,
	0x61, 'a', 0x83, 0x0a, 0x80, 0x0b, 0x61, 'b', 0x64, 't', 'e', 'x',
	't' };

static const struct att_cbor_field fields[] = {
	{ NULL, 1, ATT_CBOR_INT, false },
	{ NULL, -1, ATT_CBOR_BYTES, false },
	{ "a", 0, ATT_CBOR_ARRAY, false },
	{ "b", 0, ATT_CBOR_TEXT, true },
	{ "c", 0, ATT_CBOR_ANY, true },
};
static const struct att_cbor_schema schema = { "sample",
	ATT_ERR_STATEMENT_MALFORMED, 5, fields };

static void
read_doc(const void *bytes, size_t len, struct att_cbor *doc)
{
	assert_int_equal(att_cbor_read(att_bytes(bytes, len),
			     ATT_CBOR_CANONICAL_ORDER, doc, NULL),
	    ATT_OK);
}

static enum att_err
get_fields(const void *bytes, size_t len, const char *reason)
{
	const struct att_cbor_item *values[5];
	struct att_reason why = { 0 };
	struct att_cbor doc;
	enum att_err err;

	read_doc(bytes, len, &doc);
	err = att_cbor_get_fields(&doc, doc.items, &schema, values, &why);
	if (strstr(why.text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", why.text, reason);
	return err;
}

static void
walks_over_children(void **state)
{
	const struct att_cbor_item *item;
	struct att_cbor doc;
	int64_t number;

	(void)state;
	read_doc(sample, sizeof(sample), &doc);
	assert_int_equal(doc.items[0].number, 4);
	assert_int_equal(doc.items[0].encoded.len, sizeof(sample));
	item = att_cbor_get_first(&doc.items[0]);
	for (int i = 0; i < 5; i++)
		item = att_cbor_get_next(&doc, item);
	assert_int_equal(item->type, ATT_CBOR_ARRAY);
	assert_int_equal(item->number, 3);
	item = att_cbor_get_first(item);
	assert_true(att_cbor_get_int(item, &number));
	assert_int_equal(number, 10);
	item = att_cbor_get_next(&doc, item);
	assert_int_equal(item->type, ATT_CBOR_ARRAY);
	item = att_cbor_get_next(&doc, item);
	assert_true(att_cbor_get_int(item, &number));
	assert_int_equal(number, 11);
	item = att_cbor_get_next(&doc, item);
	assert_true(att_cbor_is_text(item, "b"));
	assert_false(att_cbor_is_text(item, "bb"));
	assert_false(att_cbor_is_text(item, ""));
}

static void
finds_fields(void **state)
{
	const struct att_cbor_item *values[5];
	struct att_cbor doc;

	(void)state;
	read_doc(sample, sizeof(sample), &doc);
	assert_int_equal(
	    att_cbor_get_fields(&doc, doc.items, &schema, values, NULL),
	    ATT_OK);
	assert_int_equal(values[0]->number, 2);
	assert_memory_equal(values[1]->value.ptr, "\xaa\xbb", 2);
	assert_int_equal(values[2]->number, 3);
	assert_true(att_cbor_is_text(values[3], "text"));
	assert_null(values[4]);
	assert_ptr_equal(att_cbor_find_number(&doc, doc.items, -1), values[1]);
	assert_null(att_cbor_find_number(&doc, doc.items, 2));
	assert_null(att_cbor_find_number(&doc, values[2], 10));
}

static void
rejects_other_fields(void **state)
{
	static const uint8_t number[] = { 0xa4, 0x01, 0x02, 0x02, 0x00, 0x20,
		0x40, 0x61, 'a', 0x80 };
	static const uint8_t text[] = { 0xa4, 0x01, 0x02, 0x20, 0x40, 0x61, 'a',
		0x80, 0x61, 'z', 0x00 };
	static const uint8_t huge[] = { 0xa1, 0x1b, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0x00 };

	(void)state;
	assert_int_equal(get_fields(number, sizeof(number), "parameter 2 does"),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(get_fields(text, sizeof(text), "\"z\" does not"),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(get_fields(huge, sizeof(huge), "out of range"),
	    ATT_ERR_STATEMENT_MALFORMED);
}

static void
rejects_missing_fields(void **state)
{
	static const uint8_t number[] = { 0xa2, 0x01, 0x02, 0x61, 'a', 0x80 };
	static const uint8_t text[] = { 0xa2, 0x01, 0x02, 0x20, 0x40 };

	(void)state;
	assert_int_equal(get_fields(number, sizeof(number), "-1 is missing"),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(get_fields(text, sizeof(text), "\"a\" is missing"),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(
	    get_fields("\xa0", 1, "1 is missing"), ATT_ERR_STATEMENT_MALFORMED);
}

static void
rejects_values_of_another_type(void **state)
{
	static const uint8_t text[] = { 0xa3, 0x01, 0x61, '2', 0x20, 0x40, 0x61,
		'a', 0x80 };
	static const uint8_t null[] = { 0xa3, 0x01, 0x02, 0x20, 0x40, 0x61, 'a',
		0xf6 };

	(void)state;
	assert_int_equal(get_fields(text, sizeof(text), "parameter 1 has"),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(get_fields(null, sizeof(null), "\"a\" has"),
	    ATT_ERR_STATEMENT_MALFORMED);
	assert_int_equal(get_fields("\x80", 1, "not a CBOR map"),
	    ATT_ERR_STATEMENT_MALFORMED);
}

static void
bounds_integers(void **state)
{
	struct att_cbor doc;
	int64_t number;

	(void)state;
	read_doc("\x1b\x7f\xff\xff\xff\xff\xff\xff\xff", 9, &doc);
	assert_true(att_cbor_get_int(doc.items, &number));
	assert_int_equal(number, INT64_MAX);
	read_doc("\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", 9, &doc);
	assert_true(att_cbor_get_int(doc.items, &number));
	assert_true(number == INT64_MIN);
	read_doc("\x1b\x80\0\0\0\0\0\0\0", 9, &doc);
	assert_false(att_cbor_get_int(doc.items, &number));
	read_doc("\x3b\x80\0\0\0\0\0\0\0", 9, &doc);
	assert_false(att_cbor_get_int(doc.items, &number));
	read_doc("\xf5", 1, &doc);
	assert_false(att_cbor_get_int(doc.items, &number));
	assert_int_equal(number, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_over_children),
		cmocka_unit_test(finds_fields),
		cmocka_unit_test(rejects_other_fields),
		cmocka_unit_test(rejects_missing_fields),
		cmocka_unit_test(rejects_values_of_another_type),
		cmocka_unit_test(bounds_integers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
