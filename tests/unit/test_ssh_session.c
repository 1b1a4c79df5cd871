/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When sshd has to have said by which key somebody comes, and which keys are
 * good. That this is what sshd says is tests/system/case_ssh_session.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "ssh_keys.h"
#include "stored.h"
#include "verifier/ssh_session.h"

static struct att_options *opts;
static bool is_judged; /* what the last judgement said */
static struct att_audit audited;

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
	if (r != ATT_OK)
		assert_int_equal(why.code, r);
	is_judged = session.is_key_judged;
	audited = session.audit;
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
	assert_int_equal(scratch_setup(state), 0);
	opts = stored_options(*state);
	return 0;
}

static int
tear_down(void **state)
{
	att_options_free(&opts);
	return scratch_teardown(state);
}

static void
by_default_no_key_is_looked_at(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(judge(phases[i], NULL, "ssh"), ATT_OK);
		assert_int_equal(judge(phases[i], "", "ssh"), ATT_OK);
		assert_int_equal(judge(phases[i], "nonsense", "ssh"), ATT_OK);
		assert_false(is_judged);
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
		assert_false(is_judged);
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

/* The line of a key that was registered, as sshd writes it. */
static void
print_line(const struct forged *forged, const char *rest, char line[1024])
{
	uint8_t point[ATT_SK_POINT_LEN];
	struct att_sk_key key;
	struct att_buf text;

	stored_ssh_key(forged, point, &key);
	att_buf_init(&text, 1023);
	assert_int_equal(att_buf_printf(&text, "publickey "), ATT_OK);
	assert_int_equal(att_sk_key_put_line(&key, &text), ATT_OK);
	assert_int_equal(att_buf_printf(&text, "%s", rest), ATT_OK);
	snprintf(line, 1024, "%.*s", (int)text.len, (const char *)text.ptr);
	att_buf_reset(&text);
}

/* Ann has registered a key; line is what sshd says of it. */
static void
register_ann(const char *folder, const char *rest, char line[1024])
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
		.defect = FORGE_FINE };
	struct forged forged;

	forge(&spec, &forged);
	stored_add_ssh(folder, "ann", "blue", NULL, &forged);
	print_line(&forged, rest, line);
	forged_reset(&forged);
}

static void
a_registered_key_opens_a_session(void **state)
{
	char line[1024];

	register_ann(*state, " signature count = 3\npassword\n", line);
	set_keys("attested");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(judge(phases[i], line, "ssh"), ATT_OK);
		assert_true(is_judged);
		assert_string_equal(audited.label, "blue");
		/* What was signed at this login is not known here. */
		assert_false(audited.has_flags);
		assert_false(audited.has_counter);
	}
}

static void
a_key_that_nobody_registered_opens_none(void **state)
{
	static const struct {
		const char *line;
		enum att_err err;
	} rows[] = {
		{ "publickey " SSH_ECDSA_LINE "\n", ATT_ERR_SSH_KEY_UNKNOWN },
		{ "publickey " SSH_ED25519_LINE "\n", ATT_ERR_SSH_KEY_UNKNOWN },
		{ "publickey " SSH_ECDSA_CERTIFICATE_LINE "\n",
		    ATT_ERR_SSH_KEY_UNKNOWN },
		{ "publickey " SSH_PLAIN_LINE "\n", ATT_ERR_SSH_KEY_TYPE },
		{ "publickey " SSH_PLAIN_TYPE " " SSH_ECDSA_BASE64 "\n",
		    ATT_ERR_SSH_KEY_MALFORMED },
		{ "publickey " SSH_ECDSA_LINE, ATT_ERR_SSH_AUTH_INFO },
		{ "password\npublickey\n", ATT_ERR_SSH_AUTH_INFO },
	};
	char line[1024];

	(void)state;
	set_keys("attested");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(
			    judge(phases[j], rows[i].line, "ssh"), rows[i].err);
	/* Nor does another's, once there is a credential. */
	register_ann(*state, "\n", line);
	assert_int_equal(judge(ATT_PHASE_SESSION, rows[0].line, "ssh"),
	    ATT_ERR_SSH_KEY_UNKNOWN);
}

/* Each key has to be good, not one of them. */
static void
every_key_is_judged(void **state)
{
	char line[1024], both[4096];

	register_ann(*state, "\n", line);
	set_keys("attested");
	snprintf(both, sizeof(both), "%spublickey " SSH_PLAIN_LINE "\n", line);
	assert_int_equal(
	    judge(ATT_PHASE_SESSION, both, "ssh"), ATT_ERR_SSH_KEY_TYPE);
	snprintf(
	    both, sizeof(both), "publickey " SSH_ED25519_LINE "\n%s", line);
	assert_int_equal(
	    judge(ATT_PHASE_SESSION, both, "ssh"), ATT_ERR_SSH_KEY_UNKNOWN);
	snprintf(both, sizeof(both), "%s%s", line, line);
	assert_int_equal(judge(ATT_PHASE_SESSION, both, "ssh"), ATT_OK);
}

/* What sshd checked in another way is not ours to judge. */
static void
other_methods_are_not_judged(void **state)
{
	(void)state;
	set_keys("attested");
	assert_int_equal(judge(ATT_PHASE_SESSION,
			     "keyboard-interactive/pam\npassword\n", "ssh"),
	    ATT_OK);
	assert_false(is_judged);
}

static void
a_key_that_is_not_accepted_today_opens_none(void **state)
{
	char line[1024];

	register_ann(*state, "\n", line);
	set_keys("attested");
	assert_int_equal(
	    att_options_set(opts, "aaguid_allow",
		"00000000-0000-0000-0000-000000000001", "test", NULL),
	    ATT_OK);
	assert_int_equal(judge(ATT_PHASE_SESSION, line, "ssh"),
	    ATT_ERR_ATTESTATION_WITHDRAWN);
	assert_string_equal(audited.label, "blue");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_default_no_key_is_looked_at),
		TEST(an_application_that_is_not_sshd_tells_of_no_key),
		TEST(an_sshd_that_says_nothing_opens_no_session),
		TEST(a_registered_key_opens_a_session),
		TEST(a_key_that_nobody_registered_opens_none),
		TEST(every_key_is_judged),
		TEST(other_methods_are_not_judged),
		TEST(a_key_that_is_not_accepted_today_opens_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
