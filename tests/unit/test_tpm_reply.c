/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading the answers of /attest/Tpm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"
#include "codec/jws.h"
#include "maa/tpm_reply.h"

#define ANSWER                                                                 \
	"{\"challenge\":\"YSBjaGFsbGVuZ2Uu\","                                 \
	"\"service_context\":\"a \\u00e9\\\" context\"}"

static struct att_tpm_challenge challenge;
static struct att_buf token;
static struct att_reason why;

static int
begin(void **state)
{
	(void)state;
	att_buf_init(&token, ATT_JWS_TOKEN_MAX);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	att_tpm_challenge_reset(&challenge);
	att_buf_reset(&token);
	return 0;
}

static enum att_err
read_challenge(const char *answer)
{
	att_tpm_challenge_reset(&challenge);
	return att_tpm_challenge_read(att_bytes_text(answer), &challenge, &why);
}

/* --- The challenge -------------------------------------------------------- */

static void
reads_a_challenge_in_either_form(void **state)
{
	static const char *const rows[] = { ANSWER, "{\"payload\":" ANSWER "}",
		"{\"payload\":" ANSWER ",\"more\":[1]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_challenge(rows[i]), ATT_OK);
		assert_int_equal(challenge.len, 12);
		assert_memory_equal(challenge.bytes, "a challenge.", 12);
		assert_string_equal(
		    challenge.service_context, "a \xc3\xa9\" context");
	}
}

static void
refuses_answers_without_a_challenge(void **state)
{
	static const char *const rows[] = {
		"",
		"<html></html>",
		"[]",
		"{}",
		"{\"payload\":null}",
		"{\"payload\":[]}",
		"{\"payload\":\"x\",\"challenge\":\"YQ\","
		"\"service_context\":\"x\"}",
		"{\"challenge\":\"YQ\"}",
		"{\"service_context\":\"x\"}",
		"{\"challenge\":\"YQ\",\"service_context\":\"\"}",
		"{\"challenge\":\"YQ\",\"service_context\":1}",
		"{\"challenge\":\"\",\"service_context\":\"x\"}",
		"{\"challenge\":\"YQ==\",\"service_context\":\"x\"}",
		"{\"challenge\":\"Y\",\"service_context\":\"x\"}",
		"{\"challenge\":\"Y+\",\"service_context\":\"x\"}",
		"{\"challenge\":[\"YQ\"],\"service_context\":\"x\"}",
		"{\"challenge\":\"YQ\",\"challenge\":\"YQ\","
		"\"service_context\":\"x\"}",
		"{\"challenge\":\"YQ\",\"service_context\":\"x\"} x",
		/* 65 bytes */
		"{\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		"\"service_context\":\"x\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_challenge(rows[i]), ATT_ERR_MAA_ANSWER);
		assert_null(challenge.bytes);
		assert_null(challenge.service_context);
		assert_int_not_equal(why.text[0], '\0');
	}
}

static void
bounds_the_answer(void **state)
{
	const size_t max = 64 << 10;
	char *text = malloc(max + 2);
	char *end_of_text;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', max + 1);
	text[max + 1] = '\0';
	memcpy(text, ANSWER, strlen(ANSWER));
	assert_int_equal(read_challenge(text), ATT_ERR_MAA_ANSWER);
	text[max] = '\0';
	assert_int_equal(read_challenge(text), ATT_OK);
	/* A context of one byte too many. */
	end_of_text =
	    text +
	    sprintf(text, "{\"challenge\":\"YQ\",\"service_context\":\"");
	memset(end_of_text, 'c', 32769);
	memcpy(end_of_text + 32769, "\"}", 3);
	assert_int_equal(read_challenge(text), ATT_ERR_MAA_ANSWER);
	memcpy(end_of_text + 32768, "\"}", 3);
	assert_int_equal(read_challenge(text), ATT_OK);
	free(text);
}

/* --- The report ----------------------------------------------------------- */

static const uint8_t drawn[32] = "what was drawn for this request";

