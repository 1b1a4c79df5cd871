/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of building attestation objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/object.h"
#include "codec/attobj.h"

static void
encodes_the_envelope(void **state)
{
	static const char expected[] = "\xa3\x63"
				       "fmt\x64none\x67"
				       "attStmt\xa0\x68"
				       "authData\x43"
				       "abc";
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 1000);
	assert_int_equal(
	    att_attestation_object_encode(att_bytes_text("none"),
		att_bytes_text("\xa0"), att_bytes_text("abc"), &buf),
	    ATT_OK);
	assert_int_equal(buf.len, sizeof(expected) - 1);
	assert_memory_equal(buf.ptr, expected, buf.len);
	att_buf_reset(&buf);
}

static void
what_it_encodes_is_canonical(void **state)
{
	static const size_t lengths[] = { 0, 23, 24, 255, 256, 40000 };
	uint8_t *data = calloc(1, 40000);
	struct att_object object;
	struct att_buf buf;

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		att_buf_init(&buf, ATT_ATTESTATION_OBJECT_MAX);
		assert_int_equal(
		    att_attestation_object_encode(att_bytes_text("none"),
			att_bytes_text("\xa0"), att_bytes(data, lengths[i]),
			&buf),
		    ATT_OK);
		assert_int_equal(att_object_parse(att_buf_get(&buf),
				     ATT_CBOR_CANONICAL_ORDER, &object, NULL),
		    ATT_OK);
		assert_int_equal(object.auth_data.len, lengths[i]);
		att_buf_reset(&buf);
	}
	free(data);
}

/* A name that only begins like one of ours is not that one. */
static void
keeps_a_format_with_nul(void **state)
{
	struct att_object object;
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 1000);
	assert_int_equal(
	    att_attestation_object_encode(att_bytes("packed\0", 7),
		att_bytes_text("\xa0"), att_bytes_text("abc"), &buf),
	    ATT_OK);
	assert_int_equal(att_object_parse(att_buf_get(&buf),
			     ATT_CBOR_CANONICAL_ORDER, &object, NULL),
	    ATT_ERR_FORMAT_UNKNOWN);
	att_buf_reset(&buf);
}

static void
keeps_to_the_limit(void **state)
{
	struct att_buf buf;

	(void)state;
	for (size_t limit = 0; limit < 32; limit++) {
		att_buf_init(&buf, limit);
		assert_int_equal(
		    att_attestation_object_encode(att_bytes_text("none"),
			att_bytes_text("\xa0"), att_bytes_text("abc"), &buf),
		    ATT_ERR_TOO_LARGE);
		att_buf_reset(&buf);
	}
}

/* WebAuthn Level 3 sections 8.2, 8.6, 8.7, by hand. */
static void
encodes_statements(void **state)
{
	static const char self[] = "\xa2\x63"
				   "alg\x39\x01\x00\x63"
				   "sig\x41s";
	struct att_statement_parts parts = {
		.has_alg = true, .alg = -257, .sig = att_bytes_text("s")
	};
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 1000);
	assert_int_equal(att_statement_encode(&parts, &buf), ATT_OK);
	assert_int_equal(buf.len, sizeof(self) - 1);
	assert_memory_equal(buf.ptr, self, buf.len);
	att_buf_reset(&buf);
	parts.sig.len = 0;
	parts.certificate = att_bytes_text("c");
	assert_int_equal(att_statement_encode(&parts, &buf), ATT_OK);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&buf), att_bytes_text("\xa0")));
	att_buf_reset(&buf);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_the_envelope),
		cmocka_unit_test(encodes_statements),
		cmocka_unit_test(what_it_encodes_is_canonical),
		cmocka_unit_test(keeps_a_format_with_nul),
		cmocka_unit_test(keeps_to_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
