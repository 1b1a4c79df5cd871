/* SPDX-License-Identifier: BSD-2-Clause */
/* What an SSH agent says, and what it may not: src/agent/protocol.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/exchange.h"
#include "agent/protocol.h"

#define BYTES(text) att_bytes(text, sizeof(text) - 1)

static struct att_buf answer;
static struct att_agent_find wanted;
static struct att_agent_found found;
static struct att_reason why;

static int
set_up(void **state)
{
	(void)state;
	att_buf_init(&answer, AGENT_MESSAGE_MAX);
	wanted = (struct att_agent_find){ .count = 2 };
	wanted.keys[0] = BYTES("key one");
	wanted.keys[1] = BYTES("key two");
	why = (struct att_reason){ 0 };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&answer);
	return 0;
}

static void
put_identity(const char *key)
{
	assert_int_equal(att_buf_put_cstring(&answer, key), ATT_OK);
	assert_int_equal(att_buf_put_cstring(&answer, "a comment"), ATT_OK);
}

/* The front of a list of so many keys. */
static void
begin_list(uint32_t count)
{
	assert_int_equal(att_buf_put_u8(&answer, 12), ATT_OK);
	assert_int_equal(att_buf_put_u32(&answer, count), ATT_OK);
}

/* From the heap and of the exact size, so that a sanitizer sees overreads. */
static enum att_err
read_list(size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, answer.ptr, len);
	err = agent_read_list(att_bytes(copy, len), &wanted, &found, &why);
	free(copy);
	if (err != ATT_OK) {
		assert_int_equal(why.code, err);
		assert_int_equal(found.count, 0);
	}
	return err;
}

static void
finds_what_is_wanted(void **state)
{
	(void)state;
	begin_list(3);
	put_identity("key two");
	put_identity("ssh-ed25519 of somebody");
	put_identity("key two");
	assert_int_equal(read_list(answer.len), ATT_OK);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.keys[0], 1);
}

static void
finds_none_in_an_empty_agent(void **state)
{
	(void)state;
	begin_list(0);
	assert_int_equal(read_list(answer.len), ATT_OK);
	assert_int_equal(found.count, 0);
}

/* Not even by a key that begins as ours does, or ours by its beginning. */
static void
finds_whole_keys_only(void **state)
{
	(void)state;
	begin_list(3);
	put_identity("key");
	put_identity("key one and more");
	put_identity("");
	assert_int_equal(read_list(answer.len), ATT_OK);
	assert_int_equal(found.count, 0);
}

static void
rejects_every_shorter_list(void **state)
{
	(void)state;
	begin_list(2);
	put_identity("key one");
	put_identity("key two");
	assert_int_equal(read_list(answer.len), ATT_OK);
	for (size_t len = 0; len < answer.len; len++)
		assert_int_equal(read_list(len), ATT_ERR_AGENT_MALFORMED);
}

static void
rejects_what_is_left_over(void **state)
{
	(void)state;
	begin_list(1);
	put_identity("key one");
	put_identity("key two");
	assert_int_equal(read_list(answer.len), ATT_ERR_AGENT_MALFORMED);
}

static void
rejects_more_keys_than_agents_have(void **state)
{
	(void)state;
	begin_list(AGENT_IDENTITIES_MAX + 1);
	for (int i = 0; i <= AGENT_IDENTITIES_MAX; i++)
		put_identity("key one");
	assert_int_equal(read_list(answer.len), ATT_ERR_AGENT_MALFORMED);
	answer.ptr[4] = 0; /* 2048 */
	assert_int_equal(
	    read_list(answer.len - 8 - strlen("key one") - strlen("a comment")),
	    ATT_OK);
	assert_int_equal(found.count, 1);
}

/* A length that reaches past the end, or past every end. */
static void
rejects_lengths_that_lie(void **state)
{
	static const uint32_t lengths[] = { 8, 0x7fffffff, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		att_buf_reset(&answer);
		begin_list(1);
		assert_int_equal(att_buf_put_u32(&answer, lengths[i]), ATT_OK);
		assert_int_equal(att_buf_put(&answer, "key one", 7), ATT_OK);
		assert_int_equal(
		    read_list(answer.len), ATT_ERR_AGENT_MALFORMED);
	}
}

