/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages between verifier and authenticator (wire/device.h). */
#include "message_checks.h"

#include "wire/device.h"

static char hidraw0[] = "/dev/hidraw0", hidraw7[] = "/dev/hidraw7";
static uint8_t bytes_of_ids[ATT_CREDENTIAL_ID_MAX + 1];

static struct att_bytes
id_of(size_t len)
{
	return att_bytes(bytes_of_ids, len);
}

static enum att_err
decode_open(struct att_bytes bytes)
{
	struct att_paths paths;
	enum att_err r = att_open_decode(bytes, &paths);

	if (r != ATT_OK)
		assert_null(paths.paths);
	att_paths_reset(&paths);
	return r;
}

static void
open_names_the_devices(void **state)
{
	char *names[] = { hidraw0, hidraw7 };
	struct att_paths in = { names, 2 }, out;

	(void)state;
	assert_int_equal(att_open_encode(&in, &message), ATT_OK);
	assert_int_equal(att_open_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.count, 2);
	assert_string_equal(out.paths[0], hidraw0);
	assert_string_equal(out.paths[1], hidraw7);
	att_paths_reset(&out);
	check_message(&message, decode_open);
	in.count = 0;
	assert_int_equal(att_open_encode(&in, &message), ATT_OK);
	check_message(&message, decode_open);
}

