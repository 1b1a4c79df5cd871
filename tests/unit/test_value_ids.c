/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of identifiers as values: conf/value_ids.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value_checks.h"

static void
reads_aaguids_in_both_forms(void **state)
{
	static const char *const wrong[] = { "x", "cb69481e",
		"cb69481e-8ff7-4039-93ec-0a2729a154a",
		"cb69481e-8ff7-4039-93ec-0a2729a154a8a",
		"cb69481e8ff7-4039-93ec-0a2729a154a8-",
		"{cb69481e-8ff7-4039-93ec-0a2729a154a}",
		"cb69481e8ff7403993ec0a2729a154ag",
		"cb69481e8ff7403993ec0a2729a154a8,"
		"ee882879721c491397753dfcce97072a",
		"ee882879-721c-4913-9775-3dfcce97072a "
		"EE882879721C491397753DFCCE97072A" };
	struct att_reason why = { 0 };
	struct att_value value =
	    value_of("CB69481E-8FF7-4039-93EC-0a2729a154a8 \t"
		     "ee882879721c491397753dfcce97072a");
	struct att_aaguids v = { 0 };
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_aaguids(&value, &v, &why), ATT_OK);
	assert_int_equal(v.count, 2);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_aaguids(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(att_buf_get(&text),
	    att_bytes_text("cb69481e-8ff7-4039-93ec-0a2729a154a8 "
			   "ee882879-721c-4913-9775-3dfcce97072a")));
	att_buf_reset(&text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_aaguids(&value, &v, &why), &why, wrong[i]);
	}
	assert_int_equal(v.count, 2);
	att_value_free_aaguids(&v);
	assert_null(v.ids);
}

#define KEY_ID "c2d5e8b6f1a09384756671829304a5b6c7d8e9fa"
#define OTHER_ID "0102030405060708090a0b0c0d0e0f1011121314"

static void
reads_key_identifiers(void **state)
{
	static const char *const wrong[] = { "x", "c2d5e8b6",
		"c2d5e8b6f1a09384756671829304a5b6c7d8e9f",
		"c2d5e8b6f1a09384756671829304a5b6c7d8e9fa0",
		"c2d5e8b6-f1a0-9384-7566-71829304a5b6c7d8e9fa",
		"c2:d5:e8:b6:f1:a0:93:84:75:66:71:82:93:04",
		"g2d5e8b6f1a09384756671829304a5b6c7d8e9fa", KEY_ID "," OTHER_ID,
		KEY_ID " " OTHER_ID " " KEY_ID,
		"cb69481e-8ff7-4039-93ec-0a2729a154a8" };
	struct att_reason why = { 0 };
	struct att_value value =
	    value_of("C2D5E8B6F1A09384756671829304A5B6C7D8E9FA\t" OTHER_ID);
	struct att_key_ids v = { 0 };
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_key_ids(&value, &v, &why), ATT_OK);
	assert_int_equal(v.count, 2);
	assert_int_equal(v.ids[0][0], 0xc2);
	assert_int_equal(v.ids[1][19], 0x14);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_key_ids(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&text), att_bytes_text(KEY_ID " " OTHER_ID)));
	att_buf_reset(&text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_key_ids(&value, &v, &why), &why, wrong[i]);
	}
	assert_int_equal(v.count, 2);
	att_value_free_key_ids(&v);
	assert_null(v.ids);
	assert_int_equal(v.count, 0);
}

#define HASH "wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eWs"
#define OTHER_HASH "bROrN897ZfWmWY2V0FLUlu3uwk5xatGnKYHn3zBbSlw"

static void
reads_digests(void **state)
{
	static const char *const wrong[] = { "x", HASH "=", HASH "A",
		"wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eW",
		/* The last character has two bits that are not used. */
		"wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eWt",
		"wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99+69IYDq9eWs",
		"c26f661e5bd353cd9ef14aa83b2d588f", HASH "," OTHER_HASH,
		HASH " " OTHER_HASH " " HASH };
	struct att_reason why = { 0 };
	struct att_value value = value_of(HASH " \t" OTHER_HASH);
	struct att_digests v = { 0 };
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_sha256s(&value, &v, &why), ATT_OK);
	assert_int_equal(v.count, 2);
	assert_int_equal(v.list[0][0], 0xc2);
	assert_int_equal(v.list[0][31], 0x6b);
	assert_int_equal(v.list[1][31], 0x5c);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_sha256s(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&text), att_bytes_text(HASH " " OTHER_HASH)));
	att_buf_reset(&text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_sha256s(&value, &v, &why), &why, wrong[i]);
	}
	assert_int_equal(v.count, 2);
	att_value_free_sha256s(&v);
	assert_null(v.list);
	assert_int_equal(v.count, 0);
}

/* A list has an end: 1024 are read, one more is not. */
static void
bounds_the_list(void **state)
{
	enum {
		MOST = 1024,
		WIDTH = 41
	};
	static char text[(MOST + 1) * WIDTH + 1];
	struct att_reason why = { 0 };
	struct att_value value = value_of(text);
	struct att_key_ids v = { 0 };

	(void)state;
	for (int i = 0; i <= MOST; i++)
		snprintf(text + i * WIDTH, WIDTH + 1, "%040x ", (unsigned)i);
	assert_int_equal(
	    att_value_parse_key_ids(&value, &v, &why), ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "no more than 1024"));
	assert_null(v.ids);
	text[MOST * WIDTH] = '\0';
	assert_int_equal(att_value_parse_key_ids(&value, &v, &why), ATT_OK);
	assert_int_equal(v.count, MOST);
	assert_int_equal(v.ids[MOST - 1][18], 0x03);
	att_value_free_key_ids(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_aaguids_in_both_forms),
		cmocka_unit_test(reads_key_identifiers),
		cmocka_unit_test(reads_digests),
		cmocka_unit_test(bounds_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
