/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ceremony with actors in the places of the caller and the devices: each
 * is a process with its own channel that follows a little script.
 */
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

enum {
	ACTORS_MAX = 4,
	WAIT_MS = 5000,
	HUMAN_US = 300000, /* longer than the devices take to begin */
};

/* A script returns true when everything was as it expected. */
typedef bool script(int fd);

struct stage {
	struct att_session session;
	struct att_options *opts;
	struct att_authenticators set;
	pid_t actors[ACTORS_MAX];
	size_t actor_count;
	bool can_look;
	bool pin_always;
	enum att_err judgement;
	enum att_err recognition;
	unsigned int judged;
};

static int
start_actor(struct stage *stage, script *play)
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

static void
set_stage(struct stage *stage, script *caller)
{
	memset(stage, 0, sizeof(*stage));
	assert_int_equal(att_options_new(&stage->opts), ATT_OK);
	stage->opts->timeout = 2;
	stage->session.opts = stage->opts;
	att_authenticators_init(&stage->set);
	stage->set.is_complete = true;
	stage->can_look = true;
	stage->session.fd = start_actor(stage, caller);
}

static void
add_device(struct stage *stage, script *device)
{
	struct att_authenticator *slot = &stage->set.list[stage->set.count++];

	slot->fd = start_actor(stage, device);
	slot->path = strdup("/dev/hidraw9");
	slot->state = ATT_DEVICE_STARTING;
}

/* Every actor saw what it expected. */
static void
clear_stage(struct stage *stage)
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

static enum att_err
run(struct stage *stage)
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

static bool
send_and_free(int fd, struct att_buf *message)
{
	bool ok = att_channel_send(fd, message, -1) == ATT_OK;

	att_buf_reset(message);
	return ok;
}

static bool
say_ready(int fd, enum att_pin_state pin, uint8_t retries, bool has_uv)
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
	       send_and_free(fd, &message);
}

static bool
say_assertion(int fd)
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
	       send_and_free(fd, &message);
}

static bool
say_failed(int fd, enum att_device_failure failure)
{
	struct att_failed failed = {
		.failure = failure,
		.pin_retries = ATT_PIN_RETRIES_UNKNOWN,
	};
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return att_failed_encode(&failed, &message) == ATT_OK &&
	       send_and_free(fd, &message);
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

static bool
hear_request(int fd, enum att_uv_mode uv, bool up, const char *pin)
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

static bool
hear_type(int fd, uint8_t type)
{
	struct att_buf message;
	bool ok = hear(fd, type, &message);

	att_buf_reset(&message);
	return ok;
}

/* The other side has closed: nothing more comes. */
static bool
hear_end(int fd)
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
static bool
hear_prompt(int fd, const char *part, const char *answer)
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
	       send_and_free(fd, &message);
}

static bool
caller_listens(int fd)
{
	(void)fd;
	return true;
}

static bool
caller_stays(int fd)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	while (att_channel_receive(
		   fd, att_clock_ms() + WAIT_MS, &message, NULL) == ATT_OK)
		att_buf_reset(&message);
	return true;
}

static bool
caller_types_1234(int fd)
{
	return hear_prompt(fd, "PIN of Key", "1234") && caller_stays(fd);
}

static bool
caller_types_nothing(int fd)
{
	return hear_prompt(fd, "2 tries left", "") && caller_stays(fd);
}

static bool
caller_cancels(int fd)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return hear_type(fd, ATT_MESSAGE_DEADLINE) && usleep(HUMAN_US) == 0 &&
	       att_cancel_encode(&message) == ATT_OK &&
	       send_and_free(fd, &message) && caller_stays(fd);
}

static bool
device_touched(int fd)
{
	return say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) &&
	       hear_request(fd, ATT_UV_NONE, true, "") &&
	       usleep(HUMAN_US) == 0 && say_assertion(fd) && hear_end(fd);
}

