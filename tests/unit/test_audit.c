/* SPDX-License-Identifier: BSD-2-Clause */
/* The audit line and the sentence for the person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "verifier/audit.h"
#include "wire/channel.h"

struct desk {
	struct att_session session;
	int caller;
	char service[8];
	char *user;
	char *rhost;
};

static void
set_desk(struct desk *desk, const char *user, const char *rhost)
{
	int fds[2];

	memset(desk, 0, sizeof(*desk));
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	desk->caller = fds[1];
	desk->session.fd = fds[0];
	strcpy(desk->service, "sudo");
	desk->user = strdup(user);
	desk->rhost = strdup(rhost);
	desk->session.start = (struct att_start){
		.phase = ATT_PHASE_AUTH,
		.service = desk->service,
		.user = desk->user,
		.rhost = desk->rhost,
	};
}

static void
clear_desk(struct desk *desk)
{
	close(desk->caller);
	close(desk->session.fd);
	free(desk->user);
	free(desk->rhost);
}

/* The line that reached the log; the caller frees it. */
static char *
logged(struct desk *desk)
{
	struct att_buf message;
	uint8_t priority;
	char *text;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	assert_int_equal(
	    att_channel_receive(desk->caller, 0, &message, NULL), ATT_OK);
	assert_int_equal(
	    att_log_decode(att_buf_get(&message), &priority, &text), ATT_OK);
	att_buf_reset(&message);
	return text;
}

static void
names_everything_that_is_known(void **state)
{
	struct att_reason why = { .code = ATT_OK };
	struct desk desk;
	char *line;

	(void)state;
	set_desk(&desk, "alice", "");
	desk.session.audit = (struct att_audit){
		.label = "desk",
		.aaguid = "d8522d9f-575b-4866-88a9-ba99fa02f35b",
		.format = "packed",
		.anchor = "CN=Root",
		.has_flags = true,
		.flags = 0x05,
		.has_counter = true,
		.counter = 7,
	};
	att_audit_log(&desk.session, ATT_OK, &why);
	line = logged(&desk);
	assert_string_equal(line,
	    "accepted: phase=auth reason=ok "
	    "aaguid=d8522d9f-575b-4866-88a9-ba99fa02f35b format=packed "
	    "up=1 uv=1 counter=7 service=\"sudo\" user=\"alice\" rhost=\"\" "
	    "label=\"desk\" anchor=\"CN=Root\"");
	free(line);
	clear_desk(&desk);
}

static void
overlong_names_hide_nothing(void **state)
{
	struct att_reason why;
	struct desk desk;
	char user[3000];
	char *line;

	(void)state;
	memset(user, 'a', sizeof(user) - 1);
	user[sizeof(user) - 1] = '\0';
	set_desk(&desk, user, "192.0.2.1");
	att_reason_set(&why, ATT_ERR_REMOTE_CALLER, "not from there");
	att_audit_log(&desk.session, ATT_ERR_REMOTE_CALLER, &why);
	line = logged(&desk);
	assert_non_null(strstr(line, "reason=remote-caller"));
	assert_non_null(strstr(line, "aaa...\" rhost=\"192.0.2.1\""));
	assert_non_null(strstr(line, " text=\"not from there\""));
	free(line);
	clear_desk(&desk);
}

static void
quotes_do_not_end_a_field(void **state)
{
	struct att_reason why = { .code = ATT_OK };
	struct desk desk;
	char *line;

	(void)state;
	set_desk(&desk, "a\" reason=ok user=\"root\\", "");
	att_audit_log(&desk.session, ATT_ERR_TIMEOUT, &why);
	line = logged(&desk);
	assert_non_null(
	    strstr(line, "user=\"a\\\" reason=ok user=\\\"root\\\\\""));
	assert_non_null(strstr(line, "reason=timeout service="));
	free(line);
	clear_desk(&desk);
}

static void
newlines_make_no_second_line(void **state)
{
	struct att_reason why = { .code = ATT_OK };
	struct desk desk;
	char *line;

	(void)state;
	set_desk(&desk, "a\nb\x1b[2J", "");
	att_audit_log(&desk.session, ATT_ERR_TIMEOUT, &why);
	line = logged(&desk);
	for (const char *p = line; *p != '\0'; p++)
		assert_true((unsigned char)*p >= 0x20);
	free(line);
	clear_desk(&desk);
}

