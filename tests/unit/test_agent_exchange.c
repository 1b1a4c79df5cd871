/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request to an agent that is a process of this test, and does what it is
 * told: src/agent/exchange.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/wait.h>

#include <signal.h>
#include <unistd.h>

#include "agent/exchange.h"
#include "base/clock.h"
#include "wire/channel.h"

enum {
	REQUEST_SIZE = 7, /* four bytes of length, "ask" */
};

static struct agent_connection connection;
static struct att_buf request, answer;
static struct att_reason why;
static int ours = -1; /* end of the channel */
static pid_t agent;

/* What the agent sends once it was asked; it ends, or waits, after that. */
struct script {
	const void *bytes;
	size_t len;
	size_t at_once; /* 0: all of it */
	bool stays;
};

static void
send_all(int fd, const struct script *script)
{
	size_t piece = script->at_once > 0 ? script->at_once : script->len;
	const char *bytes = script->bytes;

	for (size_t sent = 0; sent < script->len;) {
		size_t left = script->len - sent;
		ssize_t n =
		    write(fd, bytes + sent, piece < left ? piece : left);

		if (n <= 0)
			_exit(1);
		sent += (size_t)n;
		if (script->at_once > 0)
			usleep(1000);
	}
}

static void
be_agent(int fd, const struct script *script)
{
	char asked[REQUEST_SIZE];
	ssize_t n = 0;

	for (size_t got = 0; got < sizeof(asked); got += (size_t)n)
		if ((n = read(fd, asked + got, sizeof(asked) - got)) <= 0)
			_exit(1);
	if (memcmp(asked, "\0\0\0\3ask", sizeof(asked)) != 0)
		_exit(1);
	send_all(fd, script);
	if (script->stays)
		pause();
	_exit(0);
}

static void
start(const struct script *script)
{
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	agent = fork();
	assert_true(agent >= 0);
	if (agent == 0) {
		close(fds[0]);
		close(ours);
		be_agent(fds[1], script);
	}
	close(fds[1]);
	connection.fd = fds[0];
}

static int
set_up(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	ours = fds[0];
	connection = (struct agent_connection){ -1, fds[1] };
	att_buf_init(&request, AGENT_MESSAGE_MAX);
	att_buf_init(&answer, AGENT_MESSAGE_MAX);
	assert_int_equal(att_buf_put(&request, "ask", 3), ATT_OK);
	why = (struct att_reason){ 0 };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (agent > 0) {
		kill(agent, SIGKILL);
		waitpid(agent, NULL, 0);
	}
	agent = 0;
	close(connection.fd);
	close(connection.channel);
	if (ours >= 0)
		close(ours);
	att_buf_reset(&request);
	att_buf_reset(&answer);
	return 0;
}

static enum att_err
exchange(const struct script *script)
{
	enum att_err err;

	start(script);
	err = agent_exchange(&connection, &request, &answer, &why);
	assert_int_equal(why.code, err);
	return err;
}

static void
takes_a_whole_answer(void **state)
{
	const struct script script = { "\0\0\0\5reply", 9, 0, true };

	(void)state;
	assert_int_equal(exchange(&script), ATT_OK);
	assert_int_equal(answer.len, 5);
	assert_memory_equal(answer.ptr, "reply", 5);
}

static void
takes_it_in_pieces(void **state)
{
	const struct script script = { "\0\0\0\5reply", 9, 1, true };

	(void)state;
	assert_int_equal(exchange(&script), ATT_OK);
	assert_int_equal(answer.len, 5);
}

static void
takes_the_longest_one(void **state)
{
	static uint8_t bytes[4 + AGENT_MESSAGE_MAX] = { 0, 4, 0, 0 };
	const struct script script = { bytes, sizeof(bytes), 0, true };

	(void)state;
	assert_int_equal(exchange(&script), ATT_OK);
	assert_int_equal(answer.len, AGENT_MESSAGE_MAX);
}

static void
rejects_lengths_that_no_answer_has(void **state)
{
	static const char *const lengths[] = { "\0\0\0\0x", "\0\4\0\1x",
		"\377\377\377\377x", "HTTP/" };

	for (size_t i = 0; i < 4; i++) {
		const struct script script = { lengths[i], 5, 0, true };

		assert_int_equal(exchange(&script), ATT_ERR_AGENT_MALFORMED);
		tear_down(state);
		set_up(state);
	}
}

static void
rejects_an_answer_that_ends_early(void **state)
{
	static const size_t lengths[] = { 0, 1, 4, 8 };

	for (size_t i = 0; i < 4; i++) {
		const struct script script = { "\0\0\0\5reply", lengths[i], 0,
			false };

		assert_int_equal(exchange(&script), ATT_ERR_AGENT_MALFORMED);
		tear_down(state);
		set_up(state);
	}
}

/* What was there before the question could not be an answer to it. */
static void
rejects_who_speaks_first(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	connection.fd = fds[0];
	assert_int_equal(write(fds[1], "\0\0\0\5reply", 9), 9);
	assert_int_equal(agent_exchange(&connection, &request, &answer, &why),
	    ATT_ERR_AGENT_MALFORMED);
	close(fds[1]);
}

static void
notices_who_is_gone(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	connection.fd = fds[0];
	close(fds[1]);
	assert_int_equal(agent_exchange(&connection, &request, &answer, &why),
	    ATT_ERR_AGENT_MALFORMED);
}

/* Nobody waits any more: neither does this, whatever the agent does. */
static void
gives_up_with_its_channel(void **state)
{
	static const struct script scripts[] = {
		{ "", 0, 0, true },
		{ "\0\0\0\5re", 6, 0, true },
	};

	for (size_t i = 0; i < 2; i++) {
		int64_t begin = att_clock_ms();

		start(&scripts[i]);
		close(ours);
		ours = -1;
		assert_int_equal(
		    agent_exchange(&connection, &request, &answer, &why),
		    ATT_ERR_PEER_GONE);
		assert_true(att_clock_ms() - begin < 2000);
		tear_down(state);
		set_up(state);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_a_whole_answer),
		TEST(takes_it_in_pieces),
		TEST(takes_the_longest_one),
		TEST(rejects_lengths_that_no_answer_has),
		TEST(rejects_an_answer_that_ends_early),
		TEST(rejects_who_speaks_first),
		TEST(notices_who_is_gone),
		TEST(gives_up_with_its_channel),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
