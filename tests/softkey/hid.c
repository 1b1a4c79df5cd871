/* SPDX-License-Identifier: BSD-2-Clause */
/* CTAPHID: reports, channels, messages, keepalive, cancel (CTAP 2.1, 11.2) */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hid.h"
#include "keys.h"

#define TYPE_INIT 0x80
#define INIT_HEAD 7
#define CONT_HEAD 5
#define NONCE_LEN 8
#define BROADCAST 0xffffffffU
/* The longest silence inside a message, 11.2.5.2 */
#define ASSEMBLY_MS 500
/* A client that reads nothing loses the report, as with a full queue. */
#define WRITE_MS 1000

static void
sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	if (ms <= 0)
		return;
	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		continue;
}

static uint32_t
get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void
put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static void
write_bytes(struct hid *hid, const uint8_t *data, size_t len)
{
	struct port *port = &hid->port;
	struct pollfd fd = { .fd = port->fd, .events = POLLOUT };
	ssize_t n;

	sleep_ms(hid->latency_ms);
	while (len > 0 && port->fd >= 0) {
		if ((n = port->kind->write(port, data, len)) > 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno != EAGAIN || poll(&fd, 1, WRITE_MS) != 1) {
			return;
		}
	}
}

static void
write_report(struct hid *hid, const uint8_t report[HID_REPORT])
{
	if (hid->fault == FAULT_SHORT_REPORT) {
		hid->port.kind->set_report_size(&hid->port, 1);
		write_bytes(hid, report, 20);
		return;
	}
	write_bytes(hid, report, HID_REPORT);
}

static uint32_t
faulty_cid(const struct hid *hid, uint32_t cid)
{
	return hid->fault == FAULT_WRONG_CHANNEL ? cid ^ 0x00010000U : cid;
}

static uint8_t
faulty_seq(const struct hid *hid, uint8_t seq)
{
	return hid->fault == FAULT_BAD_SEQUENCE ? seq ^ 1 : seq;
}

static void
send_on(
    struct hid *hid, uint32_t cid, uint8_t cmd, const uint8_t *data, size_t len)
{
	uint8_t report[HID_REPORT] = { 0 };
	size_t n = len < HID_REPORT - INIT_HEAD ? len : HID_REPORT - INIT_HEAD;
	size_t said = hid->fault == FAULT_OVERSIZED_LENGTH ? 0xffff : len;

	trace_message(hid->trace, TRACE_OUT, cid, cmd, data, len);
	put_be32(report, faulty_cid(hid, cid));
	report[4] = cmd | TYPE_INIT;
	report[5] = (uint8_t)(said >> 8);
	report[6] = (uint8_t)said;
	if (n != 0)
		memcpy(report + INIT_HEAD, data, n);
	write_report(hid, report);
	if (hid->fault == FAULT_DISCONNECT) {
		port_close(&hid->port);
		return;
	}
	for (uint8_t seq = 0; n < len; seq++) {
		size_t part = len - n < HID_REPORT - CONT_HEAD
				  ? len - n
				  : HID_REPORT - CONT_HEAD;

		memset(report + CONT_HEAD, 0, HID_REPORT - CONT_HEAD);
		report[4] = faulty_seq(hid, seq);
		memcpy(report + CONT_HEAD, data + n, part);
		write_report(hid, report);
		n += part;
	}
}

static void
send_error(struct hid *hid, uint32_t cid, enum ctaphid_error error)
{
	uint8_t code = (uint8_t)error;

	send_on(hid, cid, CTAPHID_ERROR, &code, 1);
}

void
hid_send(struct hid *hid, uint8_t cmd, const uint8_t *data, size_t len)
{
	if (hid->fault == FAULT_HID_ERROR)
		send_error(hid, hid->in.cid, HIDERR_OTHER);
	else if (hid->fault == FAULT_WRONG_COMMAND)
		send_on(hid, hid->in.cid, CTAPHID_PING, data, len);
	else
		send_on(hid, hid->in.cid, cmd, data, len);
}

