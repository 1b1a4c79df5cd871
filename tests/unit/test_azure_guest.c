/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the message of a virtual machine: a TPM of OpenSSL's keys on one
 * side, answers of a service on the other.
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

#include "codec/base64url.h"
#include "codec/jws.h"
#include "guest_answer.h"
#include "maa/azure_guest.h"
#include "sent_json.h"
#include "tpm_double.h"

static const uint8_t inner_key[32] = { 7 };
static const struct att_guest_os os = { "Debian GNU/Linux", 12, 5 };
static struct att_azure_guest *guest;
static struct tpm_double tpm;
static struct att_tpm_guest_evidence evidence;
static struct att_azure_guest_parts parts;
static struct att_buf tcg, info, answer, token;
static struct att_reason why;
static json_t *sent;

static void
open_guest(void)
{
	att_azure_guest_free(&guest);
	assert_int_equal(att_azure_guest_new(&guest, &why), ATT_OK);
}

static int
begin(void **state)
{
	struct att_buf ima;

	(void)state;
	att_buf_init(&tcg, 65536);
	att_buf_init(&ima, 65536);
	att_buf_init(&info, ATT_GUEST_INFO_MAX);
	att_buf_init(&answer, 65536);
	att_buf_init(&token, ATT_JWS_TOKEN_MAX);
	tpm_double_begin_guest(&tpm);
	event_put_start(&tcg, &ima, &tpm.pcrs);
	att_buf_reset(&ima);
	parts = (struct att_azure_guest_parts){ .evidence = &evidence,
		.os = &os,
		.isolation = ATT_GUEST_TRUSTED_LAUNCH };
	open_guest();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	att_azure_guest_free(&guest);
	tpm_double_end(&tpm);
	att_buf_reset(&tcg);
	att_buf_reset(&info);
	att_buf_reset(&answer);
	att_buf_reset(&token);
	json_decref(sent);
	sent = NULL;
	return 0;
}

/* --- The request ---------------------------------------------------------- */

static enum att_err
put(void)
{
	enum att_err err;

	tpm_double_say_guest(&tpm, &evidence);
	parts.tcg_log = att_buf_get(&tcg);
	att_buf_reset(&info);
	err = att_azure_guest_put_evidence(guest, &parts, &info, &why);
	json_decref(sent);
	sent = NULL;
	if (err == ATT_OK)
		sent = read_json(att_buf_get(&info));
	return err;
}

static void
expect(const json_t *object, const char *name, struct att_bytes wanted)
{
	uint8_t *ptr;
	size_t len;

	assert_int_equal(
	    att_base64_decode(
		att_bytes_text(text_of(object, name)), 1 << 20, &ptr, &len),
	    ATT_OK);
	assert_true(att_bytes_is_equal(att_bytes(ptr, len), wanted));
	free(ptr);
}

static void
expect_pcrs(const json_t *said)
{
	json_t *set = json_object_get(said, "PcrSet");
	json_t *values = json_object_get(said, "PCRs");

	assert_int_equal(json_array_size(set), 8);
	assert_int_equal(json_array_size(values), 8);
	for (size_t i = 0; i < 8; i++) {
		json_t *value = json_array_get(values, i);

		assert_int_equal(json_integer_value(json_array_get(set, i)), i);
		assert_int_equal(
		    json_integer_value(json_object_get(value, "Index")), i);
		expect(value, "Digest", att_bytes(tpm.pcrs.values[i], 32));
	}
}

static void
says_what_the_tpm_said(void **state)
{
	json_t *said;

	(void)state;
	tpm.has_certificate = true;
	assert_int_equal(put(), ATT_OK);
	assert_int_equal(json_object_size(sent), 10);
	assert_string_equal(text_of(sent, "AttestationProtocolVersion"), "2.0");
	expect(sent, "OSType", att_bytes_text("Linux"));
	expect(sent, "OSDistro", att_bytes_text(os.distro));
	expect(sent, "OSBuild", att_bytes_text("NotApplication"));
	assert_int_equal(
	    json_integer_value(json_object_get(sent, "OSVersionMajor")), 12);
	assert_int_equal(
	    json_integer_value(json_object_get(sent, "OSVersionMinor")), 5);
	expect(sent, "TcgLogs", att_buf_get(&tcg));
	said = json_object_get(sent, "TpmInfo");
	assert_int_equal(json_object_size(said), 9);
	expect(said, "AikCert", att_buf_get(&tpm.certificate));
	expect(said, "AikPub", evidence.aik_public);
	expect(said, "PcrQuote", evidence.quote);
	expect(said, "PcrSignature", evidence.quote_signature);
	expect(said, "EncKeyPub", evidence.key_public);
	expect(said, "EncKeyCertifyInfo", evidence.certification);
	expect(said, "EncKeyCertifyInfoSignature",
	    evidence.certification_signature);
	expect_pcrs(said);
	said = json_object_get(sent, "IsolationInfo");
	assert_int_equal(json_object_size(said), 1);
	assert_string_equal(text_of(said, "Type"), "TrustedLaunch");
	assert_string_equal(att_azure_guest_get_warning(guest), "");
}

