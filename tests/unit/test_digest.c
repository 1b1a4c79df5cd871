/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/digest.h"

/* FIPS 180-4 examples. */
static void
gives_the_published_digests(void **state)
{
	static const uint8_t abc[32] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01,
		0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10,
		0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	static const uint8_t none[4] = { 0xe3, 0xb0, 0xc4, 0x42 };
	uint8_t digest[32];

	(void)state;
	assert_int_equal(att_sha256(att_bytes_text("abc"), digest), ATT_OK);
	assert_memory_equal(digest, abc, 32);
	assert_int_equal(att_sha256(att_bytes(NULL, 0), digest), ATT_OK);
	assert_memory_equal(digest, none, 4);
}

/* FIPS 180-4: "abc", in parts. */
static void
joins_the_parts(void **state)
{
	static const struct {
		const char *name;
		size_t len;
		uint8_t start[4];
	} rows[] = {
		{ "SHA1", 20, { 0xa9, 0x99, 0x3e, 0x36 } },
		{ "SHA256", 32, { 0xba, 0x78, 0x16, 0xbf } },
		{ "SHA384", 48, { 0xcb, 0x00, 0x75, 0x3f } },
		{ "SHA512", 64, { 0xdd, 0xaf, 0x35, 0xa1 } },
		{ "SHA3-256", 32, { 0x3a, 0x98, 0x5d, 0xa7 } },
	};
	enum {
		ROWS = sizeof(rows) / sizeof(rows[0])
	};
	const struct att_bytes parts[] = { att_bytes_text("a"),
		att_bytes(NULL, 0), att_bytes_text("bc") };
	struct att_hashes hashes = { 0 };
	struct att_digest digest;

	(void)state;
	/* New hashes, known ones, and more than there is room for. */
	for (size_t i = 0; i < 3 * ROWS; i++) {
		assert_int_equal(att_digest(i < ROWS ? NULL : &hashes,
				     rows[i % ROWS].name, parts, 3, &digest),
		    ATT_OK);
		assert_int_equal(digest.len, rows[i % ROWS].len);
		assert_memory_equal(digest.bytes, rows[i % ROWS].start, 4);
	}
	att_hashes_reset(&hashes);
	assert_null(hashes.known[0].md);
}

static void
refuses_a_hash_that_is_not_there(void **state)
{
	const struct att_bytes part = att_bytes_text("abc");
	struct att_hashes hashes = { 0 };
	struct att_digest digest;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(att_digest(i == 0 ? NULL : &hashes, "SHA3000",
				     &part, 1, &digest),
		    ATT_ERR_CRYPTO);
		assert_int_equal(digest.len, 0);
	}
	att_hashes_reset(&hashes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_published_digests),
		cmocka_unit_test(joins_the_parts),
		cmocka_unit_test(refuses_a_hash_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
