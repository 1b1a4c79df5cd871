/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting the authenticator processes and listening to all of them. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "verifier/authenticators.h"
#include "wire/channel.h"
#include "wire/login.h"

/* What the configuration may name is what the protocol can carry. */
_Static_assert((int)ATT_OPTION_DEVICES_MAX == (int)ATT_DEVICES_MAX,
    "option device and message OPEN have to agree");

#define AUTHENTICATOR_PROGRAM ATT_PROGRAMSDIR "/pam_attest-authenticator"

enum {
	CANCEL_GRACE_MS = 100,
	REAP_MS = 150,
};

void
att_authenticators_init(struct att_authenticators *set)
{
	memset(set, 0, sizeof(*set));
	att_child_init(&set->supervisor);
}

enum att_err
att_authenticators_start(struct att_authenticators *set, struct att_reason *why)
{
	return att_child_start(&set->supervisor, AUTHENTICATOR_PROGRAM, why);
}

enum att_err
att_authenticators_open(struct att_authenticators *set,
    const struct att_paths *paths, struct att_reason *why)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = att_open_encode(paths, &message)) == ATT_OK)
		r = att_channel_send(set->supervisor.channel, &message, -1);
	att_buf_reset(&message);
	return att_refuse_plain(why, r);
}

static void
close_device(struct att_authenticator *device)
{
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
	device->state = ATT_DEVICE_GONE;
	device->failure = ATT_ERR_DEVICE_FAILED;
}

void
att_authenticators_drop(struct att_authenticators *set, size_t which)
{
	close_device(&set->list[which]);
}

void
att_authenticators_reset(struct att_authenticators *set)
{
	for (size_t i = 0; i < set->count; i++) {
		close_device(&set->list[i]);
		free(set->list[i].path);
	}
	att_child_end(&set->supervisor, REAP_MS);
	att_authenticators_init(set);
}

static enum att_err
add_device(
    struct att_authenticators *set, const struct att_buf *message, int fd)
{
	struct att_authenticator *device = &set->list[set->count];
	char *path = NULL;
	enum att_err r;

	if (fd < 0 || set->count == ATT_DEVICES_MAX)
		r = ATT_ERR_MESSAGE_MALFORMED;
	else
		r = att_device_decode(att_buf_get(message), &path);
	if (r != ATT_OK) {
		if (fd >= 0)
			close(fd);
		return r;
	}
	*device = (struct att_authenticator){
		.fd = fd, .path = path, .state = ATT_DEVICE_STARTING
	};
	set->count++;
	return ATT_OK;
}

/* A message of the supervisor: one more device, or the end of the list. */
static enum att_err
hear_supervisor(struct att_authenticators *set, struct att_buf *message)
{
	uint32_t count;
	enum att_err r;
	int fd;

	if ((r = att_channel_receive(
		 set->supervisor.channel, 0, message, &fd)) != ATT_OK)
		return r;
	if (message->ptr[0] == ATT_MESSAGE_DEVICE)
		return add_device(set, message, fd);
	if (fd >= 0)
		close(fd);
	if ((r = att_devices_end_decode(att_buf_get(message), &count)) !=
	    ATT_OK)
		return r;
	if (count != set->count)
		return ATT_ERR_MESSAGE_MALFORMED;
	set->is_complete = true;
	return ATT_OK;
}

/* A message of a device process. Nothing it does harms the others. */
static enum att_event
hear_device(struct att_authenticator *device, struct att_buf *message)
{
	enum att_err r = att_channel_receive(device->fd, 0, message, NULL);

	if (r == ATT_OK)
		return ATT_EVENT_DEVICE;
	close_device(device);
	return ATT_EVENT_LOST;
}

/* Which descriptors to watch, in the order poll results are looked at. */
struct watched {
	struct pollfd fds[ATT_DEVICES_MAX + 2];
};

