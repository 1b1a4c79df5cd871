/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of host tokens: what is one, and the mistakes that others make. The
 * key is tests/unit/test_signer.c, what a token says test_claims.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "service.h"

static struct service service;
static struct service_question question;
static char *header; /* of a token of an enclave */

static int
make_service(void **state)
{
	(void)state;
	service_new(&service);
	service_ask(&service, &question);
	header = service_text(
	    "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}", service.kid);
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	free(header);
	service_question_reset(&question);
	service_reset(&service);
	return 0;
}

/* A good one. */
static void
sign_good(struct att_buf *text)
{
	att_buf_init(text, 4 << 20);
	service_sign(service.enclave, header, SERVICE_AZUREVM, text);
}

static enum att_err
judge_bytes(const void *ptr, size_t len)
{
	struct att_reason why = { 0 };

	return service_judge_text(&question, att_bytes(ptr, len), NULL, &why);
}

static void
a_good_token_is_accepted(void **state)
{
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_buf text;

	(void)state;
	sign_good(&text);
	if (service_judge_text(&question, att_buf_get(&text), &verdict, &why) !=
	    ATT_OK)
		fail_msg("%s", why.text);
	assert_true(verdict.is_signed);
	assert_int_equal(verdict.type, ATT_TOKEN_AZUREVM);
	assert_string_equal(verdict.issuer, SERVICE_ISSUER);
	assert_string_equal(verdict.kid, service.kid);
	assert_string_equal(verdict.anchor, "");
	assert_int_equal(verdict.iat, SERVICE_IAT);
	assert_int_equal(verdict.nbf, SERVICE_IAT);
	assert_int_equal(verdict.exp, SERVICE_IAT + SERVICE_LIFE);
	assert_false(verdict.in_grace);
	att_buf_reset(&text);
}

static void
lends_header_and_claims(void **state)
{
	struct att_reason why = { 0 };
	struct att_token *token;
	struct att_buf text;

	(void)state;
	sign_good(&text);
	assert_int_equal(
	    att_token_parse(att_buf_get(&text), &token, &why), ATT_OK);
	/* The text need not last. */
	memset(text.ptr, 'x', text.len);
	att_buf_reset(&text);
	assert_string_equal(
	    att_json_get_text(att_token_get_header(token), "kid"), service.kid);
	assert_string_equal(
	    att_json_get_text(att_token_get_claims(token), "iss"),
	    SERVICE_ISSUER);
	att_token_free(&token);
	assert_null(token);
	att_token_free(&token);
}

/* --- The form ------------------------------------------------------------ */

static void
no_bit_can_be_turned_over(void **state)
{
	struct att_buf text;

	(void)state;
	sign_good(&text);
	for (size_t bit = 0; bit < 8 * text.len; bit++) {
		text.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (judge_bytes(text.ptr, text.len) == ATT_OK)
			fail_msg("bit %zu", bit);
		text.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t len = 0; len < text.len; len++)
		assert_int_not_equal(judge_bytes(text.ptr, len), ATT_OK);
	assert_int_equal(judge_bytes(text.ptr, text.len), ATT_OK);
	att_buf_reset(&text);
}

/* The good token with one text put in at an offset from one of its ends. */
static enum att_err
judge_with(const struct att_buf *text, size_t at, const char *more)
{
	const size_t len = strlen(more);
	uint8_t *copy = malloc(text->len + len);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, text->ptr, at);
	memcpy(copy + at, more, len);
	memcpy(copy + at + len, text->ptr + at, text->len - at);
	err = judge_bytes(copy, text->len + len);
	free(copy);
	return err;
}

static void
refuses_blanks_padding_and_more_parts(void **state)
{
	static const char *const more[] = { " ", "\n", "\r\n", "\t", "=",
		"==", ".", ".AAAA", "..", "\xef\xbb\xbf", "%3D", "A" };
	struct att_buf text;
	size_t dots[2] = { 0 };

	(void)state;
	sign_good(&text);
	for (size_t i = 0, n = 0; i < text.len; i++)
		if (text.ptr[i] == '.')
			dots[n++] = i;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		const size_t places[] = { 0, 10, dots[0], dots[0] + 1, dots[1],
			dots[1] + 1, text.len };

		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++)
			if (judge_with(&text, places[k], more[i]) == ATT_OK)
				fail_msg("'%s' at %zu", more[i], places[k]);
	}
	att_buf_reset(&text);
}

