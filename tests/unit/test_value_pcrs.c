/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of PCRs, and where a key of a TPM is: conf/value_pcrs.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "value_checks.h"

static void
reads_indices_and_ranges(void **state)
{
	static const struct {
		const char *text;
		uint32_t bits;
		const char *printed;
	} cases[] = {
		{ "0", 1, "0" },
		{ "23", 1U << 23, "23" },
		{ "0-23", 0xffffff, "0-23" },
		{ "0-7 10", 0x4ff, "0-7 10" },
		{ " 10\t0-7 ", 0x4ff, "0-7 10" },
		{ "4 5 6 0-1", 0x73, "0-1 4-6" },
		{ "22-23 0", 0xc00001, "0 22-23" },
	};
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	struct att_buf text;
	uint32_t v = 7;

	(void)state;
	att_buf_init(&text, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		value.text = cases[i].text;
		assert_int_equal(
		    att_value_parse_pcrs(&value, &v, &why), ATT_OK);
		assert_int_equal(v, cases[i].bits);
		att_buf_reset(&text);
		assert_int_equal(att_value_print_pcrs(&v, &text), ATT_OK);
		assert_true(att_bytes_is_equal(
		    att_buf_get(&text), att_bytes_text(cases[i].printed)));
	}
	att_buf_reset(&text);
	att_value_free_pcrs(&v);
	assert_int_equal(v, 0);
}

static void
refuses_other_lists(void **state)
{
	static const char *const wrong[] = { "", " ", "24", "0-24", "7-0",
		"7-7", "-7", "7-", "0--7", "0-7-9", "00", "01", "0-07", "0,1",
		"0 0", "0-7 7", "3 0-7", "a", "0x1", "+1", "0-7a", "4294967296",
		"none", "0 - 7" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	uint32_t v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_pcrs(&value, &v, &why), &why, wrong[i]);
		assert_int_equal(v, 7);
	}
}

static void
reads_where_a_key_is(void **state)
{
	static const char *const good[] = { "/var/lib/host.aik", "0x81000003",
		"0x81abCDef" };
	static const char *const wrong[] = { "", "host.aik", "0x80000003",
		"0x8100000", "0x810000033", "81000003", "0X81000003",
		"0x8100000g", "0x81-00003" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("");
	struct att_buf text;
	char *v = NULL;

	(void)state;
	att_buf_init(&text, 100);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		value.text = good[i];
		assert_int_equal(
		    att_value_parse_tpm_key(&value, &v, &why), ATT_OK);
		att_buf_reset(&text);
		assert_int_equal(att_value_print_tpm_key(&v, &text), ATT_OK);
		assert_true(att_bytes_is_equal(
		    att_buf_get(&text), att_bytes_text(good[i])));
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_tpm_key(&value, &v, &why), &why, wrong[i]);
		assert_string_equal(v, good[2]);
	}
	att_buf_reset(&text);
	att_value_free_tpm_key(&v);
	assert_null(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_indices_and_ranges),
		cmocka_unit_test(refuses_other_lists),
		cmocka_unit_test(reads_where_a_key_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
