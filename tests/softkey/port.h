/* SPDX-License-Identifier: BSD-2-Clause */
/* What the key is plugged into: something that clients open as a device. */
#ifndef SOFTKEY_PORT_H
#define SOFTKEY_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct port {
	const struct port_kind *kind;
	int fd;	   /* polled for reports, non-blocking; -1 once unplugged */
	int slave; /* of a terminal: kept open, so that its settings live on */
	char path[64];
	const char *link; /* the symlink we made, or NULL */
};

struct port_kind {
	/* Sets fd, slave and path, or ends the process. */
	void (*open)(struct port *port);
	/* As read() and write(). What is read is what clients write: 65 bytes
	 * for a report, of which the first is its number. */
	ssize_t (*read)(const struct port *port, uint8_t *data, size_t size);
	ssize_t (*write)(
	    const struct port *port, const uint8_t *data, size_t len);
	/* Reads of clients return once bytes are there: 64, or 1 to let a
	 * short report through. */
	void (*set_report_size)(const struct port *port, unsigned int bytes);
	/* Drops what clients have not read. */
	void (*drop_unread)(const struct port *port);
	/* Closes, as unplugging would. */
	void (*close)(const struct port *port);
};

/* A pseudo-terminal, which libfido2 takes for a hidraw node. Its owner is this
 * process, so that no client acquires it: the caller has to be the leader of a
 * session without a terminal. */
extern const struct port_kind port_pty;

/* A USB device of the running kernel, by /dev/uhid: with a hidraw node of its
 * own, which clients find by themselves. */
extern const struct port_kind port_uhid;

/* Opens it, and points link at it. Ends the process when something fails. */
void port_open(
    struct port *port, const struct port_kind *kind, const char *link);

/* Removes the link, if it is still ours, and closes. */
void port_close(struct port *port);

#endif
