/* SPDX-License-Identifier: BSD-2-Clause */
/* Challenges for a key at another machine: remote/challenge.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "remote/challenge.h"
#include "remote/line.h"

static uint8_t bytes_of_ids[ATT_CREDENTIAL_ID_MAX + 1];
static struct att_allow_batch batches[ATT_BATCHES_MAX + 1];

static struct att_bytes
id_of(size_t len)
{
	return att_bytes(bytes_of_ids, len);
}

static struct att_remote_challenge
login_example(void)
{
	struct att_remote_challenge challenge = {
		.kind = ATT_REMOTE_LOGIN,
		.random = { 1, 2, 3 },
		.host = "server.example.org",
		.user = "alice",
		.rp_id = "pam_attest",
		.user_verification = ATT_USER_VERIFICATION_PREFERRED,
		.seconds = 60,
		.batches = batches,
		.batch_count = 2,
	};

	memset(batches, 0, sizeof(batches));
	batches[0].rp_id = "pam_attest";
	batches[0].ids[0] = id_of(16);
	batches[0].ids[1] = id_of(64);
	batches[0].count = 2;
	batches[1].rp_id = "ssh:";
	batches[1].ids[0] = id_of(1);
	batches[1].count = 1;
	return challenge;
}

static struct att_remote_challenge
registration_example(void)
{
	struct att_remote_challenge challenge = login_example();

	challenge.kind = ATT_REMOTE_REGISTRATION;
	challenge.batch_count = 1;
	return challenge;
}

/* Its line; free() it. */
static struct att_bytes
print(const struct att_remote_challenge *challenge, uint8_t id[16])
{
	struct att_buf out;
	uint8_t *ptr;
	size_t len;

	att_buf_init(&out, ATT_LINE_CHALLENGE_MAX);
	assert_int_equal(
	    att_remote_challenge_print(challenge, &out, id), ATT_OK);
	assert_int_equal(att_buf_take(&out, &ptr, &len), ATT_OK);
	return att_bytes(ptr, len);
}

static void
free_bytes(struct att_bytes bytes)
{
	free((void *)(uintptr_t)bytes.ptr);
}

static enum att_err
try_print(const struct att_remote_challenge *challenge)
{
	uint8_t id[ATT_REMOTE_ID_LEN];
	struct att_buf out;
	enum att_err r;

	att_buf_init(&out, 4 * ATT_LINE_CHALLENGE_MAX);
	r = att_remote_challenge_print(challenge, &out, id);
	if (r != ATT_OK)
		assert_int_equal(out.len, 0);
	att_buf_reset(&out);
	return r;
}

/* Reads the line that holds these bytes. */
static enum att_err
read_message(const void *ptr, size_t len)
{
	static const struct att_remote_challenge none;
	struct att_remote_challenge challenge;
	struct att_reason why = { 0 };
	uint8_t id[ATT_REMOTE_ID_LEN];
	struct att_buf line;
	enum att_err r;

	att_buf_init(&line, 4 * ATT_LINE_CHALLENGE_MAX);
	assert_int_equal(att_line_print(ATT_LINE_CHALLENGE, att_bytes(ptr, len),
			     3 * ATT_LINE_CHALLENGE_MAX, &line),
	    ATT_OK);
	r = att_remote_challenge_read(att_buf_get(&line), &challenge, id, &why);
	att_buf_reset(&line);
	if (r == ATT_OK)
		att_remote_challenge_reset(&challenge);
	else
		assert_int_equal(why.code, r);
	assert_memory_equal(&challenge, &none, sizeof(none));
	return r;
}

/* The bytes inside the line of a challenge; free() them. */
static struct att_line_message
message_of(const struct att_remote_challenge *challenge)
{
	struct att_line_message message;
	uint8_t id[ATT_REMOTE_ID_LEN];
	struct att_bytes line = print(challenge, id);

	assert_int_equal(att_line_read(ATT_LINE_CHALLENGE, line,
			     ATT_LINE_CHALLENGE_MAX, &message, NULL),
	    ATT_OK);
	free_bytes(line);
	return message;
}

