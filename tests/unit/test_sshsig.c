/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes that an SSH agent is asked to sign: ssh/sshsig.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ssh/sshsig.h"

static struct att_sshsig_challenge challenge;
static struct att_buf bytes;

static int
set_up(void **state)
{
	(void)state;
	challenge = (struct att_sshsig_challenge){
		.host = "host.example",
		.service = "sudo",
		.user = "ann",
	};
	for (uint8_t i = 0; i < sizeof(challenge.nonce); i++)
		challenge.nonce[i] = i;
	att_buf_init(&bytes, 1024);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&bytes);
	return 0;
}

/* As python3's hashlib has it, of the text in sshsig.h. */
static const uint8_t expected[] = {
	'S',
	'S',
	'H',
	'S',
	'I',
	'G',
	0,
	0,
	0,
	10,
	'p',
	'a',
	'm',
	'_',
	'a',
	't',
	't',
	'e',
	's',
	't',
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	6,
	's',
	'h',
	'a',
	'5',
	'1',
	'2',
	0,
	0,
	0,
	64,
	0xf5,
	0xcc,
	0xe9,
	0x80,
	0x3b,
	0xbd,
	0xfb,
	0x23,
	0xcf,
	0x82,
	0x0f,
	0xe0,
	0xf0,
	0xb9,
	0x5a,
	0xd5,
	0xda,
	0x40,
	0x60,
	0x9a,
	0x80,
	0x4b,
	0x3b,
	0x8b,
	0x22,
	0x5f,
	0xc4,
	0xef,
	0xe1,
	0xfb,
	0x1b,
	0xf7,
	0xdd,
	0x10,
	0x6f,
	0xaa,
	0xcf,
	0x88,
	0x5b,
	0x2c,
	0x47,
	0x18,
	0x99,
	0x55,
	0x90,
	0x9c,
	0x78,
	0xd4,
	0xb2,
	0x08,
	0x68,
	0xe7,
	0xd3,
	0x67,
	0x09,
	0xac,
	0x85,
	0x0c,
	0x7f,
	0x79,
	0xd4,
	0x53,
	0x9e,
	0xf0,
};

static void
is_what_the_protocol_says(void **state)
{
	(void)state;
	assert_int_equal(att_sshsig_put_challenge(&challenge, &bytes), ATT_OK);
	assert_int_equal(bytes.len, sizeof(expected));
	assert_memory_equal(bytes.ptr, expected, sizeof(expected));
}

static void
check_differs(void)
{
	att_buf_reset(&bytes);
	assert_int_equal(att_sshsig_put_challenge(&challenge, &bytes), ATT_OK);
	assert_int_equal(bytes.len, sizeof(expected));
	assert_memory_not_equal(bytes.ptr, expected, sizeof(expected));
}

/* A signature for one user, service, host or attempt is none for another. */
static void
is_for_nobody_else(void **state)
{
	(void)state;
	challenge.host = "host.exampl";
	check_differs();
	challenge.host = "host.example";
	challenge.service = "su";
	check_differs();
	challenge.service = "sudo";
	challenge.user = "bob";
	check_differs();
	challenge.user = "ann";
	challenge.nonce[31] ^= 1;
	check_differs();
}

/* No part can be moved into the next one. */
static void
is_not_only_the_joined_text(void **state)
{
	(void)state;
	challenge.service = "sud";
	challenge.user = "oann";
	check_differs();
	challenge.host = "host.examples";
	challenge.service = "udo";
	challenge.user = "ann";
	check_differs();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_what_the_protocol_says),
		TEST(is_for_nobody_else),
		TEST(is_not_only_the_joined_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
