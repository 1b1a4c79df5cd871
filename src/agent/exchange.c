/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream with a length before each message, and never a blocking call. */
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "agent/exchange.h"

enum {
	LENGTH_SIZE = 4,
	PIECE = 4096,
};

/* Until the agent is ready for that; the channel means that it is over. */
static enum att_err
wait_for(const struct agent_connection *connection, short events)
{
	struct pollfd fds[] = {
		{ .fd = connection->channel, .events = POLLIN },
		{ .fd = connection->fd, .events = events },
	};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return ATT_ERR_SYSTEM;
	return fds[0].revents != 0 ? ATT_ERR_PEER_GONE : ATT_OK;
}

static bool
is_for_later(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static enum att_err
refuse_errno(struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_AGENT_UNREACHABLE,
	    "the SSH agent went away: %s", strerror(errno));
}

static enum att_err
send_bytes(const struct agent_connection *connection, struct att_bytes bytes,
    struct att_reason *why)
{
	struct iovec part;
	const struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	enum att_err err;
	ssize_t n;

	for (size_t sent = 0; sent < bytes.len;) {
		if ((err = wait_for(connection, POLLOUT)) != ATT_OK)
			return err;
		part.iov_base = (void *)(uintptr_t)(bytes.ptr + sent);
		part.iov_len = bytes.len - sent;
		n = sendmsg(connection->fd, &header, MSG_NOSIGNAL);
		if (n < 0 && !is_for_later(errno))
			return refuse_errno(why);
		if (n > 0)
			sent += (size_t)n;
	}
	return ATT_OK;
}

/* As many bytes as there are, up to max; none is the end. */
static enum att_err
receive_some(const struct agent_connection *connection, uint8_t *to, size_t max,
    size_t *lenp)
{
	struct iovec part = { .iov_base = to, .iov_len = max };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	enum att_err err;
	ssize_t n;

	do {
		if ((err = wait_for(connection, POLLIN)) != ATT_OK)
			return err;
		n = recvmsg(connection->fd, &header, MSG_CMSG_CLOEXEC);
	} while (n < 0 && is_for_later(errno));
	if (n < 0)
		return ATT_ERR_AGENT_UNREACHABLE;
	*lenp = (size_t)n;
	return ATT_OK;
}

static enum att_err
receive_bytes(const struct agent_connection *connection, size_t len,
    struct att_buf *to, struct att_reason *why)
{
	uint8_t piece[PIECE];
	enum att_err err;
	size_t n;

	for (; len > 0; len -= n) {
		err = receive_some(connection, piece,
		    len < sizeof(piece) ? len : sizeof(piece), &n);
		if (err == ATT_ERR_AGENT_UNREACHABLE)
			return refuse_errno(why);
		if (err != ATT_OK)
			return err;
		if (n == 0)
			return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
			    "the SSH agent closed the connection before its "
			    "answer was complete");
		if ((err = att_buf_put(to, piece, n)) != ATT_OK)
			return err;
	}
	return ATT_OK;
}

/* What is there already was said before it could be an answer. */
static enum att_err
check_silence(const struct agent_connection *connection, struct att_reason *why)
{
	struct pollfd fd = { .fd = connection->fd, .events = POLLIN };

	if (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) != 0)
		return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
		    "the SSH agent spoke, or hung up, before it was asked");
	return ATT_OK;
}

static enum att_err
send_request(const struct agent_connection *connection,
    const struct att_buf *request, struct att_reason *why)
{
	struct att_buf framed;
	enum att_err err;

	att_buf_init(&framed, AGENT_MESSAGE_MAX + LENGTH_SIZE);
	if ((err = att_buf_put_string(&framed, att_buf_get(request))) == ATT_OK)
		err = send_bytes(connection, att_buf_get(&framed), why);
	att_buf_reset(&framed);
	return err;
}

static enum att_err
receive_answer(const struct agent_connection *connection,
    struct att_buf *answer, struct att_reason *why)
{
	struct att_buf length;
	struct att_reader r;
	uint32_t len = 0;
	enum att_err err;

	att_buf_init(&length, LENGTH_SIZE);
	err = receive_bytes(connection, LENGTH_SIZE, &length, why);
	r = att_reader(att_buf_get(&length));
	if (err == ATT_OK)
		err = att_reader_get_u32(&r, &len);
	att_buf_reset(&length);
	if (err != ATT_OK)
		return err;
	if (len == 0 || len > AGENT_MESSAGE_MAX)
		return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
		    "the SSH agent announced an answer of %lu bytes, expected "
		    "1 to %d",
		    (unsigned long)len, AGENT_MESSAGE_MAX);
	return receive_bytes(connection, len, answer, why);
}

enum att_err
agent_exchange(const struct agent_connection *connection,
    const struct att_buf *request, struct att_buf *answer,
    struct att_reason *why)
{
	enum att_err err;

	att_buf_reset(answer);
	if ((err = check_silence(connection, why)) != ATT_OK ||
	    (err = send_request(connection, request, why)) != ATT_OK ||
	    (err = receive_answer(connection, answer, why)) != ATT_OK)
		return att_refuse_plain(why, err);
	return ATT_OK;
}