static void
check_same(const struct att_remote_challenge *in)
{
	uint8_t id[ATT_REMOTE_ID_LEN], again[ATT_REMOTE_ID_LEN];
	struct att_bytes line = print(in, id);
	struct att_remote_challenge out;

	assert_int_equal(
	    att_remote_challenge_read(line, &out, again, NULL), ATT_OK);
	free_bytes(line);
	assert_memory_equal(id, again, sizeof(id));
	assert_int_equal(out.kind, in->kind);
	assert_memory_equal(out.random, in->random, ATT_REMOTE_RANDOM_LEN);
	assert_string_equal(out.host, in->host);
	assert_string_equal(out.user, in->user);
	assert_string_equal(out.rp_id, in->rp_id);
	assert_int_equal(out.user_verification, in->user_verification);
	assert_int_equal(out.seconds, in->seconds);
	assert_int_equal(out.batch_count, in->batch_count);
	for (size_t i = 0; i < in->batch_count; i++) {
		const struct att_allow_batch *batch = &out.batches[i];

		assert_string_equal(batch->rp_id, batches[i].rp_id);
		assert_int_equal(batch->count, batches[i].count);
		for (size_t n = 0; n < batch->count; n++)
			assert_true(att_bytes_is_equal(
			    batch->ids[n], batches[i].ids[n]));
	}
	att_remote_challenge_reset(&out);
}

static void
every_field_comes_back(void **state)
{
	struct att_remote_challenge login = login_example(), registration;

	(void)state;
	check_same(&login);
	login.user_verification = ATT_USER_VERIFICATION_REQUIRED;
	login.seconds = 600;
	check_same(&login);
	login.user_verification = ATT_USER_VERIFICATION_DISCOURAGED;
	login.seconds = 1;
	check_same(&login);
	registration = registration_example();
	check_same(&registration);
	registration.batch_count = 0;
	check_same(&registration);
}

/* The form of PROTOCOL.md, byte by byte. */
static void
has_the_form_of_version_1(void **state)
{
	static const uint8_t expected[] = "\1"
					  "\1\2\3\0\0\0\0\0\0\0\0\0\0\0\0\0"
					  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
					  "\0\0\0\2h1"
					  "\0\0\0\5alice"
					  "\0\0\0\12pam_attest"
					  "\1"
					  "\0\0\0\74"
					  "\0\0\0\1"
					  "\0\0\0\4ssh:"
					  "\0\0\0\1"
					  "\0\0\0\2\0\0";
	struct att_remote_challenge challenge = login_example();
	struct att_line_message message;
	uint8_t digest[32], id[ATT_REMOTE_ID_LEN];

	(void)state;
	challenge.host = "h1";
	challenge.batches = &batches[1];
	challenge.batch_count = 1;
	batches[1].ids[0] = id_of(2);
	message = message_of(&challenge);
	assert_int_equal(message.len, sizeof(expected) - 1);
	assert_memory_equal(message.ptr, expected, message.len);
	/* What an answer names is the hash of all this. */
	assert_int_equal(
	    att_sha256(att_bytes(message.ptr, message.len), digest), ATT_OK);
	free_bytes(print(&challenge, id));
	assert_memory_equal(id, digest, sizeof(id));
	free(message.ptr);
}

/* Each length of a message of its own, and each byte too many. */
static void
one_byte_less_or_more_is_malformed(void **state)
{
	struct att_remote_challenge challenge = login_example();
	struct att_line_message message = message_of(&challenge);
	uint8_t *longer = malloc(message.len + 1);

	(void)state;
	assert_non_null(longer);
	assert_int_equal(read_message(message.ptr, message.len), ATT_OK);
	for (size_t len = 0; len < message.len; len++)
		assert_int_equal(read_message(message.ptr, len),
		    ATT_ERR_CHALLENGE_MALFORMED);
	memcpy(longer, message.ptr, message.len);
	for (int c = 0; c < 256; c++) {
		longer[message.len] = (uint8_t)c;
		assert_int_equal(read_message(longer, message.len + 1),
		    ATT_ERR_CHALLENGE_MALFORMED);
	}
	free(longer);
	free(message.ptr);
}

/* The byte at an offset may have these values and no others. */
static void
check_byte(struct att_line_message message, size_t at, uint8_t min, uint8_t max,
    uint8_t kept)
{
	for (int c = 0; c < 256; c++) {
		message.ptr[at] = (uint8_t)c;
		assert_int_equal(read_message(message.ptr, message.len),
		    c >= min && c <= max ? ATT_OK
					 : ATT_ERR_CHALLENGE_MALFORMED);
	}
	message.ptr[at] = kept;
}

