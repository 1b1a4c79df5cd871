/* SPDX-License-Identifier: BSD-2-Clause */
/* Refusals of the attestation service: maa/error.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "maa/error.h"

static struct att_maa_error
read_body(unsigned int status, const char *body)
{
	struct att_http_response response = { .status = status,
		.request_id = "00-8b18\x1b[31m" };
	struct att_maa_error error;

	att_buf_init(&response.body, 4096);
	assert_int_equal(
	    att_buf_put(&response.body, body, strlen(body)), ATT_OK);
	att_maa_error_read(&response, &error);
	att_http_response_reset(&response);
	assert_int_equal(error.status, status);
	assert_true(att_text_is_printable(error.code));
	assert_true(att_text_is_printable(error.message));
	assert_string_equal(error.request_id, "00-8b18\\x1b[31m");
	return error;
}

static void
reads_what_the_service_says(void **state)
{
	struct att_maa_error error;

	(void)state;
	error = read_body(400,
	    "{\"error\":{\"code\":\"InvalidOperation\",\"message\":\"failed: "
	    "(empty())\\r\\n\\tSecond line\\r\\n\",\"innererror\":{}}}");
	assert_string_equal(error.code, "InvalidOperation");
	assert_string_equal(error.message, "failed: (empty()) Second line");
}

static void
lets_nothing_of_it_out(void **state)
{
	struct att_maa_error error;

	(void)state;
	error = read_body(400,
	    "{\"error\":{\"code\":\"\\u001b]0;x\\u0007\",\"message\":"
	    "\"\\u202eevil\\u009b1m\"}}");
	assert_string_equal(error.code, "\\x1b]0;x\\x07");
	assert_string_equal(error.message, "\\xe2\\x80\\xaeevil\\xc2\\x9b1m");
}

static void
takes_anything_for_no_words(void **state)
{
	static const char *const bodies[] = { "", "<html>", "[]", "{}",
		"{\"error\":null}", "{\"error\":\"text\"}", "{\"error\":[]}",
		"{\"error\":{}}", "{\"error\":{\"code\":7,\"message\":[]}}",
		"{\"error\":{\"code\":\"a\",\"code\":\"b\"}}",
		"{\"error\":{\"code\":\"a\"}} x" };

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct att_maa_error error = read_body(503, bodies[i]);

		assert_string_equal(error.code, "");
		assert_string_equal(error.message, "");
	}
}

static void
cuts_what_is_long(void **state)
{
	char body[3000];
	struct att_maa_error error;

	(void)state;
	snprintf(body, sizeof(body),
	    "{\"error\":{\"code\":\"%.200d\",\"message\":\"%.2000d\"}}", 0, 0);
	error = read_body(400, body);
	assert_int_equal(strlen(error.code), ATT_MAA_CODE_MAX);
	assert_int_equal(strlen(error.message), ATT_MAA_MESSAGE_MAX);
	assert_non_null(strstr(error.message, "0..."));
}

static void
says_all_of_it_and_what_to_do(void **state)
{
	static const struct {
		struct att_maa_error error;
		const char *text;
	} cases[] = {
		{ { 400, "C", "m", "id" },
		    "POST u: HTTP status 400, C: m (request id)" },
		{ { 400, "InvalidParameter",
		      "A VBS attestation policy has not been set on the "
		      "attestation provider",
		      "" },
		    "POST u: HTTP status 400, InvalidParameter: A VBS "
		    "attestation policy has not been set on the attestation "
		    "provider; set an attestation policy for Tpm at the "
		    "provider" },
		{ { 401, "Unauthorized", "", "id" },
		    "POST u: HTTP status 401, Unauthorized; look at "
		    "maa_credential (request id)" },
		{ { 403, "", "", "" },
		    "POST u: HTTP status 403; give this identity the role "
		    "Attestation Reader" },
		{ { 404, "", "", "" },
		    "POST u: HTTP status 404; look at maa_url and "
		    "maa_api_version" },
		{ { 429, "", "", "" },
		    "POST u: HTTP status 429; ask less often" },
		{ { 503, "", "", "id" },
		    "POST u: HTTP status 503; try again later (request id)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };

		assert_int_equal(
		    att_maa_error_refuse(&cases[i].error, "POST u", &why),
		    ATT_ERR_MAA_REFUSED);
		assert_string_equal(why.text, cases[i].text);
	}
}

/* However long each of it is, the number that finds the request is there. */
static void
never_cuts_the_request_id(void **state)
{
	struct att_maa_error error = { .status = 400 };
	struct att_reason why = { 0 };
	char asked[2000];

	(void)state;
	memset(asked, 'u', sizeof(asked) - 1);
	asked[sizeof(asked) - 1] = '\0';
	memset(error.code, 'c', sizeof(error.code) - 1);
	memset(error.message, 'm', sizeof(error.message) - 1);
	memcpy(
	    error.request_id, "00-18a6d45a67d7a94e8c4a9ea3e8f6f8a5-00-00", 42);
	assert_int_equal(
	    att_maa_error_refuse(&error, asked, &why), ATT_ERR_MAA_REFUSED);
	assert_non_null(strstr(why.text, error.request_id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_the_service_says),
		cmocka_unit_test(lets_nothing_of_it_out),
		cmocka_unit_test(takes_anything_for_no_words),
		cmocka_unit_test(cuts_what_is_long),
		cmocka_unit_test(says_all_of_it_and_what_to_do),
		cmocka_unit_test(never_cuts_the_request_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
