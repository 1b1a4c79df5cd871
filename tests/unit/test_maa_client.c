/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of the attestation service: maa/client.c and maa/call.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "codec/json.h"
#include "maa/client.h"
#include "scratch.h"
#include "script_http.h"

#define PROVIDER "https://test.attest.example"
#define ID_LEN 36

static struct att_options *opts;
static struct script script;
static struct att_maa maa;
static struct att_maa_error error;
static struct att_reason why;
static struct att_buf out;

static int
set_up(void **state)
{
	(void)state;
	error = (struct att_maa_error){ .status = 1 };
	why = (struct att_reason){ 0 };
	att_buf_init(&out, ATT_MAA_ANSWER_MAX);
	assert_int_equal(att_options_new(&opts), ATT_OK);
	assert_int_equal(
	    att_options_set(opts, "maa_url", PROVIDER, "test", NULL), ATT_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&out);
	script_end(&script);
	att_options_free(&opts);
	return 0;
}

static void
answer_with(const struct script_answer *answers, size_t count)
{
	script_begin(&script, answers, count);
	att_maa_init(&maa, opts, &script.http, NULL);
	maa.retry.time = &script.time;
}

#define ANSWER_WITH(answers)                                                   \
	answer_with(answers, sizeof(answers) / sizeof((answers)[0]))

/* Compares a request, but for its random name. */
static void
assert_asked(size_t index, const char *head, const char *tail)
{
	static const char id[] = "x-ms-client-request-id: ";
	const char *asked = script.requests[index];
	const char *found = strstr(asked, id);

	assert_non_null(found);
	assert_int_equal(found - asked, strlen(head));
	assert_memory_equal(asked, head, strlen(head));
	assert_string_equal(found + sizeof(id) - 1 + ID_LEN, tail);
}

static void
assert_out(const char *wanted)
{
	assert_true(
	    att_bytes_is_equal(att_buf_get(&out), att_bytes_text(wanted)));
}

static void
asks_for_the_metadata(void **state)
{
	static const struct script_answer answers[] = { { .status = 200,
	    .body = "{\"issuer\":\"" PROVIDER "\",\"jwks_uri\":\"" PROVIDER
		    "/certs\",\"more\":1}" } };
	struct json_t *metadata;

	(void)state;
	ANSWER_WITH(answers);
	assert_int_equal(
	    att_maa_get_metadata(&maa, &metadata, &error, &why), ATT_OK);
	assert_string_equal(att_json_get_text(metadata, "issuer"), PROVIDER);
	assert_int_equal(error.status, 200);
	assert_asked(0,
	    "GET " PROVIDER "/.well-known/openid-configuration\n"
	    "Accept: application/json\n",
	    "\n\n");
	att_json_free(&metadata);
}

static void
asks_for_the_signers(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200,
		    .body = "{\"keys\": [ ]}",
		    .content_type = "Application/JWK+json" },
	};

	(void)state;
	ANSWER_WITH(answers);
	assert_int_equal(att_maa_get_signers(&maa, &out, NULL, &why), ATT_OK);
	assert_out("{\"keys\": [ ]}");
	assert_asked(0,
	    "GET " PROVIDER "/certs\n"
	    "Accept: application/jwk+json, application/json\n",
	    "\n\n");
}

static void
sends_what_a_tpm_says(void **state)
{
	static const struct script_answer answers[] = { { .status = 200,
	    .body = "{\"data\":\"eyJ4IjoxfQ\"}" } };

	(void)state;
	ANSWER_WITH(answers);
	assert_int_equal(att_maa_attest_tpm(&maa, att_bytes_text("{\"a\":2}"),
			     &out, &error, &why),
	    ATT_OK);
	assert_out("{\"x\":1}");
	assert_asked(0,
	    "POST " PROVIDER "/attest/Tpm?api-version=2020-10-01\n"
	    "Accept: application/json\n",
	    "\nContent-Type: application/json\n\n{\"data\":\"eyJhIjoyfQ\"}");
}

