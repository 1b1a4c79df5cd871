/* SPDX-License-Identifier: BSD-2-Clause */
/* Ceremonies, good and bad, on a stage. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/channel.h"
#include "wire/login.h"
#include "stage.h"

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
	return stage_hear_prompt(fd, "PIN of Key", "1234") && caller_stays(fd);
}

static bool
caller_types_nothing(int fd)
{
	return stage_hear_prompt(fd, "2 tries left", "") && caller_stays(fd);
}

static bool
caller_cancels(int fd)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return stage_hear_type(fd, ATT_MESSAGE_DEADLINE) &&
	       usleep(HUMAN_US) == 0 && att_cancel_encode(&message) == ATT_OK &&
	       stage_send_and_free(fd, &message) && caller_stays(fd);
}

static bool
device_touched(int fd)
{
	return stage_say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) &&
	       stage_hear_request(fd, ATT_UV_NONE, true, "") &&
	       usleep(HUMAN_US) == 0 && stage_say_assertion(fd) &&
	       stage_hear_end(fd);
}

static bool
device_cancelled(int fd)
{
	bool ok = stage_say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) &&
		  stage_hear_request(fd, ATT_UV_NONE, true, "") &&
		  stage_hear_type(fd, ATT_MESSAGE_CANCEL);

	/* Too late for the verifier's patience, perhaps; that is fine. */
	(void)stage_say_failed(fd, ATT_FAILURE_CANCELLED);
	return ok;
}

static bool
device_of_another_user(int fd)
{
	return stage_say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) &&
	       stage_hear_request(fd, ATT_UV_NONE, true, "") &&
	       stage_say_failed(fd, ATT_FAILURE_NO_CREDENTIALS) &&
	       stage_hear_end(fd);
}

static bool
device_with_pin(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 8, false) &&
	       stage_hear_request(fd, ATT_UV_NONE, false, "") &&
	       stage_say_assertion(fd) &&
	       stage_hear_request(fd, ATT_UV_PIN, true, "1234") &&
	       stage_say_assertion(fd) && stage_hear_end(fd);
}

static bool
device_with_pin_asked_at_once(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 8, false) &&
	       stage_hear_request(fd, ATT_UV_PIN, true, "1234") &&
	       stage_say_assertion(fd) && stage_hear_end(fd);
}

/* A key that is slower than another one: it waits until that one closes it. */
static int turn[2];

static bool
first_device_with_pin_of_another_user(int fd)
{
	bool ok;

	close(turn[0]);
	ok = stage_say_ready(fd, ATT_PIN_SET, 8, false) &&
	     stage_hear_request(fd, ATT_UV_NONE, false, "") &&
	     stage_say_failed(fd, ATT_FAILURE_NO_CREDENTIALS);
	close(turn[1]);
	return ok && stage_hear_end(fd);
}

static bool
second_device_with_pin(int fd)
{
	char none;

	close(turn[1]);
	return read(turn[0], &none, 1) == 0 && device_with_pin(fd);
}

static bool
device_with_two_tries(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 2, false) &&
	       stage_hear_request(fd, ATT_UV_NONE, false, "") &&
	       stage_say_assertion(fd) && stage_hear_end(fd);
}

static bool
device_with_pin_left_alone(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 8, false) && stage_hear_end(fd);
}

static bool
device_that_knows_no_finger(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 8, true) &&
	       stage_hear_request(fd, ATT_UV_BUILT_IN, true, "") &&
	       stage_say_failed(fd, ATT_FAILURE_UV) &&
	       stage_hear_request(fd, ATT_UV_NONE, false, "") &&
	       stage_say_assertion(fd) &&
	       stage_hear_request(fd, ATT_UV_PIN, true, "1234") &&
	       stage_say_assertion(fd) && stage_hear_end(fd);
}

static bool
device_that_cannot_verify(int fd)
{
	return stage_say_ready(fd, ATT_PIN_UNSET, 255, false) &&
	       stage_hear_end(fd);
}

static bool
device_that_answers_unasked(int fd)
{
	return stage_say_assertion(fd) && stage_hear_end(fd);
}

