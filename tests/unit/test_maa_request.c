/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to the attestation service as bytes: maa/request.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/hex.h"
#include "maa/request.h"

static void
assert_text(struct att_buf *buf, const char *wanted)
{
	assert_true(
	    att_bytes_is_equal(att_buf_get(buf), att_bytes_text(wanted)));
	att_buf_reset(buf);
}

static void
a_url_has_the_version_in_its_query(void **state)
{
	char url[ATT_MAA_URL_MAX + 1];

	(void)state;
	assert_int_equal(att_maa_request_make_url(
			     "https://a:1", "/attest/Tpm", "2020-10-01", url),
	    ATT_OK);
	assert_string_equal(
	    url, "https://a:1/attest/Tpm?api-version=2020-10-01");
	assert_int_equal(
	    att_maa_request_make_url("https://a", "/certs", NULL, url), ATT_OK);
	assert_string_equal(url, "https://a/certs");
	assert_int_equal(
	    att_maa_request_make_url("https://a", "/x", "a&b=c#d e%", url),
	    ATT_OK);
	assert_string_equal(
	    url, "https://a/x?api-version=a%26b%3Dc%23d%20e%25");
}

static void
a_url_has_a_limit(void **state)
{
	char url[ATT_MAA_URL_MAX + 1], path[ATT_MAA_URL_MAX + 1];

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(att_maa_request_make_url("", path, NULL, url), ATT_OK);
	assert_string_equal(url, path);
	assert_int_equal(
	    att_maa_request_make_url("h", path, NULL, url), ATT_ERR_TOO_LARGE);
	assert_string_equal(url, "");
}

static void
bytes_are_base64url_without_padding(void **state)
{
	struct att_buf out;

	(void)state;
	att_buf_init(&out, 100);
	assert_int_equal(att_maa_request_put_bytes(
			     "data", att_bytes("\xfb\xff\xfe{", 4), &out),
	    ATT_OK);
	assert_text(&out, "{\"data\":\"-__-ew\"}");
	att_buf_init(&out, 12);
	assert_int_equal(
	    att_maa_request_put_bytes("data", att_bytes("1234", 4), &out),
	    ATT_ERR_TOO_LARGE);
	att_buf_reset(&out);
}

static void
an_enclave_says_what_it_has(void **state)
{
	const struct {
		struct att_maa_enclave enclave;
		const char *wanted;
	} cases[] = {
		{ { .evidence = att_bytes("q", 1) }, "{\"quote\":\"cQ\"}" },
		{ { .evidence = att_bytes("q", 1),
		      .runtime = { .data = att_bytes("r", 1), .is_set = true },
		      .init_time = { .data = att_bytes("{}", 2),
			  .is_set = true,
			  .is_json = true } },
		    "{\"quote\":\"cQ\",\"runtimeData\":{\"data\":\"cg\","
		    "\"dataType\":\"Binary\"},\"initTimeData\":{\"data\":"
		    "\"e30\",\"dataType\":\"JSON\"}}" },
		{ { .evidence = att_bytes("q", 1),
		      .runtime = { .is_set = true } },
		    "{\"quote\":\"cQ\",\"runtimeData\":{\"data\":\"\","
		    "\"dataType\":\"Binary\"}}" },
		{ { .evidence = att_bytes("q", 1),
		      .draft_policy = "version= 1.0;\n\"\xc3\xa4\"",
		      .nonce = "\\" },
		    "{\"quote\":\"cQ\",\"draftPolicyForAttestation\":"
		    "\"version= 1.0;\\n\\\"\xc3\xa4\\\"\",\"nonce\":"
		    "\"\\\\\"}" },
	};
	struct att_buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		att_buf_init(&out, 1000);
		assert_int_equal(att_maa_request_put_enclave(
				     "quote", &cases[i].enclave, &out),
		    ATT_OK);
		assert_text(&out, cases[i].wanted);
	}
}

static void
texts_are_utf8(void **state)
{
	const struct att_maa_enclave enclave = { .nonce = "\xff" };
	struct att_buf out;

	(void)state;
	att_buf_init(&out, 1000);
	assert_int_equal(att_maa_request_put_enclave("quote", &enclave, &out),
	    ATT_ERR_USAGE);
	att_buf_reset(&out);
}

static void
each_request_has_a_name_of_its_own(void **state)
{
	char first[37], second[37];
	uint8_t uuid[16];

	(void)state;
	assert_int_equal(att_maa_request_make_id(first), ATT_OK);
	assert_int_equal(att_maa_request_make_id(second), ATT_OK);
	assert_string_not_equal(first, second);
	assert_true(att_uuid_read(att_bytes_text(first), uuid));
	assert_int_equal(uuid[6] >> 4, 4);
	assert_int_equal(uuid[8] >> 6, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_has_the_version_in_its_query),
		cmocka_unit_test(a_url_has_a_limit),
		cmocka_unit_test(bytes_are_base64url_without_padding),
		cmocka_unit_test(an_enclave_says_what_it_has),
		cmocka_unit_test(texts_are_utf8),
		cmocka_unit_test(each_request_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
