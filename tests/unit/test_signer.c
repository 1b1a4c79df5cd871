/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the key that signed a host token, and who vouches for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"
#include "service.h"
#include "trust/anchors.h"

static struct service service;
static struct service_question question;

static int
make_service(void **state)
{
	(void)state;
	service_new(&service);
	service_ask(&service, &question);
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	service_question_reset(&question);
	service_reset(&service);
	return 0;
}

/* --- Keys that are pinned ------------------------------------------------- */

static enum att_err
judge_kid(
    EVP_PKEY *key, const char *kid, const char *more, struct att_reason *why)
{
	char *header =
	    service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"%s}", kid, more);
	enum att_err err =
	    service_judge(&question, key, header, SERVICE_AZUREVM, why);

	free(header);
	return err;
}

static void
uses_the_key_that_the_kid_names(void **state)
{
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(
	    judge_kid(service.enclave, service.kid, "", &why), ATT_OK);
	assert_int_equal(judge_kid(service.stranger, service.kid, "", &why),
	    ATT_ERR_TOKEN_SIGNATURE);
	assert_non_null(strstr(why.text, service.kid));
	assert_int_equal(
	    judge_kid(service.stranger, service.stranger_kid, "", &why),
	    ATT_ERR_TOKEN_KEY);
	assert_non_null(strstr(why.text, service.stranger_kid));
	assert_non_null(strstr(why.text, "host_jwks"));
	/* Also when the one key there is signed it. */
	assert_int_equal(
	    judge_kid(service.enclave, service.stranger_kid, "", &why),
	    ATT_ERR_TOKEN_KEY);
	assert_int_equal(
	    judge_kid(service.enclave, "", "", &why), ATT_ERR_TOKEN_KEY);
}

/* jwk, jku, x5u and the thumbprints bring no key. */
static void
a_header_never_gives_a_key(void **state)
{
	char *jwk = service_jwk(service.stranger, service.kid, "");
	char *more[] = {
		service_text(",\"jwk\":%s", jwk),
		service_text(",\"x5u\":\"https://evil.example/leaf.pem\""),
		service_text(",\"jku\":\"https://evil.example/certs\""),
		service_text(",\"keys\":[%s]", jwk),
	};
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		assert_int_equal(
		    judge_kid(service.stranger, service.kid, more[i], &why),
		    ATT_ERR_TOKEN_SIGNATURE);
		assert_int_equal(judge_kid(service.stranger,
				     service.stranger_kid, more[i], &why),
		    ATT_ERR_TOKEN_KEY);
		free(more[i]);
	}
	free(jwk);
}

/* RFC 8725 section 2.1: the key that everybody knows, as a secret. */
static void
refuses_hs256_keyed_with_the_public_key(void **state)
{
	char *header =
	    service_text("{\"alg\":\"HS256\",\"kid\":\"%s\"}", service.kid);
	struct att_reason why = { 0 };
	unsigned char *der = NULL;
	size_t len = (size_t)i2d_PUBKEY(service.enclave, &der);
	EVP_PKEY *secret =
	    EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, der, len);

	(void)state;
	assert_non_null(secret);
	assert_int_equal(
	    service_judge(&question, secret, header, SERVICE_AZUREVM, &why),
	    ATT_ERR_JWS_ALGORITHM);
	free(header);
	/* Nor is what it makes a signature of RS256. */
	assert_int_equal(
	    judge_kid(secret, service.kid, "", &why), ATT_ERR_TOKEN_SIGNATURE);
	EVP_PKEY_free(secret);
	OPENSSL_free(der);
}

static void
refuses_keys_that_were_set_aside(void **state)
{
	EVP_PKEY *small = pki_rsa_key(1024);
	char kid[SERVICE_KID_SIZE], *elements[2], *text;
	struct service_question asked = question;
	struct att_reason why = { 0 };
	char *header;

	(void)state;
	service_name_key(small, kid);
	elements[0] = service_jwk(service.enclave, service.kid, "");
	elements[1] = service_jwk(small, kid, "");
	text = service_set((const char *const *)elements, 2);
	header = service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid);
	assert_int_equal(
	    att_jwks_parse(att_bytes_text(text), &asked.trust.jwks, &why),
	    ATT_OK);
	assert_int_equal(
	    service_judge(&asked, small, header, SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_KEY_UNFIT);
	assert_non_null(strstr(why.text, "1024 bits"));
	att_jwks_free(&asked.trust.jwks);
	free(header);
	free(text);
	free(elements[0]);
	free(elements[1]);
	EVP_PKEY_free(small);
}

