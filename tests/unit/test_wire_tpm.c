/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verifier and the process of the TPM say to each other. */
#include "message_checks.h"

#include "wire/tpm.h"

static const uint8_t modulus[256] = { 0xc5 };
static const uint8_t exponent[] = { 1, 0, 1 };
static const uint8_t bytes[ATT_TPM_BLOB_MAX + 1] = { 7 };

static struct att_tpm_request
request_example(void)
{
	return (struct att_tpm_request){
		.seconds = 5,
		.tcti = "device:/dev/tpmrm0",
		.want = ATT_TPM_WANT_PROOF,
		.modulus = att_bytes(modulus, sizeof(modulus)),
		.exponent = att_bytes(exponent, sizeof(exponent)),
		.challenge = att_bytes(bytes, ATT_TPM_NONCE_LEN),
	};
}

static struct att_tpm_answer
answer_example(void)
{
	return (struct att_tpm_answer){
		.what = ATT_TPM_ANSWERED_QUOTE,
		.up_ms = UINT64_C(0x0102030405060708),
		.public_area = att_bytes(bytes, 280),
		.attested = att_bytes(bytes, 120),
		.signature = att_bytes(bytes, 262),
	};
}

static enum att_err
decode_request(struct att_bytes in)
{
	struct att_tpm_request request;
	enum att_err err;
	char *tcti;

	err = att_tpm_request_decode(in, &tcti, &request);
	assert_int_equal(err == ATT_OK, tcti != NULL);
	assert_ptr_equal(request.tcti, tcti);
	if (err != ATT_OK)
		assert_int_equal(request.modulus.len, 0);
	free(tcti);
	return err;
}

static enum att_err
decode_answer(struct att_bytes in)
{
	struct att_tpm_answer answer;
	enum att_err err;

	err = att_tpm_answer_decode(in, &answer);
	if (err != ATT_OK) {
		assert_int_equal(answer.public_area.len, 0);
		assert_int_equal(answer.up_ms, 0);
	}
	return err;
}

static enum att_err
decode_failed(struct att_bytes in)
{
	static const struct att_tpm_failed none;
	struct att_tpm_failed failed;
	enum att_err err;

	err = att_tpm_failed_decode(in, &failed);
	if (err != ATT_OK)
		assert_memory_equal(&failed, &none, sizeof(none));
	return err;
}

