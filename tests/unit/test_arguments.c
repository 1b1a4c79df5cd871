/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of plain commands: attestctl/arguments.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "capture.h"

/* Prints what it understood; one or two operands. */
static enum att_exit
echo(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .usage = "the usage\n",
		.options = att_arguments_plain,
		.least = 1,
		.most = 2 };
	enum att_exit status;

	(void)invocation;
	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	printf("%s %s %s\n", args.is_json ? "json" : "text", args.operands[0],
	    args.operands[1] == NULL ? "-" : args.operands[1]);
	return ATT_EXIT_REFUSED;
}

static void
assert_echo(const char *const *words, enum att_exit status, const char *out,
    const char *err)
{
	struct captured captured;

	capture(echo, NULL, words, &captured);
	assert_int_equal(captured.status, status);
	assert_string_equal(captured.out, out);
	assert_string_equal(captured.err, err);
	captured_reset(&captured);
}

static void
finds_options_and_operands_in_any_order(void **state)
{
	static const char *const plain[] = { "echo", "a", NULL };
	static const char *const mixed[] = { "echo", "a", "--json", "b", NULL };
	static const char *const dashes[] = { "echo", "-j", "--", "--json",
		NULL };

	(void)state;
	assert_echo(plain, ATT_EXIT_REFUSED, "text a -\n", "");
	assert_echo(mixed, ATT_EXIT_REFUSED, "json a b\n", "");
	assert_echo(dashes, ATT_EXIT_REFUSED, "json --json -\n", "");
}

static void
help_is_no_mistake(void **state)
{
	static const char *const words[] = { "echo", "--help", NULL };

	(void)state;
	assert_echo(words, ATT_EXIT_DONE, "the usage\n", "");
}

static void
rejects_what_it_does_not_know(void **state)
{
	static const char *const none[] = { "echo", NULL };
	static const char *const many[] = { "echo", "a", "b", "c", NULL };
	static const char *const unknown[] = { "echo", "--yes", "a", NULL };
	static const char *const valued[] = { "echo", "--json=x", "a", NULL };

	(void)state;
	assert_echo(none, ATT_EXIT_UNKNOWN, "",
	    "attestctl: echo: too few arguments; see \"attestctl echo "
	    "--help\"\n");
	assert_echo(many, ATT_EXIT_UNKNOWN, "",
	    "attestctl: echo: unexpected argument c; see \"attestctl echo "
	    "--help\"\n");
	assert_echo(unknown, ATT_EXIT_UNKNOWN, "",
	    "attestctl: echo: unknown option --yes; see \"attestctl echo "
	    "--help\"\n");
	assert_echo(valued, ATT_EXIT_UNKNOWN, "",
	    "attestctl: echo: unknown option --json=x; see \"attestctl echo "
	    "--help\"\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_options_and_operands_in_any_order),
		cmocka_unit_test(help_is_no_mistake),
		cmocka_unit_test(rejects_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