/* While a key is replaced, the tokens of both are good. */
static void
keys_may_roll_over(void **state)
{
	struct service_question asked = question;
	char *elements[2], *text;
	struct att_reason why = { 0 };

	(void)state;
	elements[0] = service_jwk(service.stranger, service.stranger_kid, "");
	elements[1] = service_jwk(service.enclave, service.kid, "");
	text = service_set((const char *const *)elements, 2);
	assert_int_equal(
	    att_jwks_parse(att_bytes_text(text), &asked.trust.jwks, &why),
	    ATT_OK);
	for (int i = 0; i < 2; i++) {
		char *header =
		    service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"}",
			i == 0 ? service.kid : service.stranger_kid);

		assert_int_equal(
		    service_judge(&asked,
			i == 0 ? service.enclave : service.stranger, header,
			SERVICE_AZUREVM, &why),
		    ATT_OK);
		assert_int_equal(
		    service_judge(&asked,
			i == 1 ? service.enclave : service.stranger, header,
			SERVICE_AZUREVM, &why),
		    ATT_ERR_TOKEN_SIGNATURE);
		free(header);
	}
	att_jwks_free(&asked.trust.jwks);
	free(text);
	free(elements[0]);
	free(elements[1]);
}

/* A signature of all zeros, of none, of another length, larger than n. */
static void
refuses_signatures_of_other_forms(void **state)
{
	char *header =
	    service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"}", service.kid);
	static const struct {
		size_t len;
		uint8_t byte;
	} cases[] = { { 256, 0 }, { 1, 0 }, { 255, 1 }, { 257, 0 },
		{ 256, 0xff }, { 1024, 7 } };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t sig[1024];
		struct att_buf text;

		att_buf_init(&text, 1 << 16);
		service_sign(NULL, header, SERVICE_AZUREVM, &text);
		memset(sig, cases[i].byte, sizeof(sig));
		assert_int_equal(
		    att_base64url_encode(att_bytes(sig, cases[i].len), &text),
		    ATT_OK);
		assert_int_equal(service_judge_text(
				     &question, att_buf_get(&text), NULL, &why),
		    ATT_ERR_TOKEN_SIGNATURE);
		att_buf_reset(&text);
	}
	free(header);
}

/* --- Reports of TPMs ------------------------------------------------------ */

/* A report with those certificates, signed by key. */
static enum att_err
judge_report(const struct service_question *asked, EVP_PKEY *key,
    X509 *const *certs, struct att_reason *why)
{
	char *x5c = service_x5c(certs);
	char *header = service_text("{\"alg\":\"RS256\",%s}", x5c);
	enum att_err err =
	    service_judge(asked, key, header, SERVICE_CLAIMS(""), why);

	free(header);
	free(x5c);
	return err;
}

/* The same of a leaf that is wrong, which it takes. */
static enum att_err
judge_leaf(EVP_PKEY *key, X509 *leaf, struct att_reason *why)
{
	X509 *const certs[] = { leaf, service.pca, NULL };
	enum att_err err = judge_report(&question, key, certs, why);

	X509_free(leaf);
	return err;
}

/* Of the SubjectPublicKeyInfo. */
static void
hash_key(EVP_PKEY *key, uint8_t sha256[32])
{
	unsigned char *der = NULL;
	const int len = i2d_PUBKEY(key, &der);

	assert_int_equal(
	    EVP_Digest(der, (size_t)len, sha256, NULL, EVP_sha256(), NULL), 1);
	OPENSSL_free(der);
}

static void
believes_what_an_authority_issued(void **state)
{
	X509 *const chains[][4] = {
		{ service.leaf, NULL },
		{ service.leaf, service.pca, NULL },
		{ service.leaf, service.pca, service.root, NULL },
	};
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		char *x5c = service_x5c(chains[i]);
		char *header = service_text(
		    "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\",%s}",
		    service.report_kid, x5c);
		struct att_buf text;
		uint8_t sha256[32];

		att_buf_init(&text, 1 << 16);
		service_sign(service.report, header, SERVICE_CLAIMS(""), &text);
		if (service_judge_text(&question, att_buf_get(&text), &verdict,
			&why) != ATT_OK)
			fail_msg("%s", why.text);
		assert_int_equal(verdict.type, ATT_TOKEN_TPM);
		assert_string_equal(verdict.kid, service.report_kid);
		assert_string_equal(
		    verdict.anchor, "CN=Test Attestation PCA 2019");
		hash_key(service.report, sha256);
		assert_memory_equal(verdict.key_sha256, sha256, sizeof(sha256));
		att_buf_reset(&text);
		free(header);
		free(x5c);
	}
}

