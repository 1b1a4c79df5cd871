/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages between module or attestctl and verifier (wire/login.h). */
#include "message_checks.h"

#include <syslog.h>

#include <security/_pam_types.h>

#include "wire/login.h"

static char first_argument[] = "conf=/etc/x", second_argument[] = "";
static char *arguments[] = { first_argument, second_argument };

static struct att_start
full_start(void)
{
	static char service[] = "sudo", user[] = "ann", ruser[] = "",
		    rhost[] = "host", tty[] = "/dev/pts/1", label[] = "desk",
		    info[] = "publickey a b\n", socket[] = "/a", shown[] = "/b";
	static uint8_t payload[] = { 0, 1, 2 };

	return (struct att_start){
		.phase = ATT_PHASE_ENROLL,
		.flags = 0x80008001,
		.uid = 1000,
		.gid = 100,
		.service = service,
		.user = user,
		.ruser = ruser,
		.rhost = rhost,
		.tty = tty,
		.label = label,
		.ssh_auth_info = info,
		.agent_socket = socket,
		.agent_socket_shown = shown,
		.is_remote = true,
		.payload = payload,
		.payload_len = sizeof(payload),
		.arguments = arguments,
		.argument_count = 2,
	};
}

static enum att_err
decode_start(struct att_bytes bytes)
{
	struct att_start start;
	enum att_err r = att_start_decode(bytes, &start);

	if (r != ATT_OK) {
		assert_null(start.user);
		assert_null(start.arguments);
		assert_int_equal(start.argument_count, 0);
	}
	att_start_reset(&start);
	return r;
}

static void
start_keeps_every_field(void **state)
{
	const struct att_start in = full_start();
	struct att_start out;

	(void)state;
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_int_equal(att_start_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.phase, in.phase);
	assert_int_equal(out.flags, in.flags);
	assert_int_equal(out.uid, in.uid);
	assert_int_equal(out.gid, in.gid);
	assert_string_equal(out.service, in.service);
	assert_string_equal(out.user, in.user);
	assert_string_equal(out.ruser, in.ruser);
	assert_string_equal(out.rhost, in.rhost);
	assert_string_equal(out.tty, in.tty);
	assert_string_equal(out.label, in.label);
	assert_string_equal(out.ssh_auth_info, in.ssh_auth_info);
	assert_string_equal(out.agent_socket, in.agent_socket);
	assert_string_equal(out.agent_socket_shown, in.agent_socket_shown);
	assert_true(out.is_remote);
	assert_int_equal(out.payload_len, in.payload_len);
	assert_memory_equal(out.payload, in.payload, in.payload_len);
	assert_int_equal(out.argument_count, 2);
	assert_string_equal(out.arguments[0], arguments[0]);
	assert_string_equal(out.arguments[1], arguments[1]);
	att_start_reset(&out);
	assert_null(out.arguments);
}

static void
start_without_items_keeps_them_unset(void **state)
{
	const struct att_start in = { .phase = ATT_PHASE_ACCOUNT };
	struct att_start out;

	(void)state;
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_int_equal(att_start_decode(att_buf_get(&message), &out), ATT_OK);
	assert_null(out.service);
	assert_null(out.user);
	assert_null(out.ruser);
	assert_null(out.rhost);
	assert_null(out.tty);
	assert_null(out.label);
	assert_null(out.ssh_auth_info);
	assert_null(out.agent_socket);
	assert_null(out.agent_socket_shown);
	assert_false(out.is_remote);
	assert_null(out.payload);
	assert_int_equal(out.payload_len, 0);
	assert_int_equal(out.argument_count, 0);
	att_start_reset(&out);
	check_message(&message, decode_start);
}

static void
start_is_taken_whole_or_not_at_all(void **state)
{
	const struct att_start in = full_start();

	(void)state;
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	check_message(&message, decode_start);
}

