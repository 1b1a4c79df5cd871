/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of names: attestctl/users.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "attestctl/users.h"

static void
sorts_names_and_drops_those_that_are_there_twice(void **state)
{
	static const char *const names[] = { "bob", "alice", "\xc3\xa9", "bob",
		"Zoe", "alice", "al" };
	static const char *const sorted[] = { "Zoe", "al", "alice", "bob",
		"\xc3\xa9" };
	struct att_users users = { 0 };

	(void)state;
	att_users_sort(&users);
	assert_int_equal(users.count, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(att_users_add(&users, names[i]), ATT_OK);
	att_users_sort(&users);
	assert_int_equal(users.count, sizeof(sorted) / sizeof(sorted[0]));
	for (size_t i = 0; i < users.count; i++)
		assert_string_equal(att_users_get(&users, i), sorted[i]);
	att_users_reset(&users);
	assert_int_equal(users.count, 0);
}

/* "attestctl audit" promises that its memory is flat. */
static void
takes_few_bytes_of_each_name(void **state)
{
	struct att_users users = { 0 };
	char name[16];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "user%05d", (i * 7919) % 100000);
		assert_int_equal(att_users_add(&users, name), ATT_OK);
	}
	att_users_sort(&users);
	assert_int_equal(users.count, 100000);
	assert_string_equal(att_users_get(&users, 4711), "user04711");
	assert_true(users.names_size + users.places_size < (size_t)3 << 20);
	att_users_reset(&users);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    sorts_names_and_drops_those_that_are_there_twice),
		cmocka_unit_test(takes_few_bytes_of_each_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
