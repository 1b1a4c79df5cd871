/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over a socket pair: whole or refused, and nothing left open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/channel.h"

struct pair {
	int fds[2];
	int open_before;
	struct att_buf message;
};

static int
count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static int
set_up(void **state)
{
	struct pair *pair = test_calloc(1, sizeof(*pair));

	pair->open_before = count_descriptors();
	assert_int_equal(att_channel_pair(pair->fds), ATT_OK);
	att_buf_init(&pair->message, ATT_MESSAGE_MAX);
	*state = pair;
	return 0;
}

static int
tear_down(void **state)
{
	struct pair *pair = *state;

	att_buf_reset(&pair->message);
	for (int i = 0; i < 2; i++)
		if (pair->fds[i] != -1)
			close(pair->fds[i]);
	assert_int_equal(count_descriptors(), pair->open_before);
	test_free(pair);
	return 0;
}

static void
put(struct pair *pair, size_t len, uint8_t fill)
{
	att_buf_reset(&pair->message);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(att_buf_put_u8(&pair->message, fill), ATT_OK);
}

static void
hang_up(struct pair *pair)
{
	close(pair->fds[0]);
	pair->fds[0] = -1;
}

static enum att_err
receive(struct pair *pair, int *passed_fd)
{
	return att_channel_receive(
	    pair->fds[1], att_clock_ms() + 1000, &pair->message, passed_fd);
}

/* What a peer can send that att_channel_send() would not. */
static void
send_raw(int fd, const void *ptr, size_t len, const int *fds, size_t count)
{
	char control[CMSG_SPACE(8 * sizeof(int))] = { 0 };
	struct iovec iov = { .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	memcpy(&iov.iov_base, &ptr, sizeof(ptr));
	if (count > 0) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, count * sizeof(int));
	}
	assert_int_equal(sendmsg(fd, &msg, MSG_NOSIGNAL), (ssize_t)len);
}

static void
keeps_messages_apart(void **state)
{
	struct pair *pair = *state;
	static const size_t sizes[] = { 1, 2, 300, ATT_MESSAGE_MAX };

	for (uint8_t i = 0; i < 3; i++) {
		put(pair, sizes[i], i);
		assert_int_equal(
		    att_channel_send(pair->fds[0], &pair->message, -1), ATT_OK);
	}
	for (uint8_t i = 0; i < 3; i++) {
		assert_int_equal(receive(pair, NULL), ATT_OK);
		assert_int_equal(pair->message.len, sizes[i]);
		assert_int_equal(pair->message.ptr[0], i);
		assert_int_equal(pair->message.ptr[sizes[i] - 1], i);
	}
	put(pair, sizes[3], 9);
	assert_int_equal(
	    att_channel_send(pair->fds[0], &pair->message, -1), ATT_OK);
	assert_int_equal(receive(pair, NULL), ATT_OK);
	assert_int_equal(pair->message.len, ATT_MESSAGE_MAX);
}

static void
ends_are_closed_on_exec(void **state)
{
	struct pair *pair = *state;

	for (int i = 0; i < 2; i++)
		assert_true((fcntl(pair->fds[i], F_GETFD) & FD_CLOEXEC) != 0);
}

static void
refuses_to_send_nothing_or_too_much(void **state)
{
	struct pair *pair = *state;
	struct att_buf large;

	put(pair, 0, 0);
	assert_int_equal(att_channel_send(pair->fds[0], &pair->message, -1),
	    ATT_ERR_INTERNAL);
	att_buf_init(&large, ATT_MESSAGE_MAX + 1);
	for (size_t i = 0; i <= ATT_MESSAGE_MAX; i++)
		assert_int_equal(att_buf_put_u8(&large, 1), ATT_OK);
	assert_int_equal(
	    att_channel_send(pair->fds[0], &large, -1), ATT_ERR_TOO_LARGE);
	att_buf_reset(&large);
}

static void
send_notices_that_the_peer_is_gone(void **state)
{
	struct pair *pair = *state;

	hang_up(pair);
	put(pair, 1, 1);
	/* No SIGPIPE either: it would end the test. */
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(att_channel_send(pair->fds[1], &pair->message, -1),
	    ATT_ERR_PEER_GONE);
}

static void
a_full_socket_is_not_waited_for_forever(void **state)
{
	struct pair *pair = *state;
	int64_t before, took;
	enum att_err r;

	put(pair, 4096, 1);
	do {
		before = att_clock_ms();
		r = att_channel_send(pair->fds[0], &pair->message, -1);
		took = att_clock_ms() - before;
	} while (r == ATT_OK);
	assert_int_equal(r, ATT_ERR_PEER_SILENT);
	assert_in_range(took, ATT_SEND_WAIT_MS - 50, ATT_SEND_WAIT_MS + 1500);
}

static void
waits_until_the_deadline(void **state)
{
	struct pair *pair = *state;
	int64_t before = att_clock_ms(), took;

	assert_int_equal(att_channel_receive(
			     pair->fds[1], before + 100, &pair->message, NULL),
	    ATT_ERR_PEER_SILENT);
	took = att_clock_ms() - before;
	assert_in_range(took, 99, 1500);
	assert_int_equal(
	    att_channel_receive(pair->fds[1], 0, &pair->message, NULL),
	    ATT_ERR_PEER_SILENT);
}

static void
on_signal(int number)
{
	(void)number;
}