static bool
device_that_sends_garbage(int fd)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return att_buf_put(&message, "\377\377\377", 3) == ATT_OK &&
	       stage_send_and_free(fd, &message) && stage_hear_end(fd);
}

/* Its answer counts; what it goes on to say does not. */
static bool
device_that_never_stops(int fd)
{
	if (!stage_say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false) ||
	    !stage_hear_request(fd, ATT_UV_NONE, true, ""))
		return false;
	for (int i = 0; i < 100; i++)
		if (!stage_say_failed(fd, ATT_FAILURE_PIN_INVALID))
			return true;
	return stage_hear_end(fd);
}

static bool
device_with_pin_that_lies(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 8, false) &&
	       stage_hear_request(fd, ATT_UV_NONE, false, "") &&
	       stage_say_assertion(fd) && stage_hear_end(fd);
}

/* Says that a finger was not known before anybody asked it for one. */
static bool
device_that_begs_for_a_pin(int fd)
{
	return stage_say_ready(fd, ATT_PIN_SET, 8, false) &&
	       stage_hear_request(fd, ATT_UV_NONE, false, "") &&
	       stage_say_failed(fd, ATT_FAILURE_UV) && stage_hear_end(fd);
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
	return stage_say_ready(fd, ATT_PIN_UNSUPPORTED, 255, false);
}

/* --- Cases --------------------------------------------------------------- */

static void
first_touch_wins_and_others_are_cancelled(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage_add_device(&stage, device_cancelled);
	stage_add_device(&stage, device_touched);
	stage_add_device(&stage, device_cancelled);
	assert_int_equal(stage_run(&stage), ATT_OK);
	assert_int_equal(stage.judged, 1);
	stage_clear(&stage);
}

static void
nobody_connected(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	assert_int_equal(stage_run(&stage), ATT_ERR_NO_AUTHENTICATOR);
	stage_clear(&stage);
}

static void
wrong_key_is_said_at_once(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage_add_device(&stage, device_of_another_user);
	stage_add_device(&stage, device_of_another_user);
	assert_int_equal(stage_run(&stage), ATT_ERR_WRONG_AUTHENTICATOR);
	assert_int_equal(stage.judged, 0);
	stage_clear(&stage);
}

static void
time_is_limited(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.opts->timeout = 1;
	stage_add_device(&stage, device_cancelled);
	assert_int_equal(stage_run(&stage), ATT_ERR_TIMEOUT);
	stage_clear(&stage);
}

static void
caller_stops_it(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_cancels);
	stage_add_device(&stage, device_cancelled);
	assert_int_equal(stage_run(&stage), ATT_ERR_CANCELLED);
	stage_clear(&stage);
}

static void
caller_that_ends_stops_it(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_listens);
	stage_add_device(&stage, device_cancelled);
	assert_int_not_equal(stage_run(&stage), ATT_OK);
	assert_int_equal(stage.judged, 0);
	for (size_t i = 0; i < stage.actor_count; i++)
		waitpid(stage.actors[i], NULL, 0);
	stage.actor_count = 0;
	stage_clear(&stage);
}

static void
pin_is_asked_for_the_key_that_has_a_credential(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_types_1234);
	assert_int_equal(pipe2(turn, O_CLOEXEC), 0);
	stage_add_device(&stage, first_device_with_pin_of_another_user);
	stage_add_device(&stage, second_device_with_pin);
	close(turn[0]);
	close(turn[1]);
	assert_int_equal(stage_run(&stage), ATT_OK);
	stage_clear(&stage);
}

static void
empty_pin_never_reaches_a_key(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_types_nothing);
	stage_add_device(&stage, device_with_two_tries);
	assert_int_equal(stage_run(&stage), ATT_ERR_PIN_INVALID);
	stage_clear(&stage);
}

static void
pin_is_not_wanted_where_verification_is_discouraged(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.opts->user_verification = ATT_USER_VERIFICATION_DISCOURAGED;
	stage_add_device(&stage, device_touched);
	assert_int_equal(stage_run(&stage), ATT_OK);
	stage_clear(&stage);
}

