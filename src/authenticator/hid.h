/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One authenticator's device node under libfido2, as the four functions of
 * fido_dev_set_io_functions(3).
 *
 * The node is opened before the process is locked down and read only after.
 * While an operation waits for the authenticator, the channel to the verifier
 * is watched, too: a CANCEL, or the end of the channel, ends the wait. Other
 * programs are kept away with flock(2), as libfido2's own backend does, but
 * only while an operation runs.
 *
 * The reply to the first authenticatorGetInfo is kept, and a second request
 * is answered with it: fido_dev_open(3) asks once and shows little of it,
 * fido_dev_get_cbor_info(3) would ask the device again.
 */
#ifndef ATT_AUTHENTICATOR_HID_H
#define ATT_AUTHENTICATOR_HID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fido.h>

#include "base/err.h"
#include "reply.h"

enum {
	ATT_HID_REPORT = 64,
	ATT_HID_OPEN_MS = 4000,	   /* for INIT and GetInfo together */
	ATT_HID_LOCK_MS = 2000,	   /* for another program to let go */
	ATT_HID_SILENCE_MS = 3000, /* CTAP 2.1, 11.2.9.2.2: keepalive 100 ms */
	ATT_HID_CANCEL_MS = 300,   /* for the reply that a CANCEL provokes */
	ATT_HID_INFO_REPORTS = 40, /* a reply of FIDO_MAXMSG bytes */
};

/* Where what stands in a packet: CTAP 2.1, 11.2.4. */
enum {
	ATT_PACKET_CMD = 4,
	ATT_PACKET_COUNT_HIGH = 5,
	ATT_PACKET_COUNT_LOW = 6,
	ATT_PACKET_DATA = 7,
	ATT_PACKET_MORE_DATA = 5, /* of a continuation packet */
};

/* Why the device was not heard to the end. */
enum att_hid_end {
	ATT_HID_GOES_ON,
	ATT_HID_CANCELLED,    /* the verifier said CANCEL */
	ATT_HID_CHANNEL_GONE, /* closed, or it broke the protocol */
	ATT_HID_SILENT,	      /* no report in time */
	ATT_HID_BROKEN,	      /* a short report, an error, unplugged */
	ATT_HID_DISBELIEVED,  /* see reply.h */
};

struct att_hid {
	int fd;
	int channel;
	bool is_open;	      /* INIT and GetInfo are done: CANCEL counts */
	int64_t deadline;     /* of the operation, -1 for none */
	enum att_hid_end end; /* of the operation */
	uint8_t error;	      /* of a CTAPHID_ERROR message, else 0 */
	struct att_reply reply;
	bool is_recording; /* the reply to GetInfo is coming in */
	size_t info_count;
	size_t info_next; /* < info_count: it is being played back */
	uint8_t info[ATT_HID_INFO_REPORTS][ATT_HID_REPORT];
};

/*
 * Opens a character device; links are followed. The caller closes hid->fd.
 * ATT_ERR_DEVICE_FAILED with the path and the cause.
 */
enum att_err att_hid_open(struct att_hid *hid, const char *path, int channel,
    struct att_reason *why) ATT_MUST_USE;

/*
 * The functions for libfido2. They have no argument but the handle, and the
 * one that opens not even that: it returns the device given here, of which a
 * process has one.
 */
const fido_dev_io_t *att_hid_get_io(struct att_hid *hid);

/*
 * Takes the device for one operation of at most ms milliseconds (-1: until
 * the verifier has enough) and throws away what it said to others meanwhile.
 * ATT_ERR_DEVICE_BUSY; ATT_ERR_CANCELLED, with hid->end set.
 */
enum att_err att_hid_take(struct att_hid *hid, int ms) ATT_MUST_USE;

/* Lets others have the device. */
void att_hid_let_go(struct att_hid *hid);

/*
 * After CTAPHID_CANCEL: waits shortly for the reply that ends the cancelled
 * transaction, so that it is not taken for the reply to the next one.
 */
void att_hid_await_cancelled(struct att_hid *hid);

#endif
