/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over a SOCK_SEQPACKET socket pair, with deadlines. */
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/channel.h"

/* Room for one descriptor; the alignment of a control message is kept. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

enum att_err
att_channel_pair(int fds[2])
{
	fds[0] = fds[1] = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		return ATT_ERR_SYSTEM;
	return ATT_OK;
}

/* Waits for events; a signal that comes meanwhile does not end the wait. */
static enum att_err
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int r;

	do {
		r = poll(&pfd, 1, att_clock_ms_until(deadline));
	} while (r < 0 && errno == EINTR);
	if (r < 0)
		return ATT_ERR_SYSTEM;
	if (r == 0)
		return ATT_ERR_PEER_SILENT;
	return (pfd.revents & POLLNVAL) != 0 ? ATT_ERR_SYSTEM : ATT_OK;
}

static void
attach_descriptor(struct msghdr *msg, union control *control, int fd)
{
	struct cmsghdr *cmsg;

	memset(control, 0, sizeof(*control));
	msg->msg_control = control->bytes;
	msg->msg_controllen = sizeof(control->bytes);
	cmsg = CMSG_FIRSTHDR(msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
}

static enum att_err
send_error(int error)
{
	switch (error) {
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return ATT_ERR_PEER_GONE;
	case EMSGSIZE:
		return ATT_ERR_TOO_LARGE;
	case EAGAIN:
		return ATT_ERR_PEER_SILENT;
	default:
		return ATT_ERR_SYSTEM;
	}
}

enum att_err
att_channel_send(int fd, const struct att_buf *message, int passed_fd)
{
	struct iovec iov = { .iov_base = message->ptr,
		.iov_len = message->len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int64_t deadline = att_clock_ms() + ATT_SEND_WAIT_MS;
	union control control;
	enum att_err r;

	if (message->len == 0)
		return ATT_ERR_INTERNAL;
	if (message->len > ATT_MESSAGE_MAX)
		return ATT_ERR_TOO_LARGE;
	if (passed_fd != -1)
		attach_descriptor(&msg, &control, passed_fd);
	while (sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return send_error(errno);
		if ((r = wait_for(fd, POLLOUT, deadline)) != ATT_OK)
			return r;
	}
	return ATT_OK;
}

/*
 * Takes the descriptors out of a message: exactly one may come, the control
 * buffer's padding has room for a second one, and the kernel tells of more.
 */
static enum att_err
detach_descriptor(struct msghdr *msg, int *passed_fd)
{
	struct cmsghdr *cmsg;
	size_t count = 0;
	int fd;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL;
	     cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = CMSG_LEN(0); at + sizeof(fd) <= cmsg->cmsg_len;
		     at += sizeof(fd)) {
			memcpy(&fd, (const char *)cmsg + at, sizeof(fd));
			if (count++ == 0)
				*passed_fd = fd;
			else
				close(fd);
		}
	}
	if (count <= 1 && (msg->msg_flags & MSG_CTRUNC) == 0)
		return ATT_OK;
	if (*passed_fd != -1)
		close(*passed_fd);
	*passed_fd = -1;
	return ATT_ERR_MESSAGE_MALFORMED;
}

/* Nothing was read: an empty packet, or the end. */
static enum att_err
judge_nothing(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	if (poll(&pfd, 1, 0) > 0 && (pfd.revents & POLLHUP) != 0)
		return ATT_ERR_PEER_GONE;
	return ATT_ERR_MESSAGE_MALFORMED;
}

/* One recvmsg(2); *is_again when there was nothing to read after all. */
static enum att_err
receive_packet(int fd, struct msghdr *msg, size_t *len, bool *is_again)
{
	ssize_t n;

	*len = 0;
	*is_again = false;
	n = recvmsg(fd, msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n > 0) {
		*len = (size_t)n;
		return ATT_OK;
	}
	if (n == 0)
		return judge_nothing(fd);
	/*
	 * ECONNRESET is told once, before what is still in the queue, when the
	 * peer went away without having read everything we sent: its last
	 * message, a result perhaps, comes with the next call.
	 */
	if (errno != EAGAIN && errno != EINTR && errno != ECONNRESET)
		return ATT_ERR_SYSTEM;
	*is_again = true;
	return ATT_OK;
}

static enum att_err
receive_into(int fd, int64_t deadline, struct iovec *iov, int *passed_fd)
{
	struct msghdr msg;
	union control control;
	enum att_err r;
	bool is_again;
	size_t len;

	do {
		if ((r = wait_for(fd, POLLIN, deadline)) != ATT_OK) {
			iov->iov_len = 0;
			return r;
		}
		/* Without room for them the kernel closes descriptors. */
		msg = (struct msghdr){ .msg_iov = iov, .msg_iovlen = 1 };
		if (passed_fd != NULL) {
			msg.msg_control = control.bytes;
			msg.msg_controllen = sizeof(control.bytes);
		}
		r = receive_packet(fd, &msg, &len, &is_again);
	} while (r == ATT_OK && is_again);
	if (passed_fd != NULL &&
	    (r == ATT_OK || r == ATT_ERR_MESSAGE_MALFORMED)) {
		enum att_err detached = detach_descriptor(&msg, passed_fd);

		r = r == ATT_OK ? detached : r;
	}
	if (r == ATT_OK && (msg.msg_flags & MSG_TRUNC) != 0)
		r = ATT_ERR_MESSAGE_MALFORMED;
	iov->iov_len = len;
	return r;
}

enum att_err
att_channel_receive(
    int fd, int64_t deadline, struct att_buf *message, int *passed_fd)
{
	struct iovec iov = { .iov_len = ATT_MESSAGE_MAX };
	enum att_err r;
	int received_fd = -1;

	att_buf_reset(message);
	if (passed_fd != NULL)
		*passed_fd = -1;
	if ((iov.iov_base = malloc(ATT_MESSAGE_MAX)) == NULL)
		return ATT_ERR_NO_MEMORY;
	r = receive_into(
	    fd, deadline, &iov, passed_fd == NULL ? NULL : &received_fd);
	if (r == ATT_OK)
		r = att_buf_put(message, iov.iov_base, iov.iov_len);
	if (r == ATT_OK && passed_fd != NULL) {
		*passed_fd = received_fd;
		received_fd = -1;
	}
	if (received_fd != -1)
		close(received_fd);
	explicit_bzero(iov.iov_base, iov.iov_len);
	free(iov.iov_base);
	return r;
}
