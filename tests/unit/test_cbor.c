/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the strict CBOR reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/cbor.h"

struct row {
	const char *hex;
	enum att_err expected;
};

/* Into memory of its own, so that ASan sees reads past its end. */
static uint8_t *
unhex(const char *hex, size_t *len)
{
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);

	assert_non_null(bytes);
	*len = strlen(hex) / 2;
	for (size_t i = 0; i < *len; i++) {
		const char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return realloc(bytes, *len > 0 ? *len : 1);
}

static enum att_err
read_hex(const char *hex, enum att_cbor_order order)
{
	struct att_reason why = { 0 };
	struct att_cbor doc;
	enum att_err err;
	uint8_t *bytes;
	size_t len;

	bytes = unhex(hex, &len);
	err = att_cbor_read(att_bytes(bytes, len), order, &doc, &why);
	assert_int_equal(why.code, err);
	assert_int_equal(why.text[0] != '\0', err != ATT_OK);
	free(bytes);
	return err;
}

static void
run_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum att_err err;

		err = read_hex(rows[i].hex, ATT_CBOR_CANONICAL_ORDER);
		if (err != rows[i].expected)
			print_error("%s: %s\n", rows[i].hex, att_err_code(err));
		assert_int_equal(err, rows[i].expected);
	}
}

#define RUN_ROWS(rows) run_rows(rows, sizeof(rows) / sizeof((rows)[0]))

