/* SPDX-License-Identifier: BSD-2-Clause */
/* CTAPHID: reports, channels, messages, keepalive, cancel (CTAP 2.1, 11.2) */
#ifndef SOFTKEY_HID_H
#define SOFTKEY_HID_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "misbehave.h"
#include "port.h"
#include "trace.h"

#define HID_REPORT 64
/* 57 bytes in the first report and 59 in each of 128 more */
#define HID_MESSAGE_MAX 7609

struct message {
	uint32_t cid;
	uint8_t cmd;
	uint8_t data[HID_MESSAGE_MAX];
	size_t len;
};

enum hid_event {
	HID_NOTHING, /* the time is over, or nothing to act on */
	HID_MESSAGE, /* hid->in is complete */
	HID_CANCELLED,
	HID_RESTARTED, /* an INIT came: drop the operation, do not answer */
	HID_STOP,      /* told to end */
};

struct hid {
	struct port port;
	int signals; /* a signalfd of the signals that end us */
	FILE *trace;
	long latency_ms;
	uint8_t capabilities;
	int init_fault;
	enum fault fault; /* of the operation under way */

	uint8_t raw[HID_REPORT + 1]; /* a report that is not whole yet */
	size_t raw_len;
	uint32_t first_cid;
	uint32_t next_cid;
	struct message in;
	size_t wanted;
	uint8_t next_seq;
	bool assembling;
	bool busy;
};

/* Sets up the channels; port, signals and the options are the caller's. */
void hid_start(struct hid *hid);

/* Handles reports until an event, at most ms milliseconds (-1: no limit).
 * PING and WINK are answered here. */
enum hid_event hid_wait(struct hid *hid, int ms);

/* Sends one message on the channel of the operation under way. */
void hid_send(struct hid *hid, uint8_t cmd, const uint8_t *data, size_t len);

/* Sends a keepalive for the operation under way. */
void hid_keepalive(struct hid *hid, enum keepalive_status status);

#endif
