/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-ssh-keys, taken over: the main() of the product with another
 * answer, which tries one thing, named in the place of the user, and prints
 * "worked" or "refused"; or it is killed. "list" prints what can be tried.
 *
 * Beside sandbox_attempts.c: "may-read", "change", "create", "lock" and
 * "read-beside", in the folder of the credentials and next to it;
 * "write-to-input" and "send-to-address".
 */
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sandbox_attempts.h"
#include "ssh_keys/authorized.h"

static const char *folder;

static int
open_in(const char *name, int flags)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open(path, flags | O_CLOEXEC, 0600);
}

static int
may_read(void)
{
	int fd = open_in("file", O_RDONLY);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1 ? 0 : -1;
}

static int
change(void)
{
	return open_in("file", O_WRONLY) < 0 ? -1 : 0;
}

static int
create(void)
{
	return open_in("new", O_WRONLY | O_CREAT) < 0 ? -1 : 0;
}

static int
lock(void)
{
	return flock(open_in("file", O_RDONLY), LOCK_SH);
}

static int
read_beside(void)
{
	return open_in("../beside", O_RDONLY) < 0 ? -1 : 0;
}

static int
write_to_input(void)
{
	return write(STDIN_FILENO, "x", 1) == 1 ? 0 : -1;
}

static int
send_to_address(void)
{
	const struct sockaddr_un to = { AF_UNIX, "/run/somebody" };

	return sendto(3, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)) ==
		       1
		   ? 0
		   : -1;
}

static const struct attempt own[] = {
	{ "may-read", may_read, true, true },
	{ "change", change, true, true },
	{ "create", create, true, true },
	{ "lock", lock, true, false },
	{ "read-beside", read_beside, true, true },
	{ "write-to-input", write_to_input, true, false },
	{ "send-to-address", send_to_address, false, false },
};
enum {
	OWN = sizeof(own) / sizeof(own[0])
};

static const struct attempt *
find(const char *name)
{
	for (size_t i = 0; i < OWN; i++)
		if (strcmp(own[i].name, name) == 0)
			return &own[i];
	return attempt_find(name);
}

static enum att_err
put_list(struct att_buf *out)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < OWN && r == ATT_OK; i++)
		r = att_buf_printf(out, "%s\n", own[i].name);
	for (size_t i = 0; i < attempt_count && r == ATT_OK; i++)
		r = att_buf_printf(out, "%s\n", attempts[i].name);
	return r;
}

/* --- In the place of src/ssh_keys/authorized.c ---------------------------- */

enum att_err
att_authorized_put(const struct att_authorized *authorized, struct att_buf *out,
    struct att_reason *why)
{
	const struct attempt *attempt = find(authorized->user);

	folder = authorized->opts->credentials_dir;
	if (strcmp(authorized->user, "list") == 0)
		return put_list(out);
	if (attempt == NULL)
		return att_refuse(why, ATT_ERR_USAGE, "no such attempt");
	return att_buf_printf(
	    out, attempt->run() == 0 ? "worked\n" : "refused\n");
}
