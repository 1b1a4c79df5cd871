/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking for FIDO devices in a process of its own.
 *
 * To find them, libfido2 and libudev read what devices say about themselves.
 * The process that does this has no channel, no capability, no other files
 * than what udev publishes and the nodes of HID devices; it writes what it
 * saw into memory that is read once it has ended, and believed no further
 * than that its paths are those of HID devices.
 */
#ifndef ATT_AUTHENTICATOR_FINDER_H
#define ATT_AUTHENTICATOR_FINDER_H

#include <stddef.h>

#include "base/err.h"
#include "wire/device.h"

enum {
	ATT_HID_NODES_MAX = 64, /* as many as Linux has: hidraw(4) */
	ATT_HID_NODE_SIZE = sizeof("/dev/hidraw63"),
};

/* Both end with a NUL byte. */
struct att_sighting {
	char path[ATT_HID_NODE_SIZE];
	char name[ATT_DEVICE_NAME_MAX + 1]; /* any bytes; may be empty */
};

struct att_sightings {
	struct att_sighting seen[ATT_DEVICES_MAX];
	size_t count;
};

/*
 * The FIDO devices on the USB bus; none on a machine without udev or without
 * HID devices. ATT_ERR_SANDBOX when the process died or did not keep to the
 * rules, ATT_ERR_SYSTEM when it cannot be started.
 */
enum att_err att_finder_run(
    struct att_sightings *sightings, struct att_reason *why) ATT_MUST_USE;

#endif
