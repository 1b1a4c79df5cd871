/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages of pam_attest-agent: wire/agent.c. */
#include "message_checks.h"
#include "wire/agent.h"
#include "wire/login.h"

#define BYTES(text) att_bytes(text, sizeof(text) - 1)

static const struct att_agent_open opened = {
	.seconds = 30,
	.uid = 1000,
	.gid = 100,
	.path = "/tmp/ssh-1/agent.2",
};

static enum att_err
decode_open(struct att_bytes bytes)
{
	struct att_agent_open out;
	char *path;
	enum att_err err = att_agent_open_decode(bytes, &path, &out);

	assert_true((err == ATT_OK) == (path != NULL));
	assert_ptr_equal(out.path, path);
	if (err != ATT_OK)
		assert_int_equal(out.uid, 0);
	free(path);
	return err;
}

static void
open_names_a_caller_and_a_place(void **state)
{
	struct att_agent_open out;
	char *path;

	(void)state;
	assert_int_equal(att_agent_open_encode(&opened, &message), ATT_OK);
	assert_int_equal(
	    att_agent_open_decode(att_buf_get(&message), &path, &out), ATT_OK);
	assert_int_equal(out.seconds, 30);
	assert_int_equal(out.uid, 1000);
	assert_int_equal(out.gid, 100);
	assert_string_equal(out.path, opened.path);
	free(path);
	check_message(&message, decode_open);
	assert_int_equal(att_agent_open_encode(&opened, &message), ATT_OK);
	check_byte(&message, 1, "\1", 1, decode_open);
}

