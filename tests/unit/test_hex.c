/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal digits and UUIDs: base/hex.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"

static const uint8_t uuid[ATT_UUID_LEN] = { 0xd8, 0x52, 0x2d, 0x9f, 0x57, 0x5b,
	0x48, 0x66, 0x88, 0xa9, 0xba, 0x99, 0xfa, 0x02, 0xf3, 0x5b };
static const char uuid_text[] = "d8522d9f-575b-4866-88a9-ba99fa02f35b";

static void
prints_what_it_reads(void **state)
{
	char text[ATT_HEX_TEXT_SIZE(256) + 1];
	uint8_t all[256], again[256];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	memset(text, 'x', sizeof(text));
	att_hex_print(att_bytes(all, sizeof(all)), text);
	assert_int_equal(strlen(text), 512);
	assert_int_equal(text[513], 'x');
	assert_memory_equal(text, "000102030405060708090a0b0c0d0e0f10", 34);
	assert_true(att_hex_read(att_bytes(text, 512), again, sizeof(again)));
	assert_memory_equal(again, all, sizeof(all));
	att_hex_print(att_bytes(all, 0), text);
	assert_string_equal(text, "");
	assert_true(att_hex_read(att_bytes(text, 0), again, 0));
}

static void
reads_either_case(void **state)
{
	uint8_t bytes[3];

	(void)state;
	assert_true(att_hex_read(att_bytes_text("aBCdeF"), bytes, 3));
	assert_memory_equal(bytes, "\xab\xcd\xef", 3);
}

/* Each byte that is no digit, in each place of two. */
static void
rejects_what_is_no_digit(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		const uint8_t first[] = { (uint8_t)c, '0' };
		const uint8_t second[] = { '0', (uint8_t)c };
		bool is_digit =
		    c != 0 && strchr("0123456789abcdefABCDEF", c) != NULL;
		uint8_t byte;

		assert_int_equal(
		    att_hex_read(att_bytes(first, 2), &byte, 1), is_digit);
		assert_int_equal(
		    att_hex_read(att_bytes(second, 2), &byte, 1), is_digit);
	}
}

static void
rejects_another_length(void **state)
{
	uint8_t bytes[4];

	(void)state;
	assert_false(att_hex_read(att_bytes_text(""), bytes, 2));
	assert_false(att_hex_read(att_bytes_text("012"), bytes, 2));
	assert_false(att_hex_read(att_bytes_text("01234"), bytes, 2));
	assert_false(att_hex_read(att_bytes_text("012345"), bytes, 2));
}

static void
prints_and_reads_a_uuid(void **state)
{
	char text[ATT_UUID_TEXT_SIZE];
	uint8_t again[ATT_UUID_LEN];

	(void)state;
	memset(text, 'x', sizeof(text));
	att_uuid_print(uuid, text);
	assert_memory_equal(text, uuid_text, sizeof(text));
	assert_true(att_uuid_read(att_bytes_text(text), again));
	assert_memory_equal(again, uuid, sizeof(uuid));
	assert_true(att_uuid_read(
	    att_bytes_text("D8522D9F-575B-4866-88A9-BA99FA02F35B"), again));
	assert_memory_equal(again, uuid, sizeof(uuid));
}

static void
rejects_what_is_no_uuid(void **state)
{
	static const char *const wrong[] = {
		"",
		"d8522d9f575b486688a9ba99fa02f35b",
		"d8522d9f-575b-4866-88a9-ba99fa02f35",
		"d8522d9f-575b-4866-88a9-ba99fa02f35bb",
		"d8522d9f575b-4866-88a9-ba99-fa02f35b",
		"d8522d9f-575b-486688a9--ba99fa02f35b",
		"d8522d9f_575b_4866_88a9_ba99fa02f35b",
		"{d8522d9f-575b-4866-88a9-ba99fa02f3}",
		"d8522d9f-575b-4866-88a9-ba99fa02f35g",
		"-8522d9f-575b-4866-88a9-ba99fa02f35b",
	};
	uint8_t again[ATT_UUID_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(att_uuid_read(att_bytes_text(wrong[i]), again));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_what_it_reads),
		cmocka_unit_test(reads_either_case),
		cmocka_unit_test(rejects_what_is_no_digit),
		cmocka_unit_test(rejects_another_length),
		cmocka_unit_test(prints_and_reads_a_uuid),
		cmocka_unit_test(rejects_what_is_no_uuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
