/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of what a host token that is signed has to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/requirement.h"
#include "conf/host_profile.h"
#include "conf/value.h"
#include "service.h"

static struct service service;
static struct service_question question;
static char *header;	    /* of a token of an enclave */
static char *report_header; /* of a report of a TPM */

static int
make_service(void **state)
{
	X509 *certs[2] = { NULL, NULL };
	char *x5c;

	(void)state;
	service_new(&service);
	service_ask(&service, &question);
	header = service_text(
	    "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}", service.kid);
	certs[0] = service.leaf;
	x5c = service_x5c(certs);
	report_header = service_text("{\"alg\":\"RS256\",%s}", x5c);
	free(x5c);
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	free(header);
	free(report_header);
	service_question_reset(&question);
	service_reset(&service);
	return 0;
}

/* Of an enclave, under the question as it was changed. */
static enum att_err
judge_under(const struct service_question *asked, const char *claims,
    struct att_reason *why)
{
	return service_judge(asked, service.enclave, header, claims, why);
}

static enum att_err
judge(const char *claims, struct att_reason *why)
{
	return judge_under(&question, claims, why);
}

/* --- What every token has ------------------------------------------------ */

#define AZUREVM ",\"x-ms-attestation-type\":\"azurevm\"}"
#define ISS "{\"iss\":\"" SERVICE_ISSUER "\","

static void
refuses_other_times_than_integers(void **state)
{
	static const struct {
		const char *claims;
		const char *text;
	} cases[] = {
		{ ISS "\"exp\":1767254400" AZUREVM, "\"iat\" of the token is "
						    "missing" },
		{ ISS "\"iat\":1767225600" AZUREVM, "\"exp\" of the token is "
						    "missing" },
		{ ISS "\"iat\":1767225600.0,\"exp\":1767254400" AZUREVM,
		    "\"iat\" of the token is no integer" },
		{ ISS "\"iat\":\"1767225600\",\"exp\":1767254400" AZUREVM,
		    "\"iat\" of the token is no integer" },
		{ ISS "\"iat\":1767225600,\"exp\":1767254400.5" AZUREVM,
		    "\"exp\" of the token is no integer" },
		{ ISS "\"iat\":1767225600,\"exp\":9007199254740993" AZUREVM,
		    "\"exp\" of the token is no integer" },
		{ ISS "\"iat\":1767225600,\"exp\":1e10" AZUREVM,
		    "\"exp\" of the token is no integer" },
		{ ISS "\"iat\":-1,\"exp\":1767254400" AZUREVM,
		    "\"iat\" of the token is no integer" },
		{ ISS "\"iat\":null,\"exp\":1767254400" AZUREVM,
		    "\"iat\" of the token is no integer" },
		{ ISS "\"iat\":1767225600,\"exp\":1767254400,\"nbf\":"
		      "\"1767225600\"" AZUREVM,
		    "\"nbf\" of the token is no integer" },
		{ ISS "\"iat\":1767225600,\"exp\":1767254400,\"nbf\":"
		      "null" AZUREVM,
		    "\"nbf\" of the token is no integer" },
		{ ISS "\"iat\":1767225600,\"exp\":1767225600" AZUREVM,
		    "is not after \"iat\"" },
		{ ISS "\"iat\":1767225600,\"exp\":1767225599" AZUREVM,
		    "is not after \"iat\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };

		if (judge(cases[i].claims, &why) != ATT_ERR_TOKEN_MALFORMED ||
		    strstr(why.text, cases[i].text) == NULL)
			fail_msg("%s: %s", cases[i].claims, why.text);
	}
}

static void
nbf_may_be_missing(void **state)
{
	struct att_reason why = { 0 };
	struct att_token_verdict verdict;
	struct att_buf text;

	(void)state;
	att_buf_init(&text, 1 << 16);
	service_sign(service.enclave, header,
	    ISS "\"iat\":1767225600,\"exp\":1767254400" AZUREVM, &text);
	assert_int_equal(
	    service_judge_text(&question, att_buf_get(&text), &verdict, &why),
	    ATT_OK);
	assert_int_equal(verdict.nbf, SERVICE_IAT);
	att_buf_reset(&text);
}

/* --- Of whom -------------------------------------------------------------- */

static void
refuses_all_but_the_exact_issuer(void **state)
{
	static const char *const others[] = {
		"",
		"https://test.region.attest.example/",
		"https://test.region.attest.exampl",
		"https://test.region.attest.example.evil.example",
		"https://test.region.attest.example@evil.example",
		"https://Test.region.attest.example",
		"HTTPS://test.region.attest.example",
		"http://test.region.attest.example",
		"https://evil.test.region.attest.example",
		" https://test.region.attest.example",
		"https://test.region.attest.example ",
		"https://test.region.attest.example:443",
		"test.region.attest.example",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		char *claims = service_text(
		    "{\"iss\":\"%s\"," SERVICE_TIMES AZUREVM, others[i]);
		struct att_reason why = { 0 };

		if (judge(claims, &why) != ATT_ERR_TOKEN_ISSUER ||
		    strstr(why.text, SERVICE_ISSUER) == NULL)
			fail_msg("%s: %s", others[i], why.text);
		free(claims);
	}
}

static void
accepts_any_of_several_issuers(void **state)
{
	static char first[] = "https://first.region.attest.example";
	static char second[] = SERVICE_ISSUER;
	static char *issuers[] = { first, second };
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	asked.opts.host_issuer = (struct att_paths){ issuers, 2 };
	assert_int_equal(judge_under(&asked, SERVICE_AZUREVM, &why), ATT_OK);
	asked.opts.host_issuer.count = 1;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_ISSUER);
	asked.opts.host_issuer.count = 0;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_ISSUER);
	assert_non_null(strstr(why.text, "host_issuer has none"));
}