static void
says_what_is_around_it(void **state)
{
	static const char *const names[] = {
		[ATT_GUEST_SEV_SNP] = "SevSnp",
		[ATT_GUEST_TDX] = "Tdx",
	};
	json_t *said, *proof;

	(void)state;
	parts.proof = att_bytes_text("{\"SnpReport\":\"\"}");
	parts.runtime_data = att_bytes_text("{\"keys\":[]}");
	att_buf_reset(&tcg);
	for (unsigned int i = ATT_GUEST_SEV_SNP; i <= ATT_GUEST_TDX; i++) {
		open_guest();
		parts.isolation = i;
		assert_int_equal(put(), ATT_OK);
		said = json_object_get(sent, "IsolationInfo");
		assert_string_equal(text_of(said, "Type"), names[i]);
		proof = json_object_get(said, "Evidence");
		expect(proof, "Proof", parts.proof);
		expect(proof, "RunTimeData", parts.runtime_data);
		assert_string_equal(text_of(sent, "TcgLogs"), "");
		assert_string_equal(
		    text_of(json_object_get(sent, "TpmInfo"), "AikCert"), "");
	}
}

static void
refuses_evidence_that_is_wrong(void **state)
{
	(void)state;
	tpm.quote.signer = TPM_DOUBLE_OTHER;
	assert_int_equal(put(), ATT_ERR_TPM_EVIDENCE);
	assert_int_equal(info.len, 0);
	tpm.quote.signer = TPM_DOUBLE_AIK;
	open_guest();
	tcg.len--;
	assert_int_equal(put(), ATT_ERR_EVENT_LOG);
	assert_int_equal(info.len, 0);
	tcg.len++;
	open_guest();
	tpm.pcrs.values[4][0] ^= 1;
	assert_int_equal(put(), ATT_OK);
	assert_non_null(
	    strstr(att_azure_guest_get_warning(guest), "PCR 4 has not"));
}

/* --- The answer ----------------------------------------------------------- */

/* A token of nobody with this payload, in an envelope for the TPM. */
static void
make_answer(const char *payload)
{
	struct att_buf jws, wrapped;

	att_buf_init(&jws, 4096);
	att_buf_init(&wrapped, 512);
	assert_int_equal(
	    att_base64url_encode(
		att_bytes_text("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"), &jws),
	    ATT_OK);
	assert_int_equal(att_buf_put_u8(&jws, '.'), ATT_OK);
	assert_int_equal(
	    att_base64url_encode(att_bytes_text(payload), &jws), ATT_OK);
	assert_int_equal(att_buf_printf(&jws, ".c2ln"), ATT_OK);
	assert_int_equal(att_buf_put_u8(&jws, '\0'), ATT_OK);
	tpm_double_encrypt(
	    TPM_DOUBLE_KEY, att_bytes(inner_key, sizeof(inner_key)), &wrapped);
	att_buf_reset(&answer);
	guest_answer_put(
	    &answer, &(struct guest_answer){
			 .key = att_bytes(inner_key, sizeof(inner_key)),
			 .wrapped = att_buf_get(&wrapped),
			 .token = (const char *)jws.ptr });
	att_buf_reset(&jws);
	att_buf_reset(&wrapped);
}

static void
make_payload(char *out, size_t size, const char *name)
{
	snprintf(out, size,
	    "{\"x-ms-runtime\":{\"client-payload\":{\"%s\":\"%s\"}}}", name,
	    text_of(json_object_get(sent, "ClientPayload"), "nonce"));
}

static enum att_err
take_key(struct att_bytes key)
{
	struct att_bytes wrapped;
	enum att_err err;

	err = att_azure_guest_take_envelope(
	    guest, att_buf_get(&answer), &wrapped, &why);
	if (err != ATT_OK) {
		assert_null(wrapped.ptr);
		return err;
	}
	assert_int_equal(wrapped.len, 256);
	att_buf_reset(&token);
	return att_azure_guest_take_key(guest, key, &token, &why);
}

