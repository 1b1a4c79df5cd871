/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file and module arguments: conf/read.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/requirement.h"
#include "conf/layers.h"
#include "conf/options.h"
#include "scratch.h"
#include "wire/device.h"

/* Parses text as file "F". The caller frees *optsp. */
static enum att_err
parse(const char *text, size_t len, struct att_options **optsp,
    struct att_reason *why)
{
	assert_int_equal(att_options_new(optsp), ATT_OK);
	return att_options_parse(*optsp, att_bytes(text, len), "F", why);
}

static void
assert_parsed(const char *text, struct att_options **optsp)
{
	struct att_reason why = { 0 };
	enum att_err r = parse(text, strlen(text), optsp, &why);

	if (r != ATT_OK)
		fail_msg("%s", why.text);
}

static void
assert_malformed_bytes(
    const char *text, size_t len, enum att_err expected, const char *message)
{
	struct att_options *opts;
	struct att_reason why = { 0 };

	assert_int_equal(parse(text, len, &opts, &why), expected);
	if (strstr(why.text, message) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", message, why.text);
	att_options_free(&opts);
}

static void
assert_malformed(const char *text, enum att_err expected, const char *message)
{
	assert_malformed_bytes(text, strlen(text), expected, message);
}

/* More than one request to the authenticator process can name. */
static void
rejects_more_devices_than_can_be_opened(void **state)
{
	static const char line[] = "device = /dev/x\n";
	char text[sizeof(line) * (ATT_DEVICES_MAX + 1)] = "";
	struct att_options *opts;

	(void)state;
	for (int i = 0; i < ATT_DEVICES_MAX; i++)
		strcat(text, line);
	assert_parsed(text, &opts);
	assert_int_equal(opts->device.count, ATT_DEVICES_MAX);
	att_options_free(&opts);
	strcat(text, line);
	assert_malformed(text, ATT_ERR_CONF_VALUE,
	    "F:17: device: expected no more than 16 lines");
}

static void
reads_a_whole_file(void **state)
{
	struct att_options *opts;

	(void)state;
	assert_parsed("# pam_attest\n"
		      "\n"
		      "  \t\n"
		      "timeout = 60\n"
		      "\tcue=no  \n"
		      "  # indented\n"
		      "device = /dev/a b#c\n"
		      "device = /dev/d\n"
		      "formats=packed\ttpm\n"
		      "rp_id = a=b",
	    &opts);
	assert_int_equal(opts->timeout, 60);
	assert_false(opts->cue);
	assert_int_equal(opts->device.count, 2);
	assert_string_equal(opts->device.paths[0], "/dev/a b#c");
	assert_int_equal(
	    opts->formats, 1u << ATT_FORMAT_PACKED | 1u << ATT_FORMAT_TPM);
	assert_string_equal(opts->rp_id, "a=b");
	assert_string_equal(
	    att_options_get_source(opts, att_options_find("timeout")), "F:4");
	att_options_free(&opts);
	assert_parsed("", &opts);
	att_options_free(&opts);
}

static void
rejects_lines_that_are_no_assignment(void **state)
{
	(void)state;
	assert_malformed("timeout 30\n", ATT_ERR_CONF_SYNTAX, "F:1: ");
	assert_malformed("\n\ndebug\n", ATT_ERR_CONF_SYNTAX, "F:3: ");
	assert_malformed("[section]\n", ATT_ERR_CONF_SYNTAX, "F:1: ");
	assert_malformed("= 30\n", ATT_ERR_CONF_SYNTAX, "no option");
}

static void
rejects_values_that_do_not_fit(void **state)
{
	(void)state;
	assert_malformed("timeout =\n", ATT_ERR_CONF_VALUE, "no value");
	assert_malformed("timeout = \t \n", ATT_ERR_CONF_VALUE, "no value");
	assert_malformed("timeout = 30 # s\n", ATT_ERR_CONF_VALUE, "30 # s");
	assert_malformed("timeout = 30 40\n", ATT_ERR_CONF_VALUE, "30 40");
	assert_malformed("timeout = \"30\"\n", ATT_ERR_CONF_VALUE, "expected");
	assert_malformed("timeout == 30\n", ATT_ERR_CONF_VALUE, "expected");
	assert_malformed("cue = yes yes\n", ATT_ERR_CONF_VALUE, "yes or no");
	assert_malformed("#\nhost = audit\n", ATT_ERR_CONF_VALUE, "F:2: host");
}

static void
rejects_unknown_options(void **state)
{
	(void)state;
	assert_malformed("timout = 30\n", ATT_ERR_CONF_UNKNOWN_OPTION,
	    "F:1: option \"timout\" is not known; did you mean \"timeout\"?");
	assert_malformed(
	    "time out = 30\n", ATT_ERR_CONF_UNKNOWN_OPTION, "\"timeout\"");
	assert_malformed("conf = /x\n", ATT_ERR_CONF_UNKNOWN_OPTION, "conf");
	assert_malformed("\xef\xbb\xbf"
			 "timeout = 30\n",
	    ATT_ERR_CONF_UNKNOWN_OPTION, "F:1");
}

static void
rejects_an_option_set_twice(void **state)
{
	(void)state;
	assert_malformed("timeout = 30\n\ntimeout = 30\n", ATT_ERR_CONF_SYNTAX,
	    "F:3: timeout is set already (F:1)");
}

static void
rejects_control_characters(void **state)
{
	(void)state;
	assert_malformed(
	    "timeout = 30\r\n", ATT_ERR_CONF_SYNTAX, "Unix line ends");
	assert_malformed_bytes(
	    "timeout = 30\0\n", 14, ATT_ERR_CONF_SYNTAX, "0x00");
	assert_malformed_bytes("# a\0b\n", 6, ATT_ERR_CONF_SYNTAX, "column 4");
	assert_malformed("timeout = 3\x1b[0m\n", ATT_ERR_CONF_SYNTAX, "0x1b");
	assert_malformed("rp_id = a\x7f\n", ATT_ERR_CONF_SYNTAX, "0x7f");
}

static void
rejects_an_overlong_line(void **state)
{
	char *text = malloc(8195);
	struct att_options *opts;

	(void)state;
	memset(text, '#', 8192);
	strcpy(text + 8192, "\n");
	assert_parsed(text, &opts);
	att_options_free(&opts);
	strcpy(text + 8192, "#\n");
	assert_malformed(text, ATT_ERR_CONF_SYNTAX, "longer than 8192");
	free(text);
}

static void
a_named_file_has_to_exist(void **state)
{
	char *path = scratch_path(*state, "absent.conf");
	struct att_reason why = { 0 };
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	assert_int_equal(
	    att_options_read_file(opts, path, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_non_null(strstr(why.text, path));
	att_options_free(&opts);
	free(path);
}

static void
the_file_has_to_be_ours_and_small(void **state)
{
	char *path = scratch_path(*state, "a.conf");
	char *large = malloc(65537);
	struct att_reason why = { 0 };
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	scratch_write(path, "timeout = 5\n", 12, 0666);
	assert_int_equal(
	    att_options_read_file(opts, path, &why), ATT_ERR_FILE_PERMISSIONS);
	memset(large, '\n', 65537);
	scratch_write(path, large, 65537, 0644);
	assert_int_equal(
	    att_options_read_file(opts, path, &why), ATT_ERR_FILE_TOO_LARGE);
	scratch_write(path, large, 65536, 0644);
	assert_int_equal(att_options_read_file(opts, path, &why), ATT_OK);
	scratch_write(path, "timeout = 5\n", 12, 0644);
	assert_int_equal(att_options_read_file(opts, path, &why), ATT_OK);
	assert_int_equal(opts->timeout, 5);
	att_options_free(&opts);
	free(path);
	free(large);
}

/* Reads conf=PATH and up to three more words; the caller frees *optsp. */
static enum att_err
read_arguments(const char *path, const char *const words[3],
    struct att_options **optsp, struct att_reason *why)
{
	const char *args[4] = { NULL };
	char *conf = NULL;
	enum att_err r;
	size_t count = 1;

	assert_true(asprintf(&conf, "conf=%s", path) > 0);
	args[0] = conf;
	while (count < 4 && words[count - 1] != NULL) {
		args[count] = words[count - 1];
		count++;
	}
	assert_int_equal(att_options_new(optsp), ATT_OK);
	r = att_options_read_arguments(*optsp, args, count, why);
	free(conf);
	return r;
}

static void
arguments_win_over_the_file(void **state)
{
	static const char *const words[] = { "timeout=7", "debug",
		"device=/dev/x y" };
	char *path = scratch_path(*state, "a.conf");
	struct att_reason why = { 0 };
	struct att_options *opts;

	scratch_write_text(
	    path, "timeout = 5\ncue = no\ndevice = /dev/1\ndevice = /dev/2\n");
	assert_int_equal(read_arguments(path, words, &opts, &why), ATT_OK);
	assert_int_equal(opts->timeout, 7);
	assert_false(opts->cue);
	assert_true(opts->debug);
	assert_int_equal(opts->device.count, 1);
	assert_string_equal(opts->device.paths[0], "/dev/x y");
	assert_string_equal(
	    att_options_get_source(opts, att_options_find("debug")),
	    "argument");
	att_options_free(&opts);
	free(path);
}

/* A value goes up to the end of its argument, with what it has of "=". */
static void
an_argument_may_be_a_requirement(void **state)
{
	static const char *const words[] = { "host_require=/a == \"b = c\"",
		"host_require=/b >= 1", "host_issuer=https://a" };
	char *path = scratch_path(*state, "a.conf");
	struct att_reason why = { 0 };
	struct att_options *opts;

	scratch_write_text(path, "host_require = /x exists\n");
	assert_int_equal(read_arguments(path, words, &opts, &why), ATT_OK);
	assert_int_equal(opts->host_require.count, 2);
	assert_string_equal(
	    att_requirement_get_text(opts->host_require.list[0]),
	    "/a == \"b = c\"");
	att_options_free(&opts);
	free(path);
}

static void
rejects_bad_arguments(void **state)
{
	static const struct {
		const char *words[3];
		enum att_err err;
		const char *message;
	} cases[] = {
		{ { "timeout=7", "timeout=8" }, ATT_ERR_CONF_SYNTAX,
		    "argument: timeout is set already (argument)" },
		{ { "timeout" }, ATT_ERR_CONF_VALUE, "timeout has no value" },
		{ { "timeout=" }, ATT_ERR_CONF_VALUE, "timeout has no value" },
		{ { "debug=" }, ATT_ERR_CONF_VALUE, "debug has no value" },
		{ { "nouserok" }, ATT_ERR_CONF_UNKNOWN_OPTION, "nouserok" },
		{ { "use_first_pass" }, ATT_ERR_CONF_UNKNOWN_OPTION, "use" },
		{ { "debug", "conf=/etc/x" }, ATT_ERR_CONF_SYNTAX,
		    "has to be the first" },
		{ { "" }, ATT_ERR_CONF_UNKNOWN_OPTION, "\"\"" },
		{ { "=5" }, ATT_ERR_CONF_UNKNOWN_OPTION, "\"\"" },
		{ { "timeout =5" }, ATT_ERR_CONF_UNKNOWN_OPTION, "timeout" },
		{ { "host_require=/a" }, ATT_ERR_CONF_VALUE,
		    "argument: host_require: expected one of ==" },
		{ { "rp_id=a\nb" }, ATT_ERR_CONF_SYNTAX, "0x0a" },
	};
	char *path = scratch_path(*state, "a.conf");
	struct att_options *opts;

	scratch_write_text(path, "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };

		assert_int_equal(
		    read_arguments(path, cases[i].words, &opts, &why),
		    cases[i].err);
		assert_non_null(strstr(why.text, cases[i].message));
		att_options_free(&opts);
	}
	free(path);
}

static void
conf_has_to_be_an_absolute_path(void **state)
{
	static const char *const none[3] = { NULL };
	const char *const bare[] = { "conf" };
	struct att_reason why = { 0 };
	struct att_options *opts;

	(void)state;
	assert_int_equal(
	    read_arguments("a.conf", none, &opts, &why), ATT_ERR_CONF_VALUE);
	att_options_free(&opts);
	assert_int_equal(
	    read_arguments("", none, &opts, &why), ATT_ERR_CONF_VALUE);
	att_options_free(&opts);
	assert_int_equal(read_arguments("/no/such", none, &opts, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	att_options_free(&opts);
	assert_int_equal(att_options_new(&opts), ATT_OK);
	assert_int_equal(att_options_read_arguments(opts, bare, 1, &why),
	    ATT_ERR_CONF_VALUE);
	att_options_free(&opts);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rejects_more_devices_than_can_be_opened),
		cmocka_unit_test(reads_a_whole_file),
		cmocka_unit_test(rejects_lines_that_are_no_assignment),
		cmocka_unit_test(rejects_values_that_do_not_fit),
		cmocka_unit_test(rejects_unknown_options),
		cmocka_unit_test(rejects_an_option_set_twice),
		cmocka_unit_test(rejects_control_characters),
		cmocka_unit_test(rejects_an_overlong_line),
		TEST(a_named_file_has_to_exist),
		TEST(the_file_has_to_be_ours_and_small),
		TEST(arguments_win_over_the_file),
		TEST(an_argument_may_be_a_requirement),
		TEST(rejects_bad_arguments),
		cmocka_unit_test(conf_has_to_be_an_absolute_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