/* The root has more below it than this service. */
static void
an_authority_above_the_issuer_is_none(void **state)
{
	X509 *const certs[] = { service.leaf, service.pca, service.root, NULL };
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	asked.trust.authorities = service_make_authorities(service.root);
	assert_int_equal(judge_report(&asked, service.report, certs, &why),
	    ATT_ERR_TOKEN_KEY);
	assert_non_null(
	    strstr(why.text, "issued by 'CN=Test Attestation PCA 2019'"));
	assert_non_null(strstr(why.text, "host_ca has 'CN=Test Root 2011'"));
	assert_non_null(
	    strstr(why.text, "put the certificate of the issuer itself there"));
	att_anchors_free(&asked.trust.authorities);
}

/* A leaf of the root itself, for whoever pins the root. */
static void
a_leaf_of_the_root_is_not_one_of_the_issuer(void **state)
{
	X509 *leaf = service_make_leaf(
	    &service, (struct pki_spec){ .issuer = service.root,
			  .issuer_key = service.root_key });
	X509 *const certs[] = { leaf, service.root, NULL };
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(judge_report(&question, service.report, certs, &why),
	    ATT_ERR_TOKEN_KEY);
	asked.trust.authorities = service_make_authorities(service.root);
	assert_int_equal(
	    judge_report(&asked, service.report, certs, &why), ATT_OK);
	att_anchors_free(&asked.trust.authorities);
	X509_free(leaf);
}

static void
refuses_certificates_of_an_attacker(void **state)
{
	struct pki_spec pca = { .name = "Test Attestation PCA 2019",
		.key = service.stranger };
	X509 *their_pca = pki_make(&pca);
	X509 *self = service_make_leaf(
	    &service, (struct pki_spec){ .key = service.stranger,
			  .issuer = their_pca,
			  .issuer_key = service.stranger });
	X509 *const alone[] = { self, NULL };
	X509 *const with_theirs[] = { self, their_pca, NULL };
	X509 *const with_ours[] = { self, service.pca, NULL };
	X509 *const ours[] = { service.leaf, service.pca, NULL };
	struct att_reason why = { 0 };
	enum att_err err;

	(void)state;
	assert_int_equal(judge_report(&question, service.stranger, alone, &why),
	    ATT_ERR_TOKEN_KEY);
	assert_non_null(strstr(why.text, "host_ca"));
	assert_int_equal(
	    judge_report(&question, service.stranger, with_theirs, &why),
	    ATT_ERR_TOKEN_KEY);
	err = judge_report(&question, service.stranger, with_ours, &why);
	assert_int_equal(err, ATT_ERR_TOKEN_KEY);
	/* The right certificates over a signature of theirs. */
	assert_int_equal(judge_report(&question, service.stranger, ours, &why),
	    ATT_ERR_TOKEN_SIGNATURE);
	X509_free(self);
	X509_free(their_pca);
}

static void
refuses_other_leaves(void **state)
{
	static const struct pki_extension web_use[] = {
		{ "2.5.29.37", "serverAuth", NULL, 0, false },
		{ NULL, NULL, NULL, 0, false },
	};
	static const struct {
		struct pki_spec spec;
		const char *text;
	} cases[] = {
		{ { .more = web_use }, "extended key usage" },
		{ { .usage = "critical,keyEncipherment" }, "keyUsage" },
		{ { .constraints = "critical,CA:TRUE" }, "CA true" },
		{ { .is_version_1 = true }, "version 1" },
		/* Up to a second before the token, and from one after it. */
		{ { .end = SERVICE_IAT - 1 }, "valid" },
		{ { .begin = SERVICE_IAT + 1 }, "valid" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };

		if (judge_leaf(service.report,
			service_make_leaf(&service, cases[i].spec),
			&why) != ATT_ERR_TOKEN_SIGNER ||
		    strstr(why.text, cases[i].text) == NULL)
			fail_msg("%s: %s", cases[i].text, why.text);
	}
}