void
hid_keepalive(struct hid *hid, enum keepalive_status status)
{
	uint8_t code = (uint8_t)status;

	send_on(hid, hid->in.cid, CTAPHID_KEEPALIVE, &code, 1);
}

void
hid_start(struct hid *hid)
{
	uint8_t random[2];

	random_bytes(random, sizeof(random));
	hid->first_cid =
	    (uint32_t)random[0] << 24 | (uint32_t)random[1] << 16 | 1;
	hid->next_cid = hid->first_cid;
}

/* The unread answers of an earlier client go: a hidraw node has a queue for
 * each open, a terminal has one. */
static void
drop_answers(const struct port *port)
{
	port->kind->drop_unread(port);
	port->kind->set_report_size(port, HID_REPORT);
}

/* 11.2.9.1.3 */
static enum hid_event
answer_init(struct hid *hid, uint32_t cid, const uint8_t *data, size_t len)
{
	uint8_t reply[17] = { 0 };
	uint32_t assigned = cid;

	hid->fault = FAULT_NONE;
	hid->assembling = false;
	drop_answers(&hid->port);
	trace_message(hid->trace, TRACE_IN, cid, CTAPHID_INIT, data, len);
	if (len != NONCE_LEN) {
		send_error(hid, cid, HIDERR_INVALID_LEN);
		return HID_NOTHING;
	}
	if (cid == BROADCAST)
		assigned = hid->next_cid++;
	memcpy(reply, data, NONCE_LEN);
	if (hid->init_fault == FAULT_WRONG_NONCE)
		reply[0] ^= 0xff;
	put_be32(reply + 8, assigned);
	reply[12] = 2; /* CTAPHID protocol version */
	reply[13] = 1; /* device version 1.0.0 */
	reply[16] = hid->capabilities;
	send_on(hid, cid, CTAPHID_INIT, reply, sizeof(reply));
	return HID_RESTARTED;
}

static enum hid_event
complete_message(struct hid *hid)
{
	hid->assembling = false;
	trace_message(hid->trace, TRACE_IN, hid->in.cid, hid->in.cmd,
	    hid->in.data, hid->in.len);
	hid->fault = FAULT_NONE;
	switch (hid->in.cmd) {
	case CTAPHID_PING:
		hid_send(hid, CTAPHID_PING, hid->in.data, hid->in.len);
		return HID_NOTHING;
	case CTAPHID_WINK:
		hid_send(hid, CTAPHID_WINK, NULL, 0);
		return HID_NOTHING;
	case CTAPHID_CBOR:
	case CTAPHID_MSG:
		return HID_MESSAGE;
	default:
		send_error(hid, hid->in.cid, HIDERR_INVALID_CMD);
		return HID_NOTHING;
	}
}

static enum hid_event
begin_message(struct hid *hid, uint32_t cid, const uint8_t *report)
{
	size_t len = (size_t)report[5] << 8 | report[6];
	size_t n = len < HID_REPORT - INIT_HEAD ? len : HID_REPORT - INIT_HEAD;

	if (len > HID_MESSAGE_MAX) {
		send_error(hid, cid, HIDERR_INVALID_LEN);
		return HID_NOTHING;
	}
	hid->in.cid = cid;
	hid->in.cmd = report[4] & ~TYPE_INIT;
	hid->in.len = n;
	memcpy(hid->in.data, report + INIT_HEAD, n);
	hid->wanted = len;
	hid->next_seq = 0;
	hid->assembling = true;
	return n == len ? complete_message(hid) : HID_NOTHING;
}

static enum hid_event
continue_message(struct hid *hid, uint32_t cid, const uint8_t *report)
{
	size_t n = hid->wanted - hid->in.len;

	if (!hid->assembling || cid != hid->in.cid)
		return HID_NOTHING;
	if (report[4] != hid->next_seq++) {
		hid->assembling = false;
		send_error(hid, cid, HIDERR_INVALID_SEQ);
		return HID_NOTHING;
	}
	if (n > HID_REPORT - CONT_HEAD)
		n = HID_REPORT - CONT_HEAD;
	memcpy(hid->in.data + hid->in.len, report + CONT_HEAD, n);
	hid->in.len += n;
	return hid->in.len == hid->wanted ? complete_message(hid) : HID_NOTHING;
}

