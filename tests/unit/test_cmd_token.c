/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl token: attestctl/cmd_token.c; which files it reads, and which not.
 * What it judges and prints is tests/vectors/token_command.sh and its
 * neighbours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "scratch.h"

/* Called in the place of what reads configurations (--wrap). */
enum att_err __real_att_options_read_file(
    struct att_options *opts, const char *path, struct att_reason *why);
enum att_err __wrap_att_options_read_file(
    struct att_options *opts, const char *path, struct att_reason *why);

static unsigned int configurations;

enum att_err
__wrap_att_options_read_file(
    struct att_options *opts, const char *path, struct att_reason *why)
{
	configurations++;
	return __real_att_options_read_file(opts, path, why);
}

static void
run(const char *config, const char *const *words, struct captured *captured)
{
	configurations = 0;
	capture(att_cmd_token, config, words, captured);
}

static void
the_command_line_alone_decides(void **state)
{
	char *jwks = scratch_path(*state, "jwks.json");
	const char *const words[] = { "token", "verify", "--issuer",
		"https://test.example", "--jwks", jwks, "/dev/null", NULL };
	struct captured captured;

	scratch_write_text(jwks, "{\"keys\":[]}");
	run(NULL, words, &captured);
	assert_int_equal(configurations, 0);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "jwks.json"));
	captured_reset(&captured);
	free(jwks);
}

static void
reads_a_configuration_that_is_named(void **state)
{
	static const char *const words[] = { "token", "verify", "/dev/null",
		NULL };
	char *conf = scratch_path(*state, "a.conf");
	struct captured captured;

	scratch_write_text(conf, "host_issuer = https://test.example\n"
				 "host_jwks = /nowhere/jwks.json\n");
	run(conf, words, &captured);
	assert_int_equal(configurations, 1);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "/nowhere/jwks.json"));
	captured_reset(&captured);
	free(conf);
}

static void
show_reads_none(void **state)
{
	static const char *const words[] = { "token", "show", "/dev/null",
		NULL };
	char *conf = scratch_path(*state, "a.conf");
	struct captured captured;

	scratch_write_text(conf, "no_such_option = 1\n");
	run(conf, words, &captured);
	assert_int_equal(configurations, 0);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_string_equal(captured.out, "");
	assert_non_null(strstr(captured.err, "three parts"));
	captured_reset(&captured);
	free(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_command_line_alone_decides,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    reads_a_configuration_that_is_named, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    show_reads_none, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
