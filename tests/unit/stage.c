/* SPDX-License-Identifier: BSD-2-Clause */
/* The stage of the ceremony's tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "verifier/ceremony.h"
#include "wire/channel.h"
#include "stage.h"

static int
start_actor(struct stage *stage, stage_script *play)
{
	int fds[2];
	pid_t pid;

	assert_int_equal(att_channel_pair(fds), ATT_OK);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		close(fds[0]);
		_exit(play(fds[1]) ? 0 : 1);
	}
	close(fds[1]);
	stage->actors[stage->actor_count++] = pid;
	return fds[0];
}

void
stage_set(struct stage *stage, stage_script *caller)
{
	memset(stage, 0, sizeof(*stage));
	assert_int_equal(att_options_new(&stage->opts), ATT_OK);
	stage->opts->timeout = 30;
	stage->session.opts = stage->opts;
	att_authenticators_init(&stage->set);
	stage->set.is_complete = true;
	stage->can_look = true;
	stage->session.fd = start_actor(stage, caller);
}

void
stage_add_device(struct stage *stage, stage_script *device)
{
	struct att_authenticator *slot = &stage->set.list[stage->set.count++];

	slot->fd = start_actor(stage, device);
	slot->path = strdup("/dev/hidraw9");
	slot->state = ATT_DEVICE_STARTING;
}

/* Every actor saw what it expected. */
void
stage_clear(struct stage *stage)
{
	int status;

	att_authenticators_reset(&stage->set);
	close(stage->session.fd);
	for (size_t i = 0; i < stage->actor_count; i++) {
		assert_int_equal(
		    waitpid(stage->actors[i], &status, 0), stage->actors[i]);
		if (status != 0)
			print_message("actor %zu failed\n", i);
		assert_int_equal(status, 0);
	}
	att_options_free(&stage->opts);
}

/* The request of this test: a message that shows what was asked for. */
static enum att_err
encode(void *arg, enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out)
{
	enum att_err r;

	(void)arg;
	if ((r = att_buf_put_u8(out, ATT_MESSAGE_GET_ASSERTION)) != ATT_OK ||
	    (r = att_buf_put_u8(out, (uint8_t)uv)) != ATT_OK ||
	    (r = att_buf_put_u8(out, up)) != ATT_OK)
		return r;
	return att_buf_put_cstring(out, pin != NULL ? pin : "");
}

static enum att_err
judge(void *arg, struct att_bytes message, struct att_reason *why)
{
	struct stage *stage = arg;

	(void)message;
	stage->judged++;
	if (stage->judgement == ATT_OK)
		return ATT_OK;
	return att_refuse(why, stage->judgement, "as the test wants");
}

static enum att_err
recognise(void *arg, struct att_bytes message, struct att_reason *why)
{
	const struct stage *stage = arg;

	(void)message;
	(void)why;
	return stage->recognition;
}

enum att_err
stage_run(struct stage *stage)
{
	const struct att_ceremony ceremony = {
		.cue = "Touch.",
		.can_look = stage->can_look,
		.pin_always = stage->pin_always,
		.encode = encode,
		.recognise = recognise,
		.judge = judge,
		.arg = stage,
	};
	struct att_reason why;
	enum att_err r;

	r = att_ceremony_run(&ceremony, &stage->session, &stage->set, &why);
	if (r != ATT_OK)
		assert_int_equal(why.code, r);
	return r;
}

/* --- What actors do ------------------------------------------------------ */

bool
stage_send_and_free(int fd, struct att_buf *message)
{
	bool ok = att_channel_send(fd, message, -1) == ATT_OK;

	att_buf_reset(message);
	return ok;
}

bool
stage_say_ready(int fd, enum att_pin_state pin, uint8_t retries, bool has_uv)
{
	struct att_ready ready = {
		.name = "Key",
		.is_fido2 = true,
		.has_uv = has_uv,
		.pin = pin,
		.pin_retries = retries,
	};
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return att_ready_encode(&ready, &message) == ATT_OK &&
	       stage_send_and_free(fd, &message);
}

bool
stage_say_assertion(int fd)
{
	static const uint8_t bytes[37] = { 1 };
	struct att_assertion_answer answer = {
		.credential_id = { bytes, 1 },
		.auth_data = { bytes, sizeof(bytes) },
		.signature = { bytes, 1 },
	};
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return att_assertion_encode(&answer, &message) == ATT_OK &&
	       stage_send_and_free(fd, &message);
}

bool
stage_say_failed(int fd, enum att_device_failure failure)
{
	struct att_failed failed = {
		.failure = failure,
		.pin_retries = ATT_PIN_RETRIES_UNKNOWN,
	};
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return att_failed_encode(&failed, &message) == ATT_OK &&
	       stage_send_and_free(fd, &message);
}

/* The next message has this type; its content goes to *message. */
static bool
hear(int fd, uint8_t type, struct att_buf *message)
{
	att_buf_init(message, ATT_MESSAGE_MAX);
	return att_channel_receive(
		   fd, att_clock_ms() + WAIT_MS, message, NULL) == ATT_OK &&
	       message->ptr[0] == type;
}

bool
stage_hear_request(int fd, enum att_uv_mode uv, bool up, const char *pin)
{
	struct att_buf message;
	bool ok;

	ok = hear(fd, ATT_MESSAGE_GET_ASSERTION, &message) &&
	     message.ptr[1] == uv && message.ptr[2] == up &&
	     message.len == 7 + strlen(pin) &&
	     memcmp(message.ptr + 7, pin, strlen(pin)) == 0;
	att_buf_reset(&message);
	return ok;
}

bool
stage_hear_type(int fd, uint8_t type)
{
	struct att_buf message;
	bool ok = hear(fd, type, &message);

	att_buf_reset(&message);
	return ok;
}

/* The other side has closed: nothing more comes. */
bool
stage_hear_end(int fd)
{
	struct att_buf message;
	bool ok;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	ok = att_channel_receive(fd, att_clock_ms() + WAIT_MS, &message,
		 NULL) == ATT_ERR_PEER_GONE;
	att_buf_reset(&message);
	return ok;
}

/* Messages that tell the caller something are of no interest here. */
bool
stage_hear_prompt(int fd, const char *part, const char *answer)
{
	struct att_buf message;
	char *text = NULL;
	bool echo, ok;

	do {
		att_buf_init(&message, ATT_MESSAGE_MAX);
		if (att_channel_receive(
			fd, att_clock_ms() + WAIT_MS, &message, NULL) != ATT_OK)
			return false;
		ok = message.ptr[0] == ATT_MESSAGE_PROMPT;
		if (ok && att_prompt_decode(
			      att_buf_get(&message), &echo, &text) != ATT_OK)
			return false;
		att_buf_reset(&message);
	} while (!ok);
	ok = !echo && strstr(text, part) != NULL;
	free(text);
	return ok &&
	       att_text_encode(ATT_MESSAGE_ANSWER, answer, &message) ==
		   ATT_OK &&
	       stage_send_and_free(fd, &message);
}
