/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl config: attestctl/cmd_config.c and attestctl/invocation.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "scratch.h"

static const char *const as_text[] = { "config", NULL };
static const char *const as_json[] = { "config", "--json", NULL };

static void
run(const char *folder, const char *content, const char *const *words,
    struct captured *captured)
{
	char *path = scratch_path(folder, "a.conf");

	if (content != NULL)
		scratch_write_text(path, content);
	capture(att_cmd_config, path, words, captured);
	free(path);
}

static void
shows_values_and_where_they_come_from(void **state)
{
	struct captured captured;
	const char *line;

	run(*state, "\ntimeout = 77\n", as_text, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.err, "");
	line = strstr(captured.out, "\ntimeout ");
	assert_non_null(line);
	assert_non_null(strstr(line, "a.conf:2\n"));
	assert_true(strstr(line, "77") < strchr(line + 1, '\n'));
	captured_reset(&captured);
}

/* The member of an option, compared as compact JSON. */
static void
assert_option(const json_t *root, const char *name, const char *member,
    const char *expected)
{
	const json_t *value =
	    json_object_get(json_object_get(root, name), member);
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void
json_has_the_types_of_the_options(void **state)
{
	struct captured captured;
	json_t *root;

	run(*state,
	    "cue = no\ntimeout = 77\ndevice = /dev/a b\ndevice = /dev/c\n"
	    "formats = packed tpm\nrp_id = 1\n"
	    "aaguid_deny = cb69481e8ff7403993ec0a2729a154a8\n",
	    as_json, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_option(root, "cue", "value", "false");
	assert_option(root, "debug", "value", "false");
	assert_option(root, "debug", "source", "\"default\"");
	assert_option(root, "timeout", "value", "77");
	assert_option(root, "timeout", "default", "\"30\"");
	assert_option(root, "timeout", "values", "\"1..300\"");
	assert_option(root, "device", "value", "[\"/dev/a b\",\"/dev/c\"]");
	assert_option(root, "formats", "value", "[\"packed\",\"tpm\"]");
	assert_option(root, "aaguid_allow", "value", "[]");
	assert_option(root, "aaguid_deny", "value",
	    "[\"cb69481e-8ff7-4039-93ec-0a2729a154a8\"]");
	assert_option(root, "rp_id", "value", "\"1\"");
	assert_option(root, "attestation", "value", "\"required\"");
	json_decref(root);
	captured_reset(&captured);
}

static void
shows_the_options_of_the_gate(void **state)
{
	static const char content[] =
	    "host = require\nhost_issuer = https://a\n"
	    "host_issuer = https://b\nhost_max_age = 90m\n"
	    "host_require = /a == 1\nhost_require = /b in [1, 2]\n"
	    "host_policy_hash = wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eWs\n";
	struct captured captured;
	json_t *root;

	run(*state, content, as_json, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_option(root, "host", "value", "\"require\"");
	assert_option(
	    root, "host_issuer", "value", "[\"https://a\",\"https://b\"]");
	assert_option(root, "host_type", "value", "[\"tpm\",\"azurevm\"]");
	assert_option(root, "host_max_age", "value", "\"90m\"");
	assert_option(
	    root, "host_require", "value", "[\"/a == 1\",\"/b in [1, 2]\"]");
	assert_option(root, "host_policy_hash", "value",
	    "[\"wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eWs\"]");
	json_decref(root);
	captured_reset(&captured);
	/* A row for each value. */
	run(*state, content, as_text, &captured);
	assert_non_null(strstr(captured.out, "\nhost_require "));
	assert_non_null(strstr(captured.out, " /b in [1, 2] "));
	assert_null(strstr(captured.out, "/a == 1 /b"));
	captured_reset(&captured);
}

static void
refuses_options_that_make_no_gate(void **state)
{
	struct captured captured;

	run(*state, "host = report\nhost_issuer = https://a\n", as_json,
	    &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_string_equal(captured.out, "");
	assert_non_null(strstr(captured.err, "a.conf:1: host: a token alone"));
	captured_reset(&captured);
}

static void
refuses_a_malformed_configuration_in_one_line(void **state)
{
	struct captured captured;

	run(*state, "timeout = 30\ntimout = 40\n", as_text, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_string_equal(captured.out, "");
	assert_non_null(strstr(captured.err,
	    "a.conf:2: option \"timout\" is not known; did you mean "
	    "\"timeout\"?\n"));
	assert_ptr_equal(
	    strchr(captured.err, '\n'), strrchr(captured.err, '\n'));
	captured_reset(&captured);
}

static void
refuses_a_missing_configuration(void **state)
{
	struct captured captured;

	run(*state, NULL, as_json, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_string_equal(captured.out, "");
	assert_non_null(strstr(captured.err, "a.conf does not exist"));
	captured_reset(&captured);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shows_values_and_where_they_come_from),
		TEST(json_has_the_types_of_the_options),
		TEST(shows_the_options_of_the_gate),
		TEST(refuses_options_that_make_no_gate),
		TEST(refuses_a_malformed_configuration_in_one_line),
		TEST(refuses_a_missing_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