/* As of "iat": a leaf may have expired since. */
static void
judges_leaves_as_of_the_token(void **state)
{
	struct pki_spec spec = { .begin = SERVICE_IAT, .end = SERVICE_IAT };
	struct att_reason why = { 0 };

	(void)state;
	if (judge_leaf(service.report, service_make_leaf(&service, spec),
		&why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
refuses_leaves_of_unfit_keys(void **state)
{
	EVP_PKEY *keys[] = { pki_rsa_key(1024), pki_ec_key("P-256") };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(judge_leaf(keys[i],
				     service_make_leaf(&service,
					 (struct pki_spec){ .key = keys[i] }),
				     &why),
		    ATT_ERR_TOKEN_KEY_UNFIT);
		EVP_PKEY_free(keys[i]);
	}
}

/* RFC 7515 section 4.1.6. */
static void
x5c_leads_on_from_its_leaf(void **state)
{
	X509 *const chains[][5] = {
		{ service.leaf, service.root, NULL },
		{ service.leaf, service.leaf, service.pca, NULL },
		{ service.leaf, service.pca, service.pca, NULL },
		{ service.leaf, service.root, service.pca, NULL },
		{ service.leaf, service.pca, service.root, service.pca, NULL },
	};
	X509 *const twice[] = { service.leaf, service.pca, service.root,
		service.root, NULL };
	X509 *const reversed[] = { service.pca, service.leaf, NULL };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		assert_int_equal(
		    judge_report(&question, service.report, chains[i], &why),
		    ATT_ERR_TOKEN_SIGNER);
		assert_non_null(strstr(why.text, "not of the issuer"));
	}
	/* A root did issue itself. */
	assert_int_equal(
	    judge_report(&question, service.report, twice, &why), ATT_OK);
	assert_int_equal(
	    judge_report(&question, service.report, reversed, &why),
	    ATT_ERR_TOKEN_SIGNER);
}

static void
refuses_a_kid_that_is_not_of_the_leaf(void **state)
{
	X509 *const certs[] = { service.leaf, NULL };
	char *x5c = service_x5c(certs);
	const char *const kids[] = { "\"\"", "null", "[]", "\"x\"" };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(kids) / sizeof(kids[0]); i++) {
		char *header = service_text(
		    "{\"alg\":\"RS256\",\"kid\":%s,%s}", kids[i], x5c);

		assert_int_equal(service_judge(&question, service.report,
				     header, SERVICE_CLAIMS(""), &why),
		    ATT_ERR_TOKEN_SIGNER);
		assert_non_null(strstr(why.text, service.report_kid));
		free(header);
	}
	free(x5c);
}

static void
refuses_x5c_that_is_no_certificate(void **state)
{
	static const char *const headers[] = {
		"{\"alg\":\"RS256\",\"x5c\":[\"AQID\"]}",
		"{\"alg\":\"RS256\",\"x5c\":[\"MAA=\"]}",
	};
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		assert_int_equal(service_judge(&question, service.report,
				     headers[i], SERVICE_CLAIMS(""), &why),
		    ATT_ERR_TOKEN_SIGNER);
		assert_non_null(strstr(why.text, "x5c[0]: "));
	}
}

