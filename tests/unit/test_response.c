/* SPDX-License-Identifier: BSD-2-Clause */
/* Responses of a key at another machine: remote/response.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "remote/line.h"
#include "remote/response.h"

static uint8_t many[ATT_REMOTE_OBJECT_MAX + 1];

static struct att_remote_response
login_example(void)
{
	return (struct att_remote_response){
		.kind = ATT_REMOTE_LOGIN,
		.id = { 9, 8, 7 },
		.batch = 1,
		.index = 2,
		.auth_data = att_bytes(many, 37),
		.signature = att_bytes(many, 72),
	};
}

static struct att_remote_response
registration_example(void)
{
	return (struct att_remote_response){
		.kind = ATT_REMOTE_REGISTRATION,
		.id = { 9, 8, 7 },
		.attestation_object = att_bytes(many, 500),
	};
}

static enum att_err
try_print(const struct att_remote_response *response)
{
	struct att_buf line;
	enum att_err r;

	att_buf_init(&line, 2 * ATT_LINE_REGISTRATION_MAX);
	r = att_remote_response_print(response, &line);
	if (r != ATT_OK)
		assert_int_equal(line.len, 0);
	att_buf_reset(&line);
	return r;
}

/* Reads the line that holds these bytes. */
static enum att_err
read_message(enum att_remote_kind kind, const void *ptr, size_t len)
{
	static const struct att_remote_response none;
	struct att_remote_response response;
	struct att_reason why = { 0 };
	struct att_buf line;
	enum att_err r;

	att_buf_init(&line, 2 * ATT_LINE_REGISTRATION_MAX);
	assert_int_equal(att_line_print(ATT_LINE_RESPONSE, att_bytes(ptr, len),
			     2 * ATT_LINE_REGISTRATION_MAX, &line),
	    ATT_OK);
	r = att_remote_response_read(att_buf_get(&line), kind, &response, &why);
	att_buf_reset(&line);
	if (r == ATT_OK)
		att_remote_response_reset(&response);
	else
		assert_int_equal(why.code, r);
	assert_memory_equal(&response, &none, sizeof(none));
	return r;
}

/* The bytes inside the line of a response; free() them. */
static struct att_line_message
message_of(const struct att_remote_response *response)
{
	struct att_line_message message;
	struct att_buf line;

	att_buf_init(&line, ATT_LINE_REGISTRATION_MAX);
	assert_int_equal(att_remote_response_print(response, &line), ATT_OK);
	assert_int_equal(att_line_read(ATT_LINE_RESPONSE, att_buf_get(&line),
			     ATT_LINE_REGISTRATION_MAX, &message, NULL),
	    ATT_OK);
	att_buf_reset(&line);
	return message;
}

static void
check_same(const struct att_remote_response *in)
{
	struct att_remote_response out;
	struct att_buf line;

	att_buf_init(&line, ATT_LINE_REGISTRATION_MAX);
	assert_int_equal(att_remote_response_print(in, &line), ATT_OK);
	assert_int_equal(
	    att_remote_response_read(att_buf_get(&line), in->kind, &out, NULL),
	    ATT_OK);
	assert_int_equal(out.kind, in->kind);
	assert_memory_equal(out.id, in->id, ATT_REMOTE_ID_LEN);
	assert_int_equal(out.batch, in->batch);
	assert_int_equal(out.index, in->index);
	assert_true(att_bytes_is_equal(out.auth_data, in->auth_data));
	assert_true(att_bytes_is_equal(out.signature, in->signature));
	assert_true(
	    att_bytes_is_equal(out.attestation_object, in->attestation_object));
	att_remote_response_reset(&out);
	att_buf_reset(&line);
}

static void
every_field_comes_back(void **state)
{
	struct att_remote_response response = login_example();

	(void)state;
	check_same(&response);
	response.batch = ATT_BATCHES_MAX - 1;
	response.index = ATT_ALLOW_MAX - 1;
	response.signature.len = 1;
	check_same(&response);
	response = registration_example();
	check_same(&response);
	response.attestation_object.len = 1;
	check_same(&response);
	response.attestation_object.len = ATT_REMOTE_OBJECT_MAX;
	check_same(&response);
}

/* The form of PROTOCOL.md, byte by byte. */
static void
has_the_form_of_version_1(void **state)
{
	struct att_remote_response response = login_example();
	struct att_line_message message = message_of(&response);

	(void)state;
	assert_int_equal(message.len, 1 + 16 + 2 + 4 + 37 + 4 + 72);
	assert_memory_equal(message.ptr,
	    "\1\11\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0\1\2\0\0\0\45", 23);
	assert_memory_equal(message.ptr + 23 + 37, "\0\0\0\110", 4);
	free(message.ptr);
	response = registration_example();
	message = message_of(&response);
	assert_int_equal(message.len, 1 + 16 + 4 + 500);
	assert_memory_equal(
	    message.ptr, "\2\11\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\364", 21);
	free(message.ptr);
}

