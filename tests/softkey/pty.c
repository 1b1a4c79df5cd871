/* SPDX-License-Identifier: BSD-2-Clause */
/* The pseudo-terminal that libfido2 opens as if it were a hidraw node. */
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "fatal.h"
#include "port.h"

static void
set_raw(int slave)
{
	struct termios tio;

	if (tcgetattr(slave, &tio) != 0)
		fatal("cannot read the terminal's settings: %m");
	cfmakeraw(&tio);
	tio.c_cc[VMIN] = 64;
	tio.c_cc[VTIME] = 0;
	if (tcsetattr(slave, TCSANOW, &tio) != 0)
		fatal("cannot set the terminal raw: %m");
}

static void
pty_open(struct port *port)
{
	if (openpty(&port->fd, &port->slave, NULL, NULL, NULL) != 0)
		fatal("cannot open a pseudo-terminal: %m");
	set_raw(port->slave);
	if (fcntl(port->fd, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(port->slave, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(port->fd, F_SETFL, O_RDWR | O_NONBLOCK) != 0)
		fatal("cannot set up the pseudo-terminal: %m");
	if (ioctl(port->slave, TIOCSCTTY, 0) != 0)
		fatal("cannot own the pseudo-terminal: %m");
	if (ttyname_r(port->slave, port->path, sizeof(port->path)) != 0)
		fatal("the pseudo-terminal has no name");
	if (fchmod(port->slave, 0666) != 0)
		fatal("%s: cannot set its mode: %m", port->path);
}

static ssize_t
pty_read(const struct port *port, uint8_t *data, size_t size)
{
	return read(port->fd, data, size);
}

static ssize_t
pty_write(const struct port *port, const uint8_t *data, size_t len)
{
	return write(port->fd, data, len);
}

static void
pty_set_report_size(const struct port *port, unsigned int bytes)
{
	struct termios tio;

	if (tcgetattr(port->slave, &tio) != 0 || tio.c_cc[VMIN] == bytes)
		return;
	tio.c_cc[VMIN] = (cc_t)bytes;
	(void)tcsetattr(port->slave, TCSANOW, &tio);
}

static void
pty_drop_unread(const struct port *port)
{
	(void)tcflush(port->slave, TCIFLUSH);
}

static void
pty_close(const struct port *port)
{
	close(port->slave);
	close(port->fd);
}

const struct port_kind port_pty = {
	.open = pty_open,
	.read = pty_read,
	.write = pty_write,
	.set_report_size = pty_set_report_size,
	.drop_unread = pty_drop_unread,
	.close = pty_close,
};