/* A stack may ignore a user without a credential: nobody is told of it. */
static void
user_without_credential_is_told_nothing(void **state)
{
	struct att_reason why = { .code = ATT_OK };
	struct att_buf message;
	struct desk desk;

	(void)state;
	set_desk(&desk, "alice", "");
	att_audit_tell(&desk.session, ATT_ERR_STORE_NO_USER, &why);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	assert_int_equal(att_channel_receive(desk.caller, 0, &message, NULL),
	    ATT_ERR_PEER_SILENT);
	clear_desk(&desk);
}

/* Who logs in learns what to do, who registers learns the reason as well. */
static void
reason_is_told_to_who_registers(void **state)
{
	struct att_buf message;
	struct att_reason why;
	struct desk desk;
	char *text;

	(void)state;
	set_desk(&desk, "alice", "");
	att_reason_set(&why, ATT_ERR_ANCHOR_UNKNOWN, "nobody vouches");
	for (int phase = ATT_PHASE_AUTH; phase <= ATT_PHASE_ENROLL;
	     phase += ATT_PHASE_ENROLL - ATT_PHASE_AUTH) {
		desk.session.start.phase = (enum att_phase)phase;
		att_audit_tell(&desk.session, ATT_ERR_ANCHOR_UNKNOWN, &why);
		att_buf_init(&message, ATT_MESSAGE_MAX);
		assert_int_equal(
		    att_channel_receive(desk.caller, 0, &message, NULL),
		    ATT_OK);
		assert_int_equal(message.ptr[0], ATT_MESSAGE_ERROR);
		att_buf_reset(&message);
	}
	assert_int_equal(
	    att_channel_receive(desk.caller, 0, &message, NULL), ATT_OK);
	assert_int_equal(
	    att_text_decode(att_buf_get(&message), ATT_MESSAGE_ERROR, &text),
	    ATT_OK);
	assert_string_equal(text, "Reason: nobody vouches (anchor-unknown).");
	free(text);
	att_buf_reset(&message);
	clear_desk(&desk);
}

/* Files that are presented are right or wrong: one line, with the reason. */
static void
reason_is_all_that_is_told_of_files(void **state)
{
	static const char *const expected[] = {
		"nobody vouches (anchor-unknown)",
		"the attestation signature does not verify "
		"(statement-signature)",
	};
	struct att_buf message;
	struct att_reason why;
	struct desk desk;
	char *text;

	(void)state;
	set_desk(&desk, "alice", "");
	desk.session.start.phase = ATT_PHASE_SSH_ENROLL;
	att_reason_set(&why, ATT_ERR_ANCHOR_UNKNOWN, "nobody vouches");
	att_audit_tell(&desk.session, ATT_ERR_ANCHOR_UNKNOWN, &why);
	/* A reason of something else is none. */
	att_audit_tell(&desk.session, ATT_ERR_STATEMENT_SIGNATURE, &why);
	for (size_t i = 0; i < 2; i++) {
		att_buf_init(&message, ATT_MESSAGE_MAX);
		assert_int_equal(
		    att_channel_receive(desk.caller, 0, &message, NULL),
		    ATT_OK);
		assert_int_equal(att_text_decode(att_buf_get(&message),
				     ATT_MESSAGE_ERROR, &text),
		    ATT_OK);
		assert_string_equal(text, expected[i]);
		free(text);
		att_buf_reset(&message);
	}
	assert_int_equal(att_channel_receive(desk.caller, 0, &message, NULL),
	    ATT_ERR_PEER_SILENT);
	clear_desk(&desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_everything_that_is_known),
		cmocka_unit_test(overlong_names_hide_nothing),
		cmocka_unit_test(quotes_do_not_end_a_field),
		cmocka_unit_test(newlines_make_no_second_line),
		cmocka_unit_test(user_without_credential_is_told_nothing),
		cmocka_unit_test(reason_is_told_to_who_registers),
		cmocka_unit_test(reason_is_all_that_is_told_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