static void
check_lengths(const struct att_remote_response *response)
{
	struct att_line_message message = message_of(response);
	uint8_t *longer = malloc(message.len + 1);

	assert_non_null(longer);
	assert_int_equal(
	    read_message(response->kind, message.ptr, message.len), ATT_OK);
	for (size_t len = 0; len < message.len; len++)
		assert_int_equal(read_message(response->kind, message.ptr, len),
		    ATT_ERR_RESPONSE_MALFORMED);
	memcpy(longer, message.ptr, message.len);
	for (int c = 0; c < 256; c++) {
		longer[message.len] = (uint8_t)c;
		assert_int_equal(
		    read_message(response->kind, longer, message.len + 1),
		    ATT_ERR_RESPONSE_MALFORMED);
	}
	free(longer);
	free(message.ptr);
}

static void
one_byte_less_or_more_is_malformed(void **state)
{
	struct att_remote_response response = login_example();

	(void)state;
	check_lengths(&response);
	response = registration_example();
	check_lengths(&response);
}

/* The byte at an offset may be at most max. */
static void
check_byte(size_t at, uint8_t min, uint8_t max)
{
	struct att_remote_response response = login_example();
	struct att_line_message message = message_of(&response);

	for (int c = 0; c < 256; c++) {
		message.ptr[at] = (uint8_t)c;
		assert_int_equal(
		    read_message(ATT_REMOTE_LOGIN, message.ptr, message.len),
		    c >= min && c <= max ? ATT_OK : ATT_ERR_RESPONSE_MALFORMED);
	}
	free(message.ptr);
}

static void
numbers_have_ranges(void **state)
{
	(void)state;
	check_byte(0, ATT_REMOTE_LOGIN, ATT_REMOTE_LOGIN);
	check_byte(17, 0, ATT_BATCHES_MAX - 1);
	check_byte(18, 0, ATT_ALLOW_MAX - 1);
}

static void
a_response_of_the_other_kind_is_malformed(void **state)
{
	struct att_remote_response response = login_example();
	struct att_line_message message = message_of(&response);

	(void)state;
	assert_int_equal(
	    read_message(ATT_REMOTE_REGISTRATION, message.ptr, message.len),
	    ATT_ERR_RESPONSE_MALFORMED);
	free(message.ptr);
	response = registration_example();
	message = message_of(&response);
	assert_int_equal(
	    read_message(ATT_REMOTE_LOGIN, message.ptr, message.len),
	    ATT_ERR_RESPONSE_MALFORMED);
	free(message.ptr);
}

static void
nothing_is_printed_that_would_not_be_read(void **state)
{
	struct att_remote_response response = login_example();

	(void)state;
	response.kind = 3;
	assert_int_equal(try_print(&response), ATT_ERR_MESSAGE_MALFORMED);
	response = login_example();
	response.batch = ATT_BATCHES_MAX;
	assert_int_equal(try_print(&response), ATT_ERR_MESSAGE_MALFORMED);
	response = login_example();
	response.index = ATT_ALLOW_MAX;
	assert_int_equal(try_print(&response), ATT_ERR_MESSAGE_MALFORMED);
	response = login_example();
	response.auth_data.len = 36;
	assert_int_equal(try_print(&response), ATT_ERR_MESSAGE_MALFORMED);
	response = login_example();
	response.signature.len = 0;
	assert_int_equal(try_print(&response), ATT_ERR_MESSAGE_MALFORMED);
	response = registration_example();
	response.attestation_object.len = 0;
	assert_int_equal(try_print(&response), ATT_ERR_MESSAGE_MALFORMED);
	response.attestation_object.len = ATT_REMOTE_OBJECT_MAX + 1;
	assert_int_equal(try_print(&response), ATT_ERR_TOO_LARGE);
}

/* ssh reads 1,023 characters; RSA of 4,096 bits fits. */
static void
a_login_fits_into_1000_characters(void **state)
{
	struct att_remote_response response = login_example();
	struct att_buf line;

	(void)state;
	response.signature.len = 512;
	assert_int_equal(try_print(&response), ATT_OK);
	while (try_print(&response) == ATT_OK)
		response.signature.len++;
	assert_int_equal(try_print(&response), ATT_ERR_TOO_LARGE);
	response.signature.len--;
	att_buf_init(&line, 2000);
	assert_int_equal(att_remote_response_print(&response, &line), ATT_OK);
	assert_in_range(line.len, 999, 1000);
	att_buf_reset(&line);
	check_same(&response);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_comes_back),
		cmocka_unit_test(has_the_form_of_version_1),
		cmocka_unit_test(one_byte_less_or_more_is_malformed),
		cmocka_unit_test(numbers_have_ranges),
		cmocka_unit_test(a_response_of_the_other_kind_is_malformed),
		cmocka_unit_test(nothing_is_printed_that_would_not_be_read),
		cmocka_unit_test(a_login_fits_into_1000_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