static void
accepts(const struct att_tpm_request *request)
{
	assert_int_equal(att_tpm_request_encode(request, &message), ATT_OK);
	assert_int_equal(decode_request(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
}

static void
refuses(const struct att_tpm_request *request)
{
	assert_int_not_equal(att_tpm_request_encode(request, &message), ATT_OK);
	att_buf_reset(&message);
}

static void
a_request_names_the_tpm_the_key_and_the_challenge(void **state)
{
	struct att_tpm_request request = request_example(), again;
	char *tcti;

	(void)state;
	request.wrapped = (struct att_tpm_wrapped){
		.parent = 0x81000001,
		.public_part = att_bytes(bytes, 282),
		.private_part = att_bytes(bytes, 224),
	};
	assert_int_equal(att_tpm_request_encode(&request, &message), ATT_OK);
	assert_int_equal(
	    att_tpm_request_decode(att_buf_get(&message), &tcti, &again),
	    ATT_OK);
	assert_int_equal(again.seconds, 5);
	assert_string_equal(tcti, "device:/dev/tpmrm0");
	assert_int_equal(again.want, ATT_TPM_WANT_PROOF);
	assert_int_equal(again.modulus.len, sizeof(modulus));
	assert_memory_equal(again.exponent.ptr, exponent, sizeof(exponent));
	assert_int_equal(again.pcrs, 0);
	assert_int_equal(again.challenge.len, ATT_TPM_NONCE_LEN);
	assert_int_equal(again.wrapped.parent, 0x81000001);
	assert_false(again.wrapped.is_rsa_parent);
	assert_int_equal(again.wrapped.public_part.len, 282);
	assert_int_equal(again.wrapped.private_part.len, 224);
	free(tcti);
	check_message(&message, decode_request);
}

static void
version_and_time_have_their_ranges(void **state)
{
	struct att_tpm_request request = request_example();

	(void)state;
	assert_int_equal(att_tpm_request_encode(&request, &message), ATT_OK);
	check_byte(&message, 1, "\2", 1, decode_request);
	for (int seconds = 0; seconds < 256; seconds++) {
		request.seconds = (uint8_t)seconds;
		if (seconds >= 1 && seconds <= ATT_TPM_SECONDS_MAX)
			accepts(&request);
		else
			refuses(&request);
	}
	request = request_example();
	request.tcti = "";
	refuses(&request);
	request = request_example();
	request.pcrs = ATT_TPM_PCRS_MAX + 1;
	request.challenge = request.modulus;
	refuses(&request);
	request.pcrs = ATT_TPM_PCRS_MAX;
	accepts(&request);
}

/* A nonce for a key that is there; for one that is made, its size of bytes. */
static void
a_challenge_is_as_long_as_its_use_wants(void **state)
{
	struct att_tpm_request request = request_example();

	(void)state;
	request.challenge.len = ATT_TPM_NONCE_LEN - 1;
	refuses(&request);
	request.challenge.len = ATT_TPM_NONCE_LEN + 1;
	refuses(&request);
	request.pcrs = 1;
	request.challenge.len = ATT_TPM_NONCE_LEN;
	refuses(&request);
	request.challenge.len = sizeof(modulus);
	accepts(&request);
	request.want = ATT_TPM_WANT_KEY;
	refuses(&request);
	request.challenge.len = 0;
	accepts(&request);
}

static void
a_wrapped_key_is_whole(void **state)
{
	struct att_tpm_request request = request_example();
	struct att_tpm_wrapped *wrapped = &request.wrapped;

	(void)state;
	wrapped->parent = 0x40000001;
	refuses(&request);
	wrapped->public_part = att_bytes(bytes, 10);
	refuses(&request);
	wrapped->private_part = att_bytes(bytes, 10);
	wrapped->is_rsa_parent = true;
	accepts(&request);
	wrapped->parent = 0;
	refuses(&request);
	wrapped->parent = 1;
	wrapped->public_part.len = 0;
	refuses(&request);
	wrapped->public_part.len = ATT_TPM_BLOB_MAX + 1;
	refuses(&request);
	*wrapped = (struct att_tpm_wrapped){ .is_rsa_parent = true };
	refuses(&request);
}

static void
an_answer_is_what_the_tpm_said(void **state)
{
	const struct att_tpm_answer answer = answer_example();
	struct att_tpm_answer again;

	(void)state;
	assert_int_equal(att_tpm_answer_encode(&answer, &message), ATT_OK);
	assert_int_equal(
	    att_tpm_answer_decode(att_buf_get(&message), &again), ATT_OK);
	assert_int_equal(again.what, ATT_TPM_ANSWERED_QUOTE);
	assert_true(again.up_ms == answer.up_ms);
	assert_int_equal(again.public_area.len, 280);
	assert_int_equal(again.attested.len, 120);
	assert_int_equal(again.signature.len, 262);
	assert_int_equal(again.text.len, 0);
	check_message(&message, decode_answer);
}

/* Which parts may be there with which kind of answer, both ways. */
static void
an_answer_has_the_parts_of_its_kind(void **state)
{
	static const struct {
		enum att_tpm_answered what;
		bool attested, signature, text;
	} rows[] = {
		{ ATT_TPM_ANSWERED_KEY, false, false, false },
		{ ATT_TPM_ANSWERED_QUOTE, true, true, false },
		{ ATT_TPM_ANSWERED_SIGNATURE, false, true, false },
		{ ATT_TPM_ANSWERED_TEXT, false, false, true },
		{ ATT_TPM_ANSWERED_TEXT, false, false, false },
	};

	(void)state;
	for (int what = 0; what < 6; what++) {
		for (int parts = 0; parts < 8; parts++) {
			struct att_tpm_answer answer = {
				.what = (enum att_tpm_answered)what,
				.public_area = att_bytes(bytes, 1),
				.attested = att_bytes(bytes, parts & 1),
				.signature = att_bytes(bytes, parts >> 1 & 1),
				.text = att_bytes(bytes, parts >> 2),
			};
			bool is_fit = false;

			for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]);
			     i++)
				is_fit |=
				    (int)rows[i].what == what &&
				    rows[i].attested == (parts & 1) &&
				    rows[i].signature == (parts >> 1 & 1) &&
				    rows[i].text == parts >> 2;
			assert_int_equal(
			    att_tpm_answer_encode(&answer, &message) == ATT_OK,
			    is_fit);
			att_buf_reset(&message);
		}
	}
	/* Another kind for the same parts. */
	assert_int_equal(
	    att_tpm_answer_encode(
		&(struct att_tpm_answer){ .what = ATT_TPM_ANSWERED_SIGNATURE,
		    .public_area = att_bytes(bytes, 1),
		    .signature = att_bytes(bytes, 1) },
		&message),
	    ATT_OK);
	check_byte(&message, 1, "\3", 1, decode_answer);
}

static void
an_answer_shows_a_key(void **state)
{
	struct att_tpm_answer answer = answer_example();

	(void)state;
	answer.public_area.len = 0;
	assert_int_equal(att_tpm_answer_encode(&answer, &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	answer.public_area.len = ATT_TPM_BLOB_MAX + 1;
	assert_int_equal(
	    att_tpm_answer_encode(&answer, &message), ATT_ERR_TOO_LARGE);
}

static void
a_failure_says_what_and_why(void **state)
{
	struct att_tpm_failed failed = { .failure = ATT_TPM_NO_KEY,
		.text = "not there" };
	struct att_tpm_failed again;

	(void)state;
	assert_int_equal(att_tpm_failed_encode(&failed, &message), ATT_OK);
	assert_int_equal(
	    att_tpm_failed_decode(att_buf_get(&message), &again), ATT_OK);
	assert_int_equal(again.failure, ATT_TPM_NO_KEY);
	assert_string_equal(again.text, "not there");
	/* type, failure, the length of the text, "not" */
	message.ptr[1 + 1 + 4 + 3] = '\0';
	assert_int_equal(
	    decode_failed(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	message.ptr[1 + 1 + 4 + 3] = '-';
	check_message(&message, decode_failed);
	assert_int_equal(att_tpm_failed_encode(&failed, &message), ATT_OK);
	check_byte(&message, 1, "\1\2\3\4\5\6", 6, decode_failed);
	failed.text[0] = '\0';
	assert_int_equal(att_tpm_failed_encode(&failed, &message),
	    ATT_ERR_MESSAGE_MALFORMED);
}

int
main(void)
{
#define MESSAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		MESSAGE(a_request_names_the_tpm_the_key_and_the_challenge),
		MESSAGE(version_and_time_have_their_ranges),
		MESSAGE(a_challenge_is_as_long_as_its_use_wants),
		MESSAGE(a_wrapped_key_is_whole),
		MESSAGE(an_answer_is_what_the_tpm_said),
		MESSAGE(an_answer_has_the_parts_of_its_kind),
		MESSAGE(an_answer_shows_a_key),
		MESSAGE(a_failure_says_what_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