/* The bits of the last character that stand for nothing. */
static void
refuses_other_texts_of_the_same_bytes(void **state)
{
	struct att_buf text;
	uint8_t *last;

	(void)state;
	sign_good(&text);
	last = &text.ptr[text.len - 1];
	/* A signature of 256 bytes is 342 characters: four bits are left. */
	assert_non_null(strchr("AQgw", *last));
	(*last)++;
	assert_int_equal(
	    judge_bytes(text.ptr, text.len), ATT_ERR_JWS_MALFORMED);
	att_buf_reset(&text);
}

static void
refuses_members_that_are_there_twice(void **state)
{
	static const struct {
		const char *more;
		const char *claims;
	} cases[] = {
		{ ",\"alg\":\"RS256\"", SERVICE_AZUREVM },
		{ ",\"a\":{\"b\":1,\"b\":1}", SERVICE_AZUREVM },
		{ "", SERVICE_CLAIMS(",\"iss\":\"" SERVICE_ISSUER "\"") },
		{ "", SERVICE_CLAIMS(",\"\\u0069ss\":\"x\"") },
		{ "", SERVICE_CLAIMS(",\"a\":{\"b\":1,\"b\":1}") },
		{ "", SERVICE_CLAIMS(",\"a\":[{\"b\":[],\"b\":[]}]") },
	};
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *twice =
		    service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"%s}",
			service.kid, cases[i].more);

		if (service_judge(&question, service.enclave, twice,
			cases[i].claims, &why) != ATT_ERR_JWS_MALFORMED)
			fail_msg("case %zu: %s", i, why.text);
		free(twice);
	}
}

static void
refuses_what_is_nested_deeper_than_32(void **state)
{
	char nested[64] = { 0 }, closed[64] = { 0 };
	struct att_reason why = { 0 };
	char *claims;

	(void)state;
	memset(nested, '[', 31);
	memset(closed, ']', 31);
	claims = service_text("{" SERVICE_HEAD ",\"x-ms-attestation-type\":"
			      "\"azurevm\",\"a\":%s%s}",
	    nested, closed);
	assert_int_equal(
	    service_judge(&question, service.enclave, header, claims, &why),
	    ATT_OK);
	free(claims);
	nested[31] = '[';
	closed[31] = ']';
	claims = service_text("{" SERVICE_HEAD ",\"x-ms-attestation-type\":"
			      "\"azurevm\",\"a\":%s%s}",
	    nested, closed);
	assert_int_equal(
	    service_judge(&question, service.enclave, header, claims, &why),
	    ATT_ERR_JWS_MALFORMED);
	free(claims);
}

static void
refuses_more_than_a_mebibyte(void **state)
{
	struct att_reason why = { 0 };
	char *claims =
	    service_text("{" SERVICE_HEAD
			 ",\"x-ms-attestation-type\":\"azurevm\",\"a\":\"%*s"
			 "\"}",
		785000, "x");

	(void)state;
	assert_int_equal(
	    service_judge(&question, service.enclave, header, claims, &why),
	    ATT_OK);
	free(claims);
	claims = service_text("{" SERVICE_HEAD ",\"x-ms-attestation-type\":"
			      "\"azurevm\",\"a\":\"%*s\"}",
	    787000, "x");
	assert_int_equal(
	    service_judge(&question, service.enclave, header, claims, &why),
	    ATT_ERR_JWS_MALFORMED);
	assert_non_null(strstr(why.text, "expected 1 to 1048576"));
	free(claims);
}

/* A file may end in a line break, and in nothing else. */
static void
trims_one_line_break(void **state)
{
	static const struct {
		const char *end;
		enum att_err err;
	} cases[] = {
		{ "", ATT_OK },
		{ "\n", ATT_OK },
		{ "\n\n", ATT_ERR_JWS_MALFORMED },
		{ "\r\n", ATT_ERR_JWS_MALFORMED },
		{ " ", ATT_ERR_JWS_MALFORMED },
	};
	struct att_bytes trimmed;
	struct att_buf text;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sign_good(&text);
		assert_int_equal(
		    att_buf_printf(&text, "%s", cases[i].end), ATT_OK);
		trimmed = att_token_trim(att_buf_get(&text));
		assert_int_equal(
		    judge_bytes(trimmed.ptr, trimmed.len), cases[i].err);
		att_buf_reset(&text);
	}
	assert_int_equal(att_token_trim(att_bytes("\n", 1)).len, 0);
	assert_int_equal(att_token_trim(att_bytes("\n", 0)).len, 0);
}

