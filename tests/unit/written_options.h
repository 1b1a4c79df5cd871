/* SPDX-License-Identifier: BSD-2-Clause */
/* Options for the tests of what they have to be together. */
#ifndef TESTS_UNIT_WRITTEN_OPTIONS_H
#define TESTS_UNIT_WRITTEN_OPTIONS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/options.h"

/* Options that somebody wrote: name, value, name, value ... NULL. */
static inline struct att_options *
options_of(const char *const *words)
{
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	for (; words[0] != NULL; words += 2)
		assert_int_equal(
		    att_options_set(opts, words[0], words[1], "F:7", NULL),
		    ATT_OK);
	return opts;
}

#endif
