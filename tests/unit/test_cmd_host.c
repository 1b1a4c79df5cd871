/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl host: attestctl/cmd_host.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "codec/requirement.h"
#include "conf/host_profile.h"
#include "conf/layers.h"

#define WORDS(...) ((const char *const[]){ "host", __VA_ARGS__, NULL })

static void
run(const char *const *words, struct captured *captured)
{
	capture(att_cmd_host, NULL, words, captured);
}

static void
lists_the_profiles(void **state)
{
	struct captured captured;

	(void)state;
	run(WORDS("profile"), &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.err, "");
	assert_int_equal(strncmp(captured.out, "PROFILE ", 8), 0);
	assert_non_null(
	    strstr(captured.out, "\nazurevm-trusted-launch  azurevm  12 "));
	assert_non_null(strstr(captured.out, "\ntpm-secure-boot "));
	captured_reset(&captured);
}

/* What is printed can be pasted: the options it makes, and what they mean. */
static void
prints_lines_of_the_configuration(void **state)
{
	(void)state;
	for (int i = 0; i < ATT_HOST_PROFILE_NONE; i++) {
		const struct att_host_profile *profile =
		    att_host_profile_get((enum att_choice_host_profile)i);
		struct att_reason why = { 0 };
		struct captured captured;
		struct att_options *opts;
		size_t n = 0;

		run(WORDS("profile", profile->name), &captured);
		assert_int_equal(captured.status, ATT_EXIT_DONE);
		assert_string_equal(captured.err, "");
		assert_int_equal(att_options_new(&opts), ATT_OK);
		assert_int_equal(att_options_parse(opts,
				     att_bytes_text(captured.out), "F", &why),
		    ATT_OK);
		assert_int_equal(opts->host_type, profile->types);
		for (size_t j = 0; j < profile->count; j++) {
			if (profile->claims[j].condition != NULL)
				continue;
			assert_true(n < opts->host_require.count);
			assert_string_equal(att_requirement_get_text(
						opts->host_require.list[n++]),
			    profile->claims[j].requirement);
		}
		assert_int_equal(opts->host_require.count, n);
		att_options_free(&opts);
		captured_reset(&captured);
	}
}

static void
says_what_a_condition_is(void **state)
{
	struct captured captured;

	(void)state;
	run(WORDS("profile", "tpm-secure-boot"), &captured);
	assert_non_null(strstr(captured.out,
	    "# the service checked the certificate of the attestation key\n"
	    "# counts if: /x-ms-policy/aikValidated exists\n"
	    "#host_require = /x-ms-policy/aikValidated == true\n"));
	captured_reset(&captured);
}

static void
breaks_long_comments(void **state)
{
	struct captured captured;

	(void)state;
	run(WORDS("profile", "azurevm-trusted-launch"), &captured);
	for (char *line = strtok(captured.out, "\n"); line != NULL;
	     line = strtok(NULL, "\n"))
		if (strncmp(line, "# ", 2) == 0)
			assert_true(strlen(line) <= 78);
	captured_reset(&captured);
}

static void
prints_json(void **state)
{
	struct captured captured;
	json_t *root, *claim;

	(void)state;
	run(WORDS("profile", "--json", "tpm-secure-boot"), &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_string_equal(json_string_value(json_object_get(root, "profile")),
	    "tpm-secure-boot");
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(root, "types"), 0)),
	    "tpm");
	assert_int_equal(json_array_size(json_object_get(root, "types")), 1);
	assert_int_equal(json_array_size(json_object_get(root, "claims")), 3);
	claim = json_array_get(json_object_get(root, "claims"), 0);
	assert_true(json_is_null(json_object_get(claim, "if")));
	claim = json_array_get(json_object_get(root, "claims"), 1);
	assert_string_equal(json_string_value(json_object_get(claim, "if")),
	    "/x-ms-policy/aikValidated exists");
	assert_string_equal(
	    json_string_value(json_object_get(claim, "require")),
	    "/x-ms-policy/aikValidated == true");
	json_decref(root);
	captured_reset(&captured);
	run(WORDS("profile", "-j"), &captured);
	root = captured_json(&captured);
	assert_int_equal(json_array_size(root), ATT_HOST_PROFILE_NONE);
	json_decref(root);
	captured_reset(&captured);
}

static void
refuses_other_names(void **state)
{
	static const struct {
		const char *word;
		const char *error;
	} cases[] = {
		{ "none", "expected azurevm-trusted-launch or tpm-secure-boot, "
			  "found \"none\"\n" },
		{ "tpm", "found \"tpm\"\n" },
		{ "", "found \"\"\n" },
		{ "TPM-secure-boot", "found \"TPM-secure-boot\"\n" },
	};
	struct captured captured;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(WORDS("profile", cases[i].word), &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		assert_string_equal(captured.out, "");
		assert_non_null(strstr(captured.err, cases[i].error));
		captured_reset(&captured);
	}
}

static void
tells_wrong_usage(void **state)
{
	struct captured captured;

	(void)state;
	run(WORDS("profiles"), &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(
	    strstr(captured.err, "host: expected activate, challenge, endorse, "
				 "profile, refresh or status"));
	captured_reset(&captured);
	run(WORDS("profile", "tpm-secure-boot", "x"), &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "unexpected argument x"));
	captured_reset(&captured);
	run(WORDS("--help"), &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, " attestctl host profile "));
	assert_non_null(strstr(captured.out, " attestctl host challenge "));
	captured_reset(&captured);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_the_profiles),
		cmocka_unit_test(prints_lines_of_the_configuration),
		cmocka_unit_test(says_what_a_condition_is),
		cmocka_unit_test(breaks_long_comments),
		cmocka_unit_test(prints_json),
		cmocka_unit_test(refuses_other_names),
		cmocka_unit_test(tells_wrong_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