static bool
device_cancelled(int fd)
{
	bool ok = say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) &&
		  hear_request(fd, ATT_UV_NONE, true, "") &&
		  hear_type(fd, ATT_MESSAGE_CANCEL);

	/* Too late for the verifier's patience, perhaps; that is fine. */
	(void)say_failed(fd, ATT_FAILURE_CANCELLED);
	return ok;
}

static bool
device_of_another_user(int fd)
{
	return say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) &&
	       hear_request(fd, ATT_UV_NONE, true, "") &&
	       say_failed(fd, ATT_FAILURE_NO_CREDENTIALS) && hear_end(fd);
}

static bool
device_with_pin(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, false) &&
	       hear_request(fd, ATT_UV_NONE, false, "") && say_assertion(fd) &&
	       hear_request(fd, ATT_UV_PIN, true, "1234") &&
	       say_assertion(fd) && hear_end(fd);
}

static bool
device_with_pin_asked_at_once(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, false) &&
	       hear_request(fd, ATT_UV_PIN, true, "1234") &&
	       say_assertion(fd) && hear_end(fd);
}

static bool
device_with_pin_of_another_user(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, false) &&
	       hear_request(fd, ATT_UV_NONE, false, "") &&
	       say_failed(fd, ATT_FAILURE_NO_CREDENTIALS) && hear_end(fd);
}

static bool
device_with_two_tries(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 2, false) &&
	       hear_request(fd, ATT_UV_NONE, false, "") && say_assertion(fd) &&
	       hear_end(fd);
}

static bool
device_with_pin_left_alone(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, false) && hear_end(fd);
}

static bool
device_that_knows_no_finger(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, true) &&
	       hear_request(fd, ATT_UV_BUILT_IN, true, "") &&
	       say_failed(fd, ATT_FAILURE_UV) &&
	       hear_request(fd, ATT_UV_NONE, false, "") && say_assertion(fd) &&
	       hear_request(fd, ATT_UV_PIN, true, "1234") &&
	       say_assertion(fd) && hear_end(fd);
}

static bool
device_that_cannot_verify(int fd)
{
	return say_ready(fd, ATT_PIN_UNSET, 255, false) && hear_end(fd);
}

static bool
device_that_answers_unasked(int fd)
{
	return say_assertion(fd) && hear_end(fd);
}

static bool
device_that_sends_garbage(int fd)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return att_buf_put(&message, "\377\377\377", 3) == ATT_OK &&
	       send_and_free(fd, &message) && hear_end(fd);
}

/* Its answer counts; what it goes on to say does not. */
static bool
device_that_never_stops(int fd)
{
	if (!say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) ||
	    !hear_request(fd, ATT_UV_NONE, true, ""))
		return false;
	for (int i = 0; i < 100; i++)
		if (!say_failed(fd, ATT_FAILURE_PIN_INVALID))
			return true;
	return hear_end(fd);
}

static bool
device_with_pin_that_lies(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, false) &&
	       hear_request(fd, ATT_UV_NONE, false, "") && say_assertion(fd) &&
	       hear_end(fd);
}

/* Says that a finger was not known before anybody asked it for one. */
static bool
device_that_begs_for_a_pin(int fd)
{
	return say_ready(fd, ATT_PIN_SET, 8, false) &&
	       hear_request(fd, ATT_UV_NONE, false, "") &&
	       say_failed(fd, ATT_FAILURE_UV) && hear_end(fd);
}

/* The caller is never asked anything, and never told of a PIN. */
static bool
caller_is_left_alone(int fd)
{
	struct att_buf message;
	bool ok = true;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	while (att_channel_receive(
		   fd, att_clock_ms() + WAIT_MS, &message, NULL) == ATT_OK) {
		if (message.ptr[0] == ATT_MESSAGE_PROMPT ||
		    message.ptr[0] == ATT_MESSAGE_ERROR)
			ok = false;
		att_buf_reset(&message);
	}
	return ok;
}

