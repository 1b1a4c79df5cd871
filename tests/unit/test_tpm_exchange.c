/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the talk with /attest/Tpm: a TPM of OpenSSL's keys on one side,
 * answers of a service on the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/rsa.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "codec/jws.h"
#include "maa/tpm_exchange.h"
#include "sent_json.h"
#include "tpm_double.h"

#define RP_ID "https://rp.example/\"quoted\""
#define CONTEXT "any text, \\u00e9\\\" as it is"
#define CHALLENGE "YSBjaGFsbGVuZ2Uu" /* "a challenge." */
#define ANSWER                                                                 \
	"{\"challenge\":\"" CHALLENGE "\",\"service_context\":\"" CONTEXT "\"" \
	"}"

static struct att_tpm_exchange *exchange;
static struct tpm_double tpm;
static struct att_buf tcg, ima, message, token;
static struct att_reason why;
static uint8_t digest[32];

static void
open_exchange(bool is_wrapped)
{
	struct att_tpm_exchange_params params = { RP_ID, is_wrapped };

	att_tpm_exchange_free(&exchange);
	assert_int_equal(
	    att_tpm_exchange_new(&params, &exchange, &why), ATT_OK);
}

static int
begin(void **state)
{
	(void)state;
	att_buf_init(&tcg, 65536);
	att_buf_init(&ima, 65536);
	att_buf_init(&message, ATT_TPM_MESSAGE_MAX);
	att_buf_init(&token, ATT_JWS_TOKEN_MAX);
	tpm_double_begin(&tpm, att_bytes_text("a challenge."));
	event_put_start(&tcg, &ima, &tpm.pcrs);
	open_exchange(true);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	att_tpm_exchange_free(&exchange);
	tpm_double_end(&tpm);
	att_buf_reset(&tcg);
	att_buf_reset(&ima);
	att_buf_reset(&message);
	att_buf_reset(&token);
	return 0;
}

/* --- Steps ---------------------------------------------------------------- */

static void
say_begin(void)
{
	att_buf_reset(&message);
	assert_int_equal(
	    att_tpm_exchange_begin(exchange, &message, &why), ATT_OK);
}

static enum att_err
take_challenge(const char *answer, struct att_bytes *challenge)
{
	return att_tpm_exchange_take_challenge(
	    exchange, att_bytes_text(answer), challenge, &why);
}

static enum att_err
put_evidence(void)
{
	struct att_tpm_logs logs = { att_buf_get(&tcg), att_buf_get(&ima) };
	struct att_tpm_evidence evidence;

	tpm_double_say(&tpm, &evidence);
	return att_tpm_exchange_put_evidence(
	    exchange, &evidence, &logs, digest, &why);
}

static enum att_err
take_signature(enum tpm_double_key key, int salt_len)
{
	struct att_buf signature;
	enum att_err err;

	att_buf_init(&signature, 4096);
	tpm_double_sign(key, digest, salt_len, &signature);
	att_buf_reset(&message);
	err = att_tpm_exchange_take_signature(
	    exchange, att_buf_get(&signature), &message, &why);
	att_buf_reset(&signature);
	return err;
}

static void
go_to_challenge(void)
{
	struct att_bytes challenge;

	say_begin();
	assert_int_equal(take_challenge(ANSWER, &challenge), ATT_OK);
}

static void
go_to_signature(void)
{
	go_to_challenge();
	assert_int_equal(put_evidence(), ATT_OK);
	assert_int_equal(
	    take_signature(TPM_DOUBLE_KEY, RSA_PSS_SALTLEN_DIGEST), ATT_OK);
}

/* --- Reading what was written --------------------------------------------- */

/* att_data of the JWS; the caller owns *payload. */
static const json_t *
read_data(const char *jws, json_t **payload)
{
	const char *dot = strchr(jws, '.'), *last = strrchr(jws, '.');

	assert_ptr_not_equal(dot, last);
	*payload =
	    read_coded_json(att_bytes(dot + 1, (size_t)(last - dot - 1)));
	return json_object_get(*payload, "att_data");
}

