/* SPDX-License-Identifier: BSD-2-Clause */
/* One authenticator's device node under libfido2. CTAP 2.1 section 11.2. */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "wire/channel.h"
#include "hid.h"

enum {
	OUTPUT_REPORT = ATT_HID_REPORT + 1, /* its number, 0, comes first */
	CMD_CBOR = CTAP_FRAME_INIT | CTAP_CMD_CBOR,
	CMD_KEEPALIVE = CTAP_FRAME_INIT | CTAP_KEEPALIVE,
	CMD_ERROR = CTAP_FRAME_INIT | 0x3f,
	LOCK_RETRY_MS = 50,
	STALE_MAX = 512,
};

/* fido_dev_io_open_t gets a path only; see att_hid_get_io(). */
static struct att_hid *the_device;

static int
milliseconds_until(int64_t deadline)
{
	int64_t left = deadline - att_clock_ms();

	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* The earlier of ms from now and the deadline of the operation. */
static int64_t
deadline_within(const struct att_hid *hid, int ms)
{
	int64_t deadline = att_clock_ms() + ms;

	if (hid->deadline >= 0 && hid->deadline < deadline)
		return hid->deadline;
	return deadline;
}

static int
end_with(struct att_hid *hid, enum att_hid_end end)
{
	if (hid->end == ATT_HID_GOES_ON)
		hid->end = end;
	return -1;
}

/* The verifier says something, or nothing any more. */
static int
listen_to_verifier(struct att_hid *hid)
{
	struct att_buf message;
	int r = -1;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (att_channel_receive(hid->channel, 0, &message, NULL) != ATT_OK ||
	    message.len != 1 || message.ptr[0] != ATT_MESSAGE_CANCEL)
		end_with(hid, ATT_HID_CHANNEL_GONE);
	else if (hid->is_open)
		end_with(hid, ATT_HID_CANCELLED);
	else
		r = 0; /* nothing has been asked yet */
	att_buf_reset(&message);
	return r;
}

/*
 * Waits for the device to be ready for events; 0, or -1 with hid->end set.
 * Once the operation has been ended, only CTAPHID_CANCEL is left to be said,
 * and what the verifier says next is for later.
 */
static int
wait_for(struct att_hid *hid, short events, int64_t deadline)
{
	struct pollfd fds[] = {
		{ .fd = hid->fd, .events = events },
		{ .fd = hid->end == ATT_HID_GOES_ON ? hid->channel : -1,
		    .events = POLLIN },
	};
	int r;

	for (;;) {
		r = poll(fds, 2, milliseconds_until(deadline));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return end_with(hid, ATT_HID_BROKEN);
		if (r == 0)
			return end_with(hid, ATT_HID_SILENT);
		if (fds[1].revents != 0 && listen_to_verifier(hid) != 0)
			return -1;
		if ((fds[0].revents & events) != 0)
			return 0;
		if (fds[0].revents != 0)
			return end_with(hid, ATT_HID_BROKEN);
	}
}

enum att_err
att_hid_open(
    struct att_hid *hid, const char *path, int channel, struct att_reason *why)
{
	struct stat st;

	memset(hid, 0, sizeof(*hid));
	hid->channel = channel;
	hid->deadline = -1;
	/* O_NOCTTY: the process leads a session and must not gain a tty. */
	hid->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (hid->fd < 0)
		return att_refuse(why, ATT_ERR_DEVICE_FAILED, "%s: %s", path,
		    strerror(errno));
	if (fstat(hid->fd, &st) == 0 && S_ISCHR(st.st_mode))
		return ATT_OK;
	close(hid->fd);
	hid->fd = -1;
	return att_refuse(why, ATT_ERR_DEVICE_FAILED,
	    "%s: not a character device, so not a security key", path);
}

static void *
io_open(const char *path)
{
	(void)path;
	return the_device;
}

static void
io_close(void *handle)
{
	(void)handle; /* the process ends with its device */
}

/* The message authenticatorGetInfo on whatever channel: 6.4. */
static bool
is_get_info(const uint8_t *packet)
{
	return packet[ATT_PACKET_CMD] == CMD_CBOR &&
	       packet[ATT_PACKET_COUNT_HIGH] == 0 &&
	       packet[ATT_PACKET_COUNT_LOW] == 1 &&
	       packet[ATT_PACKET_DATA] == CTAP_CBOR_GETINFO;
}

static void
record(struct att_hid *hid, const uint8_t *packet)
{
	if (packet[ATT_PACKET_CMD] == CMD_KEEPALIVE)
		return;
	if (hid->info_count == ATT_HID_INFO_REPORTS) {
		hid->is_recording = false;
		hid->info_count = hid->info_next = 0;
		return;
	}
	memcpy(hid->info[hid->info_count++], packet, ATT_HID_REPORT);
	hid->info_next = hid->info_count;
}

static int
io_read(void *handle, unsigned char *buf, size_t len, int ms)
{
	struct att_hid *hid = handle;
	int64_t deadline = deadline_within(
	    hid, ms >= 0 && ms < ATT_HID_SILENCE_MS ? ms : ATT_HID_SILENCE_MS);
	ssize_t n;

	if (len != ATT_HID_REPORT)
		return end_with(hid, ATT_HID_BROKEN);
	if (hid->info_next < hid->info_count) {
		memcpy(buf, hid->info[hid->info_next++], ATT_HID_REPORT);
		return ATT_HID_REPORT;
	}
	do {
		if (wait_for(hid, POLLIN, deadline) != 0)
			return -1;
		n = read(hid->fd, buf, len);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	if (n != ATT_HID_REPORT)
		return end_with(hid, ATT_HID_BROKEN);
	if (hid->is_recording)
		record(hid, buf);
	if (buf[ATT_PACKET_CMD] == CMD_ERROR)
		hid->error = buf[ATT_PACKET_DATA];
	if (!att_reply_note_answer(&hid->reply, buf))
		return end_with(hid, ATT_HID_DISBELIEVED);
	return ATT_HID_REPORT;
}

/* A terminal may take a report in parts; hidraw takes it whole or not. */
static int
write_all(struct att_hid *hid, const unsigned char *buf, size_t len)
{
	int64_t deadline = deadline_within(hid, hid->end == ATT_HID_GOES_ON
						    ? ATT_HID_SILENCE_MS
						    : ATT_HID_CANCEL_MS);
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		if (wait_for(hid, POLLOUT, deadline) != 0)
			return -1;
		n = write(hid->fd, buf + done, len - done);
		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return end_with(hid, ATT_HID_BROKEN);
	}
	return 0;
}

static int
io_write(void *handle, const unsigned char *buf, size_t len)
{
	struct att_hid *hid = handle;

	if (len != OUTPUT_REPORT)
		return end_with(hid, ATT_HID_BROKEN);
	hid->is_recording = false;
	hid->info_next = hid->info_count;
	if (is_get_info(buf + 1)) {
		hid->info_next = 0;
		if (hid->info_count > 0)
			return OUTPUT_REPORT;
		hid->is_recording = true;
	}
	att_reply_note_request(&hid->reply, buf + 1);
	return write_all(hid, buf, len) == 0 ? OUTPUT_REPORT : -1;
}

const fido_dev_io_t *
att_hid_get_io(struct att_hid *hid)
{
	static const fido_dev_io_t io = {
		.open = io_open,
		.close = io_close,
		.read = io_read,
		.write = io_write,
	};

	the_device = hid;
	return &io;
}

/* What the device said to others, or too late. */
static void
drop_stale(struct att_hid *hid)
{
	uint8_t packet[ATT_HID_REPORT];

	for (int i = 0; i < STALE_MAX; i++)
		if (read(hid->fd, packet, sizeof(packet)) <= 0)
			return;
}

enum att_err
att_hid_take(struct att_hid *hid, int ms)
{
	int64_t deadline = att_clock_ms() + ATT_HID_LOCK_MS;

	hid->end = ATT_HID_GOES_ON;
	hid->error = 0;
	hid->deadline = ms < 0 ? -1 : att_clock_ms() + ms;
	while (flock(hid->fd, LOCK_EX | LOCK_NB) != 0) {
		struct pollfd channel = { .fd = hid->channel,
			.events = POLLIN };

		if (errno != EWOULDBLOCK && errno != EINTR)
			return ATT_ERR_DEVICE_FAILED;
		if (att_clock_ms() >= deadline)
			return ATT_ERR_DEVICE_BUSY;
		if (poll(&channel, 1, LOCK_RETRY_MS) > 0 &&
		    listen_to_verifier(hid) != 0)
			return ATT_ERR_CANCELLED;
	}
	drop_stale(hid);
	return ATT_OK;
}

void
att_hid_let_go(struct att_hid *hid)
{
	flock(hid->fd, LOCK_UN);
}

void
att_hid_await_cancelled(struct att_hid *hid)
{
	int64_t deadline = att_clock_ms() + ATT_HID_CANCEL_MS;
	struct pollfd pfd = { .fd = hid->fd, .events = POLLIN };
	uint8_t packet[ATT_HID_REPORT];

	while (poll(&pfd, 1, milliseconds_until(deadline)) > 0) {
		if (read(hid->fd, packet, sizeof(packet)) != sizeof(packet) ||
		    packet[ATT_PACKET_CMD] != CMD_KEEPALIVE)
			break;
	}
	drop_stale(hid);
}
