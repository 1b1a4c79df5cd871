/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of decoding certificates and naming them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "pki.h"
#include "trust/certificate.h"

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

/* Its DER, owned by *der. */
static void
make(const struct pki_spec *spec, struct att_buf *der)
{
	X509 *cert = pki_make(spec);

	att_buf_init(der, 65536);
	pki_put_der(cert, der);
	X509_free(cert);
}

static void
assert_malformed(struct att_bytes der, const char *reason)
{
	struct att_reason why = { 0 };
	struct att_certificate *cert = (struct att_certificate *)&why;

	assert_int_equal(att_certificate_decode(der, NULL, &cert, &why),
	    ATT_ERR_CERTIFICATE_MALFORMED);
	assert_null(cert);
	if (strstr(why.text, reason) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, reason);
}

static struct att_certificate *
decode(struct att_bytes der)
{
	struct att_reason why = { 0 };
	struct att_certificate *cert;

	if (att_certificate_decode(der, NULL, &cert, &why) != ATT_OK)
		fail_msg("%s", why.text);
	return cert;
}

static void
decodes_what_is_well_formed(void **state)
{
	const struct pki_spec spec = { .name = "a", .key = key };
	struct att_buf der;
	struct att_certificate *cert;

	(void)state;
	make(&spec, &der);
	cert = decode(att_buf_get(&der));
	att_certificate_free(&cert);
	att_buf_reset(&der);
}

static void
rejects_every_truncation(void **state)
{
	const struct pki_spec spec = { .name = "a", .key = key };
	struct att_buf der;

	(void)state;
	make(&spec, &der);
	for (size_t len = 0; len < der.len; len++)
		assert_malformed(att_bytes(der.ptr, len), "");
	att_buf_reset(&der);
}

static void
rejects_trailing_bytes(void **state)
{
	const struct pki_spec spec = { .name = "a", .key = key };
	struct att_buf der;

	(void)state;
	make(&spec, &der);
	assert_int_equal(att_buf_put_u8(&der, 0), ATT_OK);
	assert_malformed(att_buf_get(&der), "left over");
	att_buf_reset(&der);
}

static void
rejects_what_is_no_certificate(void **state)
{
	static uint8_t large[ATT_CERTIFICATE_MAX + 1];

	(void)state;
	assert_malformed(att_bytes(NULL, 0), "empty");
	assert_malformed(att_bytes("\x30\0", 2), "not an X.509");
	assert_malformed(att_bytes("text", 4), "not DER");
	assert_malformed(att_bytes(large, sizeof(large)), "longer");
}

static void
assert_extension_malformed(const struct pki_extension *more,
    const char *constraints, const char *reason)
{
	const struct pki_spec spec = { .name = "a",
		.key = key,
		.constraints = constraints,
		.more = more };
	struct att_buf der;

	make(&spec, &der);
	assert_malformed(att_buf_get(&der), reason);
	att_buf_reset(&der);
}

static void
rejects_malformed_extensions(void **state)
{
	static const struct pki_extension constraints[] = {
		{ .oid = "2.5.29.19", .der = "\x30\x01", .der_len = 2 },
		{ 0 },
	};
	static const struct pki_extension negative[] = {
		{ .oid = "2.5.29.19",
		    .der = "\x30\x06\x01\x01\xff\x02\x01\xff",
		    .der_len = 8 },
		{ 0 },
	};
	static const struct pki_extension usage[] = {
		{ .oid = "2.5.29.15", .der = "\x04\x01\x80", .der_len = 3 },
		{ 0 },
	};

	(void)state;
	assert_extension_malformed(constraints, "", "basicConstraints");
	assert_extension_malformed(negative, "", "path length");
	assert_extension_malformed(usage, NULL, "keyUsage");
}

static void
rejects_duplicate_extensions(void **state)
{
	static const struct pki_extension twice[] = {
		{ .oid = "1.2.3.4", .der = "\x05", .der_len = 1 },
		{ .oid = "1.2.3.4", .der = "\x05", .der_len = 1 },
		{ 0 },
	};

	(void)state;
	assert_extension_malformed(twice, NULL, "twice");
}

