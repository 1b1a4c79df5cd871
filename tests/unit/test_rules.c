/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of single rules; test_path.c has them at work in paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pki.h"
#include "trust/rules.h"

static EVP_PKEY *key;

static int
make_key(void **state)
{
	(void)state;
	key = pki_ec_key("P-256");
	return 0;
}

static int
drop_key(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	return 0;
}

static enum att_err
check_any(const struct pki_spec *spec, time_t at, struct att_reason *why)
{
	struct pki_spec copy = *spec;
	enum att_err r;
	struct att_certificate *cert;

	copy.name = "a";
	copy.key = key;
	cert = pki_pass(pki_make(&copy));
	r = att_rules_check_any(cert, at, why);
	att_certificate_free(&cert);
	return r;
}

static void
counts_both_ends_as_valid(void **state)
{
	const struct pki_spec spec = { 0 };

	(void)state;
	assert_int_equal(check_any(&spec, PKI_BEGIN, NULL), ATT_OK);
	assert_int_equal(check_any(&spec, PKI_END, NULL), ATT_OK);
	assert_int_equal(
	    check_any(&spec, PKI_BEGIN - 1, NULL), ATT_ERR_CERTIFICATE_DATE);
	assert_int_equal(
	    check_any(&spec, PKI_END + 1, NULL), ATT_ERR_CERTIFICATE_DATE);
}

/* 9999-12-31T23:59:59Z is what RFC 5280 writes for "never". */
static void
knows_certificates_without_end(void **state)
{
	const struct pki_spec spec = { .end = 253402300799 };

	(void)state;
	assert_int_equal(check_any(&spec, PKI_NOW, NULL), ATT_OK);
	assert_int_equal(check_any(&spec, 32503680000, NULL), ATT_OK);
}

static void
names_dates_and_subject(void **state)
{
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(check_any(&(struct pki_spec){ 0 }, 0, &why),
	    ATT_ERR_CERTIFICATE_DATE);
	assert_string_equal(why.text,
	    "the certificate 'CN=a' is valid from 2024-01-01T00:00:00Z to "
	    "2030-01-01T00:00:00Z and was judged at 1970-01-01T00:00:00Z");
}

static void
understands_six_critical_extensions(void **state)
{
	static const struct pki_extension known[] = {
		{ .oid = "2.5.29.37", .value = "critical,clientAuth" },
		{ .oid = "2.5.29.17", .value = "critical,DNS:example.org" },
		{ .oid = "2.5.29.32",
		    .der = "\x30\x07\x30\x05\x06\x03\x2a\x03\x04",
		    .der_len = 9,
		    .critical = true },
		{ .oid = "2.5.29.30",
		    .der = "\x30\x07\xa0\x05\x30\x03\x82\x01x",
		    .der_len = 9,
		    .critical = true },
		{ 0 },
	};
	static const char *const others[] = { "2.5.29.14", "2.5.29.35",
		"2.5.29.31", "2.5.29.36", "2.5.29.54", "1.3.6.1.5.5.7.1.7",
		"1.3.6.1.4.1.45724.1.1.4" };
	struct att_reason why;

	(void)state;
	assert_int_equal(check_any(&(struct pki_spec){ .more = known,
				       .constraints = "critical,CA:TRUE",
				       .usage = "critical,keyCertSign" },
			     PKI_NOW, NULL),
	    ATT_OK);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct pki_extension more[] = {
			{ .oid = others[i],
			    .der = "\x05\0",
			    .der_len = 2,
			    .critical = true },
			{ 0 },
		};

		assert_int_equal(check_any(&(struct pki_spec){ .more = more },
				     PKI_NOW, &why),
		    ATT_ERR_CERTIFICATE_PATH);
		assert_non_null(strstr(why.text, others[i]));
	}
}

static void
judges_an_issuer(void **state)
{
	const struct pki_spec leaf_spec = {
		.name = "leaf", .key = key, .constraints = "CA:FALSE"
	};
	const struct pki_spec ca_spec = { .name = "ca", .key = key };
	struct att_certificate *leaf = pki_pass(pki_make(&leaf_spec));
	struct att_certificate *ca = pki_pass(pki_make(&ca_spec));
	struct att_issuing issuing = {
		.path = &leaf, .len = 1, .issuer = ca, .at = PKI_NOW
	};
	struct att_reason why;

	(void)state;
	assert_int_equal(att_rules_check_issuing(&issuing, &why), ATT_OK);
	issuing.at = PKI_END + 1;
	assert_int_equal(
	    att_rules_check_issuing(&issuing, &why), ATT_ERR_CERTIFICATE_DATE);
	issuing.issuer = leaf;
	assert_int_equal(att_rules_check_issuing(&issuing, &why),
	    ATT_ERR_CERTIFICATE_NOT_CA);
	att_certificate_free(&leaf);
	att_certificate_free(&ca);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_both_ends_as_valid),
		cmocka_unit_test(knows_certificates_without_end),
		cmocka_unit_test(names_dates_and_subject),
		cmocka_unit_test(understands_six_critical_extensions),
		cmocka_unit_test(judges_an_issuer),
	};

	return cmocka_run_group_tests(tests, make_key, drop_key);
}