static void
refuses_a_jku_that_points_elsewhere(void **state)
{
	static const struct {
		const char *jku;
		enum att_err err;
	} cases[] = {
		{ "\"" SERVICE_ISSUER "/certs\"", ATT_OK },
		{ "\"" SERVICE_ISSUER "/certs/\"", ATT_ERR_TOKEN_ISSUER },
		{ "\"" SERVICE_ISSUER "\"", ATT_ERR_TOKEN_ISSUER },
		{ "\"" SERVICE_ISSUER "/certs?a\"", ATT_ERR_TOKEN_ISSUER },
		{ "\"https://evil.example/certs\"", ATT_ERR_TOKEN_ISSUER },
		{ "\"\"", ATT_ERR_TOKEN_ISSUER },
		{ "null", ATT_ERR_TOKEN_ISSUER },
		{ "[\"" SERVICE_ISSUER "/certs\"]", ATT_ERR_TOKEN_ISSUER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = service_text(
		    "{\"alg\":\"RS256\",\"kid\":\"%s\",\"jku\":%s}",
		    service.kid, cases[i].jku);
		struct att_reason why = { 0 };

		if (service_judge(&question, service.enclave, text,
			SERVICE_AZUREVM, &why) != cases[i].err)
			fail_msg("%s: %s", cases[i].jku, why.text);
		free(text);
	}
}

/* --- Of what kind --------------------------------------------------------- */

#define TYPE(value) SERVICE_CLAIMS(",\"x-ms-attestation-type\":" value)

static void
types_are_bound_to_kinds_of_keys(void **state)
{
	static const struct {
		const char *claims;
		bool is_report;
		enum att_err err;
		const char *text;
	} cases[] = {
		{ TYPE("\"azurevm\""), false, ATT_OK, "" },
		{ TYPE("\"sevsnpvm\""), false, ATT_OK, "" },
		{ TYPE("\"sgx\""), false, ATT_OK, "" },
		{ SERVICE_CLAIMS(""), true, ATT_OK, "" },
		{ TYPE("\"tpm\""), true, ATT_OK, "" },
		{ SERVICE_CLAIMS(""), false, ATT_ERR_TOKEN_TYPE,
		    "attests to nothing" },
		{ TYPE("\"tpm\""), false, ATT_ERR_TOKEN_TYPE,
		    "the key of an enclave does not sign" },
		{ TYPE("\"azurevm\""), true, ATT_ERR_TOKEN_TYPE,
		    "the key of TPM reports does not sign" },
		{ TYPE("\"sevsnpvm\""), true, ATT_ERR_TOKEN_TYPE,
		    "the key of TPM reports does not sign" },
		{ TYPE("\"sgx\""), true, ATT_ERR_TOKEN_TYPE,
		    "the key of TPM reports does not sign" },
		{ TYPE("\"tdxvm\""), false, ATT_ERR_TOKEN_TYPE, "tdxvm" },
		{ TYPE("\"tdxvm\""), true, ATT_ERR_TOKEN_TYPE, "tdxvm" },
		{ TYPE("\"AzureVM\""), false, ATT_ERR_TOKEN_TYPE, "AzureVM" },
		{ TYPE("\"unknown\""), false, ATT_ERR_TOKEN_TYPE, "unknown" },
		{ TYPE("\"\""), false, ATT_ERR_TOKEN_TYPE, "" },
		{ TYPE("[\"azurevm\"]"), false, ATT_ERR_TOKEN_TYPE,
		    "is no text" },
		{ TYPE("null"), false, ATT_ERR_TOKEN_TYPE, "is no text" },
		{ TYPE("null"), true, ATT_ERR_TOKEN_TYPE, "is no text" },
	};
	struct service_question asked = question;

	(void)state;
	asked.opts.host_type = (1U << ATT_TOKEN_TYPE_COUNT) - 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };
		enum att_err err = service_judge(&asked,
		    cases[i].is_report ? service.report : service.enclave,
		    cases[i].is_report ? report_header : header,
		    cases[i].claims, &why);

		if (err != cases[i].err ||
		    (err != ATT_OK && strstr(why.text, cases[i].text) == NULL))
			fail_msg("case %zu: %s", i, why.text);
	}
}

