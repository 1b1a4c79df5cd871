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
receive_parts(struct att_fetch_received *received, struct att_buf *message)
{
	int64_t deadline = att_clock_ms() + REQUEST_MS;
	enum att_err err = ATT_OK;
	struct att_bytes part;

	while (err == ATT_OK && !att_fetch_received_is_whole(received)) {
		err =
		    att_channel_receive(STDIN_FILENO, deadline, message, NULL);
		if (err == ATT_OK)
			err = att_part_decode(att_buf_get(message), &part);
		if (err == ATT_OK)
			err = att_fetch_received_take(received, part);
	}
	return err;
}

static enum att_err
receive_request(struct att_fetch_received *received, struct att_reason *why)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_channel_receive(
	    STDIN_FILENO, att_clock_ms() + REQUEST_MS, &message, NULL);
	if (err == ATT_OK)
		err = att_fetch_decode(att_buf_get(&message), received);
	if (err == ATT_OK)
		err = receive_parts(received, &message);
	att_buf_reset(&message);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

/*
 * Whoever has a proxy reaches nothing else; a download may be somewhere else
 * than its URL says, the platform is found without asking others.
 */
static enum att_err
lock_down(const struct att_fetch *fetch, struct att_reason *why)
{
	bool has_proxy = fetch->proxy[0] != '\0';
	const uint16_t port =
	    transfer_port(has_proxy ? fetch->proxy : fetch->request.url);
	const uint16_t ports[] = { port,
		fetch->request.is_platform ? port : DNS_PORT,
		fetch->is_download && !has_proxy ? HTTPS_PORT : port };
	const struct att_lockdown_reach reach = {
		.paths = paths,
		.path_count = sizeof(paths) / sizeof(paths[0]),
		.ports = ports,
		.port_count = sizeof(ports) / sizeof(ports[0]),
	};
	enum att_err err;
	bool is_enforced;

	if (port == 0)
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

static void
run(struct att_fetched *fetched)
{
	struct att_fetch_received received = { 0 };
	struct att_reason why = { 0 };
	enum att_err err;

	err = receive_request(&received, &why);
	if (err == ATT_OK) {
		att_lockdown_deadline(received.fetch.request.seconds + SLACK_S);
		err = lock_down(&received.fetch, &why);
	}
	if (err == ATT_OK)
		transfer_run(&received.fetch, STDIN_FILENO, fetched);
	else
		snprintf(
		    fetched->text, sizeof(fetched->text), "%.400s", why.text);
	att_fetch_received_reset(&received);
}

int
fetcher_run(void)
{
	struct att_fetched fetched = { .result = ATT_FETCHED_FAILED };
	struct att_reason why = { 0 };
	enum att_err err;

	if (att_lockdown_leave_root(&why) != ATT_OK ||
	    att_lockdown_begin(&why) != ATT_OK)
		return give_up(&why);
	att_lockdown_deadline(2 * REQUEST_MS / 1000 + SLACK_S);
	if (transfer_begin() != 0)
		return EXIT_FAILURE;
	run(&fetched);
	err = send_fetched(&fetched);
	transfer_end();
	return err == ATT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
