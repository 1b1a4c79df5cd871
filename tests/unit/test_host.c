/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Until when a host is accepted. Who is, is tests/module/case_host.sh and
 * case_host_tpm.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/layers.h"
#include "host/host.h"

static struct att_options *
options_of(const char *text)
{
	struct att_options *opts;
	struct att_reason why = { 0 };

	assert_int_equal(att_options_new(&opts), ATT_OK);
	assert_int_equal(
	    att_options_parse(opts, att_bytes_text(text), "F", &why), ATT_OK);
	return opts;
}

static void
test_accepted_until(void **state)
{
	static const struct {
		const char *options;
		int64_t until;
	} rows[] = {
		{ "host_max_age = 8h", 1000 + 8 * 3600 },
		/* It ends first. */
		{ "host_max_age = 2d", 1000 + 86400 },
		{ "host_max_age = 2d\nhost_grace = 1h", 1000 + 86400 + 3600 },
		{ "host_max_age = 1d\nhost_grace = 1h", 1000 + 86400 + 3600 },
		/* It is too old before: there is no grace for that. */
		{ "host_max_age = 8h\nhost_grace = 1h", 1000 + 8 * 3600 },
		{ "host_max_age = 1d\nhost_leeway = 10m", 1000 + 86400 },
	};
	const struct att_token_verdict token = { .iat = 1000,
		.exp = 1000 + 86400 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct att_options *opts = options_of(rows[i].options);

		assert_int_equal(
		    att_host_accepted_until(opts, &token), rows[i].until);
		att_options_free(&opts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted_until),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