static void
refuses_types_that_are_not_configured(void **state)
{
	static const struct {
		const char *claims;
		enum att_token_type type;
	} cases[] = {
		{ TYPE("\"azurevm\""), ATT_TOKEN_AZUREVM },
		{ TYPE("\"sevsnpvm\""), ATT_TOKEN_SEVSNPVM },
		{ TYPE("\"sgx\""), ATT_TOKEN_SGX },
	};
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		asked.opts.host_type = 1U << cases[i].type;
		assert_int_equal(
		    judge_under(&asked, cases[i].claims, &why), ATT_OK);
		asked.opts.host_type =
		    ((1U << ATT_TOKEN_TYPE_COUNT) - 1) ^ 1U << cases[i].type;
		assert_int_equal(judge_under(&asked, cases[i].claims, &why),
		    ATT_ERR_TOKEN_TYPE);
		assert_non_null(strstr(why.text, "host_type"));
	}
	/* None is none, not any. */
	asked.opts.host_type = 0;
	assert_int_equal(
	    judge_under(&asked, cases[0].claims, &why), ATT_ERR_TOKEN_TYPE);
}

static void
any_type_is_for_who_looks_only(void **state)
{
	struct service_question asked = question;
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_buf text;

	(void)state;
	asked.trust.is_any_type = true;
	att_buf_init(&text, 1 << 16);
	service_sign(service.enclave, header,
	    SERVICE_CLAIMS(",\"x-ms-policy-result\":\"Updated\""), &text);
	assert_int_equal(
	    service_judge_text(&asked, att_buf_get(&text), &verdict, &why),
	    ATT_OK);
	assert_int_equal(verdict.type, ATT_TOKEN_TYPE_COUNT);
	assert_int_equal(judge_under(&asked, TYPE("\"tdxvm\""), &why), ATT_OK);
	/* A kind of key signs its types all the same. */
	assert_int_equal(
	    judge_under(&asked, TYPE("\"tpm\""), &why), ATT_ERR_TOKEN_TYPE);
	/* And a profile has its types. */
	asked.opts.host_profile = ATT_HOST_PROFILE_AZUREVM_TRUSTED_LAUNCH;
	assert_int_equal(
	    service_judge_text(&asked, att_buf_get(&text), &verdict, &why),
	    ATT_ERR_TOKEN_TYPE);
	att_buf_reset(&text);
}

/* --- By which policy ------------------------------------------------------ */

