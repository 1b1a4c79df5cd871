/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A verifier for tests of those who start one. How it behaves is the name it
 * is started by: the caller makes symbolic links, as nothing else reaches a
 * program that is started with an empty environment and no arguments.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "wire/channel.h"
#include "wire/login.h"

static struct att_buf message;

static void
send_it(enum att_err encoded)
{
	if (encoded != ATT_OK || att_channel_send(0, &message, -1) != ATT_OK)
		exit(7);
	att_buf_reset(&message);
}

static void
send_result(uint32_t code)
{
	send_it(att_code_encode(ATT_MESSAGE_RESULT, code, &message));
}

static void
send_raw(const void *bytes, size_t len)
{
	if (send(0, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		exit(8);
}

static void
receive(void)
{
	if (att_channel_receive(0, att_clock_ms() + 10000, &message, NULL) !=
	    ATT_OK)
		exit(9);
}

static void
sleep_ms(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

_Noreturn static void
wait_forever(void)
{
	for (;;)
		pause();
}

/* Everything there is, and the result depends on what came back. */
static void
polite(void)
{
	struct att_start start;
	char *answer;
	int good;

	receive();
	if (att_start_decode(att_buf_get(&message), &start) != ATT_OK)
		exit(1);
	good = strcmp(start.user, "ann") == 0 &&
	       start.phase == ATT_PHASE_AUTH && start.argument_count == 1;
	att_start_reset(&start);
	att_buf_reset(&message);
	send_it(att_deadline_encode(20, &message));
	send_it(att_log_encode(LOG_INFO, "a log line", &message));
	send_it(att_text_encode(ATT_MESSAGE_INFO, "touch it", &message));
	send_it(att_text_encode(ATT_MESSAGE_ERROR, "not that", &message));
	send_it(att_prompt_encode(false, "PIN: ", &message));
	receive();
	if (att_text_decode(
		att_buf_get(&message), ATT_MESSAGE_ANSWER, &answer) != ATT_OK)
		exit(1);
	good = good && strcmp(answer, "1234") == 0;
	free(answer);
	att_buf_reset(&message);
	send_result(good ? PAM_SUCCESS : PAM_AUTH_ERR);
}

/* The code that came instead of an answer is the result. */
static void
ask_in_vain(void)
{
	uint32_t code;

	receive();
	att_buf_reset(&message);
	send_it(att_prompt_encode(true, "Name: ", &message));
	receive();
	if (att_code_decode(
		att_buf_get(&message), ATT_MESSAGE_NO_ANSWER, &code) != ATT_OK)
		exit(1);
	att_buf_reset(&message);
	send_result(code);
}

static void
exit_at_once(void)
{
	exit(3);
}

static void
be_killed(void)
{
	raise(SIGKILL);
}

static void
be_stopped(void)
{
	receive();
	raise(SIGSTOP);
	send_result(PAM_SUCCESS);
}

static void
be_silent(void)
{
	wait_forever();
}

/* Closes its end without ending. */
static void
hang_up(void)
{
	close(0);
	wait_forever();
}

static void
flood(void)
{
	for (;;)
		send_it(att_text_encode(ATT_MESSAGE_INFO, "more", &message));
}

static void
flood_with_deadlines(void)
{
	for (;;)
		send_it(att_deadline_encode(600, &message));
}

static void
send_garbage(void)
{
	send_raw("\377\376\375", 3);
	wait_forever();
}

static void
send_empty(void)
{
	send_raw("", 0);
	wait_forever();
}

static void
send_oversized(void)
{
	static char bytes[ATT_MESSAGE_MAX + 1] = { ATT_MESSAGE_INFO };

	send_raw(bytes, sizeof(bytes));
	wait_forever();
}

/* RESULT PAM_SUCCESS with a byte too much. */
static void
send_trailing(void)
{
	send_raw("\x14\0\0\0\0\0", 6);
	wait_forever();
}

static void
send_truncated(void)
{
	send_raw("\x14\0\0\0", 4);
	wait_forever();
}

/* Well formed, but only a caller or an authenticator says these. */
static void
send_start(void)
{
	const struct att_start start = { .phase = ATT_PHASE_AUTH };

	send_it(att_start_encode(&start, &message));
	wait_forever();
}

static void
send_answer(void)
{
	send_it(att_text_encode(ATT_MESSAGE_ANSWER, "1234", &message));
	wait_forever();
}

static void
send_cancel(void)
{
	send_it(att_cancel_encode(&message));
	wait_forever();
}

static void
send_long_deadline(void)
{
	send_raw("\x15\0\0\x02\x59", 5);
	wait_forever();
}

static void
send_no_deadline(void)
{
	send_raw("\x15\0\0\0\0", 5);
	wait_forever();
}

/* Does not even read the question. */
static void
send_result_unread(void)
{
	send_result(PAM_PERM_DENIED);
}

static void
linger_after_result(void)
{
	receive();
	att_buf_reset(&message);
	send_result(PAM_SUCCESS);
	wait_forever();
}

static void
pass_descriptor(void)
{
	receive();
	att_buf_reset(&message);
	if (att_code_encode(ATT_MESSAGE_RESULT, PAM_SUCCESS, &message) !=
		ATT_OK ||
	    att_channel_send(0, &message, 1) != ATT_OK)
		exit(1);
}

/* Later than the first deadline, as announced. */
static void
take_time(void)
{
	send_it(att_deadline_encode(10, &message));
	sleep_ms(2500);
	send_result(PAM_SUCCESS);
}

static void
break_its_word(void)
{
	send_it(att_deadline_encode(1, &message));
	wait_forever();
}

/* After the prompt the deadline counts again. */
static void
ask_and_stall(void)
{
	receive();
	att_buf_reset(&message);
	send_it(att_prompt_encode(false, "PIN: ", &message));
	receive();
	wait_forever();
}

static void
heed_cancel(void)
{
	send_it(att_deadline_encode(60, &message));
	receive();
	receive();
	if (att_cancel_decode(att_buf_get(&message)) != ATT_OK)
		exit(1);
	att_buf_reset(&message);
	send_result(PAM_AUTH_ERR);
}

static void
ignore_cancel(void)
{
	for (;;) {
		send_it(att_deadline_encode(60, &message));
		sleep_ms(100);
	}
}

/* Asks although the person wants to stop. */
static void
ask_after_cancel(void)
{
	send_it(att_deadline_encode(60, &message));
	receive();
	ask_in_vain();
}

/* As in ATT_PHASE_RESPOND, whatever the phase is. */
static void
respond(void)
{
	receive();
	att_buf_reset(&message);
	send_it(att_text_encode(ATT_MESSAGE_RESPONSE, "a line", &message));
	send_result(PAM_SUCCESS);
}

static const struct {
	const char *name;
	void (*behave)(void);
} kinds[] = {
	{ "polite", polite },
	{ "ask-in-vain", ask_in_vain },
	{ "exit", exit_at_once },
	{ "killed", be_killed },
	{ "stopped", be_stopped },
	{ "silent", be_silent },
	{ "hang-up", hang_up },
	{ "flood", flood },
	{ "flood-deadlines", flood_with_deadlines },
	{ "garbage", send_garbage },
	{ "empty", send_empty },
	{ "oversized", send_oversized },
	{ "trailing", send_trailing },
	{ "truncated", send_truncated },
	{ "start", send_start },
	{ "answer", send_answer },
	{ "cancel", send_cancel },
	{ "long-deadline", send_long_deadline },
	{ "no-deadline", send_no_deadline },
	{ "unread", send_result_unread },
	{ "linger", linger_after_result },
	{ "descriptor", pass_descriptor },
	{ "take-time", take_time },
	{ "break-word", break_its_word },
	{ "ask-and-stall", ask_and_stall },
	{ "heed-cancel", heed_cancel },
	{ "ignore-cancel", ignore_cancel },
	{ "ask-after-cancel", ask_after_cancel },
	{ "respond", respond },
};

int
main(int argc, char **argv)
{
	const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;

	if (name == NULL)
		return 2;
	name++;
	att_buf_init(&message, ATT_MESSAGE_MAX);
	/* result-N says N, whatever it is. */
	if (strncmp(name, "result-", 7) == 0) {
		const char bytes[] = { ATT_MESSAGE_RESULT, 0, 0, 0,
			(char)strtol(name + 7, NULL, 10) };

		send_raw(bytes, sizeof(bytes));
		return 0;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(name, kinds[i].name) == 0) {
			kinds[i].behave();
			att_buf_reset(&message);
			return 0;
		}
	return 2;
}