/* type, version (4), phase, flags (4), uid, gid (4), service: set or not */
static void
start_of_another_version_or_phase_is_refused(void **state)
{
	struct att_start in = { .phase = ATT_PHASE_AUTH };

	(void)state;
	for (size_t at = 1; at <= 3; at++) {
		assert_int_equal(att_start_encode(&in, &message), ATT_OK);
		check_byte(&message, at, "\0", 1, decode_start);
	}
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	check_byte(&message, 4, "\2", 1, decode_start);
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	check_byte(&message, 5, "\1\2\3\4\5\6\7\10", 8, decode_start);
	in.phase = 0;
	assert_int_equal(
	    att_start_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
	in.phase = 9;
	assert_int_equal(
	    att_start_encode(&in, &message), ATT_ERR_MESSAGE_MALFORMED);
}

static void
start_item_is_set_or_not_set(void **state)
{
	const struct att_start in = { .phase = ATT_PHASE_AUTH };

	(void)state;
	for (size_t item = 0; item < 9; item++) {
		assert_int_equal(att_start_encode(&in, &message), ATT_OK);
		check_byte(&message, 18 + item, "\0", 1, decode_start);
	}
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	check_byte(&message, 27, "\0\1", 2, decode_start);
}

static char *
text_of(size_t len)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, 'a', len);
	text[len] = '\0';
	return text;
}

