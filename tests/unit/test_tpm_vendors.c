/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the table of TPM vendors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trust/tpm_vendors.h"

static void
finds_vendors_of_the_registry(void **state)
{
	(void)state;
	assert_string_equal(att_tpm_vendor_find(0x414d4400), "AMD");
	assert_string_equal(att_tpm_vendor_find(0x494e5443), "Intel");
	assert_string_equal(
	    att_tpm_vendor_find(0x53544d20), "STMicroelectronics");
	assert_string_equal(att_tpm_vendor_find(0x57454300), "Winbond");
}

/* Padding counts: "STM " and "AMD\0", not the other way about. */
static void
knows_nobody_else(void **state)
{
	static const uint32_t others[] = { 0, 0xfffff1d0, 0x53544d00,
		0x414d4420, 0x53494d30, 0x494e5444, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_null(att_tpm_vendor_find(others[i]));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_vendors_of_the_registry),
		cmocka_unit_test(knows_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
