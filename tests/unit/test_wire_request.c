/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verifier asks an authenticator process for (wire/device.h). */
#include "message_checks.h"

#include "wire/device.h"

static uint8_t bytes_of_ids[ATT_CREDENTIAL_ID_MAX + 1];

static struct att_bytes
id_of(size_t len)
{
	return att_bytes(bytes_of_ids, len);
}

static enum att_err
decode_get_assertion(struct att_bytes bytes)
{
	static const struct att_get_assertion none;
	struct att_get_assertion request;
	enum att_err r = att_get_assertion_decode(bytes, &request);

	if (r == ATT_OK)
		att_get_assertion_reset(&request);
	/* Refused or reset: no hash, no PIN, nothing is left. */
	assert_memory_equal(&request, &none, sizeof(none));
	return r;
}

static struct att_allow_batch batches[ATT_BATCHES_MAX + 1];

static struct att_get_assertion
assertion_example(void)
{
	struct att_get_assertion request = { .client_data_hash = { 7, 8 },
		.up = true,
		.uv = ATT_UV_PIN,
		.pin = "123456",
		.batches = batches,
		.batch_count = 2 };

	memset(batches, 0, sizeof(batches));
	batches[0].rp_id = "pam_attest";
	batches[0].ids[0] = id_of(16);
	batches[0].ids[1] = id_of(64);
	batches[0].count = 2;
	batches[1].rp_id = "example.org";
	batches[1].ids[0] = id_of(1);
	batches[1].count = 1;
	return request;
}

static void
get_assertion_keeps_every_field(void **state)
{
	const struct att_get_assertion in = assertion_example();
	struct att_get_assertion out;

	(void)state;
	assert_int_equal(att_get_assertion_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_get_assertion_decode(att_buf_get(&message), &out), ATT_OK);
	assert_memory_equal(out.client_data_hash, in.client_data_hash, 32);
	assert_true(out.up);
	assert_int_equal(out.uv, ATT_UV_PIN);
	assert_string_equal(out.pin, in.pin);
	assert_int_equal(out.batch_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(out.batches[i].rp_id, batches[i].rp_id);
		assert_int_equal(out.batches[i].count, batches[i].count);
		for (size_t j = 0; j < batches[i].count; j++)
			assert_true(att_bytes_is_equal(
			    out.batches[i].ids[j], batches[i].ids[j]));
	}
	att_get_assertion_reset(&out);
	check_message(&message, decode_get_assertion);
}

