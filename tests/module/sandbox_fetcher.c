/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fetcher, taken over: the main() of the product with other transfers,
 * which try one thing, the last part of the URL, and say whether it worked.
 *
 *	sandbox_fetcher list      the names of what can be tried
 *	sandbox_fetcher landlock  0 on a kernel that has it
 *
 * and else as pam_attest-fetcher. Beside sandbox_attempts.c:
 * "connect-PORT", "read-system-cas", "read-shadow", "write-file" and
 * "push-into-terminal"; and what it could say to who started it: "say-nothing",
 * "say-nonsense", "say-too-much", "say-nothing-new".
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lockdown.h"
#include "fetcher/fetcher.h"
#include "fetcher/transfer.h"
#include "sandbox_attempts.h"
#include "wire/channel.h"

static int
open_file(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) < 0 ? -1 : 0;
}

static int
connect_to(const char *port)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtol(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -1
		      : connect(fd, (const struct sockaddr *)&to, sizeof(to));
}

static int
try(const char *name)
{
	const struct attempt *attempt = attempt_find(name);

	if (strncmp(name, "connect-", 8) == 0)
		return connect_to(name + 8);
	if (strcmp(name, "read-system-cas") == 0)
		return open_file("/etc/ssl/certs", O_RDONLY | O_DIRECTORY);
	if (strcmp(name, "read-shadow") == 0)
		return open_file("/etc/shadow", O_RDONLY);
	if (strcmp(name, "write-file") == 0)
		return open_file("/tmp/.fetcher", O_WRONLY | O_CREAT);
	if (strcmp(name, "push-into-terminal") == 0)
		return ioctl(STDIN_FILENO, TIOCSTI, "x");
	if (attempt == NULL)
		exit(EXIT_FAILURE);
	return attempt->run();
}

/* --- In the place of src/fetcher/transfer.c ------------------------------- */

uint16_t
transfer_port(const char *url)
{
	return (uint16_t)strtol(strrchr(url, ':') + 1, NULL, 10);
}

int
transfer_begin(void)
{
	return 0;
}

void
transfer_end(void)
{
}

static void
say_too_much(int channel, size_t max)
{
	static const uint8_t part[ATT_FETCH_PART_MAX];
	struct att_buf message;

	for (size_t sent = 0; sent <= max; sent += sizeof(part)) {
		att_buf_init(&message, ATT_MESSAGE_MAX);
		if (att_body_encode(
			att_bytes(part, sizeof(part)), 1, &message) != ATT_OK ||
		    att_channel_send(channel, &message, -1) != ATT_OK)
			exit(EXIT_FAILURE);
		att_buf_reset(&message);
	}
}

static void
say(const char *name, int channel, size_t max, struct att_fetched *fetched)
{
	if (strcmp(name, "say-nothing") == 0)
		exit(EXIT_SUCCESS);
	if (strcmp(name, "say-nonsense") == 0 &&
	    send(channel, "nonsense", 8, 0) != 8)
		exit(EXIT_FAILURE);
	if (strcmp(name, "say-too-much") == 0)
		say_too_much(channel, max);
	if (strcmp(name, "say-nothing-new") == 0) {
		fetched->result = ATT_FETCHED_WHOLE;
		fetched->head.status = 304;
	}
}

void
transfer_run(
    const struct att_fetch *fetch, int channel, struct att_fetched *fetched)
{
	const char *name = strrchr(fetch->request.url, '/') + 1;

	*fetched = (struct att_fetched){ .result = ATT_FETCHED_FAILED };
	if (strncmp(name, "say-", 4) == 0) {
		say(name, channel, fetch->request.max, fetched);
		return;
	}
	errno = 0;
	if (try(name) == 0)
		snprintf(fetched->text, sizeof(fetched->text), "it worked");
	else
		snprintf(fetched->text, sizeof(fetched->text), "refused: %s",
		    strerror(errno));
}

static int
has_landlock(void)
{
	struct att_reason why;
	bool is_enforced;

	return att_lockdown_paths(NULL, 0, &is_enforced, &why) == ATT_OK &&
	       is_enforced;
}

int
main(int argc, char **argv)
{
	if (argc == 1)
		return fetcher_run();
	if (strcmp(argv[1], "landlock") == 0)
		return has_landlock() ? EXIT_SUCCESS : EXIT_FAILURE;
	for (size_t i = 0; i < attempt_count; i++)
		puts(attempts[i].name);
	puts("read-shadow\nwrite-file\npush-into-terminal");
	return EXIT_SUCCESS;
}