static void
sends_what_a_guest_says(void **state)
{
	static const struct script_answer answers[] = { { .status = 200,
	    .body = "{\"token\":\"eyJ4IjoxfQ\"}" } };

	(void)state;
	assert_int_equal(att_options_set(opts, "maa_api_version", "2022-08-01",
			     "test", NULL),
	    ATT_OK);
	ANSWER_WITH(answers);
	assert_int_equal(att_maa_attest_azure_guest(&maa,
			     att_bytes_text("{\"a\":2}"), &out, &error, &why),
	    ATT_OK);
	assert_out("{\"x\":1}");
	assert_asked(0,
	    "POST " PROVIDER "/attest/AzureGuest?api-version=2022-08-01\n"
	    "Accept: application/json\n",
	    "\nContent-Type: application/json\n\n"
	    "{\"AttestationInfo\":\"eyJhIjoyfQ\"}");
}

static void
sends_what_enclaves_say(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200, .body = "{\"token\":\"a.b.c\"}" },
		{ .status = 200, .body = "{\"token\":\"a.b.\"}" },
	};
	struct att_maa_enclave_request request = { .kind = ATT_MAA_SGX,
		.enclave = { .evidence = att_bytes("q", 1), .nonce = "n" } };

	(void)state;
	ANSWER_WITH(answers);
	assert_int_equal(
	    att_maa_attest_enclave(&maa, &request, &out, &error, &why), ATT_OK);
	assert_int_equal(out.len, 6);
	assert_string_equal((const char *)out.ptr, "a.b.c");
	assert_asked(0,
	    "POST " PROVIDER "/attest/SgxEnclave?api-version=2020-10-01\n"
	    "Accept: application/json\n",
	    "\nContent-Type: application/json\n\n"
	    "{\"quote\":\"cQ\",\"nonce\":\"n\"}");
	request.kind = ATT_MAA_OPEN_ENCLAVE;
	request.enclave.nonce = NULL;
	assert_int_equal(
	    att_maa_attest_enclave(&maa, &request, &out, &error, &why), ATT_OK);
	assert_string_equal((const char *)out.ptr, "a.b.");
	assert_asked(1,
	    "POST " PROVIDER "/attest/OpenEnclave?api-version=2020-10-01\n"
	    "Accept: application/json\n",
	    "\nContent-Type: application/json\n\n{\"report\":\"cQ\"}");
}

static void
tells_what_the_service_refuses(void **state)
{
	static const struct script_answer answers[] = { { .status = 400,
	    .body = "{\"error\":{\"code\":\"C\",\"message\":\"m\"}}",
	    .request_id = "r7" } };

	(void)state;
	ANSWER_WITH(answers);
	assert_int_equal(
	    att_maa_attest_tpm(&maa, att_bytes_text("{}"), &out, &error, &why),
	    ATT_ERR_MAA_REFUSED);
	assert_int_equal(error.status, 400);
	assert_string_equal(error.code, "C");
	assert_string_equal(error.message, "m");
	assert_string_equal(error.request_id, "r7");
	assert_string_equal(why.text,
	    "POST " PROVIDER "/attest/Tpm?api-version=2020-10-01: HTTP status "
	    "400, C: m (request r7)");
	assert_int_equal(out.len, 0);
}

/* The request is the same one each time, its name too. */
static void
asks_again_what_may_change(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 503, .body = "busy", .content_type = "text/plain" },
		{ .status = 429, .retry_after = "7" },
		{ .err = ATT_ERR_MAA_UNREACHABLE },
		{ .status = 200, .body = "{\"data\":\"e30\"}" },
	};

	(void)state;
	ANSWER_WITH(answers);
	assert_int_equal(
	    att_maa_attest_tpm(&maa, att_bytes_text("{}"), &out, &error, &why),
	    ATT_OK);
	assert_out("{}");
	for (size_t i = 1; i < 4; i++)
		assert_string_equal(script.requests[i], script.requests[0]);
	assert_int_equal(script.sleeps, 3);
	assert_int_equal(script.slept[1], 7000);
}

