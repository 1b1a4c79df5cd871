/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A system log for tests: log_listener SOCKET FILE binds the datagram socket
 * that syslog(3) writes to and appends every message to the file, one a
 * line, control characters as \xNN. Ends on SIGTERM.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <err.h>
#include <stdio.h>
#include <string.h>

static int
bind_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		err(1, "socket");
	if (strlen(path) >= sizeof(addr.sun_path))
		errx(1, "%s: too long", path);
	strcpy(addr.sun_path, path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    chmod(path, 0666) == -1)
		err(1, "%s", path);
	return fd;
}

static void
put_message(FILE *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('\n', out);
	fflush(out);
}

int
main(int argc, char **argv)
{
	char bytes[16384];
	ssize_t len;
	FILE *out;
	int fd;

	if (argc != 3)
		errx(2, "usage: log_listener SOCKET FILE");
	if ((out = fopen(argv[2], "ae")) == NULL)
		err(1, "%s", argv[2]);
	fd = bind_socket(argv[1]);
	while ((len = recv(fd, bytes, sizeof(bytes), 0)) >= 0)
		put_message(out, bytes, (size_t)len);
	err(1, "recv");
}