static void
opens_the_token(void **state)
{
	char payload[512];

	(void)state;
	assert_int_equal(put(), ATT_OK);
	make_payload(payload, sizeof(payload), "nonce");
	make_answer(payload);
	assert_int_equal(
	    take_key(att_bytes(inner_key, sizeof(inner_key))), ATT_OK);
	assert_int_equal(att_buf_put_u8(&token, '\0'), ATT_OK);
	assert_non_null(strstr((const char *)token.ptr, ".c2ln"));
}

static void
refuses_tokens_for_another_request(void **state)
{
	static const char *const rows[] = { "{\"x-ms-runtime\":{}}", "{}",
		"{\"x-ms-runtime\":{\"client-payload\":{\"nonce\":\"\"}}}" };
	char payload[512];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		open_guest();
		assert_int_equal(put(), ATT_OK);
		make_payload(payload, sizeof(payload), "Nonce");
		make_answer(i < 3 ? rows[i] : payload);
		assert_int_equal(
		    take_key(att_bytes(inner_key, sizeof(inner_key))),
		    ATT_ERR_MAA_ANSWER);
		assert_int_equal(token.len, 0);
		assert_non_null(strstr(why.text, "client-payload/nonce"));
	}
	/* That of the request before. */
	make_payload(payload, sizeof(payload), "nonce");
	open_guest();
	assert_int_equal(put(), ATT_OK);
	make_answer(payload);
	assert_int_equal(take_key(att_bytes(inner_key, sizeof(inner_key))),
	    ATT_ERR_MAA_ANSWER);
}

static void
refuses_answers_that_do_not_open(void **state)
{
	char payload[512];
	uint8_t other[sizeof(inner_key)] = { 8 };

	(void)state;
	assert_int_equal(put(), ATT_OK);
	make_payload(payload, sizeof(payload), "nonce");
	make_answer(payload);
	assert_int_equal(
	    take_key(att_bytes(other, sizeof(other))), ATT_ERR_MAA_ANSWER);
	assert_int_equal(token.len, 0);
	open_guest();
	assert_int_equal(put(), ATT_OK);
	make_answer(payload);
	answer.len--;
	assert_int_equal(take_key(att_bytes(inner_key, sizeof(inner_key))),
	    ATT_ERR_MAA_ANSWER);
	open_guest();
	assert_int_equal(put(), ATT_OK);
	make_answer("not JSON");
	assert_int_equal(take_key(att_bytes(inner_key, sizeof(inner_key))),
	    ATT_ERR_JWS_MALFORMED);
	assert_int_equal(token.len, 0);
}

static void
goes_in_one_order(void **state)
{
	struct att_bytes wrapped;
	char payload[512];

	(void)state;
	assert_int_equal(att_azure_guest_take_envelope(
			     guest, att_bytes_text("{}"), &wrapped, &why),
	    ATT_ERR_INTERNAL);
	open_guest();
	assert_int_equal(put(), ATT_OK);
	make_payload(payload, sizeof(payload), "nonce");
	make_answer(payload);
	assert_int_equal(att_azure_guest_take_key(
			     guest, att_bytes(inner_key, 32), &token, &why),
	    ATT_ERR_INTERNAL);
	/* Nor after an error. */
	assert_int_equal(take_key(att_bytes(inner_key, 32)), ATT_ERR_INTERNAL);
	assert_int_equal(put(), ATT_ERR_INTERNAL);
}

static void
draws_anew_for_each_request(void **state)
{
	char *first;

	(void)state;
	assert_int_equal(put(), ATT_OK);
	first =
	    strdup(text_of(json_object_get(sent, "ClientPayload"), "nonce"));
	assert_non_null(first);
	/* base64 of base64url of 32 bytes */
	assert_int_equal(strlen(first), 60);
	open_guest();
	assert_int_equal(put(), ATT_OK);
	assert_string_not_equal(
	    first, text_of(json_object_get(sent, "ClientPayload"), "nonce"));
	free(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_what_the_tpm_said),
		TEST(says_what_is_around_it),
		TEST(refuses_evidence_that_is_wrong),
		TEST(opens_the_token),
		TEST(refuses_tokens_for_another_request),
		TEST(refuses_answers_that_do_not_open),
		TEST(goes_in_one_order),
		TEST(draws_anew_for_each_request),
	};

	return cmocka_run_group_tests(tests, NULL, tpm_double_drop_keys);
}