static void
gives_up_after_maa_retries(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 503, .request_id = "first" },
		{ .status = 500, .request_id = "last" },
	};

	(void)state;
	assert_int_equal(
	    att_options_set(opts, "maa_retries", "1", "test", NULL), ATT_OK);
	ANSWER_WITH(answers);
	assert_int_equal(
	    att_maa_get_signers(&maa, &out, &error, &why), ATT_ERR_MAA_REFUSED);
	assert_int_equal(error.status, 500);
	assert_non_null(strstr(why.text, "(request last)"));
}

static void
passes_on_that_nobody_answers(void **state)
{
	static const struct script_answer answers[] = {
		{ .err = ATT_ERR_MAA_UNREACHABLE }
	};

	(void)state;
	assert_int_equal(
	    att_options_set(opts, "maa_retries", "0", "test", NULL), ATT_OK);
	ANSWER_WITH(answers);
	assert_int_equal(att_maa_get_signers(&maa, &out, &error, &why),
	    ATT_ERR_MAA_UNREACHABLE);
	assert_int_equal(error.status, 0);
	assert_non_null(strstr(why.text, "as the script says"));
}

/* What is answered instead of an answer, and what is said of it. */
static const struct {
	struct script_answer answer;
	const char *expected;
} no_answers[] = {
	{ { .status = 200, .body = "<html>", .content_type = "text/html" },
	    "expected JSON, found an answer of type \"text/html\"" },
	{ { .status = 200, .body = "{}", .content_type = "" },
	    "expected JSON" },
	{ { .status = 200, .body = "{}", .content_type = "application/jsonp" },
	    "expected JSON" },
	{ { .status = 200, .body = "{}", .content_type = "text/json" },
	    "expected JSON" },
	{ { .status = 200, .body = "{\"data\":\"e30\"" },
	    "expected an object of JSON" },
	{ { .status = 200, .body = "[\"data\"]" },
	    "expected an object of JSON" },
	{ { .status = 200, .body = "" }, "expected an object of JSON" },
	{ { .status = 200, .body = "{\"data\":\"e30\"} x" },
	    "expected an object of JSON" },
	{ { .status = 200, .body = "{\"data\":\"e30\",\"data\":\"e30\"}" },
	    "expected an object of JSON" },
	{ { .status = 200, .body = "{}" }, "expected a member \"data\"" },
	{ { .status = 200, .body = "{\"data\":{}}" },
	    "expected a member \"data\"" },
	{ { .status = 200, .body = "{\"data\":\"\"}" },
	    "expected a member \"data\"" },
	{ { .status = 200, .body = "{\"data\":\"e30=\"}" },
	    "expected a member \"data\" that is base64url" },
	{ { .status = 200, .body = "{\"Data\":\"e30\"}" },
	    "expected a member \"data\"" },
	{ { .status = 302, .body = "{\"data\":\"e30\"}" },
	    "expected HTTP status 200, found 302; look at maa_url" },
	{ { .status = 204 }, "expected HTTP status 200, found 204" },
	{ { .err = ATT_ERR_TOO_LARGE }, "expected an answer" },
};

static void
takes_nothing_else_for_an_answer(void **state)
{
	enum {
		COUNT = sizeof(no_answers) / sizeof(no_answers[0])
	};

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		answer_with(&no_answers[i].answer, 1);
		why = (struct att_reason){ 0 };
		assert_int_equal(att_maa_attest_tpm(&maa, att_bytes_text("{}"),
				     &out, &error, &why),
		    ATT_ERR_MAA_ANSWER);
		if (strstr(why.text, no_answers[i].expected) == NULL)
			fail_msg("%zu: %s", i, why.text);
		assert_int_equal(out.len, 0);
		if (i + 1 < COUNT)
			script_end(&script);
	}
}