static void
rejects_every_other_type(void **state)
{
	(void)state;
	begin_list(1);
	put_identity("key one");
	for (int type = 0; type < 256; type++) {
		answer.ptr[0] = (uint8_t)type;
		assert_int_equal(read_list(answer.len),
		    type == 12 ? ATT_OK : ATT_ERR_AGENT_MALFORMED);
	}
}

static void
a_failure_is_a_refusal(void **state)
{
	struct att_bytes signature;

	(void)state;
	assert_int_equal(att_buf_put_u8(&answer, 5), ATT_OK);
	assert_int_equal(read_list(answer.len), ATT_ERR_AGENT_REFUSED);
	assert_int_equal(
	    agent_read_signature(att_buf_get(&answer), &signature, &why),
	    ATT_ERR_AGENT_REFUSED);
	assert_non_null(strstr(why.text, "touched"));
}

static enum att_err
read_signature(size_t len, struct att_bytes *signature)
{
	enum att_err err =
	    agent_read_signature(att_bytes(answer.ptr, len), signature, &why);

	assert_true((err == ATT_OK) == (signature->len > 0));
	return err;
}

static void
lends_a_signature(void **state)
{
	struct att_bytes signature;

	(void)state;
	assert_int_equal(att_buf_put_u8(&answer, 14), ATT_OK);
	assert_int_equal(att_buf_put_string(&answer, BYTES("blob")), ATT_OK);
	for (size_t len = 0; len < answer.len; len++)
		assert_int_equal(
		    read_signature(len, &signature), ATT_ERR_AGENT_MALFORMED);
	assert_int_equal(read_signature(answer.len, &signature), ATT_OK);
	assert_true(att_bytes_is_equal(signature, BYTES("blob")));
	assert_int_equal(att_buf_put_u8(&answer, 0), ATT_OK);
	assert_int_equal(
	    read_signature(answer.len, &signature), ATT_ERR_AGENT_MALFORMED);
	answer.ptr[0] = 12;
	assert_int_equal(read_signature(answer.len - 1, &signature),
	    ATT_ERR_AGENT_MALFORMED);
}

static void
rejects_a_signature_of_another_size(void **state)
{
	static const uint8_t longest[ATT_AGENT_SIGNATURE_MAX + 1];
	struct att_bytes signature;

	(void)state;
	assert_int_equal(att_buf_put_u8(&answer, 14), ATT_OK);
	assert_int_equal(att_buf_put_string(&answer, BYTES("")), ATT_OK);
	assert_int_equal(
	    read_signature(answer.len, &signature), ATT_ERR_AGENT_MALFORMED);
	att_buf_reset(&answer);
	assert_int_equal(att_buf_put_u8(&answer, 14), ATT_OK);
	assert_int_equal(
	    att_buf_put_string(&answer, att_bytes(longest, sizeof(longest))),
	    ATT_OK);
	assert_int_equal(
	    read_signature(answer.len, &signature), ATT_ERR_AGENT_MALFORMED);
}

/* Two kinds of requests, and no flag that asks for another signature. */
static void
asks_for_two_things(void **state)
{
	(void)state;
	assert_int_equal(agent_put_list(&answer), ATT_OK);
	assert_int_equal(answer.len, 1);
	assert_int_equal(answer.ptr[0], 11);
	att_buf_reset(&answer);
	assert_int_equal(
	    agent_put_sign(BYTES("key"), BYTES("data"), &answer), ATT_OK);
	assert_int_equal(answer.len, 20);
	assert_memory_equal(
	    answer.ptr, "\15\0\0\0\3key\0\0\0\4data\0\0\0\0", 20);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_is_wanted),
		TEST(finds_none_in_an_empty_agent),
		TEST(finds_whole_keys_only),
		TEST(rejects_every_shorter_list),
		TEST(rejects_what_is_left_over),
		TEST(rejects_more_keys_than_agents_have),
		TEST(rejects_lengths_that_lie),
		TEST(rejects_every_other_type),
		TEST(a_failure_is_a_refusal),
		TEST(lends_a_signature),
		TEST(rejects_a_signature_of_another_size),
		TEST(asks_for_two_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