static void
without_authorities_there_are_no_reports(void **state)
{
	X509 *const certs[] = { service.leaf, service.pca, NULL };
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	asked.trust.authorities = NULL;
	assert_int_equal(judge_report(&asked, service.report, certs, &why),
	    ATT_ERR_TOKEN_KEY);
	assert_non_null(strstr(why.text, "there is no host_ca"));
	/* And without pinned keys no other tokens. */
	asked = question;
	asked.trust.jwks = NULL;
	assert_int_equal(
	    judge_report(&asked, service.report, certs, &why), ATT_OK);
	assert_int_equal(
	    service_judge(&asked, service.enclave,
		"{\"alg\":\"RS256\",\"kid\":\"1\"}", SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_KEY);
}

/* --- Reports under a key that is pinned ----------------------------------- */

/* A set of this leaf alone. */
static struct att_jwks *
pin_leaf(X509 *leaf)
{
	X509 *const certs[] = { leaf, NULL };
	char *x5c = service_x5c(certs), *text;
	char kid[SERVICE_KID_SIZE];
	struct att_reason why = { 0 };
	struct att_jwks *jwks;

	service_name_leaf(leaf, kid);
	text = service_text(
	    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"%s\",%s}]}", kid, x5c);
	if (att_jwks_parse(att_bytes_text(text), &jwks, &why) != ATT_OK)
		fail_msg("%s", why.text);
	free(text);
	free(x5c);
	return jwks;
}

static void
a_report_may_be_signed_by_a_pinned_leaf(void **state)
{
	X509 *const certs[] = { service.leaf, service.pca, NULL };
	char *header = service_text(
	    "{\"alg\":\"RS256\",\"kid\":\"%s\"}", service.report_kid);
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	asked.trust.authorities = NULL;
	asked.trust.jwks = pin_leaf(service.leaf);
	assert_int_equal(
	    judge_report(&asked, service.report, certs, &why), ATT_OK);
	assert_int_equal(judge_report(&asked, service.stranger, certs, &why),
	    ATT_ERR_TOKEN_SIGNATURE);
	/* With and without the certificate in the token. */
	assert_int_equal(service_judge(&asked, service.report, header,
			     SERVICE_CLAIMS(""), &why),
	    ATT_OK);
	assert_int_equal(service_judge(&asked, service.report, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_TYPE);
	att_jwks_free(&asked.trust.jwks);
	free(header);
}

static void
a_pinned_leaf_expires_too(void **state)
{
	X509 *leaf = service_make_leaf(
	    &service, (struct pki_spec){ .end = SERVICE_IAT - 1 });
	X509 *const certs[] = { leaf, service.pca, NULL };
	struct service_question asked = question;
	struct att_reason why = { 0 };

	(void)state;
	asked.trust.jwks = pin_leaf(leaf);
	assert_int_equal(judge_report(&asked, service.report, certs, &why),
	    ATT_ERR_TOKEN_SIGNER);
	assert_non_null(strstr(why.text, "pinned"));
	att_jwks_free(&asked.trust.jwks);
	X509_free(leaf);
}

/* --- What is said of a token that is not signed --------------------------- */

static void
nothing_is_known_of_what_is_not_signed(void **state)
{
	static const struct att_token_verdict nothing = {
		.type = ATT_TOKEN_TYPE_COUNT,
	};
	char *header =
	    service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"}", service.kid);
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_buf text;

	(void)state;
	att_buf_init(&text, 1 << 16);
	service_sign(service.stranger, header, SERVICE_AZUREVM, &text);
	assert_int_equal(
	    service_judge_text(&question, att_buf_get(&text), &verdict, &why),
	    ATT_ERR_TOKEN_SIGNATURE);
	assert_memory_equal(&verdict, &nothing, sizeof(nothing));
	att_buf_reset(&text);
	/* And something of what is, even when it is refused. */
	service_sign(service.enclave, header,
	    SERVICE_CLAIMS(",\"x-ms-attestation-type\":\"sgx\""), &text);
	assert_int_equal(
	    service_judge_text(&question, att_buf_get(&text), &verdict, &why),
	    ATT_ERR_TOKEN_TYPE);
	assert_true(verdict.is_signed);
	assert_int_equal(verdict.type, ATT_TOKEN_SGX);
	assert_string_equal(verdict.kid, service.kid);
	att_buf_reset(&text);
	free(header);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(uses_the_key_that_the_kid_names),
		cmocka_unit_test(a_header_never_gives_a_key),
		cmocka_unit_test(refuses_hs256_keyed_with_the_public_key),
		cmocka_unit_test(refuses_keys_that_were_set_aside),
		cmocka_unit_test(keys_may_roll_over),
		cmocka_unit_test(refuses_signatures_of_other_forms),
		cmocka_unit_test(believes_what_an_authority_issued),
		cmocka_unit_test(an_authority_above_the_issuer_is_none),
		cmocka_unit_test(a_leaf_of_the_root_is_not_one_of_the_issuer),
		cmocka_unit_test(refuses_certificates_of_an_attacker),
		cmocka_unit_test(refuses_other_leaves),
		cmocka_unit_test(judges_leaves_as_of_the_token),
		cmocka_unit_test(refuses_leaves_of_unfit_keys),
		cmocka_unit_test(x5c_leads_on_from_its_leaf),
		cmocka_unit_test(refuses_a_kid_that_is_not_of_the_leaf),
		cmocka_unit_test(refuses_x5c_that_is_no_certificate),
		cmocka_unit_test(without_authorities_there_are_no_reports),
		cmocka_unit_test(a_report_may_be_signed_by_a_pinned_leaf),
		cmocka_unit_test(a_pinned_leaf_expires_too),
		cmocka_unit_test(nothing_is_known_of_what_is_not_signed),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
