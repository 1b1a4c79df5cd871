/* SPDX-License-Identifier: BSD-2-Clause */
/* The payload of the registration of an SSH key: wire/ssh_enrolment.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/ssh_enrolment.h"

static struct att_ssh_enrolment
make(bool has_challenge)
{
	return (struct att_ssh_enrolment){
		.public_key = att_bytes_text("key"),
		.attestation = att_bytes_text("attestation"),
		.has_challenge = has_challenge,
		.challenge = att_bytes_text(has_challenge ? "challenge" : ""),
		.options = att_bytes_text("restrict"),
	};
}

static void
assert_same(
    const struct att_ssh_enrolment *a, const struct att_ssh_enrolment *b)
{
	assert_true(att_bytes_is_equal(a->public_key, b->public_key));
	assert_true(att_bytes_is_equal(a->attestation, b->attestation));
	assert_int_equal(a->has_challenge, b->has_challenge);
	assert_true(att_bytes_is_equal(a->challenge, b->challenge));
	assert_true(att_bytes_is_equal(a->options, b->options));
}

static void
reads_what_it_wrote(void **state)
{
	struct att_ssh_enrolment rows[] = { make(true), make(false),
		{ .has_challenge = false }, { .has_challenge = true } };
	struct att_ssh_enrolment read;
	struct att_buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		att_buf_init(&out, 1000);
		assert_int_equal(
		    att_ssh_enrolment_encode(&rows[i], &out), ATT_OK);
		assert_int_equal(
		    att_ssh_enrolment_decode(att_buf_get(&out), &read), ATT_OK);
		assert_same(&read, &rows[i]);
		att_buf_reset(&out);
	}
}

static void
refuses_each_cut_and_each_byte_more(void **state)
{
	struct att_ssh_enrolment enrolment = make(true), read;
	struct att_buf out;

	(void)state;
	att_buf_init(&out, 1000);
	assert_int_equal(att_ssh_enrolment_encode(&enrolment, &out), ATT_OK);
	for (size_t len = 0; len < out.len; len++) {
		assert_int_equal(
		    att_ssh_enrolment_decode(att_bytes(out.ptr, len), &read),
		    ATT_ERR_MESSAGE_MALFORMED);
		assert_int_equal(read.public_key.len, 0);
	}
	assert_int_equal(att_buf_put_u8(&out, 0), ATT_OK);
	assert_int_equal(att_ssh_enrolment_decode(att_buf_get(&out), &read),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&out);
}

static void
refuses_what_is_too_long_or_says_two_things(void **state)
{
	static const uint8_t bytes[ATT_SSH_PUBLIC_KEY_MAX + 1];
	struct att_ssh_enrolment rows[5];
	struct att_buf out;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		rows[i] = make(true);
	rows[0].public_key = att_bytes(bytes, ATT_SSH_PUBLIC_KEY_MAX + 1);
	rows[1].attestation = att_bytes(bytes, ATT_SSH_ATTESTATION_MAX + 1);
	rows[2].challenge = att_bytes(bytes, ATT_SSH_CHALLENGE_MAX + 1);
	rows[3].options = att_bytes(bytes, ATT_SSH_OPTIONS_TEXT_MAX + 1);
	rows[4].has_challenge = false;
	for (size_t i = 0; i < 5; i++) {
		att_buf_init(&out, 65536);
		assert_int_equal(att_ssh_enrolment_encode(&rows[i], &out),
		    i < 4 ? ATT_ERR_TOO_LARGE : ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(refuses_each_cut_and_each_byte_more),
		cmocka_unit_test(refuses_what_is_too_long_or_says_two_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
