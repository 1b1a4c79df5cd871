/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the request for a report: what is in it, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "codec/base64url.h"
#include "maa/tpm_exchange.h"
#include "maa/tpm_request.h"
#include "sent_json.h"
#include "tpm_double.h"

#define CHALLENGE "a challenge."
#define RP_ID "https://rp.example/\"quoted\""
#define CONTEXT "any text, \xc3\xa9\" as it is"

static struct tpm_double tpm;
static struct att_buf tcg, ima, request;
static struct att_tpm_evidence evidence;

static int
begin(void **state)
{
	(void)state;
	att_buf_init(&tcg, 65536);
	att_buf_init(&ima, 65536);
	att_buf_init(&request, ATT_TPM_MESSAGE_MAX);
	tpm_double_begin(&tpm, att_bytes_text(CHALLENGE));
	event_put_start(&tcg, &ima, &tpm.pcrs);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	tpm_double_end(&tpm);
	att_buf_reset(&tcg);
	att_buf_reset(&ima);
	att_buf_reset(&request);
	return 0;
}

static enum att_err
put(struct att_buf *out)
{
	struct att_tpm_logs logs = { att_buf_get(&tcg), att_buf_get(&ima) };
	struct att_tpm_checked keys;
	const struct att_tpm_request_parts parts = { RP_ID,
		att_bytes_text("drawn"), att_bytes_text(CHALLENGE), CONTEXT,
		&evidence, &keys, &logs };

	tpm_double_say(&tpm, &evidence);
	assert_int_equal(
	    att_tpm_evidence_check(&evidence, parts.challenge, &keys, NULL),
	    ATT_OK);
	return att_tpm_request_put(&parts, out);
}

/* The payload, which the caller frees; the header is always the same. */
static json_t *
put_and_read(void)
{
	const char *text, *dot;
	json_t *header;
	char *shown;

	assert_int_equal(put(&request), ATT_OK);
	text = (const char *)request.ptr;
	dot = memchr(text, '.', request.len);
	assert_non_null(dot);
	header = read_coded_json(att_bytes(text, (size_t)(dot - text)));
	shown = json_dumps(header, JSON_COMPACT);
	assert_string_equal(shown, "{\"alg\":\"PS256\",\"typ\":\"attReqV2\"}");
	free(shown);
	json_decref(header);
	return read_coded_json(
	    att_bytes(dot + 1, request.len - (size_t)(dot + 1 - text)));
}

static void
expect_bytes(const json_t *object, const char *name, struct att_bytes bytes)
{
	uint8_t *ptr;
	size_t len;

	assert_int_equal(
	    att_base64url_decode(
		att_bytes_text(text_of(object, name)), 1 << 20, &ptr, &len),
	    ATT_OK);
	assert_int_equal(len, bytes.len);
	assert_memory_equal(ptr, bytes.ptr, len);
	free(ptr);
}

static void
expect_attestation(const json_t *now)
{
	json_t *logs = json_object_get(now, "logs");
	json_t *bank = json_array_get(json_object_get(now, "pcrs"), 0);
	json_t *values = json_object_get(bank, "values");
	json_t *value;
	size_t i;

	assert_int_equal(json_array_size(logs), 2);
	assert_string_equal(text_of(json_array_get(logs, 0), "type"), "TCG");
	expect_bytes(json_array_get(logs, 0), "log", att_buf_get(&tcg));
	assert_string_equal(text_of(json_array_get(logs, 1), "type"), "IMA");
	expect_bytes(json_array_get(logs, 1), "log", att_buf_get(&ima));
	expect_bytes(now, "quote", evidence.quote);
	expect_bytes(now, "signature", evidence.quote_signature);
	assert_int_equal(json_array_size(json_object_get(now, "pcrs")), 1);
	assert_int_equal(
	    json_integer_value(json_object_get(bank, "algorithm")), 11);
	assert_int_equal(json_array_size(values), 24);
	json_array_foreach(values, i, value)
	{
		assert_int_equal(
		    json_integer_value(json_object_get(value, "index")), i);
		expect_bytes(
		    value, "digest", att_bytes(tpm.pcrs.values[i], 32));
	}
}

static void
expect_key(const json_t *request_key)
{
	json_t *info = json_object_get(request_key, "info");
	json_t *certify = json_object_get(info, "tpm_certify");

	assert_int_equal(json_object_size(info), 1);
	expect_bytes(certify, "public", evidence.key_public);
	expect_bytes(certify, "certification", evidence.certification);
	expect_bytes(certify, "signature", evidence.certification_signature);
}

static void
expect_jwk(const json_t *jwk, enum tpm_double_key key)
{
	uint8_t n[256];
	BIGNUM *number = NULL;

	assert_int_equal(json_object_size(jwk), 3);
	assert_string_equal(text_of(jwk, "kty"), "RSA");
	assert_string_equal(text_of(jwk, "e"), "AQAB");
	assert_int_equal(
	    EVP_PKEY_get_bn_param(tpm_double_get_key(key), "n", &number), 1);
	assert_int_equal(BN_bn2binpad(number, n, sizeof(n)), sizeof(n));
	BN_free(number);
	expect_bytes(jwk, "n", att_bytes(n, sizeof(n)));
}

