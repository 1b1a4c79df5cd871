/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of values share: a value, and what a refusal says of it. */
#ifndef TESTS_VALUE_CHECKS_H
#define TESTS_VALUE_CHECKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf/value.h"

static inline struct att_value
value_of(const char *text)
{
	return (struct att_value){ .where = "FILE:7",
		.name = "thing",
		.text = text,
		.values = "1..300",
		.min = 1,
		.max = 300 };
}

/* Every refusal names the place, the option and what was found. */
static inline void
assert_refused(enum att_err r, const struct att_reason *why, const char *text)
{
	assert_int_equal(r, ATT_ERR_CONF_VALUE);
	assert_int_equal(why->code, r);
	assert_int_equal(strncmp(why->text, "FILE:7: thing: expected ", 24), 0);
	if (strlen(text) < 20)
		assert_non_null(strstr(why->text, text));
}

#endif