static void
watch(const struct att_authenticators *set, int caller, struct watched *w)
{
	w->fds[0] = (struct pollfd){ .fd = caller, .events = POLLIN };
	w->fds[1] = (struct pollfd){
		.fd = set->is_complete ? -1 : set->supervisor.channel,
		.events = POLLIN,
	};
	for (size_t i = 0; i < set->count; i++)
		w->fds[2 + i] =
		    (struct pollfd){ .fd = set->list[i].fd, .events = POLLIN };
}

static enum att_err
poll_until(struct pollfd *fds, nfds_t count, int64_t deadline, int *ready)
{
	*ready = poll(fds, count, att_clock_ms_until(deadline));
	if (*ready < 0 && errno == EINTR)
		*ready = 0;
	return *ready < 0 ? ATT_ERR_SYSTEM : ATT_OK;
}

/* The caller comes first: it may want to stop. */
static enum att_err
dispatch(struct att_authenticators *set, const struct watched *w,
    enum att_event *event, size_t *which, struct att_buf *message)
{
	enum att_err r;

	if (w->fds[0].revents != 0) {
		*event = ATT_EVENT_CALLER;
		return ATT_OK;
	}
	for (size_t n = 0; n < set->count; n++) {
		size_t i = (set->turn + n) % set->count;

		if (set->list[i].fd < 0 || w->fds[2 + i].revents == 0)
			continue;
		set->turn = i + 1;
		*which = i;
		*event = hear_device(&set->list[i], message);
		return ATT_OK;
	}
	if ((r = hear_supervisor(set, message)) != ATT_OK)
		return r;
	*event = ATT_EVENT_COMPLETE;
	return ATT_OK;
}

enum att_err
att_authenticators_wait(struct att_authenticators *set,
    const struct att_wait *wait, enum att_event *event, size_t *which,
    struct att_buf *message)
{
	struct watched w;
	enum att_err r;
	int ready;

	*event = ATT_EVENT_DEADLINE;
	*which = SIZE_MAX;
	while (att_clock_ms() < wait->deadline) {
		att_buf_reset(message);
		watch(set, wait->caller, &w);
		if ((r = poll_until(w.fds, 2 + set->count, wait->deadline,
			 &ready)) != ATT_OK)
			return r;
		if (ready == 0)
			continue;
		if ((r = dispatch(set, &w, event, which, message)) != ATT_OK)
			return r;
		if (*event != ATT_EVENT_COMPLETE || set->is_complete)
			return ATT_OK;
	}
	*event = ATT_EVENT_DEADLINE;
	return ATT_OK;
}

enum att_err
att_authenticators_send(
    struct att_authenticators *set, size_t which, const struct att_buf *message)
{
	struct att_authenticator *device = &set->list[which];

	if (device->fd >= 0 &&
	    att_channel_send(device->fd, message, -1) == ATT_OK)
		return ATT_OK;
	close_device(device);
	return device->failure;
}

static bool
is_running(const struct att_authenticator *device)
{
	return device->state == ATT_DEVICE_BUSY ||
	       device->state == ATT_DEVICE_LOOKING;
}

/* Waits until each cancelled process has answered, but not for long. */
static void
await_cancelled(struct att_authenticators *set)
{
	int64_t deadline = att_clock_ms() + CANCEL_GRACE_MS;
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	for (size_t i = 0; i < set->count; i++) {
		struct att_authenticator *device = &set->list[i];

		if (!is_running(device))
			continue;
		if (att_channel_receive(device->fd, deadline, &message, NULL) !=
		    ATT_OK)
			close_device(device);
		else
			device->state = ATT_DEVICE_IDLE;
	}
	att_buf_reset(&message);
}

void
att_authenticators_cancel(struct att_authenticators *set, size_t except)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (except < set->count && is_running(&set->list[except]))
		set->list[except].state = ATT_DEVICE_IDLE;
	if (att_cancel_encode(&message) == ATT_OK)
		for (size_t i = 0; i < set->count; i++)
			if (is_running(&set->list[i]))
				(void)!att_authenticators_send(
				    set, i, &message);
	att_buf_reset(&message);
	await_cancelled(set);
}
