/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and values in a query or a body: maa/form.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "maa/form.h"

static struct att_buf form;

static const char *
text(void)
{
	assert_int_equal(att_buf_put_u8(&form, 0), ATT_OK);
	return (const char *)form.ptr;
}

static int
setup(void **state)
{
	(void)state;
	att_buf_init(&form, 200);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	att_buf_reset(&form);
	return 0;
}

static void
pairs_are_parted(void **state)
{
	(void)state;
	assert_int_equal(att_form_put(&form, "a", "1"), ATT_OK);
	assert_int_equal(att_form_put(&form, "b", ""), ATT_OK);
	assert_int_equal(att_form_put(&form, "c", "3"), ATT_OK);
	assert_string_equal(text(), "a=1&b=&c=3");
}

static void
a_query_begins_after_its_mark(void **state)
{
	(void)state;
	assert_int_equal(att_buf_printf(&form, "http://h/p?"), ATT_OK);
	assert_int_equal(att_form_put(&form, "a", "?"), ATT_OK);
	assert_int_equal(att_form_put(&form, "b", "2"), ATT_OK);
	assert_string_equal(text(), "http://h/p?a=%3F&b=2");
}

static void
what_could_mean_something_is_escaped(void **state)
{
	(void)state;
	assert_int_equal(
	    att_form_put(&form, "a", "aZ09-._~ +&=%/:?#\r\n\"'\xc3\xbc"),
	    ATT_OK);
	assert_string_equal(
	    text(), "a=aZ09-._~%20%2B%26%3D%25%2F%3A%3F%23%0D%0A%22%27%C3%BC");
}

static void
rejects_more_than_fits(void **state)
{
	char value[250] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(value) - 1; i++)
		value[i] = 'x';
	assert_int_equal(att_form_put(&form, "a", value), ATT_ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    pairs_are_parted, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_query_begins_after_its_mark, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_could_mean_something_is_escaped, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    rejects_more_than_fits, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