static void
key_that_cannot_verify_is_not_asked(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.opts->user_verification = ATT_USER_VERIFICATION_REQUIRED;
	stage_add_device(&stage, device_that_cannot_verify);
	assert_int_equal(stage_run(&stage), ATT_ERR_PIN_NOT_SET);
	stage_clear(&stage);
}

static void
unknown_finger_falls_back_to_pin(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_types_1234);
	stage_add_device(&stage, device_that_knows_no_finger);
	assert_int_equal(stage_run(&stage), ATT_OK);
	stage_clear(&stage);
}

static void
registration_does_not_guess_whose_pin(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.can_look = false;
	stage.pin_always = true;
	stage_add_device(&stage, device_with_pin_left_alone);
	stage_add_device(&stage, device_with_pin_left_alone);
	assert_int_equal(stage_run(&stage), ATT_ERR_SEVERAL_AUTHENTICATORS);
	stage_clear(&stage);
}

static void
registration_asks_for_the_pin_without_a_look(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_types_1234);
	stage.can_look = false;
	stage.pin_always = true;
	stage_add_device(&stage, device_with_pin_asked_at_once);
	assert_int_equal(stage_run(&stage), ATT_OK);
	stage_clear(&stage);
}

static void
hostile_devices_do_not_stop_a_good_one(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage_add_device(&stage, device_that_answers_unasked);
	stage_add_device(&stage, device_that_sends_garbage);
	stage_add_device(&stage, device_touched);
	assert_int_equal(stage_run(&stage), ATT_OK);
	assert_int_equal(stage.judged, 1);
	stage_clear(&stage);
}

static void
device_that_ends_is_a_failed_one(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage_add_device(&stage, device_that_dies);
	assert_int_equal(stage_run(&stage), ATT_ERR_DEVICE_FAILED);
	stage_clear(&stage);
}

static void
refused_answer_is_told_before_a_wrong_key(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.judgement = ATT_ERR_ASSERTION_SIGNATURE;
	stage_add_device(&stage, device_of_another_user);
	stage_add_device(&stage, device_touched);
	assert_int_equal(stage_run(&stage), ATT_ERR_ASSERTION_SIGNATURE);
	stage_clear(&stage);
}

static void
pin_is_not_asked_for_a_key_that_proves_nothing(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_is_left_alone);
	stage.recognition = ATT_ERR_ASSERTION_SIGNATURE;
	stage_add_device(&stage, device_with_pin_that_lies);
	assert_int_equal(stage_run(&stage), ATT_ERR_ASSERTION_SIGNATURE);
	stage_clear(&stage);
}

static void
refused_finger_is_no_way_to_a_pin(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_is_left_alone);
	stage_add_device(&stage, device_that_begs_for_a_pin);
	assert_int_equal(stage_run(&stage), ATT_ERR_UV_REFUSED);
	stage_clear(&stage);
}

static void
device_that_never_stops_is_expelled(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_is_left_alone);
	stage_add_device(&stage, device_that_never_stops);
	stage_add_device(&stage, device_touched);
	assert_int_equal(stage_run(&stage), ATT_OK);
	assert_int_equal(stage.set.list[0].state, ATT_DEVICE_GONE);
	stage_clear(&stage);
}

static void
copied_key_ends_it(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.judgement = ATT_ERR_COUNTER;
	stage_add_device(&stage, device_cancelled);
	stage_add_device(&stage, device_touched);
	assert_int_equal(stage_run(&stage), ATT_ERR_COUNTER);
	stage_clear(&stage);
}

static void
refused_answer_is_told_before_a_timeout(void **state)
{
	struct stage stage;

	(void)state;
	stage_set(&stage, caller_stays);
	stage.opts->timeout = 1;
	stage.judgement = ATT_ERR_ASSERTION_SIGNATURE;
	stage_add_device(&stage, device_cancelled);
	stage_add_device(&stage, device_touched);
	assert_int_equal(stage_run(&stage), ATT_ERR_ASSERTION_SIGNATURE);
	stage_clear(&stage);
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