static void
expect_echoes(const char *jws)
{
	json_t *payload;
	const json_t *data = read_data(jws, &payload);
	uint8_t *ptr;
	size_t len;

	assert_string_equal(text_of(data, "rp_id"), RP_ID);
	assert_string_equal(text_of(data, "challenge"), CHALLENGE);
	assert_string_equal(
	    text_of(data, "service_context"), "any text, \xc3\xa9\" as it is");
	assert_int_equal(
	    att_base64url_decode(
		att_bytes_text(text_of(data, "rp_data")), 64, &ptr, &len),
	    ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_bytes(ptr, len), att_tpm_exchange_get_rp_data(exchange)));
	free(ptr);
	json_decref(payload);
}

/* --- The whole of it ------------------------------------------------------ */

/* As recorded, to the byte. */
static void
begins_as_recorded(void **state)
{
	static const char wanted[] = "{\"payload\":{\"type\":\"aikcert\"}}";

	(void)state;
	say_begin();
	assert_int_equal(message.len, strlen(wanted));
	assert_memory_equal(message.ptr, wanted, message.len);
}

/* RFC 7518 section 3.5, by OpenSSL's own word. */
static void
expect_ps256(const char *jws)
{
	const char *last = strrchr(jws, '.');
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;
	uint8_t *signature;
	size_t len;

	assert_int_equal(att_base64url_decode(
			     att_bytes_text(last + 1), 512, &signature, &len),
	    ATT_OK);
	assert_int_equal(EVP_DigestVerifyInit_ex(md, &ctx, "SHA256", NULL, NULL,
			     tpm_double_get_key(TPM_DOUBLE_KEY), NULL),
	    1);
	assert_int_equal(
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
	assert_int_equal(EVP_DigestVerify(md, signature, len,
			     (const uint8_t *)jws, (size_t)(last - jws)),
	    1);
	EVP_MD_CTX_free(md);
	free(signature);
}

/* Wrapped as the first message is, or as it is documented. */
static void
sends_what_the_key_signed(void **state)
{
	json_t *outer, *inner;

	(void)state;
	for (int is_wrapped = 0; is_wrapped < 2; is_wrapped++) {
		open_exchange(is_wrapped != 0);
		go_to_signature();
		inner = outer = read_json(att_buf_get(&message));
		assert_int_equal(json_object_size(outer), 1);
		if (is_wrapped != 0)
			inner = json_object_get(outer, "payload");
		assert_int_equal(json_object_size(inner), 1);
		expect_ps256(text_of(inner, "request"));
		expect_echoes(text_of(inner, "request"));
		json_decref(outer);
	}
}

/* --- The challenge -------------------------------------------------------- */

static void
takes_the_challenge(void **state)
{
	struct att_bytes challenge;

	(void)state;
	say_begin();
	assert_int_equal(
	    take_challenge("{\"payload\":" ANSWER "}", &challenge), ATT_OK);
	assert_true(
	    att_bytes_is_equal(challenge, att_bytes_text("a challenge.")));
	open_exchange(true);
	say_begin();
	assert_int_equal(take_challenge("{}", &challenge), ATT_ERR_MAA_ANSWER);
	assert_null(challenge.ptr);
	/* And does not go on after that. */
	assert_int_equal(put_evidence(), ATT_ERR_INTERNAL);
}

/* --- Evidence ------------------------------------------------------------- */

static void
refuses_evidence_that_is_wrong(void **state)
{
	(void)state;
	tpm.quote.extra = att_bytes_text("another one.");
	go_to_challenge();
	assert_int_equal(put_evidence(), ATT_ERR_TPM_EVIDENCE);
	assert_non_null(strstr(why.text, "the quote is for another challenge"));
	for (size_t i = 0; i < sizeof(digest); i++)
		assert_int_equal(digest[i], 0);
	/* And does not go on after that. */
	assert_int_equal(take_signature(TPM_DOUBLE_KEY, RSA_PSS_SALTLEN_DIGEST),
	    ATT_ERR_INTERNAL);
	assert_int_equal(message.len, 0);
}

static void
refuses_logs_that_are_cut(void **state)
{
	(void)state;
	go_to_challenge();
	ima.len--;
	assert_int_equal(put_evidence(), ATT_ERR_EVENT_LOG);
}

static void
warns_of_pcrs_that_differ(void **state)
{
	(void)state;
	tpm.pcrs.values[4][0] ^= 1;
	go_to_signature();
	assert_non_null(strstr(
	    att_tpm_exchange_get_warning(exchange), "PCR 4 has not the value"));
	tpm.pcrs.values[4][0] ^= 1;
	open_exchange(true);
	go_to_signature();
	assert_string_equal(att_tpm_exchange_get_warning(exchange), "");
}

/* --- The signature -------------------------------------------------------- */

/* What PS256 is not: RFC 7518 section 3.5. */
static void
tells_a_salt_of_another_length(void **state)
{
	static const struct {
		int salt_len;
		const char *text;
	} rows[] = {
		{ RSA_PSS_SALTLEN_MAX, "a salt of 222 bytes, and PS256" },
		{ 20, "a salt of 20 bytes" },
		{ 0, "a salt of 0 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_exchange(true);
		go_to_challenge();
		assert_int_equal(put_evidence(), ATT_OK);
		assert_int_equal(
		    take_signature(TPM_DOUBLE_KEY, rows[i].salt_len),
		    ATT_ERR_TPM_EVIDENCE);
		assert_non_null(strstr(why.text, rows[i].text));
		assert_non_null(strstr(why.text, "TPMA_MODES"));
		assert_int_equal(message.len, 0);
	}
}

static void
refuses_what_the_key_did_not_sign(void **state)
{
	(void)state;
	go_to_challenge();
	assert_int_equal(put_evidence(), ATT_OK);
	assert_int_equal(
	    take_signature(TPM_DOUBLE_OTHER, RSA_PSS_SALTLEN_DIGEST),
	    ATT_ERR_TPM_EVIDENCE);
	assert_non_null(strstr(why.text, "by the request key"));
	assert_int_equal(message.len, 0);
	open_exchange(true);
	go_to_challenge();
	assert_int_equal(put_evidence(), ATT_OK);
	digest[0] ^= 1;
	assert_int_equal(take_signature(TPM_DOUBLE_KEY, RSA_PSS_SALTLEN_DIGEST),
	    ATT_ERR_TPM_EVIDENCE);
	assert_int_equal(message.len, 0);
}

/* --- The report ----------------------------------------------------------- */

/* A token with this payload, by nobody; put into what has %s for it. */
static enum att_err
take_report(const char *form, const char *payload)
{
	char text[2048];
	struct att_buf jws;
	enum att_err err;

	att_buf_init(&jws, 4096);
	assert_int_equal(
	    att_base64url_encode(
		att_bytes_text("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"), &jws),
	    ATT_OK);
	assert_int_equal(att_buf_put_u8(&jws, '.'), ATT_OK);
	assert_int_equal(
	    att_base64url_encode(att_bytes_text(payload), &jws), ATT_OK);
	assert_int_equal(att_buf_printf(&jws, ".c2ln"), ATT_OK);
	assert_int_equal(att_buf_put_u8(&jws, '\0'), ATT_OK);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), form, (const char *)jws.ptr);
#pragma GCC diagnostic pop
	att_buf_reset(&token);
	err = att_tpm_exchange_take_report(
	    exchange, att_bytes_text(text), &token, &why);
	if (err == ATT_OK)
		assert_string_equal((const char *)jws.ptr,
		    (att_buf_put_u8(&token, 0) == ATT_OK ? (char *)token.ptr
							 : ""));
	else
		assert_int_equal(token.len, 0);
	att_buf_reset(&jws);
	return err;
}

