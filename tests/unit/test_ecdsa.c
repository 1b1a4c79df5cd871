/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the encodings of ECDSA signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/ecdsa.h"

#define BYTES(text) att_bytes(text, sizeof(text) - 1)

static const char der[] = "\x30\x07\x02\x02\x00\xff\x02\x01\x05";

/* Into memory of its own, so that ASan sees reads past its end. */
static enum att_err
encode_anew(struct att_bytes ber, struct att_buf *out)
{
	uint8_t *copy = malloc(ber.len > 0 ? ber.len : 1);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, ber.ptr, ber.len);
	att_buf_init(out, 512);
	err = att_ecdsa_encode_anew(att_bytes(copy, ber.len), out);
	free(copy);
	return err;
}

static void
encodes_two_numbers(void **state)
{
	struct att_buf out;

	(void)state;
	att_buf_init(&out, 512);
	assert_int_equal(
	    att_ecdsa_encode(BYTES("\x00\xff"), BYTES("\x05"), &out), ATT_OK);
	assert_int_equal(out.len, sizeof(der) - 1);
	assert_memory_equal(out.ptr, der, out.len);
	att_buf_reset(&out);
}

static void
reads_what_devices_write(void **state)
{
	static const struct att_bytes forms[] = {
		{ (const uint8_t *)der, sizeof(der) - 1 },
		/* Lengths in one octet and in two more than needed. */
		{ (const uint8_t *)"\x30\x81\x07\x02\x02\x00\xff\x02\x01\x05",
		    10 },
		{ (const uint8_t *)"\x30\x82\x00\x07\x02\x02\x00\xff\x02\x01"
				   "\x05",
		    11 },
		{ (const uint8_t *)"\x30\x08\x02\x81\x02\x00\xff\x02\x01\x05",
		    10 },
		/* No zero in front, so that the number looks negative. */
		{ (const uint8_t *)"\x30\x06\x02\x01\xff\x02\x01\x05", 8 },
		/* More zeros than needed. */
		{ (const uint8_t *)"\x30\x09\x02\x03\x00\x00\xff\x02\x02\x00"
				   "\x05",
		    11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct att_buf out;

		assert_int_equal(encode_anew(forms[i], &out), ATT_OK);
		assert_int_equal(out.len, sizeof(der) - 1);
		assert_memory_equal(out.ptr, der, out.len);
		att_buf_reset(&out);
	}
}

static void
refuses_what_is_no_signature(void **state)
{
	static const struct att_bytes forms[] = {
		{ (const uint8_t *)"", 0 },
		{ (const uint8_t *)"\x30", 1 },
		{ (const uint8_t *)"\x30\x00", 2 },
		{ (const uint8_t *)"\x31\x06\x02\x01\x05\x02\x01\x05", 8 },
		{ (const uint8_t *)"\x30\x06\x04\x01\x05\x02\x01\x05", 8 },
		{ (const uint8_t *)"\x30\x03\x02\x01\x05", 5 },
		{ (const uint8_t *)"\x30\x05\x02\x00\x02\x01\x05", 7 },
		{ (const uint8_t *)"\x30\x05\x02\x01\x05\x02\x00", 7 },
		/* One byte too many, outside and inside. */
		{ (const uint8_t *)"\x30\x06\x02\x01\x05\x02\x01\x05\x00", 9 },
		{ (const uint8_t *)"\x30\x07\x02\x01\x05\x02\x01\x05\x00", 9 },
		/* Longer than what is there. */
		{ (const uint8_t *)"\x30\x07\x02\x01\x05\x02\x01\x05", 8 },
		{ (const uint8_t *)"\x30\x06\x02\x01\x05\x02\x02\x05", 8 },
		{ (const uint8_t *)"\x30\x82\x01\x00\x02\x01\x05", 7 },
		/* Lengths: indefinite, in three octets, reserved. */
		{ (const uint8_t *)"\x30\x80\x02\x01\x05\x02\x01\x05\x00\x00",
		    10 },
		{ (const uint8_t *)"\x30\x83\x00\x00\x06\x02\x01\x05\x02\x01"
				   "\x05",
		    11 },
		{ (const uint8_t *)"\x30\xff\x02\x01\x05\x02\x01\x05", 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct att_buf out;

		assert_int_equal(
		    encode_anew(forms[i], &out), ATT_ERR_SIGNATURE_ENCODING);
		assert_int_equal(out.len, 0);
		att_buf_reset(&out);
	}
}

/* 128 bytes are more than any curve has; 129 are a mistake. */
static void
refuses_endless_numbers(void **state)
{
	uint8_t ber[3 + 3 + 129 + 3] = { 0x30, 0x81, 3 + 128 + 3, 0x02, 0x81,
		128 };
	struct att_buf out;

	(void)state;
	memcpy(ber + 6 + 128, "\x02\x01\x05", 3);
	assert_int_equal(
	    encode_anew(att_bytes(ber, 6 + 128 + 3), &out), ATT_OK);
	att_buf_reset(&out);
	ber[2]++;
	ber[5]++;
	memcpy(ber + 6 + 128, "\x00\x02\x01\x05", 4);
	assert_int_equal(encode_anew(att_bytes(ber, sizeof(ber)), &out),
	    ATT_ERR_SIGNATURE_ENCODING);
	att_buf_reset(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_two_numbers),
		cmocka_unit_test(reads_what_devices_write),
		cmocka_unit_test(refuses_what_is_no_signature),
		cmocka_unit_test(refuses_endless_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