static void
holds_the_policy_to_a_list(void **state)
{
	static const struct {
		const char *value;
		enum att_err err;
	} cases[] = {
		/* 32 bytes of 0, of 1, of 2 */
		{ "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", ATT_OK },
		{ "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"", ATT_OK },
		{ "\"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI\"",
		    ATT_ERR_TOKEN_POLICY },
		{ "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
		    ATT_ERR_TOKEN_POLICY },
		{ "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"",
		    ATT_ERR_TOKEN_POLICY },
		{ "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
		    ATT_ERR_TOKEN_POLICY },
		{ "\"\"", ATT_ERR_TOKEN_POLICY },
		{ "[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]",
		    ATT_ERR_TOKEN_POLICY },
		{ "0", ATT_ERR_TOKEN_POLICY },
	};
	uint8_t hashes[2][ATT_POLICY_HASH_LEN];
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	memset(hashes[0], 0, sizeof(hashes[0]));
	memset(hashes[1], 1, sizeof(hashes[1]));
	asked.opts.host_policy_hash = (struct att_digests){ hashes, 2 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *claims = service_text("{" SERVICE_HEAD
					    ",\"x-ms-policy-hash\":%s" AZUREVM,
		    cases[i].value);

		if (judge_under(&asked, claims, &why) != cases[i].err)
			fail_msg("%s: %s", cases[i].value, why.text);
		/* Without a list, it may be any. */
		assert_int_equal(judge(claims, &why), ATT_OK);
		free(claims);
	}
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_POLICY);
	assert_non_null(strstr(why.text, "missing"));
}

/* --- When ------------------------------------------------------------------
 */

/* A token from 2026-01-01 00:00:00 to 08:00:00, and when it is judged. */
struct moment {
	int64_t now; /* after iat */
	unsigned int leeway, grace, max_age;
	int64_t boot; /* after iat; 0: not asked */
	enum att_err err;
	bool in_grace;
	const char *text;
};

static void
judge_at(const struct moment *moment, const char *claims)
{
	struct service_question asked = question;
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_buf text;
	enum att_err err;

	asked.trust.now = SERVICE_IAT + moment->now;
	if (moment->boot != 0)
		asked.trust.boot = SERVICE_IAT + moment->boot;
	asked.opts.host_leeway = moment->leeway;
	asked.opts.host_grace = moment->grace;
	asked.opts.host_max_age = moment->max_age;
	att_buf_init(&text, 1 << 16);
	service_sign(service.enclave, header, claims, &text);
	err = service_judge_text(&asked, att_buf_get(&text), &verdict, &why);
	if (err != moment->err || verdict.in_grace != moment->in_grace ||
	    (err != ATT_OK && strstr(why.text, moment->text) == NULL))
		fail_msg("at %+lld, leeway %u, grace %u, max_age %u: %s",
		    (long long)moment->now, moment->leeway, moment->grace,
		    moment->max_age, why.text);
	att_buf_reset(&text);
}

static void
judge_moments(const struct moment *moments, size_t count, const char *claims)
{
	for (size_t i = 0; i < count; i++)
		judge_at(&moments[i], claims);
}

#define LONG 31622400
#define MOMENTS(list, claims)                                                  \
	judge_moments(list, sizeof(list) / sizeof(list[0]), claims)

static void
refuses_tokens_of_the_future(void **state)
{
	static const struct moment moments[] = {
		{ 0, 0, 0, LONG, 0, ATT_OK, false, "" },
		{ -1, 0, 0, LONG, 0, ATT_ERR_TOKEN_FUTURE, false, "in 1 s" },
		{ -60, 60, 0, LONG, 0, ATT_OK, false, "" },
		{ -61, 60, 0, LONG, 0, ATT_ERR_TOKEN_FUTURE, false,
		    "2026-01-01T00:00:00Z, in 61 s; host_leeway is 60 s" },
		/* No grace of any kind helps. */
		{ -61, 60, 2592000, LONG, 0, ATT_ERR_TOKEN_FUTURE, false, "" },
	};
	/* iat is later than nbf, as in reports of TPMs; and earlier. */
	static const struct moment iat_later[] = {
		{ -1, 0, 0, LONG, 0, ATT_ERR_TOKEN_FUTURE, false,
		    "was issued (\"iat\")" },
	};
	static const struct moment nbf_later[] = {
		{ 299, 0, 0, LONG, 0, ATT_ERR_TOKEN_FUTURE, false,
		    "valid from (\"nbf\")" },
		{ 300, 0, 0, LONG, 0, ATT_OK, false, "" },
		{ 290, 10, 0, LONG, 0, ATT_OK, false, "" },
		{ 289, 10, 0, LONG, 0, ATT_ERR_TOKEN_FUTURE, false, "" },
	};

	(void)state;
	MOMENTS(moments, SERVICE_AZUREVM);
	MOMENTS(iat_later, ISS
	    "\"iat\":1767225600,\"nbf\":1767225300,\"exp\":1767254400" AZUREVM);
	MOMENTS(nbf_later, ISS
	    "\"iat\":1767225600,\"nbf\":1767225900,\"exp\":1767254400" AZUREVM);
}

