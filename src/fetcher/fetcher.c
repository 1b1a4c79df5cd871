/* SPDX-License-Identifier: BSD-2-Clause */
/* What is given up, and when; the rest is transfer.c. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/lockdown.h"
#include "fetcher/fetcher.h"
#include "fetcher/transfer.h"
#include "wire/channel.h"

enum {
	REQUEST_MS = 5000,
	SLACK_S = 5, /* beyond what a transfer may last */
	HTTPS_PORT = 443,
	DNS_PORT = 53
};

static const struct att_lockdown_limits limits = {
	.cpu_seconds = 60,
	.memory = 512 << 20, /* of it, 8 MB are the stack of each thread */
	.descriptors = 32,
};

/* The CAs of the system, and how names are found. Links are followed. */
static const struct att_lockdown_path paths[] = {
	{ "/etc/ssl", ATT_ACCESS_READ },
	{ "/etc/pki", ATT_ACCESS_READ },
	{ "/etc/crypto-policies", ATT_ACCESS_READ },
	{ "/usr/share/ca-certificates", ATT_ACCESS_READ },
	{ "/usr/local/share/ca-certificates", ATT_ACCESS_READ },
	{ "/etc/resolv.conf", ATT_ACCESS_READ },
	{ "/etc/hosts", ATT_ACCESS_READ },
	{ "/etc/host.conf", ATT_ACCESS_READ },
	{ "/etc/nsswitch.conf", ATT_ACCESS_READ },
	{ "/etc/gai.conf", ATT_ACCESS_READ },
};

static enum att_err
receive_request(struct att_buf *message, char **urlp, struct att_fetch *fetch,
    struct att_reason *why)
{
	enum att_err err;

	err = att_channel_receive(
	    STDIN_FILENO, att_clock_ms() + REQUEST_MS, message, NULL);
	if (err == ATT_OK)
		err = att_fetch_decode(att_buf_get(message), urlp, fetch);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

static enum att_err
lock_down(const char *url, struct att_reason *why)
{
	const uint16_t ports[] = { transfer_port(url), HTTPS_PORT, DNS_PORT };
	const struct att_lockdown_reach reach = {
		.paths = paths,
		.path_count = sizeof(paths) / sizeof(paths[0]),
		.ports = ports,
		.port_count = sizeof(ports) / sizeof(ports[0]),
	};
	enum att_err err;
	bool is_enforced;

	if (ports[0] == 0)
		return att_refuse(why, ATT_ERR_FETCH, "no such URL");
	if ((err = att_lockdown_limits(&limits, why)) != ATT_OK ||
	    (err = att_lockdown_reach(&reach, &is_enforced, why)) != ATT_OK)
		return err;
	return att_lockdown_system_calls(ATT_LOCKDOWN_FETCHER, why);
}

static enum att_err
send_fetched(const struct att_fetched *fetched)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_fetched_encode(fetched, &message)) == ATT_OK)
		err = att_channel_send(STDIN_FILENO, &message, -1);
	att_buf_reset(&message);
	return err;
}

/* Who started it reads the channel; a person who did, the terminal. */
static int
give_up(const struct att_reason *why)
{
	struct att_fetched fetched = { .result = ATT_FETCHED_FAILED };

	fprintf(stderr, "pam_attest-fetcher: %s\n", why->text);
	snprintf(fetched.text, sizeof(fetched.text), "%.400s", why->text);
	(void)!send_fetched(&fetched);
	return EXIT_FAILURE;
}

int
fetcher_run(void)
{
	struct att_fetched fetched = { .result = ATT_FETCHED_FAILED };
	struct att_fetch fetch = { 0 };
	struct att_reason why = { 0 };
	struct att_buf message;
	char *url = NULL;
	enum att_err err;

	if (att_lockdown_leave_root(&why) != ATT_OK ||
	    att_lockdown_begin(&why) != ATT_OK)
		return give_up(&why);
	att_lockdown_deadline(ATT_FETCH_SECONDS + SLACK_S);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (transfer_begin() != 0)
		return EXIT_FAILURE;
	err = receive_request(&message, &url, &fetch, &why);
	if (err == ATT_OK)
		err = lock_down(fetch.url, &why);
	if (err == ATT_OK)
		transfer_run(&fetch, STDIN_FILENO, &fetched);
	else
		snprintf(
		    fetched.text, sizeof(fetched.text), "%.400s", why.text);
	err = send_fetched(&fetched);
	free(url);
	att_buf_reset(&message);
	transfer_end();
	return err == ATT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
