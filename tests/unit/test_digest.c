/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of SHA-256. */
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_published_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
