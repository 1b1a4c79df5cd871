/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the keys that sign host tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service.h"

static struct service service;
static char *good; /* the element of the enclave's key */

static int
make_service(void **state)
{
	(void)state;
	service_new(&service);
	good = service_jwk(service.enclave, service.kid, "");
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	free(good);
	service_reset(&service);
	return 0;
}

/* Into memory of its own, so that ASan sees reads past its end. */
static enum att_err
parse(const char *text, struct att_jwks **jwks, struct att_reason *why)
{
	const size_t len = strlen(text);
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	err = att_jwks_parse(att_bytes(copy, len), jwks, why);
	assert_int_equal(err != ATT_OK, *jwks == NULL);
	if (err != ATT_OK)
		assert_int_equal(why->code, err);
	free(copy);
	return err;
}

/* A set of the good key and of another element, which it takes. */
static enum att_err
parse_with(char *other, struct att_jwks **jwks, struct att_reason *why)
{
	const char *const elements[] = { other, good };
	char *text = service_set(elements, 2);
	enum att_err err = parse(text, jwks, why);

	free(text);
	free(other);
	return err;
}

/* The element is set aside with that reason, and the good key is not. */
static void
is_set_aside(char *element, const char *kid, const char *reason)
{
	struct att_reason why = { 0 };
	const struct att_jwks_key *key;
	struct att_jwks *jwks;

	if (parse_with(element, &jwks, &why) != ATT_OK)
		fail_msg("%s: %s", reason, why.text);
	assert_int_equal(att_jwks_get_count(jwks), 1);
	assert_int_equal(
	    att_jwks_find(jwks, kid, &key, &why), ATT_ERR_TOKEN_KEY_UNFIT);
	assert_null(key);
	if (strstr(why.text, reason) == NULL)
		fail_msg("%s: %s", reason, why.text);
	assert_int_equal(att_jwks_find(jwks, service.kid, &key, &why), ATT_OK);
	att_jwks_free(&jwks);
}

/* An element with "x5c" of those certificates. */
static char *
make_x5c_element(const char *kid, X509 *const *certs, const char *more)
{
	char *x5c = service_x5c(certs);
	char *text = service_text(
	    "{\"kty\":\"RSA\",\"kid\":\"%s\",%s%s}", kid, x5c, more);

	free(x5c);
	return text;
}

/* As the service has them: self-signed, and for nothing. */
static X509 *
make_self_signed(EVP_PKEY *key)
{
	struct pki_spec spec = { .name = "https://test.region.attest.example",
		.key = key,
		.constraints = "" };

	return pki_make(&spec);
}

static void
finds_keys_by_their_numbers(void **state)
{
	struct att_reason why = { 0 };
	const struct att_jwks_key *key;
	struct att_jwks *jwks = service_make_jwks(&service);
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(service.enclave, &der);
	uint8_t sha256[32];

	(void)state;
	assert_int_equal(att_jwks_get_count(jwks), 1);
	assert_int_equal(att_jwks_find(jwks, service.kid, &key, &why), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key->key, service.enclave), 1);
	assert_string_equal(key->kid, service.kid);
	assert_null(key->report_leaf);
	assert_int_equal(
	    EVP_Digest(der, (size_t)len, sha256, NULL, EVP_sha256(), NULL), 1);
	assert_memory_equal(key->sha256, sha256, sizeof(sha256));
	assert_int_equal(att_jwks_find(jwks, service.stranger_kid, &key, &why),
	    ATT_ERR_TOKEN_KEY);
	assert_non_null(strstr(why.text, "none of the 1 pinned keys"));
	assert_null(key);
	assert_int_equal(
	    att_jwks_find(NULL, service.kid, &key, &why), ATT_ERR_TOKEN_KEY);
	assert_int_equal(att_jwks_get_count(NULL), 0);
	OPENSSL_free(der);
	att_jwks_free(&jwks);
	assert_null(jwks);
	att_jwks_free(&jwks);
}

