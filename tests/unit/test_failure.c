/* SPDX-License-Identifier: BSD-2-Clause */
/* Every result of libfido2 has one failure, and none is a success. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authenticator/failure.h"

static enum att_device_failure
failure_of(int result)
{
	const struct att_hid hid = { .end = ATT_HID_GOES_ON };
	struct att_failed failed;

	att_failure_from_fido(result, &hid, &failed);
	assert_int_equal(failed.pin_retries, ATT_PIN_RETRIES_UNKNOWN);
	assert_true(failed.detail[0] != '\0');
	assert_int_equal(failed.ctap_status, result > 0 ? result : 0);
	return failed.failure;
}

static void
says_what_the_standard_means(void **state)
{
	(void)state;
	assert_int_equal(failure_of(0x2e), ATT_FAILURE_NO_CREDENTIALS);
	assert_int_equal(failure_of(0x19), ATT_FAILURE_EXCLUDED);
	assert_int_equal(failure_of(0x31), ATT_FAILURE_PIN_INVALID);
	assert_int_equal(failure_of(0x32), ATT_FAILURE_PIN_BLOCKED);
	assert_int_equal(failure_of(0x34), ATT_FAILURE_PIN_AUTH_BLOCKED);
	assert_int_equal(failure_of(0x35), ATT_FAILURE_PIN_NOT_SET);
	assert_int_equal(failure_of(0x36), ATT_FAILURE_UV);
	assert_int_equal(failure_of(0x3c), ATT_FAILURE_UV);
	assert_int_equal(failure_of(0x2f), ATT_FAILURE_TIMEOUT);
	assert_int_equal(failure_of(0x2d), ATT_FAILURE_CANCELLED);
	assert_int_equal(failure_of(0x26), ATT_FAILURE_UNSUPPORTED);
	assert_int_equal(failure_of(FIDO_ERR_INTERNAL), ATT_FAILURE_DEVICE);
	assert_int_equal(failure_of(0xe7), ATT_FAILURE_DEVICE);
}

static void
always_says_something_that_can_be_sent(void **state)
{
	struct att_buf out;

	(void)state;
	for (int result = -20; result < 256; result++) {
		const struct att_hid hid = { .end = ATT_HID_GOES_ON };
		struct att_failed failed, back;

		att_failure_from_fido(result, &hid, &failed);
		att_buf_init(&out, 4096);
		assert_int_equal(att_failed_encode(&failed, &out), ATT_OK);
		assert_int_equal(
		    att_failed_decode(att_buf_get(&out), &back), ATT_OK);
		assert_string_equal(back.detail, failed.detail);
		att_buf_reset(&out);
	}
}

static void
knows_why_nothing_was_heard(void **state)
{
	static const struct {
		enum att_hid_end end;
		enum att_device_failure failure;
	} rows[] = {
		{ ATT_HID_CANCELLED, ATT_FAILURE_CANCELLED },
		{ ATT_HID_CHANNEL_GONE, ATT_FAILURE_CANCELLED },
		{ ATT_HID_SILENT, ATT_FAILURE_DEVICE },
		{ ATT_HID_BROKEN, ATT_FAILURE_DEVICE },
		{ ATT_HID_DISBELIEVED, ATT_FAILURE_DEVICE },
	};
	struct att_failed failed;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct att_hid hid = { .end = rows[i].end };

		/* Even if libfido2 thinks that all is well. */
		att_failure_from_fido(FIDO_OK, &hid, &failed);
		assert_int_equal(failed.failure, rows[i].failure);
		att_failure_from_fido(FIDO_ERR_RX, &hid, &failed);
		assert_int_equal(failed.failure, rows[i].failure);
	}
}

static void
reads_ctaphid_errors(void **state)
{
	struct att_hid hid = { .end = ATT_HID_GOES_ON, .error = 0x06 };
	struct att_failed failed;

	(void)state;
	att_failure_from_fido(FIDO_ERR_RX, &hid, &failed);
	assert_int_equal(failed.failure, ATT_FAILURE_BUSY);
	assert_int_equal(failed.ctap_status, 0x06);
	hid.error = 0x7f;
	att_failure_from_fido(FIDO_ERR_RX, &hid, &failed);
	assert_int_equal(failed.failure, ATT_FAILURE_DEVICE);
}

static void
prints_only_what_can_be_printed(void **state)
{
	struct att_failed failed;

	(void)state;
	att_failure_from_err(
	    ATT_ERR_DEVICE_FAILED, "/dev/\x1b[2J\n\xc3\xa4", &failed);
	assert_string_equal(failed.detail, "/dev/?[2J???");
	att_failure_from_err(ATT_ERR_DEVICE_BUSY, NULL, &failed);
	assert_int_equal(failed.failure, ATT_FAILURE_BUSY);
	att_failure_from_err(ATT_ERR_CANCELLED, NULL, &failed);
	assert_int_equal(failed.failure, ATT_FAILURE_CANCELLED);
	att_failure_from_err(ATT_ERR_SANDBOX, NULL, &failed);
	assert_int_equal(failed.failure, ATT_FAILURE_DEVICE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_standard_means),
		cmocka_unit_test(always_says_something_that_can_be_sent),
		cmocka_unit_test(knows_why_nothing_was_heard),
		cmocka_unit_test(reads_ctaphid_errors),
		cmocka_unit_test(prints_only_what_can_be_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
