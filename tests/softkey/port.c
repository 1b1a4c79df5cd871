/* SPDX-License-Identifier: BSD-2-Clause */
/* What the key is plugged into: something that clients open as a device. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fatal.h"
#include "port.h"

#define LINK_MAX 4096

/* A link of an earlier run is replaced in one step; a file never is. */
static void
make_link(const struct port *port, const char *link)
{
	char temp[LINK_MAX];
	struct stat st;
	int n;

	if (lstat(link, &st) == 0 && !S_ISLNK(st.st_mode))
		fatal("%s: exists and is not a symbolic link", link);
	n = snprintf(temp, sizeof(temp), "%s.%ld", link, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(temp))
		fatal("%s: the name of the link is too long", link);
	if (symlink(port->path, temp) != 0 || rename(temp, link) != 0)
		fatal("%s: cannot make the link: %m", link);
}

static void
remove_link(const struct port *port)
{
	char target[sizeof(port->path) + 1];
	ssize_t n;

	if (port->link == NULL)
		return;
	n = readlink(port->link, target, sizeof(target) - 1);
	if (n < 0)
		return;
	target[n] = '\0';
	if (strcmp(target, port->path) == 0)
		(void)unlink(port->link);
}

void
port_open(struct port *port, const struct port_kind *kind, const char *link)
{
	*port = (struct port){ .kind = kind, .fd = -1, .slave = -1 };
	kind->open(port);
	if (link != NULL)
		make_link(port, link);
	port->link = link;
}

void
port_close(struct port *port)
{
	if (port->fd < 0)
		return;
	remove_link(port);
	port->kind->close(port);
	port->fd = -1;
	port->slave = -1;
}