static void
refuses_expired_tokens(void **state)
{
	static const struct moment moments[] = {
		{ 28799, 0, 0, LONG, 0, ATT_OK, false, "" },
		{ 28800, 0, 0, LONG, 0, ATT_ERR_TOKEN_EXPIRED, false,
		    "2026-01-01T08:00:00Z, 0 s ago" },
		{ 28859, 60, 0, LONG, 0, ATT_OK, false, "" },
		{ 28860, 60, 0, LONG, 0, ATT_ERR_TOKEN_EXPIRED, false,
		    "60 s ago; host_leeway is 60 s, host_grace 0 s" },
	};
	/* Only what has expired is in the grace. */
	static const struct moment graces[] = {
		{ 28799, 0, 100, LONG, 0, ATT_OK, false, "" },
		{ 28800, 0, 100, LONG, 0, ATT_OK, true, "" },
		{ 28899, 0, 100, LONG, 0, ATT_OK, true, "" },
		{ 28900, 0, 100, LONG, 0, ATT_ERR_TOKEN_EXPIRED, false, "" },
		{ 28859, 60, 100, LONG, 0, ATT_OK, false, "" },
		{ 28860, 60, 100, LONG, 0, ATT_OK, true, "" },
		{ 28959, 60, 100, LONG, 0, ATT_OK, true, "" },
		{ 28960, 60, 100, LONG, 0, ATT_ERR_TOKEN_EXPIRED, false, "" },
	};

	(void)state;
	MOMENTS(moments, SERVICE_AZUREVM);
	MOMENTS(graces, SERVICE_AZUREVM);
}

static void
refuses_old_tokens(void **state)
{
	static const struct moment moments[] = {
		{ 3600, 0, 0, 3600, 0, ATT_OK, false, "" },
		{ 3601, 0, 0, 3600, 0, ATT_ERR_TOKEN_OLD, false,
		    "3601 s ago; host_max_age is 3600 s" },
		{ 3660, 60, 0, 3600, 0, ATT_OK, false, "" },
		{ 3661, 60, 0, 3600, 0, ATT_ERR_TOKEN_OLD, false, "" },
		/* A token that is not expired has no grace. */
		{ 3601, 0, 9999, 3600, 0, ATT_ERR_TOKEN_OLD, false, "" },
		/* What was good when it expired is so in the grace. */
		{ 28900, 0, 9999, 28800, 0, ATT_OK, true, "" },
		{ 28900, 0, 9999, 28799, 0, ATT_ERR_TOKEN_OLD, true, "" },
	};

	(void)state;
	MOMENTS(moments, SERVICE_AZUREVM);
}

static void
refuses_tokens_of_before_the_start(void **state)
{
	static const struct moment moments[] = {
		{ 100, 0, 0, LONG, -1000, ATT_OK, false, "" },
		{ 100, 0, 0, LONG, 1, ATT_ERR_TOKEN_BOOT, false,
		    "2026-01-01T00:00:00Z, and this host was started at "
		    "2026-01-01T00:00:01Z" },
		{ 100, 60, 0, LONG, 60, ATT_OK, false, "" },
		{ 100, 60, 0, LONG, 61, ATT_ERR_TOKEN_BOOT, false, "" },
		{ 28850, 0, 99, LONG, 1, ATT_ERR_TOKEN_BOOT, true, "" },
	};

	(void)state;
	MOMENTS(moments, SERVICE_AZUREVM);
}

static void
times_of_the_far_future_are_no_trap(void **state)
{
	static const struct moment moments[] = {
		{ 1, 600, 2592000, LONG, 0, ATT_OK, false, "" },
	};
	static const struct moment late[] = {
		{ 1, 600, 2592000, LONG, 0, ATT_ERR_TOKEN_FUTURE, false,
		    "was issued" },
	};

	(void)state;
	MOMENTS(
	    moments, ISS "\"iat\":1767225600,\"exp\":9007199254740992" AZUREVM);
	MOMENTS(late,
	    ISS "\"iat\":9007199254740991,\"exp\":9007199254740992" AZUREVM);
}

