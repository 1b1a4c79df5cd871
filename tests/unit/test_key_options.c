/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of a key, as sshd reads them: ssh/key_options.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ssh/key_options.h"

/* What a text says, and the one way to write that. */
static void
assert_means(const char *text, const struct att_ssh_options *expected,
    const char *printed)
{
	struct att_ssh_options options;
	struct att_reason why = { 0 };
	struct att_buf out;

	if (att_ssh_options_parse(att_bytes_text(text), &options, &why) !=
	    ATT_OK)
		fail_msg("%s: %s", text, why.text);
	assert_int_equal(options.is_restricted, expected->is_restricted);
	assert_int_equal(options.from == NULL, expected->from == NULL);
	if (expected->from != NULL)
		assert_string_equal(options.from, expected->from);
	assert_int_equal(options.command == NULL, expected->command == NULL);
	if (expected->command != NULL)
		assert_string_equal(options.command, expected->command);
	att_buf_init(&out, 4096);
	assert_int_equal(att_ssh_options_print(&options, &out, &why), ATT_OK);
	if (!att_bytes_is_equal(att_buf_get(&out), att_bytes_text(printed)))
		fail_msg("%s is printed as %.*s", text, (int)out.len,
		    (const char *)out.ptr);
	att_buf_reset(&out);
	att_ssh_options_reset(&options);
	assert_null(options.from);
}

static void
reads_each_option_and_all(void **state)
{
	char from[] = "10.0.0.0/8,!10.1.*,*.example.org,2001:db8::/32,h?st";
	char command[] = "/bin/echo a";
	const struct att_ssh_options only = { .is_restricted = true };
	const struct att_ssh_options where = { .from = from };
	const struct att_ssh_options what = { .command = command };
	const struct att_ssh_options all = { true, from, command };

	(void)state;
	assert_means("restrict", &only, "restrict");
	assert_means("from=\"10.0.0.0/8,!10.1.*,*.example.org,2001:db8::/32,"
		     "h?st\"",
	    &where,
	    "from=\"10.0.0.0/8,!10.1.*,*.example.org,2001:db8::/32,h?st\"");
	assert_means(
	    "command=\"/bin/echo a\"", &what, "command=\"/bin/echo a\"");
	assert_means("command=\"/bin/echo a\",from=\"10.0.0.0/8,!10.1.*,"
		     "*.example.org,2001:db8::/32,h?st\",restrict",
	    &all,
	    "restrict,from=\"10.0.0.0/8,!10.1.*,*.example.org,2001:db8::/32,"
	    "h?st\",command=\"/bin/echo a\"");
}