/* type, hash (32), up, uv, PIN: length (4) */
static void
get_assertion_has_ranges(void **state)
{
	struct att_get_assertion in = assertion_example();

	(void)state;
	assert_int_equal(att_get_assertion_encode(&in, &message), ATT_OK);
	check_byte(&message, 33, "\0\1", 2, decode_get_assertion);
	assert_int_equal(att_get_assertion_encode(&in, &message), ATT_OK);
	check_byte(&message, 34, "\2", 1, decode_get_assertion);
	in.uv = ATT_UV_NONE;
	in.pin[0] = '\0';
	assert_int_equal(att_get_assertion_encode(&in, &message), ATT_OK);
	check_byte(&message, 34, "\0\1", 2, decode_get_assertion);
	in.uv = 3;
	assert_int_equal(
	    att_get_assertion_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
}

static void
a_pin_is_there_exactly_when_it_is_used(void **state)
{
	struct att_get_assertion in = assertion_example();

	(void)state;
	in.uv = ATT_UV_BUILT_IN;
	assert_int_equal(
	    att_get_assertion_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in.uv = ATT_UV_PIN;
	in.pin[0] = '\0';
	assert_int_equal(
	    att_get_assertion_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	memset(in.pin, '1', sizeof(in.pin));
	assert_int_equal(
	    att_get_assertion_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	in.pin[ATT_PIN_MAX] = '\0';
	assert_int_equal(att_get_assertion_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_get_assertion(att_buf_get(&message)), ATT_OK);
	message.ptr[40] = '\0';
	assert_int_equal(decode_get_assertion(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static void
refuse_assertion_request(
    const struct att_get_assertion *request, enum att_err expected)
{
	assert_int_equal(att_get_assertion_encode(request, &message), expected);
	att_buf_reset(&message);
}

static void
get_assertion_has_limits(void **state)
{
	struct att_get_assertion in = assertion_example();
	char rp_id[255];

	(void)state;
	in.batch_count = 0;
	refuse_assertion_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	in.batch_count = ATT_BATCHES_MAX + 1;
	refuse_assertion_request(&in, ATT_ERR_TOO_LARGE);
	in.batch_count = 1;
	batches[0].count = 0;
	refuse_assertion_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	batches[0].count = ATT_ALLOW_MAX + 1;
	refuse_assertion_request(&in, ATT_ERR_TOO_LARGE);
	batches[0].count = 1;
	batches[0].ids[0] = id_of(0);
	refuse_assertion_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	batches[0].ids[0] = id_of(ATT_CREDENTIAL_ID_MAX + 1);
	refuse_assertion_request(&in, ATT_ERR_TOO_LARGE);
	batches[0].ids[0] = id_of(ATT_CREDENTIAL_ID_MAX);
	batches[0].rp_id = "";
	refuse_assertion_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	memset(rp_id, 'r', 254);
	rp_id[254] = '\0';
	batches[0].rp_id = rp_id;
	refuse_assertion_request(&in, ATT_ERR_TOO_LARGE);
	rp_id[253] = '\0';
	assert_int_equal(att_get_assertion_encode(&in, &message), ATT_OK);
	check_message(&message, decode_get_assertion);
}

/* By hand: what the encoder would not make. */
static void
begin_assertion_request(uint32_t batch_count)
{
	uint8_t head[39] = { ATT_MESSAGE_GET_ASSERTION };

	att_buf_reset(&message);
	assert_int_equal(att_buf_put(&message, head, sizeof(head)), ATT_OK);
	assert_int_equal(att_buf_put_u32(&message, batch_count), ATT_OK);
}

static void
get_assertion_refuses_counts_out_of_range(void **state)
{
	(void)state;
	begin_assertion_request(0);
	assert_int_equal(decode_get_assertion(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
	begin_assertion_request(1);
	assert_int_equal(att_buf_put_cstring(&message, "rp"), ATT_OK);
	assert_int_equal(att_buf_put_u32(&message, 0), ATT_OK);
	assert_int_equal(decode_get_assertion(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
	begin_assertion_request(1);
	assert_int_equal(att_buf_put_cstring(&message, "rp"), ATT_OK);
	assert_int_equal(att_buf_put_u32(&message, ATT_ALLOW_MAX + 1), ATT_OK);
	for (size_t i = 0; i <= ATT_ALLOW_MAX; i++)
		assert_int_equal(
		    att_buf_put_string(&message, id_of(1)), ATT_OK);
	assert_int_equal(decode_get_assertion(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
	begin_assertion_request(ATT_BATCHES_MAX + 1);
	for (size_t i = 0; i <= ATT_BATCHES_MAX; i++) {
		assert_int_equal(att_buf_put_cstring(&message, "rp"), ATT_OK);
		assert_int_equal(att_buf_put_u32(&message, 1), ATT_OK);
		assert_int_equal(
		    att_buf_put_string(&message, id_of(1)), ATT_OK);
	}
	assert_int_equal(decode_get_assertion(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
	begin_assertion_request(UINT32_MAX);
	assert_int_equal(decode_get_assertion(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static void
get_assertion_may_not_fit(void **state)
{
	struct att_get_assertion in = assertion_example();

	(void)state;
	in.batch_count = 2;
	for (size_t i = 0; i < ATT_ALLOW_MAX; i++)
		batches[0].ids[i] = batches[1].ids[i] =
		    id_of(ATT_CREDENTIAL_ID_MAX);
	batches[0].count = batches[1].count = ATT_ALLOW_MAX;
	assert_int_equal(
	    att_get_assertion_encode(&in, &message), ATT_ERR_TOO_LARGE);
}

static enum att_err
decode_make_credential(struct att_bytes bytes)
{
	static const struct att_make_credential none;
	struct att_make_credential request;
	enum att_err r = att_make_credential_decode(bytes, &request);

	if (r == ATT_OK)
		att_make_credential_reset(&request);
	assert_memory_equal(&request, &none, sizeof(none));
	return r;
}

static struct att_make_credential
credential_example(void)
{
	return (struct att_make_credential){
		.client_data_hash = { 1 },
		.rp_id = "pam_attest",
		.user_id = { 2 },
		.user_name = "ann",
		.uv = ATT_UV_BUILT_IN,
		.exclude = { id_of(16), id_of(ATT_CREDENTIAL_ID_MAX) },
		.exclude_count = 2,
	};
}

static void
make_credential_keeps_every_field(void **state)
{
	struct att_make_credential in = credential_example(), out;

	(void)state;
	assert_int_equal(att_make_credential_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_make_credential_decode(att_buf_get(&message), &out), ATT_OK);
	assert_memory_equal(out.client_data_hash, in.client_data_hash, 32);
	assert_memory_equal(out.user_id, in.user_id, 32);
	assert_string_equal(out.rp_id, in.rp_id);
	assert_string_equal(out.user_name, in.user_name);
	assert_int_equal(out.uv, ATT_UV_BUILT_IN);
	assert_string_equal(out.pin, "");
	assert_int_equal(out.exclude_count, 2);
	assert_true(att_bytes_is_equal(out.exclude[1], in.exclude[1]));
	att_make_credential_reset(&out);
	check_message(&message, decode_make_credential);
	in.exclude_count = 0;
	assert_int_equal(att_make_credential_encode(&in, &message), ATT_OK);
	check_message(&message, decode_make_credential);
}

static void
refuse_credential_request(
    const struct att_make_credential *request, enum att_err expected)
{
	assert_int_equal(
	    att_make_credential_encode(request, &message), expected);
	att_buf_reset(&message);
}

static void
make_credential_has_limits(void **state)
{
	struct att_make_credential in = credential_example();
	char name[258];

	(void)state;
	memset(name, 'n', 257);
	name[257] = '\0';
	in.user_name = name;
	refuse_credential_request(&in, ATT_ERR_TOO_LARGE);
	name[256] = '\0';
	assert_int_equal(att_make_credential_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_make_credential(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
	in.user_name = "";
	refuse_credential_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	in.user_name = NULL;
	refuse_credential_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	in = credential_example();
	in.rp_id = "";
	refuse_credential_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	in = credential_example();
	in.exclude_count = ATT_ALLOW_MAX + 1;
	refuse_credential_request(&in, ATT_ERR_TOO_LARGE);
	in = credential_example();
	in.exclude[0] = id_of(0);
	refuse_credential_request(&in, ATT_ERR_MESSAGE_MALFORMED);
	in = credential_example();
	in.uv = ATT_UV_PIN;
	refuse_credential_request(&in, ATT_ERR_MESSAGE_MALFORMED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(get_assertion_keeps_every_field),
		TEST(get_assertion_has_ranges),
		TEST(a_pin_is_there_exactly_when_it_is_used),
		TEST(get_assertion_has_limits),
		TEST(get_assertion_refuses_counts_out_of_range),
		TEST(get_assertion_may_not_fit),
		TEST(make_credential_keeps_every_field),
		TEST(make_credential_has_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
