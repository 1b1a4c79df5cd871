/* SPDX-License-Identifier: BSD-2-Clause */
/* Why there is no access token: maa/oauth_error.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "maa/oauth_error.h"

static struct att_reason why;

static enum att_err
refuse(const char *what, unsigned int status, const char *body)
{
	struct att_http_response response = { .status = status };
	enum att_err err;

	att_buf_init(&response.body, 10000);
	assert_int_equal(
	    att_buf_put(&response.body, body, strlen(body)), ATT_OK);
	why = (struct att_reason){ 0 };
	err = what == NULL ? att_oauth_refuse_aad(&response, &why)
			   : att_oauth_refuse_identity(what, &response, &why);
	assert_int_equal(why.code, err);
	att_http_response_reset(&response);
	return err;
}

static enum att_err
aad(unsigned int status, const char *body)
{
	return refuse(NULL, status, body);
}

#define ID "11111111-2222-3333-4444-555555555555"

static void
says_what_to_do_about_what_is_known(void **state)
{
	static const struct {
		const char *body;
		const char *remedy;
	} rows[] = {
		{ "{\"error\":\"invalid_client\",\"error_codes\":[7000215],"
		  "\"error_description\":\"AADSTS7000215: Invalid\"}",
		    "maa_secret" },
		{ "{\"error\":\"unauthorized_client\","
		  "\"error_codes\":[700016]}",
		    "maa_client_id" },
		{ "{\"error\":\"invalid_request\",\"error_codes\":[90002]}",
		    "maa_tenant" },
		{ "{\"error\":\"invalid_client\",\"error_codes\":[700027]}",
		    "maa_certificate" },
		{ "{\"error\":\"invalid_client\",\"error_codes\":[70021]}",
		    "maa_assertion" },
		{ "{\"error\":\"invalid_client\",\"error_codes\":[700024]}",
		    "clock" },
		/* Where there is no list, the text has it. */
		{ "{\"error\":\"invalid_client\",\"error_description\":"
		  "\"AADSTS7000222: The provided client secret\"}",
		    "expired" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    aad(401, rows[i].body), ATT_ERR_MAA_CREDENTIAL);
		assert_non_null(strstr(why.text, rows[i].remedy));
	}
}

static void
names_what_support_asks_for(void **state)
{
	(void)state;
	assert_int_equal(aad(400, "{\"error\":\"invalid_client\","
				  "\"error_codes\":[7000215],"
				  "\"correlation_id\":\"" ID "\"}"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text,
	    "(HTTP 400, invalid_client, AADSTS7000215, correlation ID " ID
	    ")"));
	assert_int_equal(aad(400, "{\"error\":\"x\",\"error_codes\":[7]}"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "error?code=7"));
}