static bool
is_assigned(const struct hid *hid, uint32_t cid)
{
	return cid - hid->first_cid < hid->next_cid - hid->first_cid;
}

/* Libfido2 sends CANCEL after some operations: when idle it is ignored,
 * and never answered. */
static enum hid_event
take_cancel(struct hid *hid, uint32_t cid)
{
	trace_message(hid->trace, TRACE_IN, cid, CTAPHID_CANCEL, NULL, 0);
	if (hid->busy && cid == hid->in.cid)
		return HID_CANCELLED;
	return HID_NOTHING;
}

static enum hid_event
take_report(struct hid *hid, const uint8_t *report)
{
	uint32_t cid = get_be32(report);
	uint8_t type = report[4];

	if (type == (CTAPHID_INIT | TYPE_INIT) &&
	    (cid == BROADCAST || is_assigned(hid, cid)))
		return answer_init(hid, cid, report + INIT_HEAD,
		    (size_t)report[5] << 8 | report[6]);
	if (!is_assigned(hid, cid)) {
		send_error(hid, cid, HIDERR_INVALID_CHANNEL);
		return HID_NOTHING;
	}
	if (type == (CTAPHID_CANCEL | TYPE_INIT))
		return take_cancel(hid, cid);
	if (hid->busy || (hid->assembling && cid != hid->in.cid)) {
		send_error(hid, cid, HIDERR_CHANNEL_BUSY);
		return HID_NOTHING;
	}
	if ((type & TYPE_INIT) == 0)
		return continue_message(hid, cid, report);
	if (hid->assembling) {
		hid->assembling = false;
		send_error(hid, cid, HIDERR_INVALID_SEQ);
		return HID_NOTHING;
	}
	return begin_message(hid, cid, report);
}

/* Clients write 65 bytes: report number 0 and the report. */
static enum hid_event
read_report(struct hid *hid)
{
	ssize_t n = hid->port.kind->read(&hid->port, hid->raw + hid->raw_len,
	    sizeof(hid->raw) - hid->raw_len);

	if (n <= 0)
		return HID_NOTHING;
	hid->raw_len += (size_t)n;
	if (hid->raw[0] != 0) {
		hid->raw_len = 0;
		return HID_NOTHING;
	}
	if (hid->raw_len < sizeof(hid->raw))
		return HID_NOTHING;
	hid->raw_len = 0;
	sleep_ms(hid->latency_ms);
	return take_report(hid, hid->raw + 1);
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
give_up_message(struct hid *hid)
{
	hid->assembling = false;
	send_error(hid, hid->in.cid, HIDERR_MSG_TIMEOUT);
}

static int
poll_time(const struct hid *hid, int ms, long end)
{
	long left = ms < 0 ? -1 : end - now_ms();

	if (ms >= 0 && left < 0)
		left = 0;
	if (hid->assembling && (left < 0 || left > ASSEMBLY_MS))
		return ASSEMBLY_MS;
	return (int)left;
}

enum hid_event
hid_wait(struct hid *hid, int ms)
{
	long end = now_ms() + ms;
	enum hid_event event;
	int n;

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = hid->signals, .events = POLLIN },
			{ .fd = hid->port.fd, .events = POLLIN },
		};

		n = poll(fds, 2, poll_time(hid, ms, end));
		if (n < 0 && errno != EINTR)
			return HID_STOP;
		if (n > 0 && fds[0].revents != 0)
			return HID_STOP;
		if (n > 0 && fds[1].revents != 0 &&
		    (event = read_report(hid)) != HID_NOTHING)
			return event;
		if (n == 0 && hid->assembling)
			give_up_message(hid);
		if (ms >= 0 && now_ms() >= end)
			return HID_NOTHING;
	}
}
