/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of HTTP: base/http.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/http.h"

static void
leaves_nothing_of_an_answer(void **state)
{
	static const struct att_http_response nothing;
	struct att_http_response response;

	(void)state;
	memset(&response, 0x5a, sizeof(response));
	att_buf_init(&response.body, 100);
	assert_int_equal(att_buf_put(&response.body, "token", 5), ATT_OK);
	att_http_response_reset(&response);
	assert_memory_equal(&response, &nothing, sizeof(nothing));
	att_http_response_reset(&response);
	assert_memory_equal(&response, &nothing, sizeof(nothing));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_nothing_of_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