/* RFC 8949 appendix A, what is canonical of it. */
static void
accepts_canonical_items(void **state)
{
	static const struct row rows[] = { { "00", ATT_OK }, { "17", ATT_OK },
		{ "1818", ATT_OK }, { "18ff", ATT_OK }, { "190100", ATT_OK },
		{ "1a00010000", ATT_OK }, { "1b0000000100000000", ATT_OK },
		{ "1bffffffffffffffff", ATT_OK }, { "20", ATT_OK },
		{ "3863", ATT_OK }, { "3bffffffffffffffff", ATT_OK },
		{ "40", ATT_OK }, { "4401020304", ATT_OK }, { "60", ATT_OK },
		{ "6449455446", ATT_OK }, { "62c3bc", ATT_OK },
		{ "80", ATT_OK }, { "83010203", ATT_OK }, { "a0", ATT_OK },
		{ "a201020304", ATT_OK }, { "f4", ATT_OK }, { "f5", ATT_OK },
		{ "f6", ATT_OK }, { "f7", ATT_OK }, { "f93c00", ATT_OK },
		{ "fa47c35000", ATT_OK }, { "fb3ff199999999999a", ATT_OK },
		{ "a26161016162820203", ATT_OK } };

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_longer_forms(void **state)
{
	static const struct row rows[] = {
		{ "1800", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "1817", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "1900ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "1a0000ffff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "1b00000000ffffffff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "3817", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "3900ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "3a0000ffff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "3b00000000ffffffff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "580101", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "59000101", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "7800", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "9800", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "b90000", ATT_ERR_CBOR_NOT_CANONICAL },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_indefinite_lengths_and_tags(void **state)
{
	static const struct row rows[] = {
		{ "5f42010243030405ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "7f6161ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "9fff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "bfff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "c000", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "d9d9f700", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "81c000", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "81ff", ATT_ERR_CBOR_NOT_CANONICAL },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_what_is_no_item(void **state)
{
	static const struct row rows[] = {
		{ "", ATT_ERR_CBOR_MALFORMED },
		{ "1c", ATT_ERR_CBOR_MALFORMED },
		{ "1f", ATT_ERR_CBOR_MALFORMED },
		{ "3d", ATT_ERR_CBOR_MALFORMED },
		{ "5e", ATT_ERR_CBOR_MALFORMED },
		{ "f0", ATT_ERR_CBOR_MALFORMED },
		{ "f820", ATT_ERR_CBOR_MALFORMED },
		{ "fc", ATT_ERR_CBOR_MALFORMED },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_cut_items(void **state)
{
	static const struct row rows[] = {
		{ "18", ATT_ERR_CBOR_MALFORMED },
		{ "1b00000001000000", ATT_ERR_CBOR_MALFORMED },
		{ "41", ATT_ERR_CBOR_MALFORMED },
		{ "58ff00", ATT_ERR_CBOR_MALFORMED },
		{ "5bffffffffffffffff00", ATT_ERR_CBOR_MALFORMED },
		{ "7bffffffffffffffff00", ATT_ERR_CBOR_MALFORMED },
		{ "81", ATT_ERR_CBOR_MALFORMED },
		{ "820000ff"
		  "ff",
		    ATT_ERR_CBOR_TRAILING },
		{ "8200", ATT_ERR_CBOR_MALFORMED },
		{ "9affffffff", ATT_ERR_CBOR_MALFORMED },
		{ "9bffffffffffffffff00", ATT_ERR_CBOR_MALFORMED },
		{ "a1", ATT_ERR_CBOR_MALFORMED },
		{ "a100", ATT_ERR_CBOR_MALFORMED },
		{ "bbffffffffffffffff0000", ATT_ERR_CBOR_MALFORMED },
		{ "fa47c350", ATT_ERR_CBOR_MALFORMED },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_keys_out_of_order(void **state)
{
	static const struct row rows[] = {
		{ "a203040102", ATT_ERR_CBOR_KEY_ORDER },
		{ "a220000100", ATT_ERR_CBOR_KEY_ORDER },
		{ "a2616100182000", ATT_ERR_CBOR_KEY_ORDER },
		{ "a2626161006161"
		  "00",
		    ATT_ERR_CBOR_KEY_ORDER },
		{ "a2616200616100", ATT_ERR_CBOR_KEY_ORDER },
		{ "a201002000", ATT_OK },
		{ "a2182000616100", ATT_OK },
		{ "a2617a0062616100", ATT_OK },
	};

	(void)state;
	RUN_ROWS(rows);
	assert_int_equal(read_hex("a203040102", ATT_CBOR_ANY_ORDER), ATT_OK);
	assert_int_equal(
	    read_hex("a2616200616100", ATT_CBOR_ANY_ORDER), ATT_OK);
}

/* What any order tolerates beside it, and what it does not. */
static void
containers_of_any_order_may_be_open(void **state)
{
	static const struct row rows[] = {
		{ "9fff", ATT_OK },
		{ "bfff", ATT_OK },
		{ "bf01029fff", ATT_ERR_CBOR_MALFORMED },
		{ "bf010203bfffff", ATT_OK },
		{ "bf03bfff0102ff", ATT_OK },
		{ "9f019f02ff03ff", ATT_OK },
		{ "9f", ATT_ERR_CBOR_MALFORMED },
		{ "9f01", ATT_ERR_CBOR_MALFORMED },
		{ "bf01ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "81ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "9fffff", ATT_ERR_CBOR_TRAILING },
		{ "bf01020102ff", ATT_ERR_CBOR_DUPLICATE_KEY },
		{ "bf9fff01ff", ATT_ERR_CBOR_MALFORMED },
		{ "5f4101ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "7f6161ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "9bffffffffffffffff00", ATT_ERR_CBOR_MALFORMED },
		{ "bbffffffffffffffffff", ATT_ERR_CBOR_MALFORMED },
		{ "9f1801ff", ATT_ERR_CBOR_NOT_CANONICAL },
		{ "9f9f9f9f9f9f9f9f9fffffffffffffffffff", ATT_ERR_CBOR_DEPTH },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(read_hex(rows[i].hex, ATT_CBOR_ANY_ORDER),
		    rows[i].expected);
}

static void
counts_the_children_of_an_open_container(void **state)
{
	static const uint8_t bytes[] = { 0xbf, 0x03, 0x9f, 0x00, 0x00, 0xff,
		0x01, 0x02, 0xff };
	struct att_cbor doc;

	(void)state;
	assert_int_equal(att_cbor_read(att_bytes(bytes, sizeof(bytes)),
			     ATT_CBOR_ANY_ORDER, &doc, NULL),
	    ATT_OK);
	assert_int_equal(doc.items[0].number, 2);
	assert_int_equal(doc.items[0].encoded.len, sizeof(bytes));
	assert_int_equal(doc.items[2].number, 2);
	assert_int_equal(doc.items[2].encoded.len, 4);
	assert_int_equal(doc.items[2].next, 5);
	assert_int_equal(doc.count, 7);
}

static void
rejects_duplicate_keys(void **state)
{
	static const struct row rows[] = {
		{ "a201000100", ATT_ERR_CBOR_DUPLICATE_KEY },
		{ "a2616100616101", ATT_ERR_CBOR_DUPLICATE_KEY },
		{ "a3010002000100", ATT_ERR_CBOR_DUPLICATE_KEY },
		{ "a2018200000100", ATT_ERR_CBOR_DUPLICATE_KEY },
	};

	(void)state;
	RUN_ROWS(rows);
	/* Whatever the order. */
	assert_int_equal(read_hex("a3020001000200", ATT_CBOR_ANY_ORDER),
	    ATT_ERR_CBOR_DUPLICATE_KEY);
	assert_int_equal(read_hex("a302a10100010002f6", ATT_CBOR_ANY_ORDER),
	    ATT_ERR_CBOR_DUPLICATE_KEY);
}

static void
rejects_other_kinds_of_keys(void **state)
{
	static const struct row rows[] = {
		{ "a14000", ATT_ERR_CBOR_MALFORMED },
		{ "a18000", ATT_ERR_CBOR_MALFORMED },
		{ "a1a000", ATT_ERR_CBOR_MALFORMED },
		{ "a1f500", ATT_ERR_CBOR_MALFORMED },
		{ "a1f93c0000", ATT_ERR_CBOR_MALFORMED },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_text_that_is_not_utf8(void **state)
{
	static const struct row rows[] = {
		{ "61ff", ATT_ERR_CBOR_MALFORMED },
		{ "62c0af", ATT_ERR_CBOR_MALFORMED },
		{ "a161ff00", ATT_ERR_CBOR_MALFORMED },
		{ "41ff", ATT_OK },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_deep_nesting(void **state)
{
	static const struct row rows[] = {
		{ "818181818181818100", ATT_OK },
		{ "81818181818181818100", ATT_ERR_CBOR_DEPTH },
		{ "8181818181818181a0", ATT_ERR_CBOR_DEPTH },
		{ "a100a100a100a100a100a100a100a10000", ATT_OK },
		{ "a100a100a100a100a100a100a100a100a10000",
		    ATT_ERR_CBOR_DEPTH },
	};

	(void)state;
	RUN_ROWS(rows);
}

static void
rejects_too_many_items(void **state)
{
	uint8_t bytes[3 + 256] = { 0x98, 255 };
	struct att_cbor doc;

	(void)state;
	assert_int_equal(att_cbor_read(att_bytes(bytes, 2 + 255),
			     ATT_CBOR_CANONICAL_ORDER, &doc, NULL),
	    ATT_OK);
	assert_int_equal(doc.count, ATT_CBOR_ITEMS_MAX);
	memcpy(bytes, "\x99\x01\x00", 3);
	assert_int_equal(att_cbor_read(att_bytes(bytes, sizeof(bytes)),
			     ATT_CBOR_CANONICAL_ORDER, &doc, NULL),
	    ATT_ERR_CBOR_MALFORMED);
}

static void
rejects_trailing_bytes_of_a_whole(void **state)
{
	static const uint8_t bytes[] = { 0xa1, 0x01, 0x02, 0x00 };
	struct att_cbor doc;

	(void)state;
	assert_int_equal(att_cbor_read(att_bytes(bytes, sizeof(bytes)),
			     ATT_CBOR_CANONICAL_ORDER, &doc, NULL),
	    ATT_ERR_CBOR_TRAILING);
	assert_int_equal(
	    att_cbor_read_first(att_bytes(bytes, sizeof(bytes)), &doc, NULL),
	    ATT_OK);
	assert_int_equal(doc.items[0].encoded.len, 3);
}

static void
says_at_which_byte(void **state)
{
	static const uint8_t bytes[] = { 0x82, 0x00, 0x18, 0x01 };
	struct att_reason why = { 0 };
	struct att_cbor doc;

	(void)state;
	assert_int_equal(att_cbor_read(att_bytes(bytes, sizeof(bytes)),
			     ATT_CBOR_CANONICAL_ORDER, &doc, &why),
	    ATT_ERR_CBOR_NOT_CANONICAL);
	assert_non_null(strstr(why.text, "byte 2"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_canonical_items),
		cmocka_unit_test(rejects_longer_forms),
		cmocka_unit_test(rejects_indefinite_lengths_and_tags),
		cmocka_unit_test(rejects_what_is_no_item),
		cmocka_unit_test(rejects_cut_items),
		cmocka_unit_test(rejects_keys_out_of_order),
		cmocka_unit_test(containers_of_any_order_may_be_open),
		cmocka_unit_test(counts_the_children_of_an_open_container),
		cmocka_unit_test(rejects_duplicate_keys),
		cmocka_unit_test(rejects_other_kinds_of_keys),
		cmocka_unit_test(rejects_text_that_is_not_utf8),
		cmocka_unit_test(rejects_deep_nesting),
		cmocka_unit_test(rejects_too_many_items),
		cmocka_unit_test(rejects_trailing_bytes_of_a_whole),
		cmocka_unit_test(says_at_which_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
