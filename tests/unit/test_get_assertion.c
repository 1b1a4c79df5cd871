/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a key is asked and what becomes of its answer; the linker puts the
 * function below in the place of libfido2's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authenticator/operation.h"

enum {
	ASKED_MAX = 8,
	AUTH_DATA = 37
};

/* What the next calls return, and what the calls were. */
static struct {
	int results[ASKED_MAX];
	const char *pins[ASKED_MAX];
	size_t count;
} asked;

int __wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin);

int
__wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin)
{
	uint8_t auth_data[2 + AUTH_DATA] = { 0x58, AUTH_DATA };
	int r;

	assert_null(dev);
	assert_true(asked.count < ASKED_MAX);
	asked.pins[asked.count] = pin;
	r = asked.results[asked.count++];
	if (r != FIDO_OK)
		return r;
	assert_int_equal(fido_assert_set_count(assert, 1), FIDO_OK);
	assert_int_equal(
	    fido_assert_set_authdata(assert, 0, auth_data, sizeof(auth_data)),
	    FIDO_OK);
	return fido_assert_set_sig(assert, 0, (const uint8_t *)"signature", 9);
}

static struct att_allow_batch batches[2];
static struct att_get_assertion request;
static struct att_buf out;

static int
set_up(void **state)
{
	static const uint8_t ids[3] = { 1, 2, 3 };

	(void)state;
	memset(&asked, 0, sizeof(asked));
	memset(batches, 0, sizeof(batches));
	memset(&request, 0, sizeof(request));
	for (size_t i = 0; i < 2; i++) {
		batches[i].rp_id = i == 0 ? "first" : "second";
		for (size_t j = 0; j < 3; j++)
			batches[i].ids[batches[i].count++] =
			    att_bytes(&ids[j], 1);
	}
	request.batches = batches;
	request.batch_count = 1;
	request.up = true;
	att_buf_init(&out, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&out);
	return 0;
}

static int
run(const struct att_authenticator *authenticator)
{
	return att_operation_get_assertion(authenticator, &request, &out);
}

static const struct att_authenticator fido2 = { .is_fido2 = true,
	.limits = { .message = 1024 } };
static const struct att_authenticator short_lists = { .is_fido2 = true,
	.limits = { .message = 1024, .list = 1 } };
static const struct att_authenticator u2f = { .is_fido2 = false };

static struct att_assertion_answer
decode(void)
{
	struct att_assertion_answer answer;

	assert_int_equal(
	    att_assertion_decode(att_buf_get(&out), &answer), ATT_OK);
	return answer;
}

static void
names_the_only_credential(void **state)
{
	struct att_assertion_answer answer;

	(void)state;
	batches[0].count = 1;
	assert_int_equal(run(&fido2), FIDO_OK);
	assert_int_equal(asked.count, 1);
	answer = decode();
	assert_int_equal(answer.credential_id.len, 1);
	assert_int_equal(answer.credential_id.ptr[0], 1);
	assert_int_equal(answer.auth_data.len, AUTH_DATA);
	assert_int_equal(answer.signature.len, 9);
}

static void
refuses_answer_without_credential(void **state)
{
	(void)state;
	assert_int_equal(run(&fido2), FIDO_ERR_RX_INVALID_CBOR);
	assert_int_equal(asked.count, 1);
}

static void
asks_nothing_for_nothing(void **state)
{
	(void)state;
	batches[0].count = 0;
	assert_int_equal(run(&fido2), FIDO_ERR_NO_CREDENTIALS);
	request.batch_count = 0;
	assert_int_equal(run(&fido2), FIDO_ERR_NO_CREDENTIALS);
	assert_int_equal(asked.count, 0);
}

/* The PIN goes with the one request that wants the user, once. */
static void
searches_without_pin(void **state)
{
	(void)state;
	request.batch_count = 2;
	request.uv = ATT_UV_PIN;
	strcpy(request.pin, "1234");
	for (size_t i = 0; i < 4; i++)
		asked.results[i] = FIDO_ERR_NO_CREDENTIALS;
	assert_int_equal(run(&short_lists), FIDO_OK);
	assert_int_equal(asked.count, 6);
	for (size_t i = 0; i < 5; i++)
		assert_null(asked.pins[i]);
	assert_ptr_equal(asked.pins[5], request.pin);
	assert_int_equal(decode().batch, 1);
	assert_int_equal(decode().credential_id.ptr[0], 2);
}

static void
stops_at_an_error(void **state)
{
	(void)state;
	asked.results[0] = FIDO_ERR_NO_CREDENTIALS;
	asked.results[1] = FIDO_ERR_RX;
	assert_int_equal(run(&short_lists), FIDO_ERR_RX);
	assert_int_equal(asked.count, 2);
}

static void
finds_a_u2f_credential(void **state)
{
	struct att_assertion_answer answer;

	(void)state;
	request.up = false;
	asked.results[0] = FIDO_ERR_NO_CREDENTIALS;
	asked.results[1] = FIDO_ERR_USER_PRESENCE_REQUIRED;
	assert_int_equal(run(&u2f), FIDO_OK);
	answer = decode();
	assert_int_equal(answer.credential_id.ptr[0], 2);
	for (size_t i = 0; i < answer.auth_data.len; i++)
		assert_int_equal(answer.auth_data.ptr[i], 0);
	assert_int_equal(answer.signature.len, 1);
}

/* Only a silent look may take "touch me" for an answer. */
static void
takes_no_touch_for_granted(void **state)
{
	(void)state;
	batches[0].count = 1;
	asked.results[0] = FIDO_ERR_USER_PRESENCE_REQUIRED;
	assert_int_equal(run(&u2f), FIDO_ERR_USER_PRESENCE_REQUIRED);
	set_up(state);
	request.up = false;
	asked.results[0] = FIDO_ERR_USER_PRESENCE_REQUIRED;
	assert_int_equal(run(&fido2), FIDO_ERR_USER_PRESENCE_REQUIRED);
}

static void
looks_in_chunks(void **state)
{
	(void)state;
	asked.results[0] = FIDO_ERR_NO_CREDENTIALS;
	assert_int_equal(att_operation_look(&short_lists,
			     request.client_data_hash, &batches[0]),
	    FIDO_OK);
	assert_int_equal(asked.count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_the_only_credential),
		TEST(refuses_answer_without_credential),
		TEST(asks_nothing_for_nothing),
		TEST(searches_without_pin),
		TEST(stops_at_an_error),
		TEST(finds_a_u2f_credential),
		TEST(takes_no_touch_for_granted),
		TEST(looks_in_chunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
