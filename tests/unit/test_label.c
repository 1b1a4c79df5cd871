/* SPDX-License-Identifier: BSD-2-Clause */
/* What a new credential is called: verifier/label.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "verifier/label.h"

/* Beside two that are called so; NULL: refused. The caller frees it. */
static char *
choose(const char *wanted, const char *first, const char *second)
{
	char user[] = "alice", *labels[] = { strdup(first), strdup(second) };
	struct att_record records[] = { { .label = labels[0] },
		{ .label = labels[1] } };
	const struct att_credentials existing = { .records = records,
		.count = 2 };
	struct att_session session = { .start.user = user };
	struct att_reason why = { .code = ATT_OK };
	enum att_err r;
	char *label;

	session.start.label = wanted == NULL ? NULL : strdup(wanted);
	r = att_label_choose(&session, &existing, &label, &why);
	assert_int_equal(r, label == NULL ? ATT_ERR_STORE_DUPLICATE : ATT_OK);
	assert_int_equal(why.code, r);
	free(session.start.label);
	free(labels[0]);
	free(labels[1]);
	return label;
}

static void
assert_chosen(const char *wanted, const char *first, const char *second,
    const char *expected)
{
	char *label = choose(wanted, first, second);

	if (expected == NULL)
		assert_null(label);
	else
		assert_string_equal(label, expected);
	free(label);
}

static void
takes_what_is_wanted_or_the_first_free_one(void **state)
{
	(void)state;
	assert_chosen("mine", "key-1", "key-2", "mine");
	assert_chosen(NULL, "key-1", "key-2", "key-3");
	assert_chosen(NULL, "key-2", "other", "key-1");
	assert_chosen(NULL, "key-1", "key-3", "key-2");
}

static void
refuses_what_is_taken(void **state)
{
	(void)state;
	assert_chosen("key-2", "key-1", "key-2", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_wanted_or_the_first_free_one),
		cmocka_unit_test(refuses_what_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