static void
a_set_of_keys_has_keys(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200, .body = "{\"keys\":{}}" },
		{ .status = 200, .body = "{\"Keys\":[]}" },
	};

	(void)state;
	ANSWER_WITH(answers);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(att_maa_get_signers(&maa, &out, &error, &why),
		    ATT_ERR_MAA_ANSWER);
		assert_int_equal(out.len, 0);
	}
}

static void
metadata_names_the_issuer_and_the_keys(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200, .body = "{\"issuer\":\"a\"}" },
		{ .status = 200, .body = "{\"jwks_uri\":\"a\"}" },
		{ .status = 200, .body = "{\"issuer\":1,\"jwks_uri\":\"a\"}" },
	};
	struct json_t *metadata;

	(void)state;
	ANSWER_WITH(answers);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
		    att_maa_get_metadata(&maa, &metadata, &error, &why),
		    ATT_ERR_MAA_ANSWER);
		assert_null(metadata);
	}
}

static void
a_token_has_the_characters_of_one(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200, .body = "{\"token\":\"a.b.c\\r\\nX: y\"}" },
		{ .status = 200, .body = "{\"token\":\"a.b.c=\"}" },
	};
	const struct att_maa_enclave_request request = { .kind = ATT_MAA_SGX };

	(void)state;
	ANSWER_WITH(answers);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    att_maa_attest_enclave(&maa, &request, &out, &error, &why),
		    ATT_ERR_MAA_ANSWER);
		assert_int_equal(out.len, 0);
	}
}

/* --- With a credential -----------------------------------------------------
 */

static struct att_credential *credential;

#define AAD(token)                                                             \
	{                                                                      \
		.status = 200,                                                 \
		.body = "{\"token_type\":\"Bearer\",\"expires_in\":3599,"      \
			"\"access_token\":\"" token "\"}",                     \
	}

static int
set_up_credential(void **state)
{
	static const char *const words[][2] = {
		{ "maa_credential", "client-secret" },
		{ "maa_tenant", "t" },
		{ "maa_client_id", "c" },
	};
	char *path;

	assert_int_equal(set_up(state), 0);
	assert_int_equal(scratch_setup(state), 0);
	path = scratch_path(*state, "secret");
	scratch_write(path, "the-secret", 10, 0600);
	assert_int_equal(
	    att_options_set(opts, "maa_secret", path, "test", NULL), ATT_OK);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(att_options_set(opts, words[i][0], words[i][1],
				     "test", NULL),
		    ATT_OK);
	free(path);
	assert_int_equal(att_credential_open(opts, &credential, &why), ATT_OK);
	return 0;
}

static int
tear_down_credential(void **state)
{
	att_credential_free(&credential);
	assert_int_equal(scratch_teardown(state), 0);
	return tear_down(state);
}

static void
use_credential(const struct script_answer *answers, size_t count)
{
	answer_with(answers, count);
	att_credential_set_time(credential, &script.time);
	maa.credential = credential;
}

/* Which is asked for once, and shown to nobody who did not ask for it. */
static void
shows_the_token_for_tpms_alone(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200, .body = "{\"keys\":[]}" },
		AAD("one"),
		{ .status = 200, .body = "{\"data\":\"e30\"}" },
		{ .status = 200, .body = "{\"data\":\"e30\"}" },
		{ .status = 200, .body = "{\"token\":\"e30\"}" },
	};
	const struct att_bytes text = att_bytes_text("{}");

	(void)state;
	use_credential(answers, 5);
	assert_int_equal(att_maa_get_signers(&maa, &out, &error, &why), ATT_OK);
	assert_int_equal(
	    att_maa_attest_tpm(&maa, text, &out, &error, &why), ATT_OK);
	assert_int_equal(
	    att_maa_attest_tpm(&maa, text, &out, &error, &why), ATT_OK);
	assert_int_equal(
	    att_maa_attest_azure_guest(&maa, text, &out, &error, &why), ATT_OK);
	assert_null(strstr(script.requests[0], "Authorization"));
	assert_non_null(
	    strstr(script.requests[2], "\nAuthorization: Bearer one\n"));
	assert_non_null(
	    strstr(script.requests[3], "\nAuthorization: Bearer one\n"));
	assert_null(strstr(script.requests[4], "Authorization"));
}

