/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process of the SSH agent as a hostile one: verifier/agent.c. There is no
 * process: the linker puts __wrap_att_child_start() in its place, and what it
 * says is on the channel before anything is asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/clock.h"
#include "verifier/agent.h"
#include "wire/channel.h"

enum att_err __wrap_att_child_start(
    struct att_child *child, const char *program, struct att_reason *why);

static int process = -1, caller = -1;
static struct att_agent agent;
static struct att_session session;
static struct att_options opts;
static struct att_agent_find find;
static struct att_reason why;
static struct att_buf message;

enum att_err
__wrap_att_child_start(
    struct att_child *child, const char *program, struct att_reason *reason)
{
	int fds[2];

	(void)reason;
	assert_string_equal(program, ATT_PROGRAMSDIR "/pam_attest-agent");
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	*child = (struct att_child){ .channel = fds[0] };
	process = fds[1];
	return ATT_OK;
}

static int
set_up(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	caller = fds[0];
	opts = (struct att_options){ .timeout = 1 };
	session = (struct att_session){ .fd = fds[1], .opts = &opts };
	session.start.uid = 1000;
	session.start.gid = 100;
	find = (struct att_agent_find){ .count = 2 };
	find.keys[0] = att_bytes("one", 3);
	find.keys[1] = att_bytes("two", 3);
	why = (struct att_reason){ 0 };
	att_buf_init(&message, ATT_MESSAGE_MAX);
	att_agent_init(&agent);
	return att_agent_start(&agent, &why) == ATT_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	att_agent_reset(&agent);
	att_buf_reset(&message);
	if (process >= 0)
		close(process);
	close(caller);
	close(session.fd);
	process = -1;
	return 0;
}

/* The process says what was encoded. */
static void
say(enum att_err encoded)
{
	assert_int_equal(encoded, ATT_OK);
	assert_int_equal(att_channel_send(process, &message, -1), ATT_OK);
	att_buf_reset(&message);
}

static void
say_bytes(const void *bytes, size_t len)
{
	say(att_buf_put(&message, bytes, len));
}

static enum att_err
open_agent(void)
{
	enum att_err err = att_agent_open(&agent, &session, "/socket", &why);

	if (err != ATT_OK)
		assert_int_equal(why.code, err);
	return err;
}

static void
be_open(void)
{
	say(att_agent_ready_encode(&message));
	assert_int_equal(open_agent(), ATT_OK);
	assert_int_equal(
	    att_channel_receive(process, 0, &message, NULL), ATT_OK);
	att_buf_reset(&message);
}

static void
tells_the_process_who_calls(void **state)
{
	struct att_agent_open asked;
	char *path;

	(void)state;
	say(att_agent_ready_encode(&message));
	assert_int_equal(open_agent(), ATT_OK);
	assert_int_equal(
	    att_channel_receive(process, 0, &message, NULL), ATT_OK);
	assert_int_equal(
	    att_agent_open_decode(att_buf_get(&message), &path, &asked),
	    ATT_OK);
	assert_int_equal(asked.uid, 1000);
	assert_int_equal(asked.gid, 100);
	assert_int_equal(asked.seconds, 1);
	assert_string_equal(path, "/socket");
	free(path);
}

/* The process would be root, and a caller is never told apart from it. */
static void
asks_nothing_for_a_caller_who_is_none(void **state)
{
	(void)state;
	session.start.uid = UINT32_MAX;
	say(att_agent_ready_encode(&message));
	assert_int_equal(open_agent(), ATT_ERR_AGENT_NOT_OWNED);
	assert_int_equal(att_channel_receive(process, 0, &message, NULL),
	    ATT_ERR_PEER_SILENT);
}

