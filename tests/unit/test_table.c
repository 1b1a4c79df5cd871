/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables whose columns align: attestctl/table.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "attestctl/out.h"
#include "capture.h"

static const char *const headings[] = { "NAME", "STATE", "LAST" };

static enum att_exit
print_some(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_cell rows[][3] = {
		{ { .text = "a" }, { "good", ATT_STYLE_GOOD },
		    { .text = "x" } },
		{ { .text = "\xe9\x8d\xb5\xe9\x8d\xb5\xe9\x8d\xb5" },
		    { "bad", ATT_STYLE_BAD }, { .text = NULL } },
		{ { .text = "\x1b[2J" }, { .text = "" }, { .text = "z" } },
	};
	struct att_table table = { .headings = headings, .columns = 3 };

	(void)invocation;
	(void)argv;
	for (int i = 0; i < argc - 1; i++)
		assert_int_equal(att_table_add(&table, rows[i]), ATT_OK);
	assert_int_equal(att_table_print(&table), ATT_OK);
	att_table_reset(&table);
	assert_int_equal(table.rows, 0);
	return ATT_EXIT_DONE;
}

static void
aligns_columns_without_colours_in_a_file(void **state)
{
	static const char *const words[] = { "x", "1", "2", "3", NULL };
	struct captured captured;

	(void)state;
	capture(print_some, NULL, words, &captured);
	assert_string_equal(captured.out,
	    "NAME     STATE  LAST\n"
	    "a        good   x\n"
	    "\xe9\x8d\xb5\xe9\x8d\xb5\xe9\x8d\xb5   bad    -\n"
	    "\\x1b[2J         z\n");
	captured_reset(&captured);
}

static void
prints_nothing_without_rows(void **state)
{
	static const char *const words[] = { "x", NULL };
	struct captured captured;

	(void)state;
	capture(print_some, NULL, words, &captured);
	assert_string_equal(captured.out, "");
	captured_reset(&captured);
}

enum {
	MANY = 9000
};

/* More than stays in memory; the widest cell is the last one. */
static enum att_exit
print_many(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_table table = { .headings = headings, .columns = 3 };
	char name[16];

	(void)invocation;
	(void)argc;
	(void)argv;
	for (int i = 1; i <= MANY; i++) {
		const struct att_cell row[] = {
			{ .text = name },
			{ .text = "s" },
			{ .text = "x" },
		};

		snprintf(name, sizeof(name), "row-%d", i);
		assert_int_equal(att_table_add(&table, row), ATT_OK);
	}
	assert_non_null(table.spool);
	assert_true(table.waiting.size < 1U << 20);
	assert_int_equal(att_table_print(&table), ATT_OK);
	att_table_reset(&table);
	return ATT_EXIT_DONE;
}

static void
aligns_more_rows_than_stay_in_memory(void **state)
{
	static const char *const words[] = { "x", NULL };
	struct captured captured;
	char line[40];
	size_t at = 0;

	(void)state;
	capture(print_many, NULL, words, &captured);
	for (int i = 0; i <= MANY; i++) {
		char name[16];

		snprintf(name, sizeof(name), "row-%d", i);
		snprintf(line, sizeof(line), "%-8s  %-5s  %s\n",
		    i == 0 ? "NAME" : name, i == 0 ? "STATE" : "s",
		    i == 0 ? "LAST" : "x");
		assert_memory_equal(captured.out + at, line, strlen(line));
		at += strlen(line);
	}
	assert_int_equal(captured.out[at], '\0');
	captured_reset(&captured);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns_columns_without_colours_in_a_file),
		cmocka_unit_test(prints_nothing_without_rows),
		cmocka_unit_test(aligns_more_rows_than_stay_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