static void
says_what_the_tpm_said(void **state)
{
	json_t *payload, *data, *now;

	(void)state;
	payload = put_and_read();
	assert_int_equal(json_object_size(payload), 2);
	assert_string_equal(text_of(payload, "att_type"), "basic");
	data = json_object_get(payload, "att_data");
	assert_int_equal(json_object_size(data), 6);
	assert_string_equal(text_of(data, "rp_id"), RP_ID);
	expect_bytes(data, "rp_data", att_bytes_text("drawn"));
	expect_bytes(data, "challenge", att_bytes_text(CHALLENGE));
	assert_string_equal(text_of(data, "service_context"), CONTEXT);
	now = json_object_get(
	    json_object_get(data, "tpm_att_data"), "current_attestation");
	assert_int_equal(json_object_size(now), 5);
	expect_attestation(now);
	expect_jwk(json_object_get(now, "aik_pub"), TPM_DOUBLE_AIK);
	expect_key(json_object_get(data, "request_key"));
	expect_jwk(json_object_get(json_object_get(data, "request_key"), "jwk"),
	    TPM_DOUBLE_KEY);
	json_decref(payload);
}

static json_t *
find_now(json_t *payload)
{
	return json_object_get(
	    json_object_get(
		json_object_get(payload, "att_data"), "tpm_att_data"),
	    "current_attestation");
}

static void
says_what_there_is_alone(void **state)
{
	json_t *payload, *now, *values;

	(void)state;
	tpm.has_certificate = true;
	tpm.quoted = tpm.told = 1 << 7 | 1 << 23;
	att_buf_reset(&tcg);
	payload = put_and_read();
	now = find_now(payload);
	assert_int_equal(json_object_size(now), 6);
	expect_bytes(now, "aik_cert", evidence.aik_certificate);
	assert_int_equal(json_array_size(json_object_get(now, "logs")), 1);
	assert_string_equal(
	    text_of(json_array_get(json_object_get(now, "logs"), 0), "type"),
	    "IMA");
	values = json_object_get(
	    json_array_get(json_object_get(now, "pcrs"), 0), "values");
	assert_int_equal(json_array_size(values), 2);
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(values, 1), "index")),
	    23);
	expect_bytes(json_array_get(values, 0), "digest",
	    att_bytes(tpm.pcrs.values[7], 32));
	json_decref(payload);
}

static void
says_both_banks(void **state)
{
	static const uint8_t sha1[2 * 20] = { 1 };
	struct att_tpm_logs logs = { 0 };
	struct att_tpm_checked keys;
	const struct att_tpm_request_parts parts = { RP_ID,
		att_bytes_text("drawn"), att_bytes_text(CHALLENGE), CONTEXT,
		&evidence, &keys, &logs };
	json_t *payload, *banks, *values;
	const char *dot;

	(void)state;
	tpm_double_say(&tpm, &evidence);
	assert_int_equal(
	    att_tpm_evidence_check(&evidence, parts.challenge, &keys, NULL),
	    ATT_OK);
	evidence.banks[1] = evidence.banks[0];
	evidence.banks[0] = (struct att_tpm_pcr_bank){ ATT_TPM_ALG_SHA1,
		1 << 3 | 1 << 5, att_bytes(sha1, sizeof(sha1)) };
	evidence.bank_count = 2;
	assert_int_equal(att_tpm_request_put(&parts, &request), ATT_OK);
	dot = memchr(request.ptr, '.', request.len);
	payload = read_coded_json(att_bytes(dot + 1,
	    request.len - (size_t)(dot + 1 - (const char *)request.ptr)));
	banks = json_object_get(find_now(payload), "pcrs");
	assert_int_equal(json_array_size(banks), 2);
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(banks, 0), "algorithm")),
	    4);
	values = json_object_get(json_array_get(banks, 0), "values");
	assert_int_equal(json_array_size(values), 2);
	expect_bytes(json_array_get(values, 0), "digest", att_bytes(sha1, 20));
	assert_int_equal(json_array_size(json_object_get(
			     json_array_get(banks, 1), "values")),
	    24);
	json_decref(payload);
}

static void
says_no_more_than_may_be_sent(void **state)
{
	struct att_buf small;

	(void)state;
	assert_int_equal(put(&request), ATT_OK);
	att_buf_init(&small, request.len - 1);
	assert_int_equal(put(&small), ATT_ERR_TOO_LARGE);
	att_buf_reset(&small);
	att_buf_init(&small, request.len);
	assert_int_equal(put(&small), ATT_OK);
	att_buf_reset(&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_what_the_tpm_said),
		TEST(says_what_there_is_alone),
		TEST(says_both_banks),
		TEST(says_no_more_than_may_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, tpm_double_drop_keys);
}