static void
start_items_have_a_limit(void **state)
{
	struct att_start in = { .phase = ATT_PHASE_AUTH };

	(void)state;
	in.user = text_of(ATT_ITEM_MAX);
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_start(att_buf_get(&message)), ATT_OK);
	/* One more, by hand: the length field and a byte. */
	message.ptr[16 + 3]++;
	assert_int_equal(att_buf_put_u8(&message, 'a'), ATT_OK);
	memmove(message.ptr + 20 + ATT_ITEM_MAX + 1,
	    message.ptr + 20 + ATT_ITEM_MAX,
	    message.len - (20 + ATT_ITEM_MAX + 1));
	message.ptr[20 + ATT_ITEM_MAX] = 'a';
	assert_int_equal(
	    decode_start(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	free(in.user);
	in.user = text_of(ATT_ITEM_MAX + 1);
	assert_int_equal(att_start_encode(&in, &message), ATT_ERR_TOO_LARGE);
	free(in.user);
}

/* A certificate is longer than any PAM item. */
static void
start_has_room_for_certificates_and_payloads(void **state)
{
	struct att_start in = { .phase = ATT_PHASE_SESSION };

	(void)state;
	in.ssh_auth_info = text_of(ATT_SSH_AUTH_INFO_MAX);
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_start(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
	free(in.ssh_auth_info);
	in.ssh_auth_info = text_of(ATT_SSH_AUTH_INFO_MAX + 1);
	assert_int_equal(att_start_encode(&in, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	free(in.ssh_auth_info);
	in.ssh_auth_info = NULL;
	in.payload = (uint8_t *)text_of(ATT_PAYLOAD_MAX + 1);
	in.payload_len = ATT_PAYLOAD_MAX;
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_start(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
	in.payload_len++;
	assert_int_equal(att_start_encode(&in, &message), ATT_ERR_TOO_LARGE);
	free(in.payload);
}

static void
start_arguments_have_a_limit(void **state)
{
	char *many[ATT_ARGUMENTS_MAX + 1];
	struct att_start in = { .phase = ATT_PHASE_AUTH, .arguments = many };

	(void)state;
	for (size_t i = 0; i <= ATT_ARGUMENTS_MAX; i++)
		many[i] = second_argument;
	in.argument_count = ATT_ARGUMENTS_MAX;
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_int_equal(decode_start(att_buf_get(&message)), ATT_OK);
	/* 257 in the count field, and the bytes for it. */
	message.ptr[28 + 3]++;
	assert_int_equal(att_buf_put_u32(&message, 0), ATT_OK);
	assert_int_equal(
	    decode_start(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	in.argument_count++;
	assert_int_equal(att_start_encode(&in, &message), ATT_ERR_TOO_LARGE);
}

static void
start_with_nul_in_an_item_is_refused(void **state)
{
	const struct att_start in = full_start();

	(void)state;
	assert_int_equal(att_start_encode(&in, &message), ATT_OK);
	assert_memory_equal(message.ptr + 23, "sudo", 4);
	message.ptr[24] = '\0';
	assert_int_equal(
	    decode_start(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_text(struct att_bytes bytes, uint8_t type)
{
	char *text;
	enum att_err r = att_text_decode(bytes, type, &text);

	assert_true((r == ATT_OK) == (text != NULL));
	free(text);
	return r;
}

static enum att_err
decode_info(struct att_bytes bytes)
{
	return decode_text(bytes, ATT_MESSAGE_INFO);
}

static enum att_err
decode_error(struct att_bytes bytes)
{
	return decode_text(bytes, ATT_MESSAGE_ERROR);
}

static enum att_err
decode_answer(struct att_bytes bytes)
{
	return decode_text(bytes, ATT_MESSAGE_ANSWER);
}

static enum att_err
decode_response(struct att_bytes bytes)
{
	return decode_text(bytes, ATT_MESSAGE_RESPONSE);
}

static void
texts_are_taken_whole_or_not_at_all(void **state)
{
	static const struct {
		uint8_t type;
		decode_fn *decode;
	} rows[] = {
		{ ATT_MESSAGE_INFO, decode_info },
		{ ATT_MESSAGE_ERROR, decode_error },
		{ ATT_MESSAGE_ANSWER, decode_answer },
		{ ATT_MESSAGE_RESPONSE, decode_response },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(att_text_encode(rows[i].type,
				     "Touch it\n\xc3\xa9.", &message),
		    ATT_OK);
		check_message(&message, rows[i].decode);
		assert_int_equal(
		    att_text_encode(rows[i].type, "", &message), ATT_OK);
		check_message(&message, rows[i].decode);
	}
}

/* To the byte, in both directions. */
static void
check_text_limit(uint8_t type, size_t max)
{
	char *text = text_of(max), *out;

	assert_int_equal(att_text_encode(type, text, &message), ATT_OK);
	assert_int_equal(
	    att_text_decode(att_buf_get(&message), type, &out), ATT_OK);
	assert_string_equal(out, text);
	free(out);
	free(text);
	att_buf_reset(&message);
	text = text_of(max + 1);
	assert_int_equal(
	    att_text_encode(type, text, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	assert_int_equal(att_buf_put_u8(&message, type), ATT_OK);
	assert_int_equal(att_buf_put_cstring(&message, text), ATT_OK);
	assert_int_equal(decode_text(att_buf_get(&message), type),
	    ATT_ERR_MESSAGE_MALFORMED);
	free(text);
	att_buf_reset(&message);
}

static void
texts_keep_their_bytes_and_have_a_limit(void **state)
{
	(void)state;
	check_text_limit(ATT_MESSAGE_INFO, ATT_ITEM_MAX);
	check_text_limit(ATT_MESSAGE_ERROR, ATT_ITEM_MAX);
	check_text_limit(ATT_MESSAGE_ANSWER, ATT_ANSWER_MAX);
	check_text_limit(ATT_MESSAGE_RESPONSE, ATT_ANSWER_MAX);
}

static void
other_types_carry_no_text(void **state)
{
	char *text;

	(void)state;
	for (int type = 0; type < 256; type++) {
		if (type == ATT_MESSAGE_INFO || type == ATT_MESSAGE_ERROR ||
		    type == ATT_MESSAGE_ANSWER || type == ATT_MESSAGE_RESPONSE)
			continue;
		assert_int_equal(att_text_encode((uint8_t)type, "x", &message),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
		assert_int_equal(
		    att_buf_put_u8(&message, (uint8_t)type), ATT_OK);
		assert_int_equal(att_buf_put_cstring(&message, "x"), ATT_OK);
		assert_int_equal(att_text_decode(att_buf_get(&message),
				     (uint8_t)type, &text),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
	}
}

static void
texts_have_no_nul(void **state)
{
	(void)state;
	assert_int_equal(
	    att_text_encode(ATT_MESSAGE_INFO, "abc", &message), ATT_OK);
	message.ptr[6] = '\0';
	assert_int_equal(
	    decode_info(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_prompt(struct att_bytes bytes)
{
	char *text;
	bool echo;
	enum att_err r = att_prompt_decode(bytes, &echo, &text);

	assert_true((r == ATT_OK) == (text != NULL));
	free(text);
	return r;
}

static void
prompt_says_whether_to_echo(void **state)
{
	char *text;
	bool echo;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    att_prompt_encode(i == 1, "PIN: ", &message), ATT_OK);
		assert_int_equal(
		    att_prompt_decode(att_buf_get(&message), &echo, &text),
		    ATT_OK);
		assert_int_equal(echo, i == 1);
		assert_string_equal(text, "PIN: ");
		free(text);
		check_message(&message, decode_prompt);
	}
	assert_int_equal(att_prompt_encode(true, "PIN: ", &message), ATT_OK);
	check_byte(&message, 1, "\0\1", 2, decode_prompt);
}

/* There is room for a challenge, and for what to do with it. */
static void
prompt_has_a_limit(void **state)
{
	char *text = text_of(ATT_PROMPT_MAX);

	(void)state;
	assert_int_equal(att_prompt_encode(true, text, &message), ATT_OK);
	assert_int_equal(decode_prompt(att_buf_get(&message)), ATT_OK);
	att_buf_reset(&message);
	free(text);
	text = text_of(ATT_PROMPT_MAX + 1);
	assert_int_equal(
	    att_prompt_encode(true, text, &message), ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	assert_int_equal(att_buf_put_u8(&message, ATT_MESSAGE_PROMPT), ATT_OK);
	assert_int_equal(att_buf_put_u8(&message, 1), ATT_OK);
	assert_int_equal(att_buf_put_cstring(&message, text), ATT_OK);
	assert_int_equal(
	    decode_prompt(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	free(text);
}

static enum att_err
decode_log(struct att_bytes bytes)
{
	uint8_t priority;
	char *text;
	enum att_err r = att_log_decode(bytes, &priority, &text);

	assert_true((r == ATT_OK) == (text != NULL));
	if (r == ATT_OK)
		assert_in_range(priority, LOG_ERR, LOG_DEBUG);
	free(text);
	return r;
}

static void
log_priority_is_between_err_and_debug(void **state)
{
	(void)state;
	assert_int_equal(att_log_encode(LOG_NOTICE, "seen", &message), ATT_OK);
	check_message(&message, decode_log);
	assert_int_equal(att_log_encode(LOG_ERR, "seen", &message), ATT_OK);
	check_byte(&message, 1, "\3\4\5\6\7", 5, decode_log);
	assert_int_equal(
	    att_log_encode(LOG_CRIT, "x", &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(att_log_encode(LOG_AUTHPRIV | LOG_ERR, "x", &message),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static enum att_err
decode_result(struct att_bytes bytes)
{
	uint32_t code;
	enum att_err r = att_code_decode(bytes, ATT_MESSAGE_RESULT, &code);

	assert_true(code < _PAM_RETURN_VALUES);
	if (r != ATT_OK)
		assert_int_not_equal(code, PAM_SUCCESS);
	return r;
}

static enum att_err
decode_no_answer(struct att_bytes bytes)
{
	uint32_t code;
	enum att_err r = att_code_decode(bytes, ATT_MESSAGE_NO_ANSWER, &code);

	assert_int_not_equal(code, PAM_SUCCESS);
	return r;
}

static void
result_is_a_pam_code(void **state)
{
	char codes[_PAM_RETURN_VALUES];

	(void)state;
	for (uint32_t code = 0; code < _PAM_RETURN_VALUES; code++) {
		codes[code] = (char)code;
		assert_int_equal(
		    att_code_encode(ATT_MESSAGE_RESULT, code, &message),
		    ATT_OK);
		check_message(&message, decode_result);
	}
	assert_int_equal(
	    att_code_encode(ATT_MESSAGE_RESULT, 0, &message), ATT_OK);
	check_byte(&message, 4, codes, sizeof(codes), decode_result);
	for (size_t at = 1; at < 4; at++) {
		assert_int_equal(
		    att_code_encode(ATT_MESSAGE_RESULT, 0, &message), ATT_OK);
		check_byte(&message, at, "\0", 1, decode_result);
	}
	assert_int_equal(
	    att_code_encode(ATT_MESSAGE_RESULT, _PAM_RETURN_VALUES, &message),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static void
no_answer_is_never_a_success(void **state)
{
	(void)state;
	assert_int_equal(
	    att_code_encode(ATT_MESSAGE_NO_ANSWER, PAM_SUCCESS, &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(
	    att_code_encode(ATT_MESSAGE_NO_ANSWER, PAM_CONV_ERR, &message),
	    ATT_OK);
	message.ptr[4] = PAM_SUCCESS;
	assert_int_equal(
	    decode_no_answer(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	message.ptr[4] = PAM_CONV_ERR;
	check_message(&message, decode_no_answer);
}

static enum att_err
decode_deadline(struct att_bytes bytes)
{
	uint32_t seconds;
	enum att_err r = att_deadline_decode(bytes, &seconds);

	assert_true((r == ATT_OK) == (seconds != 0));
	return r;
}

static void
deadline_has_a_range(void **state)
{
	static const uint32_t refused[] = { 0, ATT_DEADLINE_MAX + 1, 0x10000,
		UINT32_MAX };

	(void)state;
	assert_int_equal(att_deadline_encode(1, &message), ATT_OK);
	check_message(&message, decode_deadline);
	assert_int_equal(
	    att_deadline_encode(ATT_DEADLINE_MAX, &message), ATT_OK);
	check_message(&message, decode_deadline);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(att_deadline_encode(refused[i], &message),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
		assert_int_equal(
		    att_buf_put_u8(&message, ATT_MESSAGE_DEADLINE), ATT_OK);
		assert_int_equal(att_buf_put_u32(&message, refused[i]), ATT_OK);
		assert_int_equal(decode_deadline(att_buf_get(&message)),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
	}
}

static void
cancel_has_no_content(void **state)
{
	(void)state;
	assert_int_equal(att_cancel_encode(&message), ATT_OK);
	assert_int_equal(message.len, 1);
	check_message(&message, att_cancel_decode);
}

static void
phases_have_names(void **state)
{
	(void)state;
	assert_string_equal(att_phase_name(ATT_PHASE_AUTH), "auth");
	assert_string_equal(att_phase_name(ATT_PHASE_ACCOUNT), "account");
	assert_string_equal(att_phase_name(ATT_PHASE_PRELIM), "password");
	assert_string_equal(att_phase_name(ATT_PHASE_PASSWORD), "password");
	assert_string_equal(att_phase_name(ATT_PHASE_ENROLL), "enroll");
	assert_string_equal(att_phase_name(0), "unknown");
}

static void
nothing_fits_into_a_full_buffer(void **state)
{
	const struct att_start start = full_start();
	struct att_buf tiny;

	(void)state;
	/* Every prefix of the room that START needs is too little. */
	assert_int_equal(att_start_encode(&start, &message), ATT_OK);
	for (size_t limit = 0; limit < message.len; limit++) {
		att_buf_init(&tiny, limit);
		assert_int_equal(
		    att_start_encode(&start, &tiny), ATT_ERR_TOO_LARGE);
		att_buf_reset(&tiny);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(start_keeps_every_field),
		TEST(start_without_items_keeps_them_unset),
		TEST(start_is_taken_whole_or_not_at_all),
		TEST(start_of_another_version_or_phase_is_refused),
		TEST(start_item_is_set_or_not_set),
		TEST(start_items_have_a_limit),
		TEST(start_has_room_for_certificates_and_payloads),
		TEST(start_arguments_have_a_limit),
		TEST(start_with_nul_in_an_item_is_refused),
		TEST(texts_are_taken_whole_or_not_at_all),
		TEST(texts_keep_their_bytes_and_have_a_limit),
		TEST(other_types_carry_no_text),
		TEST(texts_have_no_nul),
		TEST(prompt_says_whether_to_echo),
		TEST(prompt_has_a_limit),
		TEST(log_priority_is_between_err_and_debug),
		TEST(result_is_a_pam_code),
		TEST(no_answer_is_never_a_success),
		TEST(deadline_has_a_range),
		TEST(cancel_has_no_content),
		TEST(phases_have_names),
		TEST(nothing_fits_into_a_full_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