static bool
device_that_dies(int fd)
{
	return say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false);
}

/* --- Cases --------------------------------------------------------------- */

static void
first_touch_wins_and_others_are_cancelled(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	add_device(&stage, device_cancelled);
	add_device(&stage, device_touched);
	add_device(&stage, device_cancelled);
	assert_int_equal(run(&stage), ATT_OK);
	assert_int_equal(stage.judged, 1);
	clear_stage(&stage);
}

static void
nobody_connected(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	assert_int_equal(run(&stage), ATT_ERR_NO_AUTHENTICATOR);
	clear_stage(&stage);
}

static void
wrong_key_is_said_at_once(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	add_device(&stage, device_of_another_user);
	add_device(&stage, device_of_another_user);
	assert_int_equal(run(&stage), ATT_ERR_WRONG_AUTHENTICATOR);
	assert_int_equal(stage.judged, 0);
	clear_stage(&stage);
}

static void
time_is_limited(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.opts->timeout = 1;
	add_device(&stage, device_cancelled);
	assert_int_equal(run(&stage), ATT_ERR_TIMEOUT);
	clear_stage(&stage);
}

static void
caller_stops_it(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_cancels);
	add_device(&stage, device_cancelled);
	assert_int_equal(run(&stage), ATT_ERR_CANCELLED);
	clear_stage(&stage);
}

static void
caller_that_ends_stops_it(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_listens);
	add_device(&stage, device_cancelled);
	assert_int_not_equal(run(&stage), ATT_OK);
	assert_int_equal(stage.judged, 0);
	for (size_t i = 0; i < stage.actor_count; i++)
		waitpid(stage.actors[i], NULL, 0);
	stage.actor_count = 0;
	clear_stage(&stage);
}

static void
pin_is_asked_for_the_key_that_has_a_credential(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_types_1234);
	add_device(&stage, device_with_pin_of_another_user);
	add_device(&stage, device_with_pin);
	assert_int_equal(run(&stage), ATT_OK);
	clear_stage(&stage);
}

static void
empty_pin_never_reaches_a_key(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_types_nothing);
	add_device(&stage, device_with_two_tries);
	assert_int_equal(run(&stage), ATT_ERR_PIN_INVALID);
	clear_stage(&stage);
}

static void
pin_is_not_wanted_where_verification_is_discouraged(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.opts->user_verification = ATT_USER_VERIFICATION_DISCOURAGED;
	add_device(&stage, device_touched);
	assert_int_equal(run(&stage), ATT_OK);
	clear_stage(&stage);
}

static void
key_that_cannot_verify_is_not_asked(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.opts->user_verification = ATT_USER_VERIFICATION_REQUIRED;
	add_device(&stage, device_that_cannot_verify);
	assert_int_equal(run(&stage), ATT_ERR_PIN_NOT_SET);
	clear_stage(&stage);
}

static void
unknown_finger_falls_back_to_pin(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_types_1234);
	add_device(&stage, device_that_knows_no_finger);
	assert_int_equal(run(&stage), ATT_OK);
	clear_stage(&stage);
}

static void
registration_does_not_guess_whose_pin(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.can_look = false;
	stage.pin_always = true;
	add_device(&stage, device_with_pin_left_alone);
	add_device(&stage, device_with_pin_left_alone);
	assert_int_equal(run(&stage), ATT_ERR_SEVERAL_AUTHENTICATORS);
	clear_stage(&stage);
}

static void
registration_asks_for_the_pin_without_a_look(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_types_1234);
	stage.can_look = false;
	stage.pin_always = true;
	add_device(&stage, device_with_pin_asked_at_once);
	assert_int_equal(run(&stage), ATT_OK);
	clear_stage(&stage);
}

static void
hostile_devices_do_not_stop_a_good_one(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	add_device(&stage, device_that_answers_unasked);
	add_device(&stage, device_that_sends_garbage);
	add_device(&stage, device_touched);
	assert_int_equal(run(&stage), ATT_OK);
	assert_int_equal(stage.judged, 1);
	clear_stage(&stage);
}

