/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands in for the authenticator program, as if a device had taken it over:
 * the last part of the device's path says how it attacks the verifier.
 */
#include <sys/prctl.h>
#include <sys/socket.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "base/buf.h"
#include "wire/channel.h"
#include "wire/device.h"
#include "wire/login.h"

enum {
	CHANNEL = 0,
	FLAG_UP = 0x01,
	FLAG_UV = 0x04,
	AUTH_DATA_LEN = 37
};

/* SHA-256 of the default RP ID. */
static const uint8_t rp_id_hash[32] = { 0x83, 0xdd, 0x58, 0x4e, 0xfe, 0xeb,
	0x71, 0x9e, 0xb5, 0x66, 0x7e, 0xb5, 0xd1, 0x3b, 0x5c, 0x25, 0x6c, 0x24,
	0x6c, 0x68, 0x77, 0x4d, 0x3a, 0x58, 0x54, 0x02, 0xc7, 0x09, 0x59, 0x27,
	0x3c, 0x8b };

static void
must(enum att_err r)
{
	if (r != ATT_OK)
		_exit(70);
}

static struct att_buf
new_message(void)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return message;
}

static void
send_bytes(int fd, const void *ptr, size_t len)
{
	if (send(fd, ptr, len, MSG_NOSIGNAL) < 0)
		_exit(1);
}

static void
send_buf(int fd, struct att_buf *message)
{
	send_bytes(fd, message->ptr, message->len);
	att_buf_reset(message);
}

/* Until the verifier hangs up. */
static void
linger(void)
{
	char byte;

	while (recv(CHANNEL, &byte, 1, 0) > 0)
		continue;
}

/* --- Attacks of the process that finds devices --------------------------- */
static void
announce(const char *path, int fd)
{
	struct att_buf message = new_message();

	must(att_device_encode(path, &message));
	must(att_channel_send(CHANNEL, &message, fd));
	att_buf_reset(&message);
}

static void
announce_end(uint32_t count)
{
	struct att_buf message = new_message();

	must(att_devices_end_encode(count, &message));
	send_buf(CHANNEL, &message);
}

/* The verifier has one end now, this process the other. */
static int
make_device(const char *path)
{
	int fds[2];

	must(att_channel_pair(fds));
	announce(path, fds[0]);
	close(fds[0]);
	return fds[1];
}