/* Devices and conformance tools have wrong key identifiers. */
static void
tolerates_a_malformed_key_identifier(void **state)
{
	static const struct pki_extension aki[] = {
		{ .oid = "2.5.29.35", .der = "\x04\x01x", .der_len = 3 },
		{ 0 },
	};
	const struct pki_spec spec = { .name = "a",
		.key = key,
		.constraints = "CA:TRUE,pathlen:3",
		.more = aki };
	struct att_certificate_rules rules;
	struct att_buf der;
	struct att_certificate *cert;

	(void)state;
	make(&spec, &der);
	cert = decode(att_buf_get(&der));
	att_certificate_get_rules(cert, &rules);
	assert_int_equal(rules.path_len, 3);
	att_certificate_free(&cert);
	att_buf_reset(&der);
}

static void
reads_the_key_identifier_of_the_issuer(void **state)
{
	static const struct {
		const char *der;
		size_t len;
		bool is_there;
	} rows[] = {
		{ "\x30\x16\x80\x14"
		  "abcdefghijklmnopqrst",
		    24, true },
		{ "\x30\x15\x80\x13"
		  "abcdefghijklmnopqrs",
		    23, false },
		{ "\x30\x00", 2, false },
		{ "\x04\x01x", 3, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct pki_extension aki[] = {
			{ .oid = "2.5.29.35",
			    .der = rows[i].der,
			    .der_len = rows[i].len },
			{ 0 },
		};
		const struct pki_spec spec = {
			.name = "a", .key = key, .more = aki
		};
		struct att_certificate *cert;
		struct att_buf der;
		uint8_t id[20];

		make(&spec, &der);
		cert = decode(att_buf_get(&der));
		assert_int_equal(att_certificate_get_issuer_key_id(cert, id),
		    rows[i].is_there);
		assert_memory_equal(id,
		    rows[i].is_there ? "abcdefghijklmnopqrst" : (char[20]){ 0 },
		    20);
		att_certificate_free(&cert);
		att_buf_reset(&der);
	}
}

static void
rejects_a_key_on_an_explicit_curve(void **state)
{
	EVP_PKEY *explicit = pki_ec_key("P-256");
	const struct pki_spec spec = { .name = "a", .key = explicit };
	struct att_buf der;

	(void)state;
	assert_int_equal(
	    EVP_PKEY_set_utf8_string_param(explicit, "encoding", "explicit"),
	    1);
	make(&spec, &der);
	assert_malformed(att_buf_get(&der), "curve without a name");
	att_buf_reset(&der);
	EVP_PKEY_free(explicit);
}

/* The last content byte of the one UTCTime that is notBefore. */
static void
rejects_a_local_time(void **state)
{
	const struct pki_spec spec = { .name = "a", .key = key };
	struct att_buf der;
	uint8_t *at;

	(void)state;
	make(&spec, &der);
	at = memmem(der.ptr, der.len, "240101000000Z", 13);
	assert_non_null(at);
	at[12] = '+';
	assert_malformed(att_buf_get(&der), "");
	memcpy(at, "24010100000.Z", 13);
	assert_malformed(att_buf_get(&der), "date");
	att_buf_reset(&der);
}

static void
reads_rules(void **state)
{
	static const struct {
		const char *constraints;
		const char *usage;
		struct att_certificate_rules rules;
	} cases[] = {
		{ "", NULL, { false, false, -1, true } },
		{ "CA:FALSE", NULL, { true, false, -1, true } },
		{ "CA:TRUE", "keyCertSign", { true, true, -1, true } },
		{ "CA:TRUE,pathlen:0", "cRLSign", { true, true, 0, false } },
		{ "CA:TRUE,pathlen:2", "digitalSignature,keyCertSign",
		    { true, true, 2, true } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pki_spec spec = { .name = "a",
			.key = key,
			.constraints = cases[i].constraints,
			.usage = cases[i].usage };
		struct att_certificate_rules rules;
		struct att_certificate *cert = pki_pass(pki_make(&spec));

		att_certificate_get_rules(cert, &rules);
		assert_int_equal(rules.has_basic_constraints,
		    cases[i].rules.has_basic_constraints);
		assert_int_equal(rules.is_ca, cases[i].rules.is_ca);
		assert_int_equal(rules.path_len, cases[i].rules.path_len);
		assert_int_equal(rules.may_sign_certificates,
		    cases[i].rules.may_sign_certificates);
		att_certificate_free(&cert);
	}
}

static void
prints_subjects_safely(void **state)
{
	static const struct {
		const char *name;
		const char *text;
	} cases[] = {
		{ "plain", "CN=plain" },
		{ "a,b", "CN=a\\,b" },
		{ "tab\tend", "CN=tab\\09end" },
		{ "\x1b[31m", "CN=\\1B[31m" },
		{ "\xc3\xa9", "CN=\\C3\\A9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pki_spec spec = { .name = cases[i].name,
			.key = key };
		struct att_certificate *cert = pki_pass(pki_make(&spec));
		char text[ATT_SUBJECT_MAX];

		att_certificate_print_subject(cert, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		att_certificate_free(&cert);
	}
}

static void
cuts_long_subjects(void **state)
{
	const struct pki_spec spec = { .name = "abcdefghij", .key = key };
	const struct pki_attribute nothing[] = { { NULL, 0, NULL } };
	struct att_certificate *cert = pki_pass(pki_make(&spec));
	struct att_certificate *nameless =
	    pki_pass(pki_make_leaf(nothing, &spec));
	char text[10];
	char room[14];

	(void)state;
	att_certificate_print_subject(cert, text, sizeof(text));
	assert_string_equal(text, "CN=abc...");
	att_certificate_print_subject(cert, room, sizeof(room));
	assert_string_equal(room, "CN=abcdefghij");
	att_certificate_print_subject(nameless, room, sizeof(room));
	assert_string_equal(room, "(empty subjec");
	att_certificate_free(&nameless);
	att_certificate_free(&cert);
}

static void
hashes_certificate_and_key(void **state)
{
	const struct pki_spec spec = { .name = "a", .key = key };
	const struct pki_spec other = { .name = "b", .key = key };
	uint8_t want[ATT_SHA256_LEN];
	uint8_t a[ATT_SHA256_LEN];
	uint8_t b[ATT_SHA256_LEN];
	struct att_certificate *cert = pki_pass(pki_make(&spec));
	struct att_certificate *twin = pki_pass(pki_make(&other));
	struct att_bytes der = att_certificate_get_der(cert);

	(void)state;
	assert_int_equal(
	    EVP_Digest(der.ptr, der.len, want, NULL, EVP_sha256(), NULL), 1);
	assert_int_equal(att_certificate_hash(cert, a), ATT_OK);
	assert_memory_equal(a, want, sizeof(want));
	assert_int_equal(att_certificate_hash(twin, b), ATT_OK);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_int_equal(att_certificate_hash_key(cert, a), ATT_OK);
	assert_int_equal(att_certificate_hash_key(twin, b), ATT_OK);
	assert_memory_equal(a, b, sizeof(a));
	att_certificate_free(&twin);
	att_certificate_free(&cert);
}

static void
finds_an_extension_by_its_octets(void **state)
{
	static const struct pki_extension more[] = {
		{ .oid = "1.2.3.4", .der = "\x05\x00", .der_len = 2 },
		{ .oid = "1.2.3.4.5",
		    .der = "value",
		    .der_len = 5,
		    .critical = true },
		{ 0 },
	};
	const struct pki_spec spec = { .name = "A", .key = key, .more = more };
	struct att_certificate_extension found;
	struct att_certificate *cert = pki_pass(pki_make(&spec));

	(void)state;
	assert_true(att_certificate_find_extension(
	    cert, att_bytes("\x2a\x03\x04", 3), &found));
	assert_false(found.is_critical);
	assert_int_equal(found.value.len, 2);
	assert_true(att_certificate_find_extension(
	    cert, att_bytes("\x2a\x03\x04\x05", 4), &found));
	assert_true(found.is_critical);
	assert_true(att_bytes_is_equal(found.value, att_bytes("value", 5)));
	assert_false(att_certificate_find_extension(
	    cert, att_bytes("\x2a\x03", 2), &found));
	assert_null(found.value.ptr);
	att_certificate_free(&cert);
}

/* What the certificate says of its own key does not count. */
static void
computes_the_key_identifier(void **state)
{
	static const struct pki_extension more[] = {
		{ .oid = "2.5.29.14", .value = "00:01:02:03" },
		{ 0 },
	};
	const struct pki_spec spec = { .name = "A", .key = key, .more = more };
	uint8_t *point = NULL, id[20], expected[20];
	struct att_certificate *cert = pki_pass(pki_make(&spec));
	size_t len;

	(void)state;
	len = EVP_PKEY_get1_encoded_public_key(key, &point);
	assert_int_equal(len, 65);
	assert_int_equal(
	    EVP_Digest(point, len, expected, NULL, EVP_sha1(), NULL), 1);
	att_certificate_get_key_id(cert, id);
	assert_memory_equal(id, expected, 20);
	OPENSSL_free(point);
	att_certificate_free(&cert);
}

static bool
is_for_host(const char *name, const char *alternative)
{
	const struct pki_extension more[] = {
		{ .oid = alternative == NULL ? NULL : "2.5.29.17",
		    .value = alternative },
		{ 0 },
	};
	const struct pki_spec spec = { .name = name, .key = key, .more = more };
	struct att_certificate *cert = pki_pass(pki_make(&spec));
	bool is_it = att_certificate_is_for_host(cert, "attest.android.com");

	att_certificate_free(&cert);
	return is_it;
}

static void
compares_the_host(void **state)
{
	static const char host[] = "attest.android.com";

	(void)state;
	assert_true(is_for_host("any", "DNS:attest.android.com"));
	assert_true(is_for_host("any", "DNS:x.example,DNS:attest.android.com"));
	assert_true(is_for_host(host, NULL));
	assert_false(is_for_host("any", NULL));
	assert_false(is_for_host("attest.android.com.example", NULL));
	assert_false(is_for_host("*.android.com", NULL));
	assert_false(is_for_host(host, "DNS:x.example"));
	assert_false(is_for_host(host, "email:attest@android.com"));
	assert_false(is_for_host(host, "DNS:*.android.com"));
	assert_false(is_for_host(host, "DNS:attest.android.com.example"));
	assert_false(is_for_host(host, "DNS:x.attest.android.com"));
}

/* One that cannot be read is not absent: the common name does not count. */
static void
a_malformed_alternative_name_is_no_host(void **state)
{
	static const struct pki_extension more[] = {
		{ .oid = "2.5.29.17", .der = "\x04\x00", .der_len = 2 },
		{ 0 },
	};
	const struct pki_spec spec = {
		.name = "attest.android.com", .key = key, .more = more
	};
	struct att_certificate *cert = pki_pass(pki_make(&spec));

	(void)state;
	assert_false(att_certificate_is_for_host(cert, "attest.android.com"));
	att_certificate_free(&cert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_what_is_well_formed),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(rejects_trailing_bytes),
		cmocka_unit_test(rejects_what_is_no_certificate),
		cmocka_unit_test(rejects_malformed_extensions),
		cmocka_unit_test(rejects_duplicate_extensions),
		cmocka_unit_test(tolerates_a_malformed_key_identifier),
		cmocka_unit_test(reads_the_key_identifier_of_the_issuer),
		cmocka_unit_test(rejects_a_key_on_an_explicit_curve),
		cmocka_unit_test(rejects_a_local_time),
		cmocka_unit_test(reads_rules),
		cmocka_unit_test(prints_subjects_safely),
		cmocka_unit_test(cuts_long_subjects),
		cmocka_unit_test(hashes_certificate_and_key),
		cmocka_unit_test(finds_an_extension_by_its_octets),
		cmocka_unit_test(computes_the_key_identifier),
		cmocka_unit_test(compares_the_host),
		cmocka_unit_test(a_malformed_alternative_name_is_no_host),
	};

	return cmocka_run_group_tests(tests, make_key, drop_key);
}