static void
numbers_have_ranges(void **state)
{
	struct att_remote_challenge challenge = login_example();
	struct att_line_message message;
	/* type, random, host, user, RP ID, and their lengths */
	size_t at = 1 + 32 + 4 + 18 + 4 + 5 + 4 + 10;

	(void)state;
	message = message_of(&challenge);
	/* Two batches are no registration. */
	check_byte(message, 0, 1, 1, 1);
	check_byte(message, at, 0, 2, 1);
	memcpy(message.ptr + at + 1, "\0\0\2\130", 4); /* 600 seconds */
	assert_int_equal(read_message(message.ptr, message.len), ATT_OK);
	message.ptr[at + 4]++;
	assert_int_equal(read_message(message.ptr, message.len),
	    ATT_ERR_CHALLENGE_MALFORMED);
	memcpy(message.ptr + at + 1, "\0\0\0\0", 4);
	assert_int_equal(read_message(message.ptr, message.len),
	    ATT_ERR_CHALLENGE_MALFORMED);
	free(message.ptr);
	challenge = registration_example();
	message = message_of(&challenge);
	/* One batch of this RP ID could be a login as well. */
	check_byte(message, 0, 1, 2, 2);
	free(message.ptr);
}

static void
nothing_is_printed_that_would_not_be_read(void **state)
{
	struct att_remote_challenge challenge = login_example();

	(void)state;
	challenge.kind = 0;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge.kind = 3;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge = login_example();
	challenge.seconds = 0;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge.seconds = 601;
	assert_int_equal(try_print(&challenge), ATT_ERR_TOO_LARGE);
	challenge = login_example();
	challenge.user_verification = 3;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge = login_example();
	challenge.batch_count = 0;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge = login_example();
	batches[1].count = 0;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge = registration_example();
	challenge.rp_id = "another";
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	challenge = registration_example();
	challenge.batch_count = 2;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
}