static void
find_garbage(void)
{
	send_bytes(CHANNEL, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	linger();
}

static void
find_nothing_at_all(void)
{
}

static void
find_without_descriptor(void)
{
	announce("/dev/x", -1);
	announce_end(1);
	linger();
}

static void
find_a_crowd(void)
{
	for (int i = 0; i < 40; i++)
		make_device("/dev/x");
	announce_end(40);
	linger();
}

static void
find_other_count(void)
{
	make_device("/dev/x");
	announce_end(7);
	linger();
}

static void
find_without_end(void)
{
	make_device("/dev/x");
	linger();
}

/* A device whose channel is the verifier's channel to the supervisor. */
static void
find_a_loop(void)
{
	announce("/dev/x", CHANNEL);
	announce_end(1);
	linger();
}

static void
find_null(void)
{
	announce("/dev/x", STDERR_FILENO);
	announce_end(1);
	linger();
}

/* What only the caller of the verifier, or the verifier itself, may say. */
static void
find_a_result(void)
{
	struct att_buf message = new_message();

	must(att_code_encode(ATT_MESSAGE_RESULT, PAM_SUCCESS, &message));
	send_buf(CHANNEL, &message);
	linger();
}

/* --- Attacks of the process of a device ----------------------------------- */
static void
say_ready(int fd)
{
	struct att_buf message = new_message();
	struct att_ready ready = { .name = "fake",
		.is_fido2 = true,
		.has_uv = true,
		.pin_retries = 8 };

	must(att_ready_encode(&ready, &message));
	send_buf(fd, &message);
}

/* READY with a byte of the name changed to the start of an escape. */
static void
say_ready_with_escape(int fd)
{
	struct att_buf message = new_message();
	struct att_ready ready = { .name = "fakefakefake", .is_fido2 = true };
	uint8_t *at;

	must(att_ready_encode(&ready, &message));
	at = memmem(message.ptr, message.len, "fake", 4);
	if (at == NULL)
		_exit(70);
	*at = '\033';
	send_buf(fd, &message);
}

static void
say_garbage(int fd)
{
	send_bytes(fd, "\x32\xff\xff\xff\xff\xff\xff", 7);
}

static void
say_too_much(int fd)
{
	static uint8_t bytes[ATT_MESSAGE_MAX + 4000];

	bytes[0] = ATT_MESSAGE_ASSERTION;
	send_bytes(fd, bytes, sizeof(bytes));
}

static void
say_empty(int fd)
{
	send_bytes(fd, "", 0);
}

static void
say_result(int fd)
{
	struct att_buf message = new_message();

	must(att_code_encode(ATT_MESSAGE_RESULT, PAM_SUCCESS, &message));
	send_buf(fd, &message);
}

static void
say_failed(int fd)
{
	struct att_buf message = new_message();
	struct att_failed failed = { .failure = ATT_FAILURE_PIN_BLOCKED,
		.detail = "fake" };

	must(att_failed_encode(&failed, &message));
	message.ptr[1] = 0xee; /* no such failure */
	send_buf(fd, &message);
}

/* An assertion in which everything is right but the signature. */
static struct att_assertion_answer
forge(const struct att_get_assertion *request, uint8_t auth_data[AUTH_DATA_LEN])
{
	static const uint8_t signature[] = { 0x30, 0x06, 0x02, 0x01, 0x01, 0x02,
		0x01, 0x01 };
	struct att_assertion_answer answer = {
		.auth_data = { auth_data, AUTH_DATA_LEN },
		.signature = { signature, sizeof(signature) },
	};

	memset(auth_data, 0, AUTH_DATA_LEN);
	memcpy(auth_data, rp_id_hash, sizeof(rp_id_hash));
	auth_data[32] = FLAG_UP | FLAG_UV;
	auth_data[33] = 0x7f;
	if (request->batch_count > 0 && request->batches[0].count > 0)
		answer.credential_id = request->batches[0].ids[0];
	return answer;
}

static void
say_assertion(int fd, const struct att_assertion_answer *answer)
{
	struct att_buf message = new_message();

	must(att_assertion_encode(answer, &message));
	send_buf(fd, &message);
}

/* How each mode answers GET_ASSERTION. */
static void
answer_forged(int fd, const struct att_get_assertion *request)
{
	uint8_t auth_data[AUTH_DATA_LEN];
	struct att_assertion_answer answer = forge(request, auth_data);

	say_assertion(fd, &answer);
}

static void
answer_forged_often(int fd, const struct att_get_assertion *request)
{
	for (int i = 0; i < 50; i++)
		answer_forged(fd, request);
}

static void
answer_batch(int fd, const struct att_get_assertion *request)
{
	uint8_t auth_data[AUTH_DATA_LEN];
	struct att_assertion_answer answer = forge(request, auth_data);

	answer.batch = UINT32_MAX;
	say_assertion(fd, &answer);
}

static void
answer_other(int fd, const struct att_get_assertion *request)
{
	uint8_t auth_data[AUTH_DATA_LEN];
	struct att_assertion_answer answer = forge(request, auth_data);

	answer.credential_id = att_bytes("somebody else's", 15);
	say_assertion(fd, &answer);
}

static void
answer_nothing(int fd, const struct att_get_assertion *request)
{
	struct att_assertion_answer answer = { 0 };

	(void)request;
	say_assertion(fd, &answer);
}

static void
answer_long(int fd, const struct att_get_assertion *request)
{
	static uint8_t bytes[60000];
	uint8_t auth_data[AUTH_DATA_LEN];
	struct att_assertion_answer answer = forge(request, auth_data);
	struct att_buf message = new_message();

	memcpy(bytes, auth_data, AUTH_DATA_LEN);
	answer.auth_data = att_bytes(bytes, sizeof(bytes));
	/* Where the encoder knows the limit, it is the decoder's, too. */
	if (att_assertion_encode(&answer, &message) != ATT_OK)
		say_too_much(fd);
	else
		send_buf(fd, &message);
}

static void
answer_credential(int fd, const struct att_get_assertion *request)
{
	struct att_buf message = new_message();

	(void)request;
	must(att_credential_encode(att_bytes("\xa0", 1), &message));
	send_buf(fd, &message);
}

static void
answer_ready(int fd, const struct att_get_assertion *request)
{
	(void)request;
	say_ready(fd);
}

static void
answer_garbage(int fd, const struct att_get_assertion *request)
{
	(void)request;
	say_garbage(fd);
}

static void
answer_result(int fd, const struct att_get_assertion *request)
{
	(void)request;
	say_result(fd);
}

static void
answer_failed(int fd, const struct att_get_assertion *request)
{
	(void)request;
	say_failed(fd);
}

static void
answer_exit(int fd, const struct att_get_assertion *request)
{
	(void)fd;
	(void)request;
	_exit(0);
}

static void
answer_not(int fd, const struct att_get_assertion *request)
{
	(void)fd;
	(void)request;
}

typedef void answer(int fd, const struct att_get_assertion *request);

/* What comes before the request. */
static void
introduce_unasked(int fd)
{
	struct att_get_assertion request = { .batch_count = 0 };

	say_ready(fd);
	answer_forged(fd, &request);
}

static void
introduce_twice(int fd)
{
	say_ready(fd);
	say_ready(fd);
}

static void
introduce_and_go(int fd)
{
	say_ready(fd);
	_exit(0);
}

static void
introduce_not(int fd)
{
	(void)fd;
}

/* find is for the first process, the others for that of a device. */
static const struct mode {
	const char *name;
	void (*find)(void);
	void (*introduce)(int fd);
	answer *answer;
} modes[] = {
	{ "exit", find_nothing_at_all, NULL, NULL },
	{ "silent", linger, NULL, NULL },
	{ "garbage", find_garbage, NULL, NULL },
	{ "no-descriptor", find_without_descriptor, NULL, NULL },
	{ "crowd", find_a_crowd, NULL, NULL },
	{ "other-count", find_other_count, NULL, NULL },
	{ "no-end", find_without_end, NULL, NULL },
	{ "loop", find_a_loop, NULL, NULL },
	{ "null", find_null, NULL, NULL },
	{ "result", find_a_result, NULL, NULL },
	{ "device-silent", NULL, introduce_not, answer_not },
	{ "device-garbage", NULL, say_garbage, answer_not },
	{ "device-empty", NULL, say_empty, answer_not },
	{ "device-too-much", NULL, say_too_much, answer_not },
	{ "device-escape", NULL, say_ready_with_escape, answer_not },
	{ "device-unasked", NULL, introduce_unasked, answer_not },
	{ "device-twice", NULL, introduce_twice, answer_not },
	{ "device-goes", NULL, introduce_and_go, answer_not },
	{ "device-result", NULL, say_result, answer_not },
	{ "device-failed", NULL, say_failed, answer_not },
	{ "answer-not", NULL, say_ready, answer_not },
	{ "answer-exit", NULL, say_ready, answer_exit },
	{ "answer-garbage", NULL, say_ready, answer_garbage },
	{ "answer-forged", NULL, say_ready, answer_forged },
	{ "answer-forged-often", NULL, say_ready, answer_forged_often },
	{ "answer-batch", NULL, say_ready, answer_batch },
	{ "answer-other", NULL, say_ready, answer_other },
	{ "answer-nothing", NULL, say_ready, answer_nothing },
	{ "answer-long", NULL, say_ready, answer_long },
	{ "answer-credential", NULL, say_ready, answer_credential },
	{ "answer-ready", NULL, say_ready, answer_ready },
	{ "answer-result", NULL, say_ready, answer_result },
	{ "answer-failed", NULL, say_ready, answer_failed },
};

/* Until the verifier closes the channel. */
static void
serve(int fd, const struct mode *mode)
{
	struct att_buf message = new_message();
	struct att_get_assertion request;

	mode->introduce(fd);
	while (att_channel_receive(fd, -1, &message, NULL) == ATT_OK) {
		if (message.ptr[0] != ATT_MESSAGE_GET_ASSERTION)
			continue;
		must(att_get_assertion_decode(att_buf_get(&message), &request));
		mode->answer(fd, &request);
		att_get_assertion_reset(&request);
	}
	att_buf_reset(&message);
}

static const struct mode *
find_mode(const char *path)
{
	const char *name = strrchr(path, '/');

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (name != NULL && strcmp(name + 1, modes[i].name) == 0)
			return &modes[i];
	_exit(70);
}

int
main(int argc, char **argv)
{
	struct att_buf message = new_message();
	const struct mode *mode;
	struct att_paths paths;
	int fd;

	(void)argv;
	if (argc > 1) {
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
			puts(modes[i].name);
		return 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	alarm(30);
	must(att_channel_receive(CHANNEL, -1, &message, NULL));
	must(att_open_decode(att_buf_get(&message), &paths));
	mode = find_mode(paths.paths[0]);
	if (mode->find != NULL) {
		mode->find();
		return 0;
	}
	fd = make_device(paths.paths[0]);
	announce_end(1);
	serve(fd, mode);
	att_paths_reset(&paths);
	att_buf_reset(&message);
	return 0;
}
