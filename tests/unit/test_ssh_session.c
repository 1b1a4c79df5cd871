/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When sshd has to have said by which key somebody comes. Which keys are good
 * is tests/system/case_ssh_session.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/ssh_session.h"

static struct att_options *opts;

/* What comes of a phase in which sshd said that; NULL: nothing at all. */
static enum att_err
judge(enum att_phase phase, const char *info, const char *tty)
{
	struct att_session session = {
		.fd = -1,
		.opts = opts,
		.start = { .phase = phase },
	};
	struct att_reason why = { .code = ATT_OK };
	char user[] = "ann";
	enum att_err r;

	session.start.user = user;
	session.start.ssh_auth_info = info != NULL ? strdup(info) : NULL;
	session.start.tty = tty != NULL ? strdup(tty) : NULL;
	r = att_ssh_session_judge(&session, &why);
	if (r == ATT_OK)
		assert_false(session.is_key_judged);
	else
		assert_int_equal(why.code, r);
	free(session.start.ssh_auth_info);
	free(session.start.tty);
	return r;
}

static const enum att_phase phases[] = { ATT_PHASE_AUTH, ATT_PHASE_ACCOUNT,
	ATT_PHASE_SESSION };

static void
set_keys(const char *value)
{
	assert_int_equal(
	    att_options_set(opts, "ssh_keys", value, "test", NULL), ATT_OK);
}

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(att_options_new(&opts), ATT_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_options_free(&opts);
	return 0;
}

static void
by_default_no_key_is_looked_at(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(judge(phases[i], NULL, "ssh"), ATT_OK);
		assert_int_equal(judge(phases[i], "", "ssh"), ATT_OK);
		assert_int_equal(judge(phases[i], "nonsense", "ssh"), ATT_OK);
	}
}

/* A variable that is not there says that nobody set it: this is not sshd. */
static void
an_application_that_is_not_sshd_tells_of_no_key(void **state)
{
	(void)state;
	set_keys("attested");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(judge(phases[i], NULL, NULL), ATT_OK);
		assert_int_equal(judge(phases[i], NULL, "/dev/pts/1"), ATT_OK);
	}
}

/* Before the session it may not know yet; then it has to. */
static void
an_sshd_that_says_nothing_opens_no_session(void **state)
{
	static const char *const nothing[] = { NULL, "" };

	(void)state;
	set_keys("attested");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    judge(ATT_PHASE_AUTH, nothing[i], "ssh"), ATT_OK);
		assert_int_equal(
		    judge(ATT_PHASE_ACCOUNT, nothing[i], "ssh"), ATT_OK);
		assert_int_equal(judge(ATT_PHASE_SESSION, nothing[i], "ssh"),
		    ATT_ERR_SSH_AUTH_INFO);
	}
	assert_int_equal(
	    judge(ATT_PHASE_SESSION, "", NULL), ATT_ERR_SSH_AUTH_INFO);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_default_no_key_is_looked_at),
		TEST(an_application_that_is_not_sshd_tells_of_no_key),
		TEST(an_sshd_that_says_nothing_opens_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