/* --- What others accept --------------------------------------------------- */

/* The claims of an attacker, who has signed them with a key of their own. */
static enum att_err
judge_forged(const char *forged_header)
{
	struct att_reason why = { 0 };

	return service_judge(
	    &question, service.stranger, forged_header, SERVICE_AZUREVM, &why);
}

static void
javascript_sdk_accepts_alg_none(void **state)
{
	static const char *const names[] = { "none", "None", "NONE", "nOnE",
		"" };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *none = service_text(
		    "{\"alg\":\"%s\",\"kid\":\"%s\"}", names[i], service.kid);

		assert_int_equal(
		    service_judge(&question, NULL, none, SERVICE_AZUREVM, &why),
		    ATT_ERR_JWS_ALGORITHM);
		assert_int_equal(service_judge(&question, service.enclave, none,
				     SERVICE_AZUREVM, &why),
		    ATT_ERR_JWS_ALGORITHM);
		free(none);
	}
	/* The good one with its signature cut off. */
	assert_int_equal(
	    service_judge(&question, NULL, header, SERVICE_AZUREVM, &why),
	    ATT_ERR_JWS_MALFORMED);
}

static void
javascript_sdk_accepts_an_unknown_kid_with_x5c_of_an_attacker(void **state)
{
	struct pki_spec spec = { .key = service.stranger,
		.issuer_key = service.stranger };
	X509 *self, *certs[2] = { NULL, NULL };
	char *x5c, *kid[3];

	(void)state;
	spec.issuer = service.pca;
	self = service_make_leaf(&service, spec);
	certs[0] = self;
	x5c = service_x5c(certs);
	kid[0] = service_text("{\"alg\":\"RS256\",\"kid\":\"x\",%s}", x5c);
	kid[1] = service_text("{\"alg\":\"RS256\",%s}", x5c);
	kid[2] = service_text(
	    "{\"alg\":\"RS256\",\"kid\":\"%s\",%s}", service.kid, x5c);
	assert_int_equal(judge_forged(kid[0]), ATT_ERR_TOKEN_SIGNER);
	assert_int_equal(judge_forged(kid[1]), ATT_ERR_TOKEN_KEY);
	assert_int_equal(judge_forged(kid[2]), ATT_ERR_TOKEN_SIGNER);
	for (size_t i = 0; i < 3; i++)
		free(kid[i]);
	free(x5c);
	X509_free(self);
}