static void
open_has_limits(void **state)
{
	char *names[ATT_DEVICES_MAX + 1], empty[] = "";
	struct att_paths in = { names, ATT_DEVICES_MAX };

	(void)state;
	for (size_t i = 0; i <= ATT_DEVICES_MAX; i++)
		names[i] = hidraw0;
	assert_int_equal(att_open_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_open(att_buf_get(&message)), ATT_OK);
	message.ptr[4]++;
	assert_int_equal(att_buf_put_cstring(&message, hidraw0), ATT_OK);
	assert_int_equal(
	    decode_open(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in.count++;
	assert_int_equal(att_open_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	names[0] = empty;
	in.count = 1;
	assert_int_equal(
	    att_open_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_device(struct att_bytes bytes)
{
	char *path;
	enum att_err r = att_device_decode(bytes, &path);

	assert_true((r == ATT_OK) == (path != NULL));
	free(path);
	return r;
}

static enum att_err
decode_devices_end(struct att_bytes bytes)
{
	uint32_t count;

	return att_devices_end_decode(bytes, &count);
}

static void
devices_are_named_and_counted(void **state)
{
	char allowed[ATT_DEVICES_MAX + 1];
	uint32_t count;
	char *path;

	(void)state;
	assert_int_equal(att_device_encode(hidraw7, &message), ATT_OK);
	assert_int_equal(
	    att_device_decode(att_buf_get(&message), &path), ATT_OK);
	assert_string_equal(path, hidraw7);
	free(path);
	check_message(&message, decode_device);
	assert_int_equal(
	    att_device_encode("", &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	for (uint32_t i = 0; i <= ATT_DEVICES_MAX; i++) {
		allowed[i] = (char)i;
		assert_int_equal(att_devices_end_encode(i, &message), ATT_OK);
		assert_int_equal(
		    att_devices_end_decode(att_buf_get(&message), &count),
		    ATT_OK);
		assert_int_equal(count, i);
		check_message(&message, decode_devices_end);
	}
	assert_int_equal(att_devices_end_encode(0, &message), ATT_OK);
	check_byte(&message, 4, allowed, sizeof(allowed), decode_devices_end);
	assert_int_equal(att_devices_end_encode(ATT_DEVICES_MAX + 1, &message),
	    ATT_ERR_TOO_LARGE);
}

static enum att_err
decode_ready(struct att_bytes bytes)
{
	struct att_ready ready;

	return att_ready_decode(bytes, &ready);
}

static const struct att_ready ready_example = {
	.name = "Model 5",
	.is_fido2 = true,
	.has_uv = true,
	.pin = ATT_PIN_SET,
	.pin_retries = 8,
	.aaguid = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
};

static void
ready_keeps_every_field(void **state)
{
	struct att_ready out;

	(void)state;
	assert_int_equal(att_ready_encode(&ready_example, &message), ATT_OK);
	assert_int_equal(att_ready_decode(att_buf_get(&message), &out), ATT_OK);
	assert_string_equal(out.name, ready_example.name);
	assert_true(out.is_fido2);
	assert_true(out.has_uv);
	assert_int_equal(out.pin, ATT_PIN_SET);
	assert_int_equal(out.pin_retries, 8);
	assert_memory_equal(out.aaguid, ready_example.aaguid, 16);
	check_message(&message, decode_ready);
}

/* type, length (4), name (7), is_fido2, has_uv, pin, pin_retries, aaguid */
static void
ready_has_ranges(void **state)
{
	static const char two[] = { 0, 1 }, three[] = { 0, 1, 2 };
	struct att_ready bad = ready_example;
	char printable[95];

	(void)state;
	for (int i = 0; i < 95; i++)
		printable[i] = (char)(0x20 + i);
	assert_int_equal(att_ready_encode(&ready_example, &message), ATT_OK);
	check_byte(&message, 5, printable, 95, decode_ready);
	assert_int_equal(att_ready_encode(&ready_example, &message), ATT_OK);
	check_byte(&message, 12, two, 2, decode_ready);
	assert_int_equal(att_ready_encode(&ready_example, &message), ATT_OK);
	check_byte(&message, 13, two, 2, decode_ready);
	assert_int_equal(att_ready_encode(&ready_example, &message), ATT_OK);
	check_byte(&message, 14, three, 3, decode_ready);
	bad.pin = 3;
	assert_int_equal(
	    att_ready_encode(&bad, &message), ATT_ERR_MESSAGE_MALFORMED);
}

static void
names_are_printable_and_short(void **state)
{
	struct att_ready ready = ready_example;

	(void)state;
	memset(ready.name, 'n', ATT_DEVICE_NAME_MAX);
	ready.name[ATT_DEVICE_NAME_MAX] = '\0';
	assert_int_equal(att_ready_encode(&ready, &message), ATT_OK);
	assert_int_equal(decode_ready(att_buf_get(&message)), ATT_OK);
	/* 129 by hand. */
	message.ptr[4]++;
	message.ptr[5 + ATT_DEVICE_NAME_MAX] = 'n';
	assert_int_equal(att_buf_put_u8(&message, 0), ATT_OK);
	assert_int_equal(
	    decode_ready(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	/* No terminator within the array. */
	ready.name[ATT_DEVICE_NAME_MAX] = 'n';
	assert_int_equal(att_ready_encode(&ready, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	ready = ready_example;
	ready.name[0] = '\033';
	assert_int_equal(
	    att_ready_encode(&ready, &message), ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_assertion(struct att_bytes bytes)
{
	struct att_assertion_answer answer;
	enum att_err r = att_assertion_decode(bytes, &answer);

	assert_true((r == ATT_OK) == (answer.signature.ptr != NULL));
	return r;
}

static void
assertion_keeps_every_field(void **state)
{
	const struct att_assertion_answer in = { .batch = 1,
		.credential_id = id_of(16),
		.auth_data = id_of(37),
		.signature = id_of(70) };
	struct att_assertion_answer out;
	char allowed[ATT_BATCHES_MAX];

	(void)state;
	assert_int_equal(att_assertion_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_assertion_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.batch, 1);
	assert_true(att_bytes_is_equal(out.credential_id, in.credential_id));
	assert_true(att_bytes_is_equal(out.auth_data, in.auth_data));
	assert_true(att_bytes_is_equal(out.signature, in.signature));
	check_message(&message, decode_assertion);
	for (int i = 0; i < ATT_BATCHES_MAX; i++)
		allowed[i] = (char)i;
	assert_int_equal(att_assertion_encode(&in, &message), ATT_OK);
	check_byte(&message, 4, allowed, sizeof(allowed), decode_assertion);
}

static void
refuse_answer(struct att_assertion_answer answer, enum att_err expected)
{
	assert_int_equal(att_assertion_encode(&answer, &message), expected);
	att_buf_reset(&message);
	/* The same bytes, put together without looking. */
	assert_int_equal(
	    att_buf_put_u8(&message, ATT_MESSAGE_ASSERTION), ATT_OK);
	assert_int_equal(att_buf_put_u32(&message, answer.batch), ATT_OK);
	assert_int_equal(
	    att_buf_put_string(&message, answer.credential_id), ATT_OK);
	assert_int_equal(
	    att_buf_put_string(&message, answer.auth_data), ATT_OK);
	assert_int_equal(
	    att_buf_put_string(&message, answer.signature), ATT_OK);
	assert_int_equal(
	    decode_assertion(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
}

static void
assertion_has_limits(void **state)
{
	const struct att_assertion_answer good = { .batch = 0,
		.credential_id = id_of(1),
		.auth_data = id_of(37),
		.signature = id_of(1) };
	struct att_assertion_answer bad;

	(void)state;
	assert_int_equal(att_assertion_encode(&good, &message), ATT_OK);
	check_message(&message, decode_assertion);
	bad = good;
	bad.batch = ATT_BATCHES_MAX;
	refuse_answer(bad, ATT_ERR_TOO_LARGE);
	bad = good;
	bad.credential_id = id_of(0);
	refuse_answer(bad, ATT_ERR_MESSAGE_MALFORMED);
	bad = good;
	bad.credential_id = id_of(ATT_CREDENTIAL_ID_MAX + 1);
	refuse_answer(bad, ATT_ERR_TOO_LARGE);
	bad = good;
	bad.auth_data = id_of(36);
	refuse_answer(bad, ATT_ERR_MESSAGE_MALFORMED);
	bad = good;
	bad.signature = id_of(0);
	refuse_answer(bad, ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_credential(struct att_bytes bytes)
{
	struct att_bytes object;
	enum att_err r = att_credential_decode(bytes, &object);

	assert_true((r == ATT_OK) == (object.len > 0));
	return r;
}

static void
credential_is_not_empty(void **state)
{
	struct att_bytes object;

	(void)state;
	assert_int_equal(att_credential_encode(id_of(300), &message), ATT_OK);
	assert_int_equal(
	    att_credential_decode(att_buf_get(&message), &object), ATT_OK);
	assert_true(att_bytes_is_equal(object, id_of(300)));
	check_message(&message, decode_credential);
	assert_int_equal(att_credential_encode(id_of(0), &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(
	    att_buf_put_u8(&message, ATT_MESSAGE_CREDENTIAL), ATT_OK);
	assert_int_equal(att_buf_put_u32(&message, 0), ATT_OK);
	assert_int_equal(decode_credential(att_buf_get(&message)),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_failed(struct att_bytes bytes)
{
	struct att_failed failed;

	return att_failed_decode(bytes, &failed);
}

static void
failed_keeps_every_field(void **state)
{
	const struct att_failed in = { .failure = ATT_FAILURE_PIN_INVALID,
		.ctap_status = 0x31,
		.pin_retries = 7,
		.detail = "FIDO_ERR_PIN_INVALID" };
	struct att_failed out;
	char allowed[ATT_FAILURE_COUNT - 1];

	(void)state;
	assert_int_equal(att_failed_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_failed_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.failure, in.failure);
	assert_int_equal(out.ctap_status, in.ctap_status);
	assert_int_equal(out.pin_retries, in.pin_retries);
	assert_string_equal(out.detail, in.detail);
	check_message(&message, decode_failed);
	for (int i = 1; i < ATT_FAILURE_COUNT; i++)
		allowed[i - 1] = (char)i;
	assert_int_equal(att_failed_encode(&in, &message), ATT_OK);
	check_byte(&message, 1, allowed, sizeof(allowed), decode_failed);
}

static void
failed_refuses_what_is_no_failure(void **state)
{
	struct att_failed bad = { .failure = 0 };

	(void)state;
	assert_int_equal(
	    att_failed_encode(&bad, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	bad.failure = ATT_FAILURE_COUNT;
	assert_int_equal(
	    att_failed_encode(&bad, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	bad.failure = ATT_FAILURE_DEVICE;
	memcpy(bad.detail, "two\nlines", 10);
	assert_int_equal(
	    att_failed_encode(&bad, &message), ATT_ERR_MESSAGE_MALFORMED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_names_the_devices),
		TEST(open_has_limits),
		TEST(devices_are_named_and_counted),
		TEST(ready_keeps_every_field),
		TEST(ready_has_ranges),
		TEST(names_are_printable_and_short),
		TEST(assertion_keeps_every_field),
		TEST(assertion_has_limits),
		TEST(credential_is_not_empty),
		TEST(failed_keeps_every_field),
		TEST(failed_refuses_what_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
