/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of names as values: conf/value_names.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "value_checks.h"

static void
reads_formats_as_bits(void **state)
{
	static const char *const wrong[] = { "pack", "packed,tpm",
		"packed packed", "Packed", "packedtpm" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("fido-u2f  packed");
	uint32_t v = 0;
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_formats(&value, &v, &why), ATT_OK);
	assert_int_equal(
	    v, 1u << ATT_FORMAT_FIDO_U2F | 1u << ATT_FORMAT_PACKED);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_formats(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&text), att_bytes_text("packed fido-u2f")));
	att_buf_reset(&text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_formats(&value, &v, &why), &why, wrong[i]);
	}
	assert_int_equal(
	    v, 1u << ATT_FORMAT_FIDO_U2F | 1u << ATT_FORMAT_PACKED);
}

static void
names_every_format(void **state)
{
	(void)state;
	assert_string_equal(att_format_name(ATT_FORMAT_NONE), "none");
	assert_string_equal(
	    att_format_name(ATT_FORMAT_ANDROID_SAFETYNET), "android-safetynet");
	assert_string_equal(att_format_name(ATT_FORMAT_COMPOUND), "compound");
	assert_string_equal(att_format_name(ATT_FORMAT_COUNT), "unknown");
	assert_string_equal(att_format_name((enum att_format) - 1), "unknown");
}

static void
reads_types_of_tokens_as_bits(void **state)
{
	static const char *const wrong[] = { "vtpm", "tpm,sgx", "tpm tpm",
		"TPM", "tdxvm", "none" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("sgx  azurevm");
	uint32_t v = 0;
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_token_types(&value, &v, &why), ATT_OK);
	assert_int_equal(v, 1u << ATT_TOKEN_SGX | 1u << ATT_TOKEN_AZUREVM);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_token_types(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&text), att_bytes_text("azurevm sgx")));
	att_buf_reset(&text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(att_value_parse_token_types(&value, &v, &why),
		    &why, wrong[i]);
	}
	assert_int_equal(v, 1u << ATT_TOKEN_SGX | 1u << ATT_TOKEN_AZUREVM);
}

static void
names_every_type_of_token(void **state)
{
	(void)state;
	assert_string_equal(att_token_type_name(ATT_TOKEN_TPM), "tpm");
	assert_string_equal(att_token_type_name(ATT_TOKEN_AZUREVM), "azurevm");
	assert_string_equal(
	    att_token_type_name(ATT_TOKEN_SEVSNPVM), "sevsnpvm");
	assert_string_equal(att_token_type_name(ATT_TOKEN_SGX), "sgx");
	assert_string_equal(
	    att_token_type_name(ATT_TOKEN_TYPE_COUNT), "unknown");
	assert_string_equal(
	    att_token_type_name((enum att_token_type) - 1), "unknown");
}

static void
reads_statuses_as_bits(void **state)
{
	static const char *const wrong[] = { "REVOKE", "revoked",
		"REVOKED,RETIRED", "REVOKED REVOKED", "unknown" };
	struct att_reason why = { 0 };
	struct att_value value = value_of("RETIRED REVOKED");
	uint32_t v = 0;
	struct att_buf text;

	(void)state;
	assert_int_equal(att_value_parse_statuses(&value, &v, &why), ATT_OK);
	assert_int_equal(
	    v, 1u << ATT_STATUS_REVOKED | 1u << ATT_STATUS_RETIRED);
	att_buf_init(&text, 100);
	assert_int_equal(att_value_print_statuses(&v, &text), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&text), att_bytes_text("REVOKED RETIRED")));
	att_buf_reset(&text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		value.text = wrong[i];
		assert_refused(
		    att_value_parse_statuses(&value, &v, &why), &why, wrong[i]);
	}
	assert_int_equal(
	    v, 1u << ATT_STATUS_REVOKED | 1u << ATT_STATUS_RETIRED);
	value.text = "";
	assert_int_equal(att_value_parse_statuses(&value, &v, &why), ATT_OK);
	assert_int_equal(v, 0);
}

/* Every status that the codec knows can be named. */
static void
names_every_status(void **state)
{
	(void)state;
	for (int i = 1; i < ATT_STATUS_COUNT; i++) {
		struct att_reason why = { 0 };
		struct att_value value = value_of(
		    att_metadata_status_get_info((enum att_metadata_status)i)
			->name);
		uint32_t v = 0;

		assert_int_equal(
		    att_value_parse_statuses(&value, &v, &why), ATT_OK);
		assert_int_equal(v, UINT32_C(1) << i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_formats_as_bits),
		cmocka_unit_test(names_every_format),
		cmocka_unit_test(reads_types_of_tokens_as_bits),
		cmocka_unit_test(names_every_type_of_token),
		cmocka_unit_test(reads_statuses_as_bits),
		cmocka_unit_test(names_every_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