static void
a_signal_does_not_end_the_wait(void **state)
{
	struct pair *pair = *state;
	struct itimerval timer = { { 0, 10000 }, { 0, 10000 } };
	const struct itimerval off = { { 0, 0 }, { 0, 0 } };
	int64_t before = att_clock_ms();
	enum att_err r;

	signal(SIGALRM, on_signal);
	setitimer(ITIMER_REAL, &timer, NULL);
	r = att_channel_receive(
	    pair->fds[1], before + 150, &pair->message, NULL);
	setitimer(ITIMER_REAL, &off, NULL);
	signal(SIGALRM, SIG_DFL);
	assert_int_equal(r, ATT_ERR_PEER_SILENT);
	assert_true(att_clock_ms() - before >= 149);
}

static void
receives_what_was_sent_before_the_end(void **state)
{
	struct pair *pair = *state;

	/* Unread by the peer: its end is ECONNRESET for us, once. */
	put(pair, 5, 1);
	assert_int_equal(
	    att_channel_send(pair->fds[1], &pair->message, -1), ATT_OK);
	put(pair, 3, 7);
	assert_int_equal(
	    att_channel_send(pair->fds[0], &pair->message, -1), ATT_OK);
	hang_up(pair);
	assert_int_equal(receive(pair, NULL), ATT_OK);
	assert_int_equal(pair->message.len, 3);
	assert_int_equal(pair->message.ptr[0], 7);
	assert_int_equal(receive(pair, NULL), ATT_ERR_PEER_GONE);
	assert_int_equal(pair->message.len, 0);
	assert_int_equal(
	    att_channel_receive(pair->fds[1], -1, &pair->message, NULL),
	    ATT_ERR_PEER_GONE);
}

static void
refuses_an_empty_message(void **state)
{
	struct pair *pair = *state;

	send_raw(pair->fds[0], "", 0, NULL, 0);
	assert_int_equal(receive(pair, NULL), ATT_ERR_MESSAGE_MALFORMED);
}

static void
refuses_a_message_that_is_too_long(void **state)
{
	struct pair *pair = *state;
	char *large = test_calloc(1, ATT_MESSAGE_MAX + 1);

	send_raw(pair->fds[0], large, ATT_MESSAGE_MAX + 1, NULL, 0);
	assert_int_equal(receive(pair, NULL), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(pair->message.len, 0);
	test_free(large);
}

static void
passes_a_descriptor(void **state)
{
	struct pair *pair = *state;
	int ends[2], got = -1;
	char byte = 0;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	put(pair, 1, 1);
	assert_int_equal(
	    att_channel_send(pair->fds[0], &pair->message, ends[1]), ATT_OK);
	close(ends[1]);
	assert_int_equal(receive(pair, &got), ATT_OK);
	assert_true(got >= 0);
	assert_true((fcntl(got, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(write(got, "x", 1), 1);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	close(got);
	close(ends[0]);
}

static void
says_when_no_descriptor_came(void **state)
{
	struct pair *pair = *state;
	int got = 99;

	put(pair, 1, 1);
	assert_int_equal(
	    att_channel_send(pair->fds[0], &pair->message, -1), ATT_OK);
	assert_int_equal(receive(pair, &got), ATT_OK);
	assert_int_equal(got, -1);
}

static void
closes_a_descriptor_nobody_asked_for(void **state)
{
	struct pair *pair = *state;

	send_raw(pair->fds[0], "x", 1, &pair->fds[0], 1);
	assert_int_equal(receive(pair, NULL), ATT_OK);
	/* tear_down() counts what is open. */
}

static void
closes_the_descriptor_of_a_refused_message(void **state)
{
	struct pair *pair = *state;
	char *large = test_calloc(1, ATT_MESSAGE_MAX + 1);
	int got = 99;

	send_raw(pair->fds[0], large, ATT_MESSAGE_MAX + 1, &pair->fds[0], 1);
	assert_int_equal(receive(pair, &got), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(got, -1);
	send_raw(pair->fds[0], "", 0, &pair->fds[0], 1);
	assert_int_equal(receive(pair, &got), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(got, -1);
	test_free(large);
}

static void
refuses_more_than_one_descriptor(void **state)
{
	struct pair *pair = *state;
	int fds[8], got;

	for (size_t i = 0; i < 8; i++)
		fds[i] = pair->fds[0];
	for (size_t count = 2; count <= 8; count++) {
		got = 99;
		send_raw(pair->fds[0], "x", 1, fds, count);
		assert_int_equal(
		    receive(pair, &got), ATT_ERR_MESSAGE_MALFORMED);
		assert_int_equal(got, -1);
	}
}

static void
refuses_what_is_no_socket(void **state)
{
	struct pair *pair = *state;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(att_channel_receive(ends[0], -1, &pair->message, NULL),
	    ATT_ERR_SYSTEM);
	put(pair, 1, 1);
	assert_int_equal(
	    att_channel_send(ends[1], &pair->message, -1), ATT_ERR_SYSTEM);
	close(ends[0]);
	close(ends[1]);
	/* A closed number is an error as well, not an endless wait. */
	assert_int_equal(att_channel_receive(ends[0], -1, &pair->message, NULL),
	    ATT_ERR_SYSTEM);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_messages_apart),
		TEST(ends_are_closed_on_exec),
		TEST(refuses_to_send_nothing_or_too_much),
		TEST(send_notices_that_the_peer_is_gone),
		TEST(a_full_socket_is_not_waited_for_forever),
		TEST(waits_until_the_deadline),
		TEST(a_signal_does_not_end_the_wait),
		TEST(receives_what_was_sent_before_the_end),
		TEST(refuses_an_empty_message),
		TEST(refuses_a_message_that_is_too_long),
		TEST(passes_a_descriptor),
		TEST(says_when_no_descriptor_came),
		TEST(closes_a_descriptor_nobody_asked_for),
		TEST(closes_the_descriptor_of_a_refused_message),
		TEST(refuses_more_than_one_descriptor),
		TEST(refuses_what_is_no_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
