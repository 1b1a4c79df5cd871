/* SPDX-License-Identifier: BSD-2-Clause */
/* Signature blobs of an SSH agent, good and hostile: ssh/sk_signature.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/ecdsa.h"
#include "ssh/sk_signature.h"
#include "ssh/wire.h"

#define ECDSA "sk-ecdsa-sha2-nistp256@openssh.com"
#define ED25519 "sk-ssh-ed25519@openssh.com"

static const uint8_t hash_of_ssh[] = {
	0xe3,
	0x06,
	0x10,
	0xe8,
	0xa1,
	0x62,
	0x11,
	0x59,
	0x60,
	0xfe,
	0x1e,
	0xc2,
	0x23,
	0xe6,
	0x52,
	0x9c,
	0x9f,
	0x4b,
	0x6e,
	0x80,
	0x20,
	0x0d,
	0xcb,
	0x5e,
	0x5c,
	0x32,
	0x1c,
	0x8a,
	0xf1,
	0xe2,
	0xb1,
	0xbf,
};

static struct att_sk_key key;
static struct att_sk_signature signature;
static struct att_reason why;
static struct att_buf blob, inner;
static uint8_t number[64];

static int
set_up(void **state)
{
	(void)state;
	key = (struct att_sk_key){
		.kind = ATT_SK_ECDSA,
		.application = att_bytes("ssh:", 4),
	};
	why = (struct att_reason){ 0 };
	memset(number, 0x81, sizeof(number));
	att_buf_init(&blob, 1024);
	att_buf_init(&inner, 1024);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&blob);
	att_buf_reset(&inner);
	return 0;
}

static void
put_blob(const char *type, struct att_bytes content)
{
	att_buf_reset(&blob);
	assert_int_equal(att_buf_put_cstring(&blob, type), ATT_OK);
	assert_int_equal(att_buf_put_string(&blob, content), ATT_OK);
	assert_int_equal(att_buf_put_u8(&blob, 0x05), ATT_OK);
	assert_int_equal(att_buf_put_u32(&blob, 0x01020304), ATT_OK);
}

/* The content of an ECDSA signature with these octets as its numbers. */
static void
put_numbers(struct att_bytes r, struct att_bytes s)
{
	att_buf_reset(&inner);
	assert_int_equal(att_buf_put_string(&inner, r), ATT_OK);
	assert_int_equal(att_buf_put_string(&inner, s), ATT_OK);
	put_blob(ECDSA, att_buf_get(&inner));
}

/* From the heap and of the exact size, so that a sanitizer sees overreads. */
static enum att_err
parse(size_t len)
{
	static const struct att_sk_signature empty;
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, blob.ptr, len);
	err = att_sk_signature_parse(
	    att_bytes(copy, len), &key, &signature, &why);
	free(copy);
	if (err != ATT_OK) {
		assert_int_equal(why.code, err);
		assert_memory_equal(&signature, &empty, sizeof(empty));
	}
	return err;
}

static void
check_auth_data(void)
{
	assert_memory_equal(signature.auth_data, hash_of_ssh, 32);
	assert_memory_equal(signature.auth_data + 32, "\5\1\2\3\4", 5);
}

static void
reads_ed25519(void **state)
{
	(void)state;
	key.kind = ATT_SK_ED25519;
	put_blob(ED25519, att_bytes(number, 64));
	assert_int_equal(parse(blob.len), ATT_OK);
	check_auth_data();
	assert_int_equal(signature.signature_len, 64);
	assert_memory_equal(signature.signature, number, 64);
}

static void
reads_ecdsa_as_der(void **state)
{
	(void)state;
	put_numbers(att_bytes("\0\x81\1", 3), att_bytes("\1", 1));
	assert_int_equal(parse(blob.len), ATT_OK);
	check_auth_data();
	assert_int_equal(signature.signature_len, 10);
	assert_memory_equal(
	    signature.signature, "\x30\x08\x02\x03\0\x81\1\x02\1\1", 10);
}

static void
reads_the_longest_ecdsa(void **state)
{
	uint8_t longest[33];

	(void)state;
	memset(longest, 0xff, sizeof(longest));
	longest[0] = 0;
	put_numbers(att_bytes(longest, 33), att_bytes(longest, 33));
	assert_int_equal(parse(blob.len), ATT_OK);
	assert_int_equal(signature.signature_len, 72);
	assert_true(att_ecdsa_is_der(
	    att_bytes(signature.signature, signature.signature_len)));
}

static void
rejects_numbers_in_another_form(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
	} bad[] = {
		{ "", 0 },	   /* zero */
		{ "\0", 1 },	   /* zero, not in its shortest form */
		{ "\x81", 1 },	   /* negative */
		{ "\0\1", 2 },	   /* a zero too many */
		{ "\0\0\x81", 3 }, /* two */
		{ "0123456789abcdef0123456789abcdef0", 33 }, /* too long */
	};
	const struct att_bytes good = att_bytes("\1", 1);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct att_bytes n = att_bytes(bad[i].octets, bad[i].len);

		put_numbers(n, good);
		assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
		put_numbers(good, n);
		assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
	}
}

static void
rejects_another_length_of_ed25519(void **state)
{
	(void)state;
	key.kind = ATT_SK_ED25519;
	for (size_t len = 0; len < 64; len++) {
		put_blob(ED25519, att_bytes(number, len));
		assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
	}
}

static void
rejects_another_type(void **state)
{
	static const char *const types[] = { "", "ssh-ed25519",
		"ecdsa-sha2-nistp256", ED25519, "webauthn-" ECDSA, ECDSA " ",
		"sk-ecdsa-sha2-nistp256" };

	(void)state;
	put_numbers(att_bytes("\1", 1), att_bytes("\1", 1));
	assert_int_equal(parse(blob.len), ATT_OK);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		put_blob(types[i], att_buf_get(&inner));
		assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
	}
	/* The other way round, too. */
	key.kind = ATT_SK_ED25519;
	put_blob(ECDSA, att_bytes(number, 64));
	assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
}

static void
rejects_every_shorter_and_longer_blob(void **state)
{
	(void)state;
	put_numbers(att_bytes("\2", 1), att_bytes("\1", 1));
	for (size_t len = 0; len < blob.len; len++)
		assert_int_equal(parse(len), ATT_ERR_AGENT_MALFORMED);
	assert_int_equal(att_buf_put_u8(&blob, 0), ATT_OK);
	assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
	/* and what is left over inside */
	put_numbers(att_bytes("\2", 1), att_bytes("\1", 1));
	assert_int_equal(att_buf_put_u8(&inner, 0), ATT_OK);
	put_blob(ECDSA, att_buf_get(&inner));
	assert_int_equal(parse(blob.len), ATT_ERR_AGENT_MALFORMED);
}

static void
is_about_its_application(void **state)
{
	(void)state;
	put_numbers(att_bytes("\2", 1), att_bytes("\1", 1));
	key.application = att_bytes("ssh:x", 5);
	assert_int_equal(parse(blob.len), ATT_OK);
	assert_memory_not_equal(signature.auth_data, hash_of_ssh, 32);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_ed25519),
		TEST(reads_ecdsa_as_der),
		TEST(reads_the_longest_ecdsa),
		TEST(rejects_numbers_in_another_form),
		TEST(rejects_another_length_of_ed25519),
		TEST(rejects_another_type),
		TEST(rejects_every_shorter_and_longer_blob),
		TEST(is_about_its_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