static void
asks_once_for_another_token(void **state)
{
	static const struct script_answer answers[] = {
		AAD("one"),
		{ .status = 401 },
		AAD("two"),
		{ .status = 401,
		    .body = "{\"error\":{\"code\":\"Unauthorized\"}}" },
	};

	(void)state;
	use_credential(answers, 4);
	assert_int_equal(
	    att_maa_attest_tpm(&maa, att_bytes_text("{}"), &out, &error, &why),
	    ATT_ERR_MAA_REFUSED);
	assert_non_null(
	    strstr(script.requests[1], "\nAuthorization: Bearer one\n"));
	assert_non_null(
	    strstr(script.requests[3], "\nAuthorization: Bearer two\n"));
	assert_non_null(
	    strstr(why.text, "Unauthorized; look at maa_credential"));
	assert_null(strstr(why.text, "two"));
}

/* A service that says the token again does not get it into a log. */
static void
repeats_no_token(void **state)
{
	static const struct script_answer answers[] = {
		AAD("a-token-of-AAD.that-is-longer-than-it-has-to-be"),
		{ .status = 400,
		    .request_id = "a-token-of-AAD.that-is-longer",
		    .body =
			"{\"error\":{\"code\":\"a-token-of-AAD.that\","
			"\"message\":\"a-token-of-AAD.that-is-longer-than-it-"
			"has-to-be\"}}" },
		{ .status = 200,
		    .content_type = "a-token-of-AAD.that-is-longer-than",
		    .body = "{}" },
	};

	(void)state;
	use_credential(answers, 3);
	for (int i = 0; i < 2; i++) {
		assert_int_not_equal(
		    att_maa_attest_tpm(
			&maa, att_bytes_text("{}"), &out, &error, &why),
		    ATT_OK);
		assert_null(strstr(why.text, "a-token"));
		assert_null(strstr(error.code, "a-token"));
		assert_null(strstr(error.message, "a-token"));
		assert_null(strstr(error.request_id, "a-token"));
	}
}

static void
asks_nothing_without_a_token(void **state)
{
	static const struct script_answer answers[] = { { .status = 401,
	    .body = "{\"error\":\"invalid_client\"}" } };

	(void)state;
	use_credential(answers, 1);
	assert_int_equal(
	    att_maa_attest_tpm(&maa, att_bytes_text("{}"), &out, &error, &why),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(error.status, 0);
}

int
main(void)
{
#define CLIENT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define CREDENTIAL(test)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    test, set_up_credential, tear_down_credential)
	const struct CMUnitTest tests[] = {
		CLIENT(asks_for_the_metadata),
		CLIENT(asks_for_the_signers),
		CLIENT(sends_what_a_tpm_says),
		CLIENT(sends_what_a_guest_says),
		CLIENT(sends_what_enclaves_say),
		CLIENT(tells_what_the_service_refuses),
		CLIENT(asks_again_what_may_change),
		CLIENT(gives_up_after_maa_retries),
		CLIENT(passes_on_that_nobody_answers),
		CLIENT(takes_nothing_else_for_an_answer),
		CLIENT(a_set_of_keys_has_keys),
		CLIENT(metadata_names_the_issuer_and_the_keys),
		CLIENT(a_token_has_the_characters_of_one),
		CREDENTIAL(shows_the_token_for_tpms_alone),
		CREDENTIAL(asks_once_for_another_token),
		CREDENTIAL(repeats_no_token),
		CREDENTIAL(asks_nothing_without_a_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