/* opt_dequote() of OpenSSH: \" is a quote, nothing else is an escape. */
static void
reads_quotes_as_sshd_does(void **state)
{
	static const char *const pairs[][2] = {
		{ "command=\"a \\\"b\\\" c\"", "a \"b\" c" },
		{ "command=\"a\\\\b\"", "a\\\\b" },
		{ "command=\"a\\nb\"", "a\\nb" },
		{ "command=\"\\\\\"\"", "\\\"" },
		{ "command=\"a,restrict # x\"", "a,restrict # x" },
		{ "command=\"\\\"\"", "\"" },
		{ "command=\"schl\xc3\xbcssel\"", "schl\xc3\xbcssel" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char *command = strdup(pairs[i][1]);
		const struct att_ssh_options expected = { .command = command };

		assert_means(pairs[i][0], &expected, pairs[i][0]);
		free(command);
	}
}

static void
assert_refused(struct att_bytes text, const char *message)
{
	struct att_ssh_options options;
	struct att_reason why = { 0 };

	if (att_ssh_options_parse(text, &options, &why) != ATT_ERR_USAGE)
		fail_msg(
		    "accepted: %.*s", (int)text.len, (const char *)text.ptr);
	if (strstr(why.text, message) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", message, why.text);
	assert_null(options.from);
	assert_null(options.command);
	assert_false(options.is_restricted);
}

static void
rejects_other_options(void **state)
{
	static const char *const wrong[] = { "", "no-touch-required", "pty",
		"verify-required", "cert-authority", "Restrict", "RESTRICT",
		"restricted", "restrict=\"yes\"", " restrict", "restrict,",
		",restrict", "restrict,,from=\"a\"", "From=\"a\"", "from",
		"from =\"a\"", "command \"a\"", "environment=\"A=b\"",
		"permitopen=\"a:1\"", "expiry-time=\"20300101\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused(att_bytes_text(wrong[i]), "expected restrict");
}

static void
rejects_an_option_that_is_there_twice(void **state)
{
	(void)state;
	assert_refused(att_bytes_text("restrict,restrict"),
	    "option restrict: it is there twice");
	assert_refused(att_bytes_text("from=\"a\",from=\"b\""),
	    "option from: it is there twice");
	assert_refused(att_bytes_text("command=\"a\",restrict,command=\"a\""),
	    "option command: it is there twice");
}

static void
rejects_values_without_both_quotes(void **state)
{
	static const char *const wrong[] = { "from=a", "from=", "from=\"",
		"from=\"a", "from='a'", "from=\"a\\\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused(att_bytes_text(wrong[i]),
		    "option from: the value has to stand in double quotes");
	assert_refused(att_bytes_text("command=\"a\\\""),
	    "option command: the value has to stand in double quotes");
}

/* What follows would be the key, or its comment. */
static void
rejects_what_follows_an_option(void **state)
{
	static const char *const wrong[] = { "from=\"a\" ", "from=\"a\"b",
		"from=\"a\"\"b\"", "command=\"a\" ssh-rsa AAAA",
		"from=\"a\";restrict" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused(att_bytes_text(wrong[i]), "follows an option");
}

static void
rejects_values_that_mean_nothing(void **state)
{
	static const char *const lists[] = { "", ",", "a,", ",a", "a,,b", "!",
		"a,!" };
	char text[64] = "from=\"";

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		strcpy(text + 6, lists[i]);
		strcat(text, "\"");
		assert_refused(
		    att_bytes_text(text), "option from: a pattern is empty");
	}
	assert_refused(att_bytes_text("command=\"\""), "command is empty");
	assert_refused(att_bytes_text("command=\"  \""), "command is empty");
}

static void
rejects_characters_that_have_no_place(void **state)
{
	static const char *const froms[] = { "from=\"a b\"", "from=\"a\tb\"",
		"from=\"a\\b\"", "from=\"a\\\"b\"", "from=\"\xc3\xbc\"",
		"from=\"a\nb\"", "from=\"\x7f\"" };
	static const char *const commands[] = { "command=\"a\nb\"",
		"command=\"a\tb\"", "command=\"\x1b[0m\"", "command=\"\x7f\"",
		"command=\"\xc2\x85\"", "command=\"\xff\"",
		"command=\"\xe2\x80\xae\"" };
	static const char nul[] = "command=\"a\0b\"";

	(void)state;
	for (size_t i = 0; i < sizeof(froms) / sizeof(froms[0]); i++)
		assert_refused(
		    att_bytes_text(froms[i]), "option from: a pattern has");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		assert_refused(
		    att_bytes_text(commands[i]), "option command: the command");
	assert_refused(att_bytes(nul, sizeof(nul) - 1), "NUL byte");
}

static void
rejects_more_than_fits(void **state)
{
	char text[ATT_SSH_OPTIONS_MAX + 2];
	struct att_ssh_options options;
	struct att_reason why;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "command=\"", 9);
	text[ATT_SSH_OPTIONS_MAX - 1] = '"';
	assert_int_equal(
	    att_ssh_options_parse(
		att_bytes(text, ATT_SSH_OPTIONS_MAX), &options, &why),
	    ATT_OK);
	att_ssh_options_reset(&options);
	text[ATT_SSH_OPTIONS_MAX - 1] = 'a';
	text[ATT_SSH_OPTIONS_MAX] = '"';
	assert_refused(att_bytes(text, ATT_SSH_OPTIONS_MAX + 1), "2049 bytes");
}

/* What could not be read back is not written, nor is a part of it. */
static void
refuses_to_write_what_cannot_be_read(void **state)
{
	static const char *const wrong[][2] = { { "a b", NULL }, { "", NULL },
		{ "a\"", NULL }, { "a", "x\\" }, { NULL, "" },
		{ NULL, "a\nb" } };
	struct att_reason why = { 0 };
	struct att_buf out;

	(void)state;
	att_buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct att_ssh_options options = { .is_restricted = true };

		options.from = wrong[i][0] == NULL ? NULL : strdup(wrong[i][0]);
		options.command =
		    wrong[i][1] == NULL ? NULL : strdup(wrong[i][1]);
		assert_int_equal(
		    att_ssh_options_print(&options, &out, &why), ATT_ERR_USAGE);
		assert_int_equal(out.len, 0);
		att_ssh_options_reset(&options);
	}
	assert_int_equal(
	    att_ssh_options_print(&(struct att_ssh_options){ 0 }, &out, &why),
	    ATT_OK);
	assert_int_equal(out.len, 0);
	att_buf_reset(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_option_and_all),
		cmocka_unit_test(reads_quotes_as_sshd_does),
		cmocka_unit_test(rejects_other_options),
		cmocka_unit_test(rejects_an_option_that_is_there_twice),
		cmocka_unit_test(rejects_values_without_both_quotes),
		cmocka_unit_test(rejects_what_follows_an_option),
		cmocka_unit_test(rejects_values_that_mean_nothing),
		cmocka_unit_test(rejects_characters_that_have_no_place),
		cmocka_unit_test(rejects_more_than_fits),
		cmocka_unit_test(refuses_to_write_what_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