/* Whoever has a secret may say it again, in words or as a name. */
static void
repeats_nothing_that_may_be_a_secret(void **state)
{
	static const char *const bodies[] = {
		"Hidden~8Q",
		"{\"error\":\"Hidden~8Q\"}",
		"{\"error\":\"invalid_client\",\"error_description\":"
		"\"AADSTS1: Hidden~8Q\",\"error_codes\":[\"Hidden~8Q\"],"
		"\"correlation_id\":\"Hidden~8Q\",\"trace_id\":\"Hidden~8Q\"}",
		"{\"error\":{\"code\":\"Hidden~8Q\"}}",
		("{\"error\":\"x\",\"correlation_id\":"
		 "\"Hidden~8Q-2222-3333-4444-555555555555\"}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(aad(400, bodies[i]), ATT_ERR_MAA_CREDENTIAL);
		assert_null(strstr(why.text, "Hidden"));
		assert_int_equal(
		    refuse("it", 400, bodies[i]), ATT_ERR_MAA_CREDENTIAL);
		assert_null(strstr(why.text, "Hidden"));
	}
}

static void
tells_what_passes_from_what_does_not(void **state)
{
	static const struct {
		unsigned int status;
		enum att_err aad;
		enum att_err identity;
	} rows[] = {
		{ 200, ATT_ERR_MAA_ANSWER, ATT_ERR_MAA_ANSWER },
		{ 302, ATT_ERR_MAA_ANSWER, ATT_ERR_MAA_ANSWER },
		{ 400, ATT_ERR_MAA_CREDENTIAL, ATT_ERR_MAA_CREDENTIAL },
		{ 401, ATT_ERR_MAA_CREDENTIAL, ATT_ERR_MAA_CREDENTIAL },
		{ 403, ATT_ERR_MAA_CREDENTIAL, ATT_ERR_MAA_CREDENTIAL },
		{ 404, ATT_ERR_MAA_CREDENTIAL, ATT_ERR_MAA_CREDENTIAL },
		{ 408, ATT_ERR_MAA_UNREACHABLE, ATT_ERR_MAA_UNREACHABLE },
		{ 410, ATT_ERR_MAA_CREDENTIAL, ATT_ERR_MAA_UNREACHABLE },
		{ 429, ATT_ERR_MAA_UNREACHABLE, ATT_ERR_MAA_UNREACHABLE },
		{ 500, ATT_ERR_MAA_UNREACHABLE, ATT_ERR_MAA_UNREACHABLE },
		{ 503, ATT_ERR_MAA_UNREACHABLE, ATT_ERR_MAA_UNREACHABLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(aad(rows[i].status, ""), rows[i].aad);
		assert_int_equal(
		    refuse("it", rows[i].status, ""), rows[i].identity);
	}
}

static void
an_identity_endpoint_has_a_name(void **state)
{
	(void)state;
	assert_int_equal(refuse("IMDS", 400,
			     "{\"error\":\"invalid_request\","
			     "\"error_description\":\"Identity not found\"}"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_string_equal(why.text,
	    "IMDS gives no token: has this machine an identity, and that of "
	    "maa_client_id, maa_object_id or maa_resource_id if one is set? "
	    "(HTTP 400, invalid_request)");
	assert_int_equal(
	    refuse("IMDS", 400, "{\"error\":\"invalid_resource\"}"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "maa_audience"));
}

static void
finds_a_number_in_a_text(void **state)
{
	static const struct {
		const char *text;
		int64_t number;
	} rows[] = {
		{ "", 0 },
		{ "AADSTS", 0 },
		{ "AADSTSx", 0 },
		{ "AADSTS50173", 50173 },
		{ "ERROR: AADSTS700082: The refresh token", 700082 },
		{ "aadsts1", 0 },
		{ "AADSTS999999999", 999999999 },
		{ "AADSTS9999999999", 0 },
		{ "AADSTS1 AADSTS2", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    att_oauth_find_number(att_bytes_text(rows[i].text)),
		    rows[i].number);
	assert_int_equal(att_oauth_find_number(att_bytes("AADSTS77", 7)), 7);
	assert_int_equal(att_oauth_find_number(att_bytes(NULL, 0)), 0);
}

static void
fits_into_one_line(void **state)
{
	static const int64_t numbers[] = { 50013, 70021, 700016, 7000222 };
	size_t longest = 0;

	(void)state;
	for (int64_t n = 0; n < 8000000; n++) {
		const char *remedy = att_oauth_get_remedy(n);

		if (remedy != NULL && strlen(remedy) > longest)
			longest = strlen(remedy);
	}
	assert_in_range(longest, 30, 200);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_non_null(att_oauth_get_remedy(numbers[i]));
	assert_null(att_oauth_get_remedy(0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_to_do_about_what_is_known),
		cmocka_unit_test(names_what_support_asks_for),
		cmocka_unit_test(repeats_nothing_that_may_be_a_secret),
		cmocka_unit_test(tells_what_passes_from_what_does_not),
		cmocka_unit_test(an_identity_endpoint_has_a_name),
		cmocka_unit_test(finds_a_number_in_a_text),
		cmocka_unit_test(fits_into_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
