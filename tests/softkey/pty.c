/* SPDX-License-Identifier: BSD-2-Clause */
/* The pseudo-terminal that libfido2 opens as if it were a hidraw node. */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "fatal.h"
#include "pty.h"

#define LINK_MAX 4096

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

/* A link of an earlier run is replaced in one step; a file never is. */
static void
make_link(const struct pty *pty, const char *link)
{
	char temp[LINK_MAX];
	struct stat st;
	int n;

	if (lstat(link, &st) == 0 && !S_ISLNK(st.st_mode))
		fatal("%s: exists and is not a symbolic link", link);
	n = snprintf(temp, sizeof(temp), "%s.%ld", link, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(temp))
		fatal("%s: the name of the link is too long", link);
	if (symlink(pty->path, temp) != 0 || rename(temp, link) != 0)
		fatal("%s: cannot make the link: %m", link);
}

void
pty_open(struct pty *pty, const char *link)
{
	if (openpty(&pty->master, &pty->slave, NULL, NULL, NULL) != 0)
		fatal("cannot open a pseudo-terminal: %m");
	set_raw(pty->slave);
	if (fcntl(pty->master, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(pty->slave, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(pty->master, F_SETFL, O_RDWR | O_NONBLOCK) != 0)
		fatal("cannot set up the pseudo-terminal: %m");
	if (ioctl(pty->slave, TIOCSCTTY, 0) != 0)
		fatal("cannot own the pseudo-terminal: %m");
	if (ttyname_r(pty->slave, pty->path, sizeof(pty->path)) != 0)
		fatal("the pseudo-terminal has no name");
	if (fchmod(pty->slave, 0666) != 0)
		fatal("%s: cannot set its mode: %m", pty->path);
	pty->link = NULL;
	if (link != NULL)
		make_link(pty, link);
	pty->link = link;
}

void
pty_set_report_size(const struct pty *pty, unsigned int bytes)
{
	struct termios tio;

	if (tcgetattr(pty->slave, &tio) != 0 || tio.c_cc[VMIN] == bytes)
		return;
	tio.c_cc[VMIN] = (cc_t)bytes;
	(void)tcsetattr(pty->slave, TCSANOW, &tio);
}

void
pty_drop_unread(const struct pty *pty)
{
	(void)tcflush(pty->slave, TCIFLUSH);
}

static void
remove_link(const struct pty *pty)
{
	char target[sizeof(pty->path) + 1];
	ssize_t n;

	if (pty->link == NULL)
		return;
	n = readlink(pty->link, target, sizeof(target) - 1);
	if (n < 0)
		return;
	target[n] = '\0';
	if (strcmp(target, pty->path) == 0)
		(void)unlink(pty->link);
}

void
pty_close(struct pty *pty)
{
	if (pty->master < 0)
		return;
	remove_link(pty);
	close(pty->slave);
	close(pty->master);
	pty->master = -1;
	pty->slave = -1;
}
