/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Talks to pam_attest-authenticator as the verifier does, for tests and for
 * people who want to see what a security key answers. Prints one line for
 * every message that comes.
 */
#include <sys/prctl.h>
#include <sys/wait.h>

#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/spawn.h"
#include "wire/channel.h"
#include "wire/device.h"

enum {
	IDS_MAX = ATT_ALLOW_MAX,
	REQUEST_BYTE = 0x5a
};

static const char usage[] =
    "usage: devicectl [OPTION]... PROGRAM ready|make|assert\n"
    "  -p PATH   a device (repeatable; without: look for them)\n"
    "  -r RPID   an RP ID (repeatable); the -i that follow belong to it\n"
    "  -i HEX    a credential to ask for, or to exclude\n"
    "  -u        ask for built-in user verification\n"
    "  -P PIN    ask for verification by PIN\n"
    "  -s        look silently, without touch\n"
    "  -c MS     send CANCEL after so long\n"
    "  -x MS     die after so long, closing everything\n"
    "  -l MS     close everything after so long and see it end\n"
    "  -t MS     give up after so long (10000)\n"
    "  -n COUNT  repeat the request so often\n";

struct device {
	int channel;
	bool is_waiting; /* for the answer to a request */
	unsigned int left;
};

struct control {
	const char *command;
	struct att_paths paths;
	struct att_get_assertion get;
	struct att_make_credential make;
	int64_t cancel_at;
	int64_t die_at;
	int64_t leave_at;
	int64_t deadline;
	unsigned int repeat;
	struct device devices[ATT_DEVICES_MAX];
	size_t count;
	bool has_succeeded;
};

static void
die(const char *what)
{
	fprintf(stderr, "devicectl: %s\n", what);
	exit(2);
}

static void
check(enum att_err err, const char *what)
{
	if (err == ATT_OK)
		return;
	fprintf(stderr, "devicectl: %s: %s\n", what, att_err_text(err));
	exit(2);
}

static void
print_hex(const char *name, struct att_bytes bytes)
{
	printf(" %s=", name);
	for (size_t i = 0; i < bytes.len; i++)
		printf("%02x", bytes.ptr[i]);
}

static struct att_bytes
parse_hex(const char *text)
{
	size_t len = strlen(text) / 2;
	uint8_t *bytes = calloc(1, len + 1);
	unsigned int value;

	if (bytes == NULL || strlen(text) % 2 != 0)
		die("-i wants pairs of hex digits");
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)text[2 * i]) ||
		    sscanf(text + 2 * i, "%2x", &value) != 1)
			die("-i wants hex digits");
		bytes[i] = (uint8_t)value;
	}
	return att_bytes(bytes, len);
}

static void
add_path(struct control *c, char *path)
{
	c->paths.paths = realloc(
	    c->paths.paths, (c->paths.count + 1) * sizeof(*c->paths.paths));
	if (c->paths.paths == NULL)
		die("out of memory");
	c->paths.paths[c->paths.count++] = path;
}

static void
add_rp_id(struct control *c, const char *rp_id)
{
	size_t count = c->get.batch_count;

	c->get.batches =
	    realloc(c->get.batches, (count + 1) * sizeof(*c->get.batches));
	if (c->get.batches == NULL)
		die("out of memory");
	memset(&c->get.batches[count], 0, sizeof(*c->get.batches));
	c->get.batches[count].rp_id = rp_id;
	c->get.batch_count++;
	c->make.rp_id = rp_id;
}

static void
add_id(struct control *c, const char *text)
{
	struct att_allow_batch *batch;
	struct att_bytes id = parse_hex(text);

	if (c->get.batch_count == 0)
		add_rp_id(c, "pam_attest");
	batch = &c->get.batches[c->get.batch_count - 1];
	if (batch->count == IDS_MAX || c->make.exclude_count == IDS_MAX)
		die("too many -i");
	batch->ids[batch->count++] = id;
	c->make.exclude[c->make.exclude_count++] = id;
}

static void
set_pin(struct control *c, const char *pin)
{
	if (strlen(pin) > ATT_PIN_MAX)
		die("the PIN is too long");
	c->get.uv = c->make.uv = ATT_UV_PIN;
	strcpy(c->get.pin, pin);
	strcpy(c->make.pin, pin);
}

static void
set_option(struct control *c, int option, char *value)
{
	switch (option) {
	case 'p':
		add_path(c, value);
		break;
	case 'r':
		add_rp_id(c, value);
		break;
	case 'i':
		add_id(c, value);
		break;
	case 'u':
		c->get.uv = c->make.uv = ATT_UV_BUILT_IN;
		break;
	case 'P':
		set_pin(c, value);
		break;
	case 's':
		c->get.up = false;
		break;
	case 'c':
		c->cancel_at = att_clock_ms() + atoi(value);
		break;
	case 'x':
		c->die_at = att_clock_ms() + atoi(value);
		break;
	case 'l':
		c->leave_at = att_clock_ms() + atoi(value);
		break;
	case 't':
		c->deadline = att_clock_ms() + atoi(value);
		break;
	case 'n':
		c->repeat = (unsigned int)atoi(value);
		break;
	default:
		fputs(usage, stderr);
		exit(2);
	}
}