static void
finds_keys_by_their_certificates(void **state)
{
	X509 *self = make_self_signed(service.enclave);
	X509 *const certs[] = { self, NULL };
	X509 *const report[] = { service.leaf, service.pca, service.root,
		NULL };
	char *n = service_number(service.enclave, "n");
	char *more = service_text(",\"n\":\"%s\",\"e\":\"AQAB\",\"use\":\"sig"
				  "\",\"alg\":\"RS256\"",
	    n);
	struct att_reason why = { 0 };
	const struct att_jwks_key *key;
	struct att_jwks *jwks;

	(void)state;
	/* The same key twice, as in the files of two days. */
	assert_int_equal(
	    parse_with(make_x5c_element(service.kid, certs, ""), &jwks, &why),
	    ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 1);
	assert_int_equal(att_jwks_find(jwks, service.kid, &key, &why), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key->key, service.enclave), 1);
	assert_null(key->report_leaf);
	att_jwks_free(&jwks);
	assert_int_equal(
	    parse_with(make_x5c_element(service.kid, certs, more), &jwks, &why),
	    ATT_OK);
	att_jwks_free(&jwks);
	assert_int_equal(
	    parse_with(
		make_x5c_element(service.report_kid, report, ""), &jwks, &why),
	    ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 2);
	assert_int_equal(
	    att_jwks_find(jwks, service.report_kid, &key, &why), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key->key, service.report), 1);
	assert_non_null(key->report_leaf);
	att_jwks_free(&jwks);
	X509_free(self);
	free(n);
	free(more);
}

static void
sets_unfit_keys_aside(void **state)
{
	EVP_PKEY *small = pki_rsa_key(1024);
	char kid[SERVICE_KID_SIZE];

	(void)state;
	service_name_key(small, kid);
	is_set_aside(service_jwk(small, kid, ""), kid, "1024 bits");
	is_set_aside(service_jwk(service.stranger, "1", ""), "1",
	    "a form that cannot be checked");
	is_set_aside(service_jwk(service.stranger, "", ""), "",
	    "a form that cannot be checked");
	is_set_aside(service_jwk(service.stranger, kid, ""), kid,
	    "not the hash of the key");
	is_set_aside(service_jwk(service.stranger, service.stranger_kid,
			 ",\"alg\":\"RS512\""),
	    service.stranger_kid, "\"alg\" of the key is RS512");
	is_set_aside(service_jwk(service.stranger, service.stranger_kid,
			 ",\"use\":\"enc\""),
	    service.stranger_kid, "\"use\" of the key is enc");
	is_set_aside(service_jwk(service.stranger, service.stranger_kid,
			 ",\"d\":\"AQAB\""),
	    service.stranger_kid, "nobody but its owner");
	is_set_aside(service_text("{\"kty\":\"EC\",\"kid\":\"%s\",\"crv\":"
				  "\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
			 kid),
	    kid, "\"kty\" of the key is EC");
	is_set_aside(service_text("{\"kty\":\"RSA\",\"kid\":\"%s\"}", kid), kid,
	    "no \"n\"");
	is_set_aside(service_text("{\"kid\":\"%s\"}", kid), kid,
	    "\"kty\" of the key is no text");
	/* A name of a certificate, of which there is none. */
	is_set_aside(service_jwk(service.report, service.report_kid, ""),
	    service.report_kid, "no certificate");
	/* The hash in an alphabet, or of a length, that is not its own. */
	is_set_aside(service_jwk(service.stranger,
			 "________________________________________AAA=", ""),
	    "________________________________________AAA=",
	    "a form that cannot be checked");
	EVP_PKEY_free(small);
}