/* A token with that as the member NAME, by nobody. */
static void
make_token(const char *name, struct att_bytes value, struct att_buf *jws)
{
	struct att_buf payload;

	att_buf_init(&payload, 1024);
	att_buf_init(jws, 4096);
	assert_int_equal(
	    att_buf_printf(&payload, "{\"iss\":\"x\",\"%s\":\"", name), ATT_OK);
	assert_int_equal(att_base64url_encode(value, &payload), ATT_OK);
	assert_int_equal(att_buf_printf(&payload, "\"}"), ATT_OK);
	assert_int_equal(
	    att_base64url_encode(
		att_bytes_text("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"), jws),
	    ATT_OK);
	assert_int_equal(att_buf_put_u8(jws, '.'), ATT_OK);
	assert_int_equal(
	    att_base64url_encode(att_buf_get(&payload), jws), ATT_OK);
	assert_int_equal(att_buf_printf(jws, ".c2ln"), ATT_OK);
	att_buf_reset(&payload);
}

/* Reads a report of that token between two pieces of text. */
static enum att_err
read_report(const char *before, const char *name, struct att_bytes value,
    const char *after)
{
	struct att_buf answer, jws;
	enum att_err err;

	make_token(name, value, &jws);
	att_buf_init(&answer, 8192);
	assert_int_equal(att_buf_put(&answer, before, strlen(before)), ATT_OK);
	assert_int_equal(att_buf_put(&answer, jws.ptr, jws.len), ATT_OK);
	assert_int_equal(att_buf_put(&answer, after, strlen(after)), ATT_OK);
	att_buf_reset(&token);
	err = att_tpm_report_read(att_buf_get(&answer),
	    att_bytes(drawn, sizeof(drawn)), &token, &why);
	if (err == ATT_OK)
		assert_true(
		    att_bytes_is_equal(att_buf_get(&token), att_buf_get(&jws)));
	else
		assert_int_equal(token.len, 0);
	att_buf_reset(&answer);
	att_buf_reset(&jws);
	return err;
}

static void
reads_a_report_in_either_form(void **state)
{
	struct att_bytes value = att_bytes(drawn, sizeof(drawn));

	(void)state;
	assert_int_equal(read_report("{\"payload\":{\"report\":\"", "rp_data",
			     value, "\"}}"),
	    ATT_OK);
	assert_int_equal(
	    read_report("{\"report\":\"", "rp_data", value, "\"}"), ATT_OK);
}

static void
refuses_a_report_for_another_request(void **state)
{
	uint8_t other[sizeof(drawn) + 1] = { 0 };

	(void)state;
	memcpy(other, drawn, sizeof(drawn));
	assert_int_equal(read_report("{\"report\":\"", "nonce",
			     att_bytes(drawn, sizeof(drawn)), "\"}"),
	    ATT_ERR_MAA_ANSWER);
	assert_non_null(strstr(why.text, "rp_data"));
	assert_int_equal(read_report("{\"report\":\"", "rp_data",
			     att_bytes(other, sizeof(other)), "\"}"),
	    ATT_ERR_MAA_ANSWER);
	assert_int_equal(read_report("{\"report\":\"", "rp_data",
			     att_bytes(other, sizeof(drawn) - 1), "\"}"),
	    ATT_ERR_MAA_ANSWER);
	other[0] ^= 1;
	assert_int_equal(read_report("{\"report\":\"", "rp_data",
			     att_bytes(other, sizeof(drawn)), "\"}"),
	    ATT_ERR_MAA_ANSWER);
}

static void
refuses_answers_without_a_report(void **state)
{
	static const struct {
		const char *before, *after;
		enum att_err err;
	} rows[] = {
		{ "", "", ATT_ERR_MAA_ANSWER },
		{ "{\"payload\":\"", "\"}", ATT_ERR_MAA_ANSWER },
		{ "{\"payload\":{},\"report\":\"", "\"}", ATT_ERR_MAA_ANSWER },
		{ "{\"report\":[\"", "\"]}", ATT_ERR_MAA_ANSWER },
		{ "{\"report\":\"", "\"}}", ATT_ERR_MAA_ANSWER },
		{ "{\"report\":\"", ".x\"}", ATT_ERR_JWS_MALFORMED },
		{ "{\"report\":\" ", "\"}", ATT_ERR_JWS_MALFORMED },
		{ "{\"report\":\"e30.", "\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"report\":\"\",\"x\":\"", "\"}", ATT_ERR_JWS_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    read_report(rows[i].before, "rp_data",
			att_bytes(drawn, sizeof(drawn)), rows[i].after),
		    rows[i].err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_challenge_in_either_form),
		TEST(refuses_answers_without_a_challenge),
		TEST(bounds_the_answer),
		TEST(reads_a_report_in_either_form),
		TEST(refuses_a_report_for_another_request),
		TEST(refuses_answers_without_a_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