static void
send_message(int channel, struct att_buf *message)
{
	/* A process that has ended is seen when its channel is read. */
	enum att_err err = att_channel_send(channel, message, -1);

	if (err != ATT_ERR_PEER_GONE)
		check(err, "send");
	att_buf_reset(message);
}

static void
send_request(struct control *c, struct device *device)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (strcmp(c->command, "make") == 0)
		check(att_make_credential_encode(&c->make, &message), "make");
	else
		check(att_get_assertion_encode(&c->get, &message), "assert");
	device->is_waiting = true;
	device->left--;
	send_message(device->channel, &message);
}

static void
send_cancel(const struct control *c)
{
	struct att_buf message;

	for (size_t i = 0; i < c->count; i++) {
		if (!c->devices[i].is_waiting)
			continue;
		att_buf_init(&message, ATT_MESSAGE_MAX);
		check(att_buf_put_u8(&message, ATT_MESSAGE_CANCEL), "cancel");
		send_message(c->devices[i].channel, &message);
	}
}

static void
print_ready(struct control *c, size_t i, struct att_bytes message)
{
	static const char *const pins[] = { "unsupported", "unset", "set" };
	struct att_ready ready;

	check(att_ready_decode(message, &ready), "READY");
	printf("ready %zu fido2=%d uv=%d pin=%s retries=%u", i, ready.is_fido2,
	    ready.has_uv, pins[ready.pin], ready.pin_retries);
	print_hex("aaguid", att_bytes(ready.aaguid, sizeof(ready.aaguid)));
	printf(" name=%s\n", ready.name);
	c->has_succeeded |= strcmp(c->command, "ready") == 0;
	if (c->devices[i].left > 0)
		send_request(c, &c->devices[i]);
	else
		c->devices[i].is_waiting = false;
}

static void
print_assertion(size_t i, struct att_bytes message)
{
	struct att_assertion_answer answer;

	check(att_assertion_decode(message, &answer), "ASSERTION");
	printf("assertion %zu batch=%u", i, answer.batch);
	print_hex("id", answer.credential_id);
	print_hex("authdata", answer.auth_data);
	print_hex("sig", answer.signature);
	printf("\n");
}

/* authData ends the object; the credential ID stands at a fixed place. */
static void
print_credential(size_t i, struct att_bytes message)
{
	static const char key[] = "\x68"
				  "authData";
	const uint8_t *at;
	struct att_bytes object;
	size_t len;

	check(att_credential_decode(message, &object), "CREDENTIAL");
	printf("credential %zu", i);
	at = memmem(object.ptr, object.len, key, sizeof(key) - 1);
	if (at == NULL)
		die("no authData");
	at += sizeof(key) - 1;
	at += *at == 0x59 ? 3 : 2;
	len = (size_t)at[53] << 8 | at[54];
	print_hex("id", att_bytes(at + 55, len));
	print_hex("object", object);
	printf("\n");
}

static const char *const failures[ATT_FAILURE_COUNT] = {
	[ATT_FAILURE_NO_CREDENTIALS] = "NO_CREDENTIALS",
	[ATT_FAILURE_EXCLUDED] = "EXCLUDED",
	[ATT_FAILURE_PIN_INVALID] = "PIN_INVALID",
	[ATT_FAILURE_PIN_BLOCKED] = "PIN_BLOCKED",
	[ATT_FAILURE_PIN_AUTH_BLOCKED] = "PIN_AUTH_BLOCKED",
	[ATT_FAILURE_PIN_NOT_SET] = "PIN_NOT_SET",
	[ATT_FAILURE_UV] = "UV",
	[ATT_FAILURE_TIMEOUT] = "TIMEOUT",
	[ATT_FAILURE_CANCELLED] = "CANCELLED",
	[ATT_FAILURE_BUSY] = "BUSY",
	[ATT_FAILURE_UNSUPPORTED] = "UNSUPPORTED",
	[ATT_FAILURE_DEVICE] = "DEVICE",
};

static void
print_failed(struct control *c, size_t i, struct att_bytes message)
{
	struct att_failed failed;

	check(att_failed_decode(message, &failed), "FAILED");
	printf("failed %zu %s status=0x%02x retries=%u detail=%s\n", i,
	    failures[failed.failure], failed.ctap_status, failed.pin_retries,
	    failed.detail);
	c->devices[i].is_waiting = false;
}

static void
succeed(struct control *c, size_t i)
{
	c->devices[i].is_waiting = false;
	if (c->devices[i].left > 0) {
		send_request(c, &c->devices[i]);
		return;
	}
	c->has_succeeded = true;
	send_cancel(c); /* the first wins */
}

static void
handle_message(struct control *c, size_t i, struct att_bytes message)
{
	switch (message.ptr[0]) {
	case ATT_MESSAGE_READY:
		print_ready(c, i, message);
		break;
	case ATT_MESSAGE_ASSERTION:
		print_assertion(i, message);
		succeed(c, i);
		break;
	case ATT_MESSAGE_CREDENTIAL:
		print_credential(i, message);
		succeed(c, i);
		break;
	case ATT_MESSAGE_FAILED:
		print_failed(c, i, message);
		break;
	default:
		die("an unknown message");
	}
	fflush(stdout);
}