/* The names are shown between quotes, and a person decides by them. */
static void
names_cannot_deceive(void **state)
{
	static const char *const bad_hosts[] = { "", "a b", "a\n", "a\"", "a'",
		"a/b", "\xc3\xa9.example", "a\x1b[2K", "a,b", "a\tb", "a(b)" };
	static const char *const bad_users[] = { "", "a\n", "a\x1b[31m", "a\"b",
		"alice\" on \"good.example", "a\x7f", "\xff", "a\xc2\x85",
		"a\xe2\x80\xae" };
	struct att_remote_challenge challenge = login_example();
	char longest[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_hosts) / sizeof(*bad_hosts); i++) {
		challenge.host = bad_hosts[i];
		assert_false(att_remote_is_host(challenge.host));
		assert_int_equal(
		    try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
	}
	challenge = login_example();
	for (size_t i = 0; i < sizeof(bad_users) / sizeof(*bad_users); i++) {
		challenge.user = bad_users[i];
		assert_false(att_remote_is_user(challenge.user));
		assert_int_equal(
		    try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
		challenge.user = "alice";
		challenge.rp_id = bad_users[i];
		assert_int_equal(
		    try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
		challenge = login_example();
		batches[1].rp_id = bad_users[i];
		assert_int_equal(
		    try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
		batches[1].rp_id = "ssh:";
	}
	memset(longest, 'a', sizeof(longest));
	longest[ATT_REMOTE_HOST_MAX] = '\0';
	challenge.host = longest;
	challenge.user = "DOM\\first last@\xc3\xa9.example";
	assert_int_equal(try_print(&challenge), ATT_OK);
	longest[ATT_REMOTE_HOST_MAX] = 'a';
	longest[ATT_REMOTE_USER_MAX] = '\0';
	challenge.host = "fe80::1";
	challenge.user = longest;
	assert_int_equal(try_print(&challenge), ATT_OK);
	challenge.host = longest;
	assert_int_equal(try_print(&challenge), ATT_ERR_MESSAGE_MALFORMED);
}

/* The same when somebody else makes the line. */
static void
names_cannot_deceive_in_a_foreign_line(void **state)
{
	struct att_remote_challenge challenge = login_example();
	struct att_line_message message = message_of(&challenge);
	const size_t host = 1 + 32 + 4, user = host + 18 + 4,
		     rp_id = user + 5 + 4,
		     other = rp_id + 10 + 1 + 4 + 4 + 4 + 10 + 4 + 4 + 16 + 4 +
			     64 + 4;

	(void)state;
	assert_memory_equal(message.ptr + other, "ssh:", 4);
	for (int c = 0; c < 256; c++) {
		const size_t places[] = { host, user, rp_id, other };

		for (size_t i = 0; i < 4; i++) {
			uint8_t kept = message.ptr[places[i] + 1];
			bool is_fine = (c > ' ' || (i > 0 && c == ' ')) &&
				       c < 0x7f && c != '"';

			if (i == 0 &&
			    strchr("!#$%&'()*+,/;<=>?@[\\]^`{|}~", c) != NULL)
				is_fine = false;
			message.ptr[places[i] + 1] = (uint8_t)c;
			assert_int_equal(read_message(message.ptr, message.len),
			    is_fine ? ATT_OK : ATT_ERR_CHALLENGE_MALFORMED);
			message.ptr[places[i] + 1] = kept;
		}
	}
	free(message.ptr);
}

/* As many credentials as fit into a line, and one more byte. */
static void
a_line_has_a_limit(void **state)
{
	struct att_remote_challenge challenge = login_example();
	struct att_bytes line;
	uint8_t id[ATT_REMOTE_ID_LEN];
	size_t last;

	(void)state;
	challenge.batch_count = 1;
	batches[0].count = 12;
	for (size_t i = 0; i < 12; i++)
		batches[0].ids[i] = id_of(ATT_CREDENTIAL_ID_MAX);
	assert_int_equal(try_print(&challenge), ATT_ERR_TOO_LARGE);
	for (last = ATT_CREDENTIAL_ID_MAX; last > 0; last--) {
		batches[0].ids[11] = id_of(last);
		if (try_print(&challenge) == ATT_OK)
			break;
	}
	assert_true(last > 0);
	line = print(&challenge, id);
	assert_in_range(
	    line.len, ATT_LINE_CHALLENGE_MAX - 1, ATT_LINE_CHALLENGE_MAX);
	check_same(&challenge);
	free_bytes(line);
	batches[0].ids[11] = id_of(last + 1);
	assert_int_equal(try_print(&challenge), ATT_ERR_TOO_LARGE);
}

/* A challenge that differs in anything is another one. */
static void
every_part_makes_another_challenge(void **state)
{
	struct att_remote_challenge challenge = login_example(), other;
	uint8_t first[32], second[32];

	(void)state;
	free_bytes(print(&challenge, first));
	for (int part = 0; part < 7; part++) {
		other = login_example();
		other.random[31] ^= part == 0;
		other.host = part == 1 ? "server.example.or" : other.host;
		other.user = part == 2 ? "galice" : other.user;
		other.rp_id = part == 3 ? "pam_attesT" : other.rp_id;
		other.seconds += part == 4;
		other.user_verification += part == 5;
		batches[1].count += part == 6;
		batches[1].ids[1] = id_of(3);
		free_bytes(print(&other, second));
		assert_memory_not_equal(first, second, ATT_REMOTE_ID_LEN);
	}
}

static void
check_hash(const uint8_t *found, const void *input, size_t len)
{
	uint8_t expected[32];

	assert_int_equal(att_sha256(att_bytes(input, len), expected), ATT_OK);
	assert_memory_equal(found, expected, 32);
}

/* What is signed, as PROTOCOL.md says. */
static void
hashes_what_is_signed(void **state)
{
	struct att_remote_challenge challenge = login_example();
	static const char login[] =
	    "pam_attest remote login v1\0server.example.org\0alice\0"
	    "\1\2\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	static const char registration[] =
	    "pam_attest remote registration v1\0server.example.org\0"
	    "\1\2\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	uint8_t hash[32];

	(void)state;
	assert_int_equal(att_remote_login_challenge(&challenge, hash), ATT_OK);
	check_hash(hash, login, sizeof(login) - 1);
	assert_int_equal(
	    att_remote_registration_nonce(&challenge, hash), ATT_OK);
	check_hash(hash, registration, sizeof(registration) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_comes_back),
		cmocka_unit_test(has_the_form_of_version_1),
		cmocka_unit_test(one_byte_less_or_more_is_malformed),
		cmocka_unit_test(numbers_have_ranges),
		cmocka_unit_test(nothing_is_printed_that_would_not_be_read),
		cmocka_unit_test(names_cannot_deceive),
		cmocka_unit_test(names_cannot_deceive_in_a_foreign_line),
		cmocka_unit_test(a_line_has_a_limit),
		cmocka_unit_test(every_part_makes_another_challenge),
		cmocka_unit_test(hashes_what_is_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
