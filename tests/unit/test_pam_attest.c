/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry points: what they tell the verifier and what they make of its
 * answer. att_client_run() is this file's own; the real one is in test_client.
 */
#include "pam_handle.h"

#include <security/pam_modules.h>

#include "base/err.h"
#include "module/relay.h"
#include "wire/client.h"

static const char *const missing = "(not set)";

/* What the module asked, and what it is to be answered. */
static struct {
	int calls;
	enum att_phase phase;
	uint32_t flags, uid, gid;
	char service[32], user[32], ruser[32], rhost[32], tty[32];
	bool has_label;
	char ssh_auth_info[32], agent_socket[32], agent_socket_shown[32];
	size_t argument_count;
	char last_argument[32];
	unsigned int deadline_s;
	enum att_err err;
	uint32_t code;
} asked;

static void
note(char out[32], const char *item)
{
	snprintf(out, 32, "%s", item != NULL ? item : missing);
}

enum att_err
att_client_run(const struct att_start *start, const struct att_client_ops *ops,
    void *arg, unsigned int deadline_s, uint32_t *codep)
{
	assert_ptr_equal(ops, &relay_ops);
	assert_non_null(arg);
	asked.calls++;
	asked.phase = start->phase;
	asked.flags = start->flags;
	asked.uid = start->uid;
	asked.gid = start->gid;
	note(asked.service, start->service);
	note(asked.user, start->user);
	note(asked.ruser, start->ruser);
	note(asked.rhost, start->rhost);
	note(asked.tty, start->tty);
	asked.has_label = start->label != NULL;
	note(asked.ssh_auth_info, start->ssh_auth_info);
	note(asked.agent_socket, start->agent_socket);
	note(asked.agent_socket_shown, start->agent_socket_shown);
	asked.argument_count = start->argument_count;
	if (start->argument_count > 0)
		note(asked.last_argument,
		    start->arguments[start->argument_count - 1]);
	asked.deadline_s = deadline_s;
	*codep = asked.code;
	return asked.err;
}

static int name_code;

/* The only thing asked for here is a user name. */
static int
converse(int count, const struct pam_message **messages,
    struct pam_response **responsep, void *data)
{
	(void)data;
	assert_int_equal(count, 1);
	assert_int_equal(messages[0]->msg_style, PAM_PROMPT_ECHO_ON);
	if (name_code != PAM_SUCCESS)
		return name_code;
	*responsep = calloc(1, sizeof(**responsep));
	(*responsep)->resp = strdup("bob");
	return PAM_SUCCESS;
}

static const struct pam_conv conv = { converse, NULL };