static void
handle(struct control *c, size_t i)
{
	struct device *device = &c->devices[i];
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_channel_receive(device->channel, -1, &message, NULL);
	if (err == ATT_OK) {
		handle_message(c, i, att_buf_get(&message));
	} else {
		printf(
		    "gone %zu%s\n", i, device->is_waiting ? " silently" : "");
		close(device->channel);
		device->channel = -1;
		device->is_waiting = false;
	}
	att_buf_reset(&message);
}

static bool
is_waiting(const struct control *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->devices[i].is_waiting)
			return true;
	return false;
}

static int
next_timeout(struct control *c)
{
	int64_t now = att_clock_ms();
	int64_t next = c->deadline;

	if (c->die_at >= 0 && now >= c->die_at)
		_exit(3);
	if (c->cancel_at >= 0 && now >= c->cancel_at) {
		c->cancel_at = -1;
		send_cancel(c);
	}
	if (now >= c->deadline)
		die("no answer in time");
	if (c->die_at >= 0 && c->die_at < next)
		next = c->die_at;
	if (c->leave_at >= 0 && c->leave_at < next)
		next = c->leave_at;
	if (c->cancel_at >= 0 && c->cancel_at < next)
		next = c->cancel_at;
	return next > now ? (int)(next - now) : 0;
}

static void
converse(struct control *c)
{
	struct pollfd fds[ATT_DEVICES_MAX];

	while (is_waiting(c) &&
	       (c->leave_at < 0 || att_clock_ms() < c->leave_at)) {
		for (size_t i = 0; i < c->count; i++) {
			fds[i].fd = c->devices[i].channel;
			fds[i].events = POLLIN;
			fds[i].revents = 0;
		}
		if (poll(fds, c->count, next_timeout(c)) <= 0)
			continue;
		for (size_t i = 0; i < c->count; i++)
			if (fds[i].revents != 0)
				handle(c, i);
	}
}

static void
add_device(struct control *c, struct att_bytes message, int channel)
{
	struct device *device = &c->devices[c->count];
	char *path = NULL;

	check(att_device_decode(message, &path), "DEVICE");
	if (c->count == ATT_DEVICES_MAX || channel < 0)
		die("a DEVICE too many, or without channel");
	printf("device %zu %s\n", c->count, path);
	free(path);
	device->channel = channel;
	device->is_waiting = true; /* for READY */
	device->left = strcmp(c->command, "ready") == 0 ? 0 : c->repeat;
	c->count++;
}

static void
open_devices(struct control *c, int channel)
{
	struct att_buf message;
	uint32_t count;
	bool is_end = false;
	int fd;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	check(att_open_encode(&c->paths, &message), "OPEN");
	send_message(channel, &message);
	while (!is_end) {
		check(att_channel_receive(channel, c->deadline, &message, &fd),
		    "DEVICE or DEVICES_END");
		is_end = message.ptr[0] == ATT_MESSAGE_DEVICES_END;
		if (!is_end)
			add_device(c, att_buf_get(&message), fd);
	}
	check(att_devices_end_decode(att_buf_get(&message), &count), "END");
	if (count != c->count)
		die("DEVICES_END counts wrong");
	att_buf_reset(&message);
}

static void
parse(struct control *c, int argc, char **argv)
{
	int option;

	c->cancel_at = c->die_at = c->leave_at = -1;
	c->deadline = att_clock_ms() + 10000;
	c->repeat = 1;
	c->get.up = true;
	memset(c->get.client_data_hash, REQUEST_BYTE, 32);
	memset(c->make.client_data_hash, REQUEST_BYTE, 32);
	memset(c->make.user_id, 1, sizeof(c->make.user_id));
	c->make.user_name = "alice";
	while ((option = getopt(argc, argv, "p:r:i:uP:sc:x:l:t:n:")) != -1)
		set_option(c, option, optarg);
	if (argc - optind != 2)
		set_option(c, '?', NULL);
	if (c->get.batch_count == 0)
		add_rp_id(c, "pam_attest");
	c->command = argv[optind + 1];
}

/* An orphan would have become ours: see main(). */
static void
see_the_end(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("the authenticator program ended badly");
	if (waitpid(-1, &status, WNOHANG) >= 0)
		die("the authenticator program left a process behind");
}

int
main(int argc, char **argv)
{
	static struct control c;
	struct att_reason why = { 0 };
	pid_t pid;
	int ends[2];

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		die("this process cannot adopt orphans");
	parse(&c, argc, argv);
	check(att_channel_pair(ends), "channel");
	if (att_spawn(argv[optind], ends[1], &pid, &why) != ATT_OK)
		die(why.text);
	close(ends[1]);
	open_devices(&c, ends[0]);
	converse(&c);
	for (size_t i = 0; i < c.count; i++)
		close(c.devices[i].channel);
	close(ends[0]);
	see_the_end(pid);
	return c.has_succeeded ? 0 : 1;
}