static void
sets_unfit_certificates_aside(void **state)
{
	EVP_PKEY *small_key = pki_rsa_key(1024);
	X509 *self = make_self_signed(service.stranger);
	X509 *small = make_self_signed(small_key);
	X509 *web = service_make_leaf(
	    &service, (struct pki_spec){ .constraints = "critical,CA:TRUE" });
	X509 *const certs[] = { self, NULL }, *const wrong[] = { web, NULL };
	X509 *const pca[] = { service.pca, NULL };
	X509 *const weak[] = { small, NULL };
	char *n = service_number(service.enclave, "n");
	char *more = service_text(",\"n\":\"%s\",\"e\":\"AQAB\"", n);
	char kid[SERVICE_KID_SIZE];

	(void)state;
	is_set_aside(make_x5c_element(service.stranger_kid, certs, more),
	    service.stranger_kid, "not the key of the certificate");
	is_set_aside(
	    make_x5c_element(service.stranger_kid, certs, ",\"e\":\"AQAB\""),
	    service.stranger_kid, "no \"n\"");
	is_set_aside(make_x5c_element(service.report_kid, pca, ""),
	    service.report_kid, "not the hash of the first certificate");
	service_name_key(small_key, kid);
	is_set_aside(make_x5c_element(kid, weak, ""), kid, "1024 bits");
	service_name_leaf(web, kid);
	is_set_aside(
	    make_x5c_element(kid, wrong, ""), kid, "basicConstraints CA true");
	is_set_aside(service_text("{\"kty\":\"RSA\",\"kid\":\"%s\",\"x5c\":"
				  "[\"AQID\"]}",
			 service.stranger_kid),
	    service.stranger_kid, "first certificate of \"x5c\"");
	is_set_aside(service_text("{\"kty\":\"RSA\",\"kid\":\"%s\",\"x5c\":"
				  "[\"A\"]}",
			 service.stranger_kid),
	    service.stranger_kid, "not a certificate in base64");
	is_set_aside(service_text("{\"kty\":\"RSA\",\"kid\":\"%s\",\"x5c\":[]}",
			 service.stranger_kid),
	    service.stranger_kid, "not a list");
	free(n);
	free(more);
	X509_free(self);
	X509_free(small);
	X509_free(web);
	EVP_PKEY_free(small_key);
}

static void
a_key_without_a_name_is_none(void **state)
{
	struct att_reason why = { 0 };
	struct att_jwks *jwks;
	char *n = service_number(service.stranger, "n");

	(void)state;
	assert_int_equal(parse_with(service_text("{\"kty\":\"RSA\",\"n\":\"%s"
						 "\",\"e\":\"AQAB\"}",
					n),
			     &jwks, &why),
	    ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 1);
	att_jwks_free(&jwks);
	assert_int_equal(
	    parse_with(service_text("{\"kty\":\"RSA\",\"n\":\"%s\","
				    "\"e\":\"AQAB\",\"kid\":1}",
			   n),
		&jwks, &why),
	    ATT_OK);
	att_jwks_free(&jwks);
	assert_int_equal(
	    parse_with(service_text("[\"no object\"]"), &jwks, &why), ATT_OK);
	att_jwks_free(&jwks);
	free(n);
}

static void
refuses_what_is_no_set(void **state)
{
	static const char *const texts[] = {
		"",
		"[]",
		"{}",
		"{\"keys\":{}}",
		"{\"keys\":\"none\"}",
		"{\"keys\":[]}",
		"{\"keys\":[{}]}",
		"{\"keys\":[{\"kty\":\"EC\",\"kid\":\"1\"}]}",
		"{\"keys\":[],\"keys\":[]}",
		"{\"keys\":[]}x",
	};
	struct att_reason why = { 0 };
	struct att_jwks *jwks;
	char *text, *huge;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (parse(texts[i], &jwks, &why) != ATT_ERR_JWKS_INVALID)
			fail_msg("%s", texts[i]);
	}
	/* A member twice in a key, and a file past the limit. */
	text = service_text("{\"keys\":[%s]}", good);
	assert_int_equal(parse(text, &jwks, &why), ATT_OK);
	att_jwks_free(&jwks);
	huge =
	    service_text("%*s%s", ATT_JWKS_MAX - (int)strlen(text), "", text);
	assert_int_equal(strlen(huge), ATT_JWKS_MAX);
	assert_int_equal(parse(huge, &jwks, &why), ATT_OK);
	att_jwks_free(&jwks);
	free(huge);
	huge = service_text(
	    "%*s%s", ATT_JWKS_MAX - (int)strlen(text) + 1, "", text);
	assert_int_equal(parse(huge, &jwks, &why), ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, "1048577 bytes"));
	free(huge);
	free(text);
	text = service_jwk(service.enclave, service.kid, ",\"kty\":\"RSA\"");
	assert_int_equal(parse_with(text, &jwks, &why), ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, "duplicate"));
}