static int
set_up(void **state)
{
	memset(&asked, 0, sizeof(asked));
	name_code = PAM_SUCCESS;
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
carries_items_flags_and_arguments(void **state)
{
	const char *argv[] = { "conf=/etc/x", "debug" };

	pam_set_item(*state, PAM_RUSER, "carl");
	pam_set_item(*state, PAM_RHOST, "");
	pam_set_item(*state, PAM_TTY, "/dev/pts/3");
	asked.code = PAM_AUTH_ERR;
	assert_int_equal(
	    pam_sm_authenticate(*state, PAM_SILENT, 2, argv), PAM_AUTH_ERR);
	assert_int_equal(asked.phase, ATT_PHASE_AUTH);
	assert_int_equal(asked.flags, PAM_SILENT);
	assert_int_equal(asked.uid, getuid());
	assert_int_equal(asked.gid, getgid());
	assert_string_equal(asked.service, "attest-test");
	assert_string_equal(asked.user, "ann");
	assert_string_equal(asked.ruser, "carl");
	assert_string_equal(asked.rhost, "");
	assert_string_equal(asked.tty, "/dev/pts/3");
	assert_false(asked.has_label);
	assert_int_equal(asked.argument_count, 2);
	assert_string_equal(asked.last_argument, "debug");
	assert_int_equal(asked.deadline_s, ATT_CLIENT_DEADLINE_S);
}

static void
an_item_that_is_not_set_stays_so(void **state)
{
	asked.code = PAM_IGNORE;
	assert_int_equal(pam_sm_acct_mgmt(*state, 0, 0, NULL), PAM_IGNORE);
	assert_int_equal(asked.phase, ATT_PHASE_ACCOUNT);
	assert_string_equal(asked.ruser, missing);
	assert_string_equal(asked.rhost, missing);
	assert_string_equal(asked.tty, missing);
	assert_int_equal(asked.argument_count, 0);
}

/* sshd sets it to nothing before it knows, which is not the same. */
static void
carries_what_the_pam_environment_says(void **state)
{
	asked.code = PAM_SUCCESS;
	unsetenv("SSH_AUTH_SOCK");
	assert_int_equal(pam_sm_open_session(*state, 0, 0, NULL), PAM_SUCCESS);
	assert_int_equal(asked.phase, ATT_PHASE_SESSION);
	assert_string_equal(asked.ssh_auth_info, missing);
	assert_string_equal(asked.agent_socket, missing);
	assert_string_equal(asked.agent_socket_shown, missing);
	pam_putenv(*state, "SSH_AUTH_INFO_0=");
	pam_putenv(*state, "SSH_AUTH_SOCK=/said");
	setenv("SSH_AUTH_SOCK", "/shown", 1);
	asked.code = PAM_PERM_DENIED;
	assert_int_equal(
	    pam_sm_open_session(*state, 0, 0, NULL), PAM_PERM_DENIED);
	unsetenv("SSH_AUTH_SOCK");
	assert_string_equal(asked.ssh_auth_info, "");
	assert_string_equal(asked.agent_socket, "/said");
	assert_string_equal(asked.agent_socket_shown, "/shown");
}

static void
both_steps_of_a_registration_have_their_phase(void **state)
{
	asked.code = PAM_SUCCESS;
	assert_int_equal(
	    pam_sm_chauthtok(*state, PAM_PRELIM_CHECK, 0, NULL), PAM_SUCCESS);
	assert_int_equal(asked.phase, ATT_PHASE_PRELIM);
	assert_int_equal(
	    pam_sm_chauthtok(*state, PAM_UPDATE_AUTHTOK, 0, NULL), PAM_SUCCESS);
	assert_int_equal(asked.phase, ATT_PHASE_PASSWORD);
	assert_int_equal(asked.calls, 2);
	assert_int_equal(pam_sm_chauthtok(*state, 0, 0, NULL), PAM_SERVICE_ERR);
	assert_int_equal(asked.calls, 2);
}

static void
the_name_is_asked_for_where_it_is_missing(void **state)
{
	pam_handle_t *pamh = start_pam(NULL, &conv);

	(void)state;
	asked.code = PAM_SUCCESS;
	assert_int_equal(pam_sm_authenticate(pamh, 0, 0, NULL), PAM_SUCCESS);
	assert_string_equal(asked.user, "bob");
	pam_end(pamh, PAM_SUCCESS);
}

static void
without_a_name_nobody_is_asked(void **state)
{
	pam_handle_t *pamh = start_pam(NULL, &conv);

	(void)state;
	name_code = PAM_CONV_ERR;
	assert_int_equal(pam_sm_authenticate(pamh, 0, 0, NULL), PAM_CONV_ERR);
	assert_int_equal(asked.calls, 0);
	pam_end(pamh, PAM_SUCCESS);
}

/* Whatever code stands beside it, and whatever the list of errors says. */
static void
no_error_is_a_success(void **state)
{
	int r;

	for (int err = 1; err < ATT_ERR_COUNT; err++) {
		asked.err = (enum att_err)err;
		asked.code = PAM_SUCCESS;
		r = pam_sm_authenticate(*state, 0, 0, NULL);
		assert_int_not_equal(r, PAM_SUCCESS);
		assert_int_not_equal(r, PAM_IGNORE);
		asked.code = PAM_IGNORE;
		r = pam_sm_acct_mgmt(*state, 0, 0, NULL);
		assert_int_not_equal(r, PAM_SUCCESS);
		assert_int_not_equal(r, PAM_IGNORE);
	}
}

static void
credentials_and_ends_of_sessions_are_nothing_to_us(void **state)
{
	static const int flags[] = { PAM_ESTABLISH_CRED, PAM_REINITIALIZE_CRED,
		PAM_DELETE_CRED, PAM_SILENT };

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
		    pam_sm_setcred(*state, flags[i], 0, NULL), PAM_SUCCESS);
		assert_int_equal(
		    pam_sm_close_session(*state, flags[i], 0, NULL),
		    PAM_SUCCESS);
	}
	assert_int_equal(asked.calls, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(carries_items_flags_and_arguments),
		TEST(an_item_that_is_not_set_stays_so),
		TEST(carries_what_the_pam_environment_says),
		TEST(both_steps_of_a_registration_have_their_phase),
		TEST(the_name_is_asked_for_where_it_is_missing),
		TEST(without_a_name_nobody_is_asked),
		TEST(no_error_is_a_success),
		TEST(credentials_and_ends_of_sessions_are_nothing_to_us),
	};

	return cmocka_run_group_tests(
	    tests, make_pam_folder, remove_pam_folder);
}
