/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The authenticator processes as the verifier sees them: channels that carry
 * hostile bytes. See wire/device.h for the protocol.
 */
#ifndef ATT_VERIFIER_AUTHENTICATORS_H
#define ATT_VERIFIER_AUTHENTICATORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "conf/options.h"
#include "wire/child.h"
#include "wire/device.h"

enum att_authenticator_state {
	ATT_DEVICE_STARTING, /* READY has not come yet */
	ATT_DEVICE_IDLE,     /* may be sent a request */
	ATT_DEVICE_LOOKING,  /* a silent look runs */
	ATT_DEVICE_BUSY,     /* a request that needs a touch runs */
	ATT_DEVICE_DONE,     /* out of this ceremony */
	ATT_DEVICE_GONE,     /* the process ended or misbehaved */
};

struct att_authenticator {
	int fd;
	char *path;
	struct att_ready ready;
	enum att_authenticator_state state;
	bool is_known;	/* proved silently that it has a credential */
	bool pin_tried; /* one PIN attempt per login and key */
	enum att_err failure;
};

struct att_authenticators {
	struct att_child supervisor; /* the program that finds devices */
	bool is_complete;	     /* DEVICES_END has come */
	struct att_authenticator list[ATT_DEVICES_MAX];
	size_t count;
	size_t turn; /* whose message is looked for first: each in its turn */
};

/* An empty set: nothing started. */
void att_authenticators_init(struct att_authenticators *set);

/*
 * Starts pam_attest-authenticator, which waits. Has to be called before the
 * verifier locks itself down. ATT_ERR_SPAWN, SYSTEM.
 */
enum att_err att_authenticators_start(
    struct att_authenticators *set, struct att_reason *why) ATT_MUST_USE;

/*
 * Tells it which devices to open: until then no device is touched.
 * ATT_ERR_SYSTEM, PEER_GONE, TOO_LARGE, NO_MEMORY.
 */
enum att_err att_authenticators_open(struct att_authenticators *set,
    const struct att_paths *paths, struct att_reason *why) ATT_MUST_USE;

/*
 * Closes every channel, which ends every process, and reaps the program. It
 * is not waited for long: one that hangs is left to init.
 */
void att_authenticators_reset(struct att_authenticators *set);

/* Closes the channel of one device: it is GONE, and failed. */
void att_authenticators_drop(struct att_authenticators *set, size_t which);

/* What att_authenticators_wait() found. */
enum att_event {
	ATT_EVENT_DEVICE,   /* a message of *which is in the buffer */
	ATT_EVENT_LOST,	    /* *which is gone; its failure is set */
	ATT_EVENT_COMPLETE, /* every device is known now */
	ATT_EVENT_CALLER,   /* the caller's channel is readable */
	ATT_EVENT_DEADLINE,
};

/*
 * Waits for the next event until the monotonic deadline. New devices are
 * added silently. message is replaced. ATT_ERR_SYSTEM, NO_MEMORY, PEER_GONE
 * (the supervisor ended before DEVICES_END), MESSAGE_MALFORMED.
 */
struct att_wait {
	int caller;	  /* channel to watch as well */
	int64_t deadline; /* as for att_channel_receive() */
};
enum att_err att_authenticators_wait(struct att_authenticators *set,
    const struct att_wait *wait, enum att_event *event, size_t *which,
    struct att_buf *message) ATT_MUST_USE;

/* Sends a message to one device. ATT_ERR_DEVICE_FAILED makes it GONE. */
enum att_err att_authenticators_send(struct att_authenticators *set,
    size_t which, const struct att_buf *message) ATT_MUST_USE;

/*
 * Sends CANCEL to every device that runs something, except one (SIZE_MAX:
 * none), and gives them a moment to say so to their devices.
 */
void att_authenticators_cancel(struct att_authenticators *set, size_t except);

#endif