/* A payload in which a member of that name is what was drawn. */
static void
make_payload(char *out, size_t size, const char *name)
{
	struct att_buf echo;

	att_buf_init(&echo, 100);
	assert_int_equal(
	    att_base64url_encode(att_tpm_exchange_get_rp_data(exchange), &echo),
	    ATT_OK);
	snprintf(out, size, "{\"iss\":\"x\",\"%s\":\"%.*s\"}", name,
	    (int)echo.len, (const char *)echo.ptr);
	att_buf_reset(&echo);
}

static void
reads_a_report_in_either_form(void **state)
{
	char payload[200];

	(void)state;
	go_to_signature();
	make_payload(payload, sizeof(payload), "rp_data");
	assert_int_equal(
	    take_report("{\"payload\":{\"report\":\"%s\"}}", payload), ATT_OK);
	open_exchange(false);
	go_to_signature();
	make_payload(payload, sizeof(payload), "rp_data");
	assert_int_equal(take_report("{\"report\":\"%s\"}", payload), ATT_OK);
}

static void
refuses_a_report_for_another_request(void **state)
{
	char payload[200];

	(void)state;
	go_to_signature();
	assert_int_equal(take_report("{\"report\":\"%s\"}", "{\"iss\":\"x\"}"),
	    ATT_ERR_MAA_ANSWER);
	assert_non_null(strstr(why.text, "rp_data"));
	open_exchange(true);
	go_to_signature();
	make_payload(payload, sizeof(payload), "nonce");
	assert_int_equal(
	    take_report("{\"report\":\"%s\"}", payload), ATT_ERR_MAA_ANSWER);
	make_payload(payload, sizeof(payload), "rp_data");
	open_exchange(true);
	go_to_signature();
	assert_int_equal(
	    take_report("{\"report\":\"%s\"}", payload), ATT_ERR_MAA_ANSWER);
}

