/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at a path before it is connected to, and at the peer afterwards. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "agent/socket.h"

enum {
	FULL_WAIT_MS = 20, /* until a full queue is tried again */
};

static enum att_err
refuse_errno(const struct agent_place *place, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_AGENT_UNREACHABLE,
	    "the SSH agent at %s cannot be reached: %s", place->path,
	    strerror(errno));
}

/* It may be changed after this look; who listens is looked at once more. */
static enum att_err
check_path(const struct agent_place *place, struct att_reason *why)
{
	struct stat st;

	if (place->path[0] != '/')
		return att_refuse(why, ATT_ERR_AGENT_NOT_OWNED,
		    "\"%s\" is not the absolute path of a socket", place->path);
	if (lstat(place->path, &st) != 0)
		return refuse_errno(place, why);
	if (S_ISLNK(st.st_mode))
		return att_refuse(why, ATT_ERR_AGENT_NOT_OWNED,
		    "%s is a symbolic link; name the socket itself",
		    place->path);
	if (!S_ISSOCK(st.st_mode))
		return att_refuse(why, ATT_ERR_AGENT_NOT_OWNED,
		    "%s is not a socket", place->path);
	if (st.st_uid != place->uid)
		return att_refuse(why, ATT_ERR_AGENT_NOT_OWNED,
		    "%s belongs to the uid %u, and the caller is %u",
		    place->path, (unsigned int)st.st_uid,
		    (unsigned int)place->uid);
	return ATT_OK;
}

static enum att_err
check_peer(int fd, const struct agent_place *place, struct att_reason *why)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    len != sizeof(peer))
		return refuse_errno(place, why);
	if (peer.uid != place->uid)
		return att_refuse(why, ATT_ERR_AGENT_NOT_OWNED,
		    "who listens at %s has the uid %u, and the caller is %u",
		    place->path, (unsigned int)peer.uid,
		    (unsigned int)place->uid);
	return ATT_OK;
}

/* A queue that is full cannot be waited for but by trying again. */
static enum att_err
wait_for_place(int channel)
{
	struct pollfd fd = { .fd = channel, .events = POLLIN };

	return poll(&fd, 1, FULL_WAIT_MS) > 0 ? ATT_ERR_PEER_GONE : ATT_OK;
}

static enum att_err
try_to_connect(int fd, const struct agent_place *place, struct att_reason *why)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(place->path);
	enum att_err err;

	if (len >= sizeof(to.sun_path))
		return att_refuse(why, ATT_ERR_AGENT_UNREACHABLE,
		    "the path of the SSH agent's socket has %zu bytes, and "
		    "sockets have at most %zu",
		    len, sizeof(to.sun_path) - 1);
	memcpy(to.sun_path, place->path, len + 1);
	while (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		if (errno != EAGAIN && errno != EINTR)
			return refuse_errno(place, why);
		if ((err = wait_for_place(place->channel)) != ATT_OK)
			return err;
	}
	return ATT_OK;
}

enum att_err
agent_connect(const struct agent_place *place, int *fdp, struct att_reason *why)
{
	enum att_err err;
	int fd;

	*fdp = -1;
	if ((err = check_path(place, why)) != ATT_OK)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return att_refuse_plain(why, ATT_ERR_SYSTEM);
	if ((err = try_to_connect(fd, place, why)) != ATT_OK ||
	    (err = check_peer(fd, place, why)) != ATT_OK) {
		close(fd);
		return err;
	}
	*fdp = fd;
	return ATT_OK;
}
