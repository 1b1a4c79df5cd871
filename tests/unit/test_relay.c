/* SPDX-License-Identifier: BSD-2-Clause */
/* The PAM conversation: what it is told, what it answers, and what fails. */
#include "pam_handle.h"

#include <signal.h>
#include <syslog.h>

#include <security/pam_modules.h>

#include "module/relay.h"

/* What the conversation of a test has seen, and what it does. */
static struct {
	int style, count, calls;
	char text[64];
	const char *answer;
	int code;
	bool no_response;
} talk;

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **responsep, void *data)
{
	assert_ptr_equal(data, &talk);
	talk.calls++;
	talk.count = count;
	talk.style = messages[0]->msg_style;
	snprintf(talk.text, sizeof(talk.text), "%s", messages[0]->msg);
	if (talk.code != PAM_SUCCESS || talk.no_response)
		return talk.code;
	*responsep = calloc(1, sizeof(**responsep));
	if (talk.answer != NULL)
		(*responsep)->resp = strdup(talk.answer);
	return PAM_SUCCESS;
}

static const struct pam_conv conv = { converse, &talk };

static int
set_up(void **state)
{
	memset(&talk, 0, sizeof(talk));
	*state = start_pam("ann", &conv);
	return 0;
}

static int
tear_down(void **state)
{
	assert_int_equal(pam_end(*state, PAM_SUCCESS), PAM_SUCCESS);
	return 0;
}

static void
info_and_error_keep_their_style(void **state)
{
	relay_ops.info(*state, "touch it %s");
	assert_int_equal(talk.style, PAM_TEXT_INFO);
	assert_int_equal(talk.count, 1);
	assert_string_equal(talk.text, "touch it %s");
	/* A response nobody wants is freed: the sanitizer looks. */
	talk.answer = "something";
	relay_ops.error(*state, "not that");
	assert_int_equal(talk.style, PAM_ERROR_MSG);
	assert_string_equal(talk.text, "not that");
	talk.code = PAM_CONV_ERR;
	relay_ops.info(*state, "goes on");
	assert_int_equal(talk.calls, 3);
}

static void
prompt_gives_the_answer(void **state)
{
	char *answer;

	talk.answer = "1234";
	assert_int_equal(
	    relay_ops.prompt(*state, false, "PIN: ", &answer), PAM_SUCCESS);
	assert_int_equal(talk.style, PAM_PROMPT_ECHO_OFF);
	assert_string_equal(answer, "1234");
	free(answer);
	assert_int_equal(
	    relay_ops.prompt(*state, true, "Name: ", &answer), PAM_SUCCESS);
	assert_int_equal(talk.style, PAM_PROMPT_ECHO_ON);
	free(answer);
}

static void
prompt_without_an_answer_is_an_error(void **state)
{
	char *answer;

	assert_int_equal(
	    relay_ops.prompt(*state, false, "PIN: ", &answer), PAM_CONV_ERR);
	assert_null(answer);
	talk.no_response = true;
	assert_int_equal(
	    relay_ops.prompt(*state, false, "PIN: ", &answer), PAM_CONV_ERR);
	assert_null(answer);
	talk.code = PAM_ABORT;
	assert_int_equal(
	    relay_ops.prompt(*state, false, "PIN: ", &answer), PAM_ABORT);
	assert_null(answer);
}

static void
no_conversation_is_an_error(void **state)
{
	const struct pam_conv none = { NULL, NULL };
	char *answer;

	assert_int_equal(pam_set_item(*state, PAM_CONV, &none), PAM_SUCCESS);
	assert_int_equal(
	    relay_ops.prompt(*state, false, "PIN: ", &answer), PAM_CONV_ERR);
	assert_null(answer);
	relay_ops.info(*state, "nobody hears it");
	assert_int_equal(talk.calls, 0);
}

static void
a_signal_held_back_means_stop(void **state)
{
	static const int stops[] = { SIGINT, SIGQUIT, SIGTERM };
	sigset_t set, old;
	int number;

	assert_false(relay_ops.is_cancelled(*state));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	for (size_t i = 0; i < 3; i++)
		sigaddset(&set, stops[i]);
	sigprocmask(SIG_BLOCK, &set, &old);
	assert_false(relay_ops.is_cancelled(*state));
	raise(SIGUSR1);
	assert_false(relay_ops.is_cancelled(*state));
	assert_int_equal(sigwait(&set, &number), 0);
	for (size_t i = 0; i < 3; i++) {
		raise(stops[i]);
		assert_true(relay_ops.is_cancelled(*state));
		/* Looking does not take it away from the host. */
		assert_true(relay_ops.is_cancelled(*state));
		assert_int_equal(sigwait(&set, &number), 0);
		assert_int_equal(number, stops[i]);
		assert_false(relay_ops.is_cancelled(*state));
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(info_and_error_keep_their_style),
		TEST(prompt_gives_the_answer),
		TEST(prompt_without_an_answer_is_an_error),
		TEST(no_conversation_is_an_error),
		TEST(a_signal_held_back_means_stop),
	};

	return cmocka_run_group_tests(
	    tests, make_pam_folder, remove_pam_folder);
}