/* --- Order ---------------------------------------------------------------- */

static void
goes_in_one_order(void **state)
{
	struct att_bytes challenge;

	(void)state;
	assert_int_equal(take_challenge(ANSWER, &challenge), ATT_ERR_INTERNAL);
	open_exchange(true);
	say_begin();
	assert_int_equal(
	    att_tpm_exchange_begin(exchange, &message, &why), ATT_ERR_INTERNAL);
	open_exchange(true);
	say_begin();
	assert_int_equal(put_evidence(), ATT_ERR_INTERNAL);
	open_exchange(true);
	go_to_challenge();
	assert_int_equal(take_signature(TPM_DOUBLE_KEY, 32), ATT_ERR_INTERNAL);
	open_exchange(true);
	go_to_challenge();
	assert_int_equal(
	    take_report("{\"report\":\"%s\"}", "{}"), ATT_ERR_INTERNAL);
	open_exchange(true);
	go_to_signature();
	assert_int_equal(take_report("{}%.0s", "{}"), ATT_ERR_MAA_ANSWER);
	assert_int_equal(
	    take_report("{\"report\":\"%s\"}", "{}"), ATT_ERR_INTERNAL);
}

static void
draws_anew_for_each_request(void **state)
{
	uint8_t first[ATT_TPM_RP_DATA_LEN];

	(void)state;
	memcpy(
	    first, att_tpm_exchange_get_rp_data(exchange).ptr, sizeof(first));
	open_exchange(true);
	assert_memory_not_equal(
	    first, att_tpm_exchange_get_rp_data(exchange).ptr, sizeof(first));
}

static void
refuses_names_that_cannot_be(void **state)
{
	char name[ATT_TPM_RP_ID_MAX + 2];
	struct att_tpm_exchange_params params = { name, true };

	(void)state;
	att_tpm_exchange_free(&exchange);
	memset(name, 'n', sizeof(name));
	name[ATT_TPM_RP_ID_MAX + 1] = '\0';
	assert_int_equal(
	    att_tpm_exchange_new(&params, &exchange, &why), ATT_ERR_USAGE);
	assert_null(exchange);
	name[0] = '\xff';
	name[1] = '\0';
	assert_int_equal(
	    att_tpm_exchange_new(&params, &exchange, &why), ATT_ERR_USAGE);
	name[0] = '\0';
	assert_int_equal(
	    att_tpm_exchange_new(&params, &exchange, &why), ATT_ERR_USAGE);
	name[0] = 'n';
	assert_int_equal(
	    att_tpm_exchange_new(&params, &exchange, &why), ATT_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(begins_as_recorded),
		TEST(sends_what_the_key_signed),
		TEST(takes_the_challenge),
		TEST(refuses_evidence_that_is_wrong),
		TEST(refuses_logs_that_are_cut),
		TEST(warns_of_pcrs_that_differ),
		TEST(tells_a_salt_of_another_length),
		TEST(refuses_what_the_key_did_not_sign),
		TEST(reads_a_report_in_either_form),
		TEST(refuses_a_report_for_another_request),
		TEST(goes_in_one_order),
		TEST(draws_anew_for_each_request),
		TEST(refuses_names_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, tpm_double_drop_keys);
}