/* --- What ------------------------------------------------------------------
 */

static void
requires_claims(void **state)
{
	struct att_requirement *list[2] = { NULL };
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(
	    att_requirement_parse("/secureboot == true", &list[0], &why),
	    ATT_OK);
	assert_int_equal(
	    att_requirement_parse("/a/b >= 3", &list[1], &why), ATT_OK);
	asked.opts.host_require = (struct att_requirements){ list, 2 };
	assert_int_equal(
	    judge_under(&asked,
		"{" SERVICE_HEAD ",\"secureboot\":true,\"a\":{\"b\":3}" AZUREVM,
		&why),
	    ATT_OK);
	assert_int_equal(judge_under(&asked,
			     "{" SERVICE_HEAD
			     ",\"secureboot\":false,\"a\":{\"b\":3}" AZUREVM,
			     &why),
	    ATT_ERR_TOKEN_CLAIM);
	assert_non_null(strstr(
	    why.text, "host_require: /secureboot is false, wanted == true"));
	assert_int_equal(
	    judge_under(&asked,
		"{" SERVICE_HEAD ",\"secureboot\":true,\"a\":{\"b\":2}" AZUREVM,
		&why),
	    ATT_ERR_TOKEN_CLAIM);
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_CLAIM);
	assert_non_null(strstr(why.text, "missing"));
	att_requirement_free(&list[0]);
	att_requirement_free(&list[1]);
}

static void
requires_what_a_profile_does(void **state)
{
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	asked.opts.host_profile = ATT_HOST_PROFILE_AZUREVM_TRUSTED_LAUNCH;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_CLAIM);
	assert_non_null(
	    strstr(why.text, "host_profile azurevm-trusted-launch: /"));
	asked.opts.host_profile = ATT_HOST_PROFILE_TPM_SECURE_BOOT;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_TYPE);
	assert_non_null(strstr(why.text, "tpm-secure-boot"));
}

/* The first thing that is wrong is what is told. */
static void
judges_in_order(void **state)
{
	struct service_question asked = question;
	struct att_requirement *list[1] = { NULL };
	uint8_t hash[1][ATT_POLICY_HASH_LEN] = { { 1 } };
	struct att_reason why = { 0 };
	static char other[] = "https://other.example";
	static char *others[] = { other };

	(void)state;
	assert_int_equal(
	    att_requirement_parse("/secureboot == true", &list[0], &why),
	    ATT_OK);
	asked.opts.host_require = (struct att_requirements){ list, 1 };
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_CLAIM);
	asked.trust.boot = SERVICE_IAT + 100;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_BOOT);
	asked.trust.now = SERVICE_IAT + SERVICE_LIFE + 100;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_EXPIRED);
	asked.opts.host_policy_hash = (struct att_digests){ hash, 1 };
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_POLICY);
	asked.opts.host_type = 1U << ATT_TOKEN_SGX;
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_TYPE);
	asked.opts.host_issuer = (struct att_paths){ others, 1 };
	assert_int_equal(
	    judge_under(&asked, SERVICE_AZUREVM, &why), ATT_ERR_TOKEN_ISSUER);
	assert_int_equal(service_judge(&asked, service.stranger, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_SIGNATURE);
	att_requirement_free(&list[0]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_other_times_than_integers),
		cmocka_unit_test(nbf_may_be_missing),
		cmocka_unit_test(refuses_all_but_the_exact_issuer),
		cmocka_unit_test(accepts_any_of_several_issuers),
		cmocka_unit_test(refuses_a_jku_that_points_elsewhere),
		cmocka_unit_test(types_are_bound_to_kinds_of_keys),
		cmocka_unit_test(refuses_types_that_are_not_configured),
		cmocka_unit_test(any_type_is_for_who_looks_only),
		cmocka_unit_test(holds_the_policy_to_a_list),
		cmocka_unit_test(refuses_tokens_of_the_future),
		cmocka_unit_test(refuses_expired_tokens),
		cmocka_unit_test(refuses_old_tokens),
		cmocka_unit_test(refuses_tokens_of_before_the_start),
		cmocka_unit_test(times_of_the_far_future_are_no_trap),
		cmocka_unit_test(requires_claims),
		cmocka_unit_test(requires_what_a_profile_does),
		cmocka_unit_test(judges_in_order),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