static void
device_that_ends_is_a_failed_one(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	add_device(&stage, device_that_dies);
	assert_int_equal(run(&stage), ATT_ERR_DEVICE_FAILED);
	clear_stage(&stage);
}

static void
refused_answer_is_told_before_a_wrong_key(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.judgement = ATT_ERR_ASSERTION_SIGNATURE;
	add_device(&stage, device_of_another_user);
	add_device(&stage, device_touched);
	assert_int_equal(run(&stage), ATT_ERR_ASSERTION_SIGNATURE);
	clear_stage(&stage);
}

static void
pin_is_not_asked_for_a_key_that_proves_nothing(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_is_left_alone);
	stage.recognition = ATT_ERR_ASSERTION_SIGNATURE;
	add_device(&stage, device_with_pin_that_lies);
	assert_int_equal(run(&stage), ATT_ERR_ASSERTION_SIGNATURE);
	clear_stage(&stage);
}

static void
refused_finger_is_no_way_to_a_pin(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_is_left_alone);
	add_device(&stage, device_that_begs_for_a_pin);
	assert_int_equal(run(&stage), ATT_ERR_UV_REFUSED);
	clear_stage(&stage);
}

static void
device_that_never_stops_is_expelled(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_is_left_alone);
	add_device(&stage, device_that_never_stops);
	add_device(&stage, device_touched);
	assert_int_equal(run(&stage), ATT_OK);
	assert_int_equal(stage.set.list[0].state, ATT_DEVICE_GONE);
	clear_stage(&stage);
}

static void
copied_key_ends_it(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.judgement = ATT_ERR_COUNTER;
	add_device(&stage, device_cancelled);
	add_device(&stage, device_touched);
	assert_int_equal(run(&stage), ATT_ERR_COUNTER);
	clear_stage(&stage);
}

static void
refused_answer_is_told_before_a_timeout(void **state)
{
	struct stage stage;

	(void)state;
	set_stage(&stage, caller_stays);
	stage.opts->timeout = 1;
	stage.judgement = ATT_ERR_ASSERTION_SIGNATURE;
	add_device(&stage, device_cancelled);
	add_device(&stage, device_touched);
	assert_int_equal(run(&stage), ATT_ERR_ASSERTION_SIGNATURE);
	clear_stage(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_touch_wins_and_others_are_cancelled),
		cmocka_unit_test(nobody_connected),
		cmocka_unit_test(wrong_key_is_said_at_once),
		cmocka_unit_test(time_is_limited),
		cmocka_unit_test(caller_stops_it),
		cmocka_unit_test(caller_that_ends_stops_it),
		cmocka_unit_test(
		    pin_is_asked_for_the_key_that_has_a_credential),
		cmocka_unit_test(empty_pin_never_reaches_a_key),
		cmocka_unit_test(
		    pin_is_not_wanted_where_verification_is_discouraged),
		cmocka_unit_test(key_that_cannot_verify_is_not_asked),
		cmocka_unit_test(unknown_finger_falls_back_to_pin),
		cmocka_unit_test(registration_does_not_guess_whose_pin),
		cmocka_unit_test(registration_asks_for_the_pin_without_a_look),
		cmocka_unit_test(hostile_devices_do_not_stop_a_good_one),
		cmocka_unit_test(device_that_ends_is_a_failed_one),
		cmocka_unit_test(refused_answer_is_told_before_a_wrong_key),
		cmocka_unit_test(
		    pin_is_not_asked_for_a_key_that_proves_nothing),
		cmocka_unit_test(refused_finger_is_no_way_to_a_pin),
		cmocka_unit_test(device_that_never_stops_is_expelled),
		cmocka_unit_test(copied_key_ends_it),
		cmocka_unit_test(refused_answer_is_told_before_a_timeout),
	};

	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