/* setresuid(2) takes it for "stay who you are": root. */
static void
open_names_no_caller_that_is_none(void **state)
{
	struct att_agent_open in = opened;

	(void)state;
	in.uid = UINT32_MAX;
	assert_int_equal(
	    att_agent_open_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	in = opened;
	in.gid = UINT32_MAX;
	assert_int_equal(
	    att_agent_open_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	/* type, version, seconds (4), uid (4), gid (4) */
	for (size_t at = 6; at <= 10; at += 4) {
		assert_int_equal(
		    att_agent_open_encode(&opened, &message), ATT_OK);
		memset(message.ptr + at, 0xff, 4);
		assert_int_equal(decode_open(att_buf_get(&message)),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
	}
}

static void
open_has_limits(void **state)
{
	static char path[ATT_AGENT_PATH_MAX + 2];
	struct att_agent_open in = opened;

	(void)state;
	memset(path, 'a', ATT_AGENT_PATH_MAX);
	in.path = path;
	assert_int_equal(att_agent_open_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_open(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
	path[ATT_AGENT_PATH_MAX] = 'a';
	assert_int_equal(
	    att_agent_open_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	in.path = "";
	assert_int_equal(
	    att_agent_open_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in = opened;
	in.seconds = 0;
	assert_int_equal(
	    att_agent_open_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in.seconds = ATT_DEADLINE_MAX + 1;
	assert_int_equal(
	    att_agent_open_encode(&in, &message), ATT_ERR_TOO_LARGE);
}

static void
ready_says_nothing_more(void **state)
{
	(void)state;
	assert_int_equal(att_agent_ready_encode(&message), ATT_OK);
	check_message(&message, att_agent_ready_decode);
}

static enum att_err
decode_find(struct att_bytes bytes)
{
	static struct att_agent_find out;
	enum att_err err = att_agent_find_decode(bytes, &out);

	assert_true((err == ATT_OK) == (out.count > 0));
	return err;
}

static void
find_names_keys(void **state)
{
	static struct att_agent_find in, out;

	(void)state;
	in.count = 2;
	in.keys[0] = BYTES("one");
	in.keys[1] = BYTES("two!");
	assert_int_equal(att_agent_find_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_agent_find_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.count, 2);
	assert_true(att_bytes_is_equal(out.keys[0], in.keys[0]));
	assert_true(att_bytes_is_equal(out.keys[1], in.keys[1]));
	check_message(&message, decode_find);
}

static void
find_has_limits(void **state)
{
	static uint8_t key[ATT_AGENT_KEY_MAX + 1];
	static struct att_agent_find in;

	(void)state;
	assert_int_equal(
	    att_agent_find_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in.count = ATT_AGENT_KEYS_MAX + 1;
	assert_int_equal(
	    att_agent_find_encode(&in, &message), ATT_ERR_TOO_LARGE);
	in.count = ATT_AGENT_KEYS_MAX;
	for (size_t i = 0; i < in.count; i++)
		in.keys[i] = att_bytes(key, ATT_AGENT_KEY_MAX);
	assert_int_equal(att_agent_find_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_find(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
	in.keys[3].len++;
	assert_int_equal(
	    att_agent_find_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	in.keys[3].len = 0;
	assert_int_equal(
	    att_agent_find_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_found(struct att_bytes bytes)
{
	struct att_agent_found out;
	enum att_err err = att_agent_found_decode(bytes, &out);

	if (err != ATT_OK)
		assert_int_equal(out.count, 0);
	return err;
}

static void
found_names_each_key_once(void **state)
{
	struct att_agent_found in = { { 0, 5, 63 }, 3 }, out;

	(void)state;
	assert_int_equal(att_agent_found_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_agent_found_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.count, 3);
	assert_memory_equal(out.keys, in.keys, 3);
	check_message(&message, decode_found);
	/* type, length (4), three keys */
	assert_int_equal(att_agent_found_encode(&in, &message), ATT_OK);
	check_byte(&message, 5, "\0\1\2\3\4", 5, decode_found);
	in.keys[1] = 60;
	assert_int_equal(att_agent_found_encode(&in, &message), ATT_OK);
	check_byte(&message, 7, "\75\76\77", 3, decode_found);
	in.keys[1] = 0;
	assert_int_equal(
	    att_agent_found_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	in.count = 0;
	assert_int_equal(att_agent_found_encode(&in, &message), ATT_OK);
	check_message(&message, decode_found);
	in.count = ATT_AGENT_KEYS_MAX + 1;
	assert_int_equal(
	    att_agent_found_encode(&in, &message), ATT_ERR_TOO_LARGE);
}

static enum att_err
decode_sign(struct att_bytes bytes)
{
	struct att_bytes data;
	size_t key;
	enum att_err err = att_agent_sign_decode(bytes, &key, &data);

	assert_true((err == ATT_OK) == (data.len > 0));
	return err;
}

static void
sign_names_a_key(void **state)
{
	static uint8_t long_data[ATT_AGENT_DATA_MAX + 1];
	struct att_bytes data;
	size_t key;

	(void)state;
	assert_int_equal(
	    att_agent_sign_encode(7, BYTES("data"), &message), ATT_OK);
	assert_int_equal(
	    att_agent_sign_decode(att_buf_get(&message), &key, &data), ATT_OK);
	assert_int_equal(key, 7);
	assert_true(att_bytes_is_equal(data, BYTES("data")));
	check_message(&message, decode_sign);
	assert_int_equal(att_agent_sign_encode(64, BYTES("data"), &message),
	    ATT_ERR_TOO_LARGE);
	assert_int_equal(att_agent_sign_encode(0, BYTES(""), &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(att_agent_sign_encode(0,
			     att_bytes(long_data, sizeof(long_data)), &message),
	    ATT_ERR_TOO_LARGE);
}

static enum att_err
decode_signature(struct att_bytes bytes)
{
	struct att_bytes signature;
	enum att_err err = att_agent_signature_decode(bytes, &signature);

	assert_true((err == ATT_OK) == (signature.len > 0));
	return err;
}

static void
signature_is_as_it_came(void **state)
{
	static uint8_t longest[ATT_AGENT_SIGNATURE_MAX + 1];
	struct att_bytes out;

	(void)state;
	assert_int_equal(
	    att_agent_signature_encode(BYTES("blob"), &message), ATT_OK);
	assert_int_equal(
	    att_agent_signature_decode(att_buf_get(&message), &out), ATT_OK);
	assert_true(att_bytes_is_equal(out, BYTES("blob")));
	check_message(&message, decode_signature);
	assert_int_equal(att_agent_signature_encode(BYTES(""), &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(att_agent_signature_encode(
			     att_bytes(longest, sizeof(longest)), &message),
	    ATT_ERR_TOO_LARGE);
}

static enum att_err
decode_failed(struct att_bytes bytes)
{
	struct att_agent_failed out;
	enum att_err err = att_agent_failed_decode(bytes, &out);

	assert_true((err == ATT_OK) == (out.text[0] != '\0'));
	return err;
}

static void
failed_says_why(void **state)
{
	struct att_agent_failed in = { ATT_AGENT_REFUSED, "no" }, out;

	(void)state;
	assert_int_equal(att_agent_failed_encode(&in, &message), ATT_OK);
	assert_int_equal(
	    att_agent_failed_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.failure, ATT_AGENT_REFUSED);
	assert_string_equal(out.text, "no");
	check_message(&message, decode_failed);
	assert_int_equal(att_agent_failed_encode(&in, &message), ATT_OK);
	check_byte(&message, 1, "\1\2\3\4\5", 5, decode_failed);
	assert_int_equal(att_agent_failed_encode(&in, &message), ATT_OK);
	message.ptr[message.len - 1] = '\0';
	assert_int_equal(
	    decode_failed(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in.text[0] = '\0';
	assert_int_equal(
	    att_agent_failed_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_names_a_caller_and_a_place),
		TEST(open_names_no_caller_that_is_none),
		TEST(open_has_limits),
		TEST(ready_says_nothing_more),
		TEST(find_names_keys),
		TEST(find_has_limits),
		TEST(found_names_each_key_once),
		TEST(sign_names_a_key),
		TEST(signature_is_as_it_came),
		TEST(failed_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
