/* SPDX-License-Identifier: BSD-2-Clause */
/* A USB device of the running kernel, made by /dev/uhid. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fatal.h"
#include "hid.h"
#include "port.h"

#define UHID "/dev/uhid"
#define VENDOR 0x1209 /* pid.codes, whose product 1 is for tests */
#define PRODUCT 0x0001
/* How long the kernel may take to make the node, in steps of a hundredth of a
 * second */
#define STEPS_MAX 1000

/* CTAP 2.1, 11.2.8.2: reports of 64 bytes to and from usage page 0xF1D0 */
static const uint8_t descriptor[] = {
	0x06, 0xd0, 0xf1, /* usage page: FIDO alliance */
	0x09, 0x01,	  /* usage: U2F HID authenticator device */
	0xa1, 0x01,	  /* collection: application */
	0x09, 0x20,	  /* usage: input report data */
	0x15, 0x00,	  /* logical minimum: 0 */
	0x26, 0xff, 0x00, /* logical maximum: 255 */
	0x75, 0x08,	  /* report size: 8 bits */
	0x95, HID_REPORT, /* report count */
	0x81, 0x02,	  /* input: data, absolute, variable */
	0x09, 0x21,	  /* usage: output report data */
	0x15, 0x00,	  /* logical minimum: 0 */
	0x26, 0xff, 0x00, /* logical maximum: 255 */
	0x75, 0x08,	  /* report size: 8 bits */
	0x95, HID_REPORT, /* report count */
	0x91, 0x02,	  /* output: data, absolute, variable */
	0xc0,		  /* end of the collection */
};

static ssize_t
send_event(const struct port *port, const struct uhid_event *event)
{
	return write(port->fd, event, sizeof(*event));
}

/* Whether the device at that place in sysfs is the one of that number */
static bool
is_ours(const char *place, const char *uniq)
{
	char path[256], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/device/uevent", place);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		found = strncmp(line, "HID_UNIQ=", 9) == 0 &&
			strcmp(line + 9, uniq) == 0;
	}
	fclose(file);
	return found;
}

static bool
find_node(struct port *port, const char *uniq)
{
	glob_t found;

	port->path[0] = '\0';
	if (glob("/sys/class/hidraw/hidraw*", 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (is_ours(found.gl_pathv[i], uniq))
			snprintf(port->path, sizeof(port->path), "/dev/%s",
			    strrchr(found.gl_pathv[i], '/') + 1);
	globfree(&found);
	return port->path[0] != '\0' && access(port->path, F_OK) == 0;
}

static void
uhid_open(struct port *port)
{
	static const struct timespec step = { 0, 10000000 };
	struct uhid_event event = { .type = UHID_CREATE2 };
	struct uhid_create2_req *req = &event.u.create2;
	char uniq[sizeof(req->uniq)];

	port->fd = open(UHID, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (port->fd < 0)
		fatal("%s: cannot be opened: %m", UHID);
	snprintf(uniq, sizeof(uniq), "softkey-%ld", (long)getpid());
	memcpy(req->name, "softkey", sizeof("softkey"));
	memcpy(req->uniq, uniq, sizeof(uniq));
	memcpy(req->rd_data, descriptor, sizeof(descriptor));
	req->rd_size = sizeof(descriptor);
	req->bus = BUS_USB; /* others libfido2 leaves out */
	req->vendor = VENDOR;
	req->product = PRODUCT;
	if (send_event(port, &event) < 0)
		fatal("%s: cannot make a device: %m", UHID);
	for (int i = 0; !find_node(port, uniq); i++) {
		if (i == STEPS_MAX)
			fatal("%s: no hidraw node came", UHID);
		nanosleep(&step, NULL);
	}
}

/* Reports that are asked for by number: there are none. */
static void
refuse_report(const struct port *port, const struct uhid_event *asked)
{
	struct uhid_event event = { 0 };

	if (asked->type == UHID_GET_REPORT) {
		event.type = UHID_GET_REPORT_REPLY;
		event.u.get_report_reply.id = asked->u.get_report.id;
		event.u.get_report_reply.err = EIO;
	} else {
		event.type = UHID_SET_REPORT_REPLY;
		event.u.set_report_reply.id = asked->u.set_report.id;
		event.u.set_report_reply.err = EIO;
	}
	(void)send_event(port, &event);
}

/* The kernel hands over writes one by one. What is missing of a short one is
 * zero, as a driver of USB would send it. */
static ssize_t
uhid_read(const struct port *port, uint8_t *data, size_t size)
{
	struct uhid_event event = { 0 };
	ssize_t n = read(port->fd, &event, sizeof(event));

	if (n <= 0)
		return n;
	switch (event.type) {
	case UHID_OUTPUT:
		memset(data, 0, size);
		memcpy(data, event.u.output.data,
		    event.u.output.size < size ? event.u.output.size : size);
		return (ssize_t)size;
	case UHID_GET_REPORT:
	case UHID_SET_REPORT:
		refuse_report(port, &event);
		break;
	default:
		break;
	}
	errno = EAGAIN;
	return -1;
}

static ssize_t
uhid_write(const struct port *port, const uint8_t *data, size_t len)
{
	struct uhid_event event = { .type = UHID_INPUT2 };

	event.u.input2.size = (uint16_t)len;
	memcpy(event.u.input2.data, data, len);
	return send_event(port, &event) < 0 ? -1 : (ssize_t)len;
}

static void
uhid_set_report_size(const struct port *port, unsigned int bytes)
{
	(void)port; /* a node hands over reports as they are */
	(void)bytes;
}

static void
uhid_drop_unread(const struct port *port)
{
	(void)port; /* a node has a queue for each open */
}

static void
uhid_close(const struct port *port)
{
	struct uhid_event event = { .type = UHID_DESTROY };

	(void)send_event(port, &event);
	close(port->fd);
}

const struct port_kind port_uhid = {
	.open = uhid_open,
	.read = uhid_read,
	.write = uhid_write,
	.set_report_size = uhid_set_report_size,
	.drop_unread = uhid_drop_unread,
	.close = uhid_close,
};