/* A name costs as much as there are others: 60000 of them took 26 seconds. */
static void
refuses_more_names_than_a_provider_has(void **state)
{
	char *elements[ATT_JWKS_KEYS_MAX + 1], *text;
	struct att_reason why = { 0 };
	struct att_jwks *jwks;

	(void)state;
	elements[0] = good;
	for (int i = 1; i <= ATT_JWKS_KEYS_MAX; i++)
		elements[i] = service_text("{\"kid\":\"%d\"}", i);
	text = service_set((const char *const *)elements, ATT_JWKS_KEYS_MAX);
	assert_int_equal(parse(text, &jwks, &why), ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 1);
	/* Those that are there already are no more. */
	assert_int_equal(
	    att_jwks_add(jwks, att_bytes_text(text), "again", &why), ATT_OK);
	att_jwks_free(&jwks);
	free(text);
	text =
	    service_set((const char *const *)elements, ATT_JWKS_KEYS_MAX + 1);
	assert_int_equal(parse(text, &jwks, &why), ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, "more than 256 names"));
	free(text);
	for (int i = 1; i <= ATT_JWKS_KEYS_MAX; i++)
		free(elements[i]);
}

static void
says_why_no_key_is_left(void **state)
{
	EVP_PKEY *small = pki_rsa_key(1024);
	struct att_reason why = { 0 };
	struct att_jwks *jwks;
	char kid[SERVICE_KID_SIZE], *jwk, *text;

	(void)state;
	service_name_key(small, kid);
	jwk = service_jwk(small, kid, "");
	text = service_set((const char *const[]){ jwk }, 1);
	assert_int_equal(parse(text, &jwks, &why), ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, "1024 bits"));
	assert_non_null(strstr(why.text, kid));
	free(text);
	free(jwk);
	EVP_PKEY_free(small);
}

static void
refuses_a_name_for_two_keys(void **state)
{
	struct att_reason why = { 0 };
	struct att_jwks *jwks;

	(void)state;
	assert_int_equal(
	    parse_with(
		service_jwk(service.stranger, service.kid, ""), &jwks, &why),
	    ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, service.kid));
	assert_non_null(strstr(why.text, "two keys"));
	/* What cannot be read may be another one, too. */
	assert_int_equal(
	    parse_with(
		service_text("{\"kty\":\"RSA\",\"kid\":\"%s\"}", service.kid),
		&jwks, &why),
	    ATT_ERR_JWKS_INVALID);
}

static void
keys_of_several_files_add_up(void **state)
{
	struct att_jwks *jwks = service_make_jwks(&service);
	char *other = service_jwk(service.stranger, service.stranger_kid, "");
	char *both = service_set((const char *const[]){ good, other }, 2);
	char *wrong = service_jwk(service.report, service.stranger_kid, "");
	char *again = service_set((const char *const[]){ good, wrong }, 2);
	struct att_reason why = { 0 };
	const struct att_jwks_key *key;

	(void)state;
	assert_int_equal(
	    att_jwks_add(jwks, att_bytes_text(both), "second", &why), ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 2);
	assert_int_equal(
	    att_jwks_find(jwks, service.stranger_kid, &key, &why), ATT_OK);
	assert_string_equal(key->shown, "second");
	/* The same keys once more are no key less. */
	assert_int_equal(
	    att_jwks_add(jwks, att_bytes_text(both), "third", &why), ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 2);
	assert_int_equal(
	    att_jwks_add(jwks, att_bytes_text(again), "fourth", &why),
	    ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, "fourth"));
	assert_non_null(strstr(why.text, "second"));
	att_jwks_free(&jwks);
	free(other);
	free(both);
	free(wrong);
	free(again);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_keys_by_their_numbers),
		cmocka_unit_test(finds_keys_by_their_certificates),
		cmocka_unit_test(sets_unfit_keys_aside),
		cmocka_unit_test(sets_unfit_certificates_aside),
		cmocka_unit_test(a_key_without_a_name_is_none),
		cmocka_unit_test(refuses_what_is_no_set),
		cmocka_unit_test(refuses_more_names_than_a_provider_has),
		cmocka_unit_test(says_why_no_key_is_left),
		cmocka_unit_test(refuses_a_name_for_two_keys),
		cmocka_unit_test(keys_of_several_files_add_up),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
