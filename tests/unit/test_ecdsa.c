/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the encodings of ECDSA signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>

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

/* What OpenSSL reads and encodes the same. */
static bool
is_der_to_openssl(struct att_bytes signature)
{
	const uint8_t *p = signature.ptr;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)signature.len);
	uint8_t *again = NULL;
	int len = sig == NULL ? -1 : i2d_ECDSA_SIG(sig, &again);
	bool is_same;

	is_same = len > 0 &&
		  att_bytes_is_equal(signature, att_bytes(again, (size_t)len));
	OPENSSL_free(again);
	ECDSA_SIG_free(sig);
	return is_same;
}

static void
assert_as_openssl(struct att_bytes signature, size_t *fine)
{
	uint8_t *copy = malloc(signature.len > 0 ? signature.len : 1);
	bool is_der;

	assert_non_null(copy);
	memcpy(copy, signature.ptr, signature.len);
	is_der = att_ecdsa_is_der(att_bytes(copy, signature.len));
	free(copy);
	assert_int_equal(is_der, is_der_to_openssl(signature));
	*fine += is_der;
}

/* Numbers of up to n octets, with r[0] and s[0] in front. */
static void
try_all_changes(uint8_t first, size_t n, size_t *fine)
{
	uint8_t r[130], s[130];
	struct att_buf sig;

	memset(r, 0x91, sizeof(r));
	memset(s, 0x71, sizeof(s));
	r[0] = s[1] = first;
	att_buf_init(&sig, 512);
	assert_int_equal(
	    att_ecdsa_encode(att_bytes(r, n), att_bytes(s, n - 1), &sig),
	    ATT_OK);
	for (size_t len = 0; len < sig.len; len++)
		assert_as_openssl(att_bytes(sig.ptr, len), fine);
	for (size_t i = 0; i < sig.len; i++) {
		const uint8_t before = sig.ptr[i];

		for (int v = 0; v < 256; v++) {
			sig.ptr[i] = (uint8_t)v;
			assert_as_openssl(att_buf_get(&sig), fine);
		}
		sig.ptr[i] = before;
	}
	assert_int_equal(att_buf_put_u8(&sig, 0), ATT_OK);
	assert_false(att_ecdsa_is_der(att_buf_get(&sig)));
	att_buf_reset(&sig);
}

static void
knows_der_as_openssl_does(void **state)
{
	static const uint8_t firsts[] = { 0x01, 0xff };
	static const size_t lengths[] = { 2, 32, 61, 66, 128 };
	size_t fine = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(firsts); i++) {
		for (size_t j = 0; j < sizeof(lengths) / sizeof(lengths[0]);
		     j++)
			try_all_changes(firsts[i], lengths[j], &fine);
	}
	assert_true(fine > 100000);
}

static void
refuses_what_is_no_der(void **state)
{
	static const struct att_bytes forms[] = {
		{ (const uint8_t *)"\x30\x81\x07\x02\x02\x00\xff\x02\x01\x05",
		    10 },
		{ (const uint8_t *)"\x30\x08\x02\x81\x02\x00\xff\x02\x01\x05",
		    10 },
		{ (const uint8_t *)"\x30\x06\x02\x01\xff\x02\x01\x05", 8 },
		{ (const uint8_t *)"\x30\x07\x02\x02\x00\x7f\x02\x01\x05", 9 },
		{ (const uint8_t *)"\x30\x05\x02\x00\x02\x01\x05", 7 },
		{ (const uint8_t *)"\x30\x09\x02\x02\x00\xff\x02\x01\x05\x05"
				   "\x00",
		    11 },
		{ (const uint8_t *)"\x31\x07\x02\x02\x00\xff\x02\x01\x05", 9 },
		{ (const uint8_t *)"\x30\x80\x02\x02\x00\xff\x02\x01\x05\x00"
				   "\x00",
		    11 },
	};

	(void)state;
	assert_true(att_ecdsa_is_der(att_bytes(der, sizeof(der) - 1)));
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_false(att_ecdsa_is_der(forms[i]));
		assert_false(is_der_to_openssl(forms[i]));
	}
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
		cmocka_unit_test(knows_der_as_openssl_does),
		cmocka_unit_test(refuses_what_is_no_der),
		cmocka_unit_test(reads_what_devices_write),
		cmocka_unit_test(refuses_what_is_no_signature),
		cmocka_unit_test(refuses_endless_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