static void
says_what_the_process_says(void **state)
{
	static const struct {
		enum att_agent_failure failure;
		enum att_err err;
	} rows[] = {
		{ ATT_AGENT_UNREACHABLE, ATT_ERR_AGENT_UNREACHABLE },
		{ ATT_AGENT_NOT_OWNED, ATT_ERR_AGENT_NOT_OWNED },
		{ ATT_AGENT_MALFORMED, ATT_ERR_AGENT_MALFORMED },
		{ ATT_AGENT_REFUSED, ATT_ERR_AGENT_REFUSED },
		{ ATT_AGENT_BROKEN, ATT_ERR_SYSTEM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct att_agent_failed failed = { rows[i].failure,
			"because \033[1m" };

		say(att_agent_failed_encode(&failed, &message));
		assert_int_equal(open_agent(), rows[i].err);
		assert_non_null(strstr(why.text, "because"));
		/* it was an agent that chose these words */
		assert_null(strchr(why.text, '\033'));
	}
}

static void
takes_no_other_message(void **state)
{
	(void)state;
	for (int type = 0; type < 256; type++) {
		const uint8_t byte = (uint8_t)type;

		if (type == ATT_MESSAGE_AGENT_READY)
			continue;
		say_bytes(&byte, 1);
		assert_int_equal(open_agent(), ATT_ERR_AGENT_MALFORMED);
	}
	say_bytes("\160more", 5); /* READY, and something left over */
	assert_int_equal(open_agent(), ATT_ERR_AGENT_MALFORMED);
}

static void
ends_with_the_process(void **state)
{
	(void)state;
	close(process);
	process = -1;
	assert_int_equal(open_agent(), ATT_ERR_AGENT_MALFORMED);
}

static void
has_a_deadline(void **state)
{
	int64_t begin = att_clock_ms();

	(void)state;
	assert_int_equal(open_agent(), ATT_ERR_AGENT_TIMEOUT);
	assert_in_range(att_clock_ms() - begin, 900, 3000);
}

static void
stops_when_the_caller_does(void **state)
{
	(void)state;
	assert_int_equal(att_cancel_encode(&message), ATT_OK);
	assert_int_equal(att_channel_send(caller, &message, -1), ATT_OK);
	att_buf_reset(&message);
	say(att_agent_ready_encode(&message));
	assert_int_equal(open_agent(), ATT_ERR_CANCELLED);
}

static enum att_err
find_keys(struct att_agent_found *found)
{
	return att_agent_find(&agent, &session, &find, found, &why);
}

static void
finds_what_was_looked_for(void **state)
{
	struct att_agent_found found = { { 1 }, 1 };

	(void)state;
	be_open();
	say(att_agent_found_encode(&found, &message));
	assert_int_equal(find_keys(&found), ATT_OK);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.keys[0], 1);
}

static void
finds_nothing_else(void **state)
{
	struct att_agent_found found = { { 1, 2 }, 2 };

	(void)state;
	be_open();
	say(att_agent_found_encode(&found, &message));
	assert_int_equal(find_keys(&found), ATT_ERR_AGENT_MALFORMED);
	assert_int_equal(found.count, 0);
}

static enum att_err
sign(struct att_agent_signing *signing)
{
	*signing = (struct att_agent_signing){ .key = 1,
		.data = att_bytes("data", 4) };
	return att_agent_sign(&agent, &session, signing, &why);
}

static void
lends_a_signature(void **state)
{
	struct att_agent_signing signing;

	(void)state;
	be_open();
	say(att_agent_signature_encode(att_bytes("blob", 4), &message));
	assert_int_equal(sign(&signing), ATT_OK);
	assert_true(
	    att_bytes_is_equal(signing.signature, att_bytes("blob", 4)));
	att_buf_reset(&signing.message);
}

static void
takes_no_other_answer_for_a_signature(void **state)
{
	struct att_agent_signing signing;
	struct att_agent_found found = { { 1 }, 1 };

	(void)state;
	be_open();
	say(att_agent_found_encode(&found, &message));
	assert_int_equal(sign(&signing), ATT_ERR_AGENT_MALFORMED);
	say_bytes("\162\0\0\0\4blo", 8);
	assert_int_equal(sign(&signing), ATT_ERR_AGENT_MALFORMED);
	assert_int_equal(signing.message.len, 0);
	assert_int_equal(signing.signature.len, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_the_process_who_calls),
		TEST(asks_nothing_for_a_caller_who_is_none),
		TEST(says_what_the_process_says),
		TEST(takes_no_other_message),
		TEST(ends_with_the_process),
		TEST(has_a_deadline),
		TEST(stops_when_the_caller_does),
		TEST(finds_what_was_looked_for),
		TEST(finds_nothing_else),
		TEST(lends_a_signature),
		TEST(takes_no_other_answer_for_a_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