static void
javascript_sdk_accepts_a_missing_kid(void **state)
{
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(
	    judge_forged("{\"alg\":\"RS256\"}"), ATT_ERR_TOKEN_KEY);
	assert_int_equal(judge_forged("{\"alg\":\"RS256\",\"kid\":null}"),
	    ATT_ERR_TOKEN_KEY);
	/* Nor is the one key there is tried, though it would do. */
	assert_int_equal(service_judge(&question, service.enclave,
			     "{\"alg\":\"RS256\"}", SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_KEY);
}

/* A slack of ten seconds turned everything off. */
static void
javascript_sdk_checks_nothing_with_a_slack(void **state)
{
	struct service_question slack = question;
	struct att_reason why = { 0 };

	(void)state;
	slack.opts.host_leeway = 10;
	slack.trust.now = SERVICE_IAT + SERVICE_LIFE + 10;
	assert_int_equal(service_judge(&slack, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_EXPIRED);
	assert_int_equal(service_judge(&slack, service.stranger, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_SIGNATURE);
	slack.trust.now = SERVICE_IAT - 11;
	assert_int_equal(service_judge(&slack, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_FUTURE);
}

static void
javascript_sdk_accepts_a_missing_issuer(void **state)
{
	static const char *const claims[] = { "{" SERVICE_TIMES "}",
		"{" SERVICE_TIMES ",\"iss\":null}",
		"{" SERVICE_TIMES ",\"iss\":[\"" SERVICE_ISSUER "\"]}" };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		assert_int_equal(service_judge(&question, service.enclave,
				     header, claims[i], &why),
		    ATT_ERR_TOKEN_MALFORMED);
}

/*
 * Issuer, policy, type and age are asked without being told to: another
 * customer's token is signed by the same key.
 */
static void
javascript_sdk_checks_no_issuer_policy_type_or_age(void **state)
{
	struct service_question asked = question;
	struct att_reason why = { 0 };
	uint8_t digest[1][ATT_POLICY_HASH_LEN] = { { 1 } };

	(void)state;
	assert_int_equal(
	    service_judge(&question, service.enclave, header,
		"{\"iss\":\"https://other.region.attest.example\","
		"\"x-ms-attestation-type\":\"azurevm\"," SERVICE_TIMES "}",
		&why),
	    ATT_ERR_TOKEN_ISSUER);
	assert_int_equal(
	    service_judge(&question, service.enclave, header,
		SERVICE_CLAIMS(",\"x-ms-attestation-type\":\"sgx\""), &why),
	    ATT_ERR_TOKEN_TYPE);
	asked.opts.host_policy_hash.list = digest;
	asked.opts.host_policy_hash.count = 1;
	assert_int_equal(service_judge(&asked, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_POLICY);
	asked = question;
	asked.opts.host_max_age = 3600;
	asked.trust.now = SERVICE_IAT + 3661;
	assert_int_equal(service_judge(&asked, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_OLD);
}

/* What has more than one "_" in base64url. */
#define MANY "\xdf\xbf\xdf\xbf\xdf\xbf\xdf\xbf\xdf\xbf\xef\xbf\xbf\xef\xbf\xbf"

/* Of base64url it only turned the first "_" into "/". */
static size_t
count(const struct att_buf *text, char c)
{
	size_t found = 0;

	for (size_t i = 0; i < text->len; i++)
		found += text->ptr[i] == (uint8_t)c;
	return found;
}

static void
javascript_sdk_decodes_base64url_only_at_its_first_character(void **state)
{
	struct att_reason why = { 0 };
	struct att_token *token;
	struct att_buf text;

	(void)state;
	att_buf_init(&text, 1 << 16);
	service_sign(service.enclave, header,
	    SERVICE_CLAIMS(
		",\"x-ms-attestation-type\":\"azurevm\",\"a\":\"" MANY "\""),
	    &text);
	assert_true(count(&text, '_') > 1);
	assert_int_equal(
	    att_token_parse(att_buf_get(&text), &token, &why), ATT_OK);
	assert_string_equal(
	    att_json_get_text(att_token_get_claims(token), "a"), MANY);
	att_token_free(&token);
	assert_int_equal(judge_bytes(text.ptr, text.len), ATT_OK);
	att_buf_reset(&text);
}

/* It fetched the keys once and never again: a retired one stayed good. */
static void
javascript_sdk_keeps_keys_for_ever(void **state)
{
	struct service_question later = question;
	char *jwk = service_jwk(service.stranger, service.stranger_kid, "");
	char *text = service_set((const char *const[]){ jwk }, 1);
	char *new_header = service_text(
	    "{\"alg\":\"RS256\",\"kid\":\"%s\"}", service.stranger_kid);
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(service_judge(&question, service.stranger, new_header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_KEY);
	assert_int_equal(
	    att_jwks_parse(att_bytes_text(text), &later.trust.jwks, &why),
	    ATT_OK);
	assert_int_equal(service_judge(&later, service.stranger, new_header,
			     SERVICE_AZUREVM, &why),
	    ATT_OK);
	assert_int_equal(service_judge(&later, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_KEY);
	att_jwks_free(&later.trust.jwks);
	free(new_header);
	free(text);
	free(jwk);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_token_is_accepted),
		cmocka_unit_test(lends_header_and_claims),
		cmocka_unit_test(no_bit_can_be_turned_over),
		cmocka_unit_test(refuses_blanks_padding_and_more_parts),
		cmocka_unit_test(refuses_other_texts_of_the_same_bytes),
		cmocka_unit_test(refuses_members_that_are_there_twice),
		cmocka_unit_test(refuses_what_is_nested_deeper_than_32),
		cmocka_unit_test(refuses_more_than_a_mebibyte),
		cmocka_unit_test(trims_one_line_break),
		cmocka_unit_test(javascript_sdk_accepts_alg_none),
		cmocka_unit_test(
		    javascript_sdk_accepts_an_unknown_kid_with_x5c_of_an_attacker),
		cmocka_unit_test(javascript_sdk_accepts_a_missing_kid),
		cmocka_unit_test(javascript_sdk_checks_nothing_with_a_slack),
		cmocka_unit_test(javascript_sdk_accepts_a_missing_issuer),
		cmocka_unit_test(
		    javascript_sdk_checks_no_issuer_policy_type_or_age),
		cmocka_unit_test(
		    javascript_sdk_decodes_base64url_only_at_its_first_character),
		cmocka_unit_test(javascript_sdk_keeps_keys_for_ever),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
