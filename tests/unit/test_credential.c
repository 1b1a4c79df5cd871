/* SPDX-License-Identifier: BSD-2-Clause */
/* Access tokens, and what they are given out for: maa/credential.c. */
#include "credential_case.h"

#include <sys/stat.h>
#include <unistd.h>

static void
a_token_is_kept_until_it_is_about_to_end(void **state)
{
	static const struct script_answer twice[] = {
		{ .status = 200, .body = TOKEN },
		{ .status = 200, .body = TOKEN },
		{ .status = 200, .body = TOKEN },
	};

	(void)state;
	open_kind("client-secret", twice, COUNT(twice));
	assert_int_equal(get(), ATT_OK);
	script.now += 3599 - 300 - 1;
	assert_int_equal(get(), ATT_OK);
	assert_int_equal(script.used, 1);
	script.now += 1;
	assert_int_equal(get(), ATT_OK);
	assert_int_equal(script.used, 2);
	/* A clock that was set back says nothing. */
	script.now -= 10;
	assert_int_equal(get(), ATT_OK);
	assert_int_equal(script.used, 3);
	close_kind();
}

static void
a_short_token_is_used_once(void **state)
{
	static const struct script_answer twice[] = {
		{ .status = 200,
		    .body = "{\"expires_in\":300,"
			    "\"access_token\":\"hidden-token\"}" },
		{ .status = 200, .body = TOKEN },
	};

	(void)state;
	open_kind("client-secret", twice, COUNT(twice));
	assert_int_equal(get(), ATT_OK);
	assert_int_equal(get(), ATT_OK);
	close_kind();
}

static void
no_token_outlives_a_failure(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 200, .body = TOKEN },
		{ .status = 401, .body = "{\"error_codes\":[7000222]}" },
		{ .status = 200,
		    .body = "{\"expires_in\":3599,"
			    "\"access_token\":\"hidden\\r\\nX\"}" },
		{ .err = ATT_ERR_TOO_LARGE },
		{ .status = 200, .body = TOKEN },
	};

	(void)state;
	open_kind("client-secret", answers, COUNT(answers));
	assert_int_equal(get(), ATT_OK);
	script.now += 4000;
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "AADSTS7000222"));
	assert_int_equal(get(), ATT_ERR_MAA_ANSWER);
	assert_non_null(strstr(why.text, "AAD"));
	assert_int_equal(get(), ATT_ERR_TOO_LARGE);
	assert_int_equal(get(), ATT_OK);
	close_kind();
}

static void
aad_is_asked_again_when_it_is_busy(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 503 },
		{ .status = 200, .body = TOKEN },
		{ .status = 429, .retry_after = "7" },
		{ .status = 429 },
		{ .status = 404 },
	};

	(void)state;
	open_kind("client-secret", answers, COUNT(answers));
	assert_int_equal(get(), ATT_OK);
	assert_int_equal(script_slept(&script), 1000);
	att_credential_forget_token(credential);
	assert_int_equal(get(), ATT_ERR_MAA_UNREACHABLE);
	assert_int_equal(script_slept(&script), 8000);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	close_kind();
}

static void
imds_is_waited_for_while_it_is_updated(void **state)
{
	struct script_answer answers[9] = { { .status = 400 } };

	(void)state;
	set("maa_client_id", "none");
	for (size_t i = 1; i < 8; i++)
		answers[i].status = 410;
	answers[8] = granted;
	open_kind("managed-identity", answers, COUNT(answers));
	assert_int_equal(get(), ATT_OK);
	assert_int_equal(script_slept(&script), 70000);
	close_kind();
}

static void
where_no_imds_is_nobody_waits_for_it(void **state)
{
	static const struct script_answer answers[] = {
		{ .err = ATT_ERR_MAA_UNREACHABLE },
		{ .err = ATT_ERR_SPAWN },
		{ .err = ATT_ERR_TOO_LARGE },
		{ .err = ATT_ERR_MAA_UNREACHABLE },
		{ .err = ATT_ERR_MAA_UNREACHABLE },
	};

	(void)state;
	open_kind("managed-identity", answers, COUNT(answers));
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "169.254.169.254"));
	assert_int_equal(script.sleeps, 0);
	/* What is wrong with us says nothing about it. */
	assert_int_equal(get(), ATT_ERR_SPAWN);
	/* A long answer is one. */
	assert_int_equal(get(), ATT_ERR_MAA_UNREACHABLE);
	close_kind();
}

static void
files_of_others_send_nothing(void **state)
{
	(void)state;
	assert_int_equal(chmod(secret, 0644), 0);
	open_kind("client-secret", NULL, 0);
	assert_int_equal(get(), ATT_ERR_FILE_PERMISSIONS);
	close_kind();
	assert_int_equal(chmod(assertion, 0602), 0);
	open_kind("workload-identity", NULL, 0);
	assert_int_equal(get(), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(chmod(assertion, 0600), 0);
	scratch_write(assertion, "hidden no JWT", 13, 0600);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	scratch_write(assertion, "hidden.two", 10, 0600);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(unlink(assertion), 0);
	assert_int_equal(get(), ATT_ERR_FILE_NOT_FOUND);
	close_kind();
}

static void
nothing_leads_out_of_a_tenant(void **state)
{
	static const char *const wrong[] = { "a/b", "..", ".", "a?b", "a#b",
		"a%2fb", "a\\b", "a@b", "a:b" };

	(void)state;
	set("maa_credential", "client-secret");
	for (size_t i = 0; i < COUNT(wrong); i++) {
		set("maa_tenant", wrong[i]);
		assert_int_equal(att_credential_open(opts, &credential, &why),
		    ATT_ERR_CONF_VALUE);
		assert_null(credential);
	}
	freed++;
}

static void
without_a_name_nobody_is_asked(void **state)
{
	(void)state;
	set("maa_client_id", "none");
	open_kind("client-secret", NULL, 0);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "maa_client_id"));
	close_kind();
	set("maa_tenant", "none");
	open_kind("client-secret", NULL, 0);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "maa_tenant"));
	close_kind();
}

static void
no_credential_is_none(void **state)
{
	(void)state;
	assert_int_equal(att_credential_open(opts, &credential, &why), ATT_OK);
	assert_null(credential);
	att_credential_free(&credential);
	freed++;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_token_is_kept_until_it_is_about_to_end),
		TEST(a_short_token_is_used_once),
		TEST(no_token_outlives_a_failure),
		TEST(aad_is_asked_again_when_it_is_busy),
		TEST(imds_is_waited_for_while_it_is_updated),
		TEST(where_no_imds_is_nobody_waits_for_it),
		TEST(files_of_others_send_nothing),
		TEST(nothing_leads_out_of_a_tenant),
		TEST(without_a_name_nobody_is_asked),
		TEST(no_credential_is_none),
	};

	return cmocka_run_group_tests(tests, bind_now, NULL);
}
