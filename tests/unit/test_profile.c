/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the profiles of attestation certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

#include "pki.h"
#include "trust/certificate.h"

#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
#define SIXTEEN "0123456789abcdef"
#define DER(text) .der = text, .der_len = sizeof(text) - 1

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
check(const struct pki_attribute *subject, const struct pki_spec *spec,
    struct att_reason *why)
{
	struct pki_spec copy = *spec;
	enum att_err r;
	struct att_certificate *cert;

	copy.key = key;
	if (copy.constraints == NULL)
		copy.constraints = "CA:FALSE";
	cert = pki_pass(pki_make_leaf(subject, &copy));
	r = att_certificate_check_packed(cert, why);
	att_certificate_free(&cert);
	return r;
}

static void
assert_refused(const struct pki_attribute *subject, const struct pki_spec *spec,
    const char *reason)
{
	struct att_reason why = { 0 };

	assert_int_equal(
	    check(subject, spec, &why), ATT_ERR_CERTIFICATE_PROFILE);
	if (strstr(why.text, reason) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, reason);
}

static void
assert_accepted(const struct pki_spec *spec)
{
	struct att_reason why = { 0 };

	if (check(pki_packed_subject, spec, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
accepts_the_profile(void **state)
{
	static const struct pki_extension all[] = {
		{ .oid = AAGUID_OID, DER("\x04\x10" SIXTEEN) },
		{ .oid = "1.3.6.1.4.1.45724.1.1.2", DER("\x04\x02no") },
		{ .oid = "1.3.6.1.4.1.45724.1.1.5", DER("\x02\x01\0") },
		{ 0 },
	};

	(void)state;
	assert_accepted(&(struct pki_spec){ 0 });
	assert_accepted(&(struct pki_spec){ .more = all });
	assert_accepted(
	    &(struct pki_spec){ .constraints = "critical,CA:FALSE" });
}

static void
rejects_version_1(void **state)
{
	(void)state;
	assert_refused(pki_packed_subject,
	    &(struct pki_spec){ .is_version_1 = true }, "version 1, wanted 3");
}

static void
rejects_basic_constraints(void **state)
{
	(void)state;
	assert_refused(pki_packed_subject,
	    &(struct pki_spec){ .constraints = "" }, "basicConstraints absent");
	assert_refused(pki_packed_subject,
	    &(struct pki_spec){ .constraints = "CA:TRUE" }, "CA true");
}

/* The good subject with one attribute left out, replaced or repeated. */
static void
assert_subject_refused(size_t index, const struct pki_attribute *with,
    bool repeat, const char *reason)
{
	struct pki_attribute subject[8] = { { 0 } };
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		if (i != index || repeat)
			subject[n++] = pki_packed_subject[i];
		if (i == index && with != NULL)
			subject[n++] = *with;
	}
	assert_refused(subject, &(struct pki_spec){ 0 }, reason);
}

static void
rejects_absent_attributes(void **state)
{
	(void)state;
	assert_subject_refused(0, NULL, false, "subject C absent");
	assert_subject_refused(1, NULL, false, "subject O absent");
	assert_subject_refused(2, NULL, false, "subject OU absent");
	assert_subject_refused(3, NULL, false, "subject CN absent");
}

static void
rejects_repeated_attributes(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_subject_refused(
		    i, &pki_packed_subject[i], true, "more than once");
}

static void
rejects_wrong_values(void **state)
{
	static const struct {
		size_t index;
		struct pki_attribute with;
		const char *reason;
	} cases[] = {
		{ 0, { "C", V_ASN1_UTF8STRING, "AA" },
		    "subject C 'AA' (UTF8STRING)" },
		{ 0, { "C", V_ASN1_PRINTABLESTRING, "aa" }, "subject C 'aa'" },
		{ 0, { "C", V_ASN1_PRINTABLESTRING, "A1" }, "subject C 'A1'" },
		{ 1, { "O", V_ASN1_PRINTABLESTRING, "Tests" },
		    "subject O 'Tests' (PRINTABLESTRING)" },
		{ 2, { "OU", V_ASN1_UTF8STRING, "authenticator attestation" },
		    "subject OU 'authenticator attestation'" },
		{ 2, { "OU", V_ASN1_UTF8STRING, "Authenticator Attestation " },
		    "subject OU" },
		{ 2,
		    { "OU", V_ASN1_PRINTABLESTRING,
			"Authenticator Attestation" },
		    "subject OU" },
		{ 3, { "CN", V_ASN1_T61STRING, "x" }, "subject CN 'x'" },
		{ 2, { "OU", V_ASN1_UTF8STRING, "\x1b[2J" }, "'\\1B[2J'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_subject_refused(
		    cases[i].index, &cases[i].with, false, cases[i].reason);
}

static void
rejects_extensions_of_another_form(void **state)
{
	static const struct {
		struct pki_extension ext;
		const char *reason;
	} cases[] = {
		{ { .oid = AAGUID_OID,
		      DER("\x04\x10" SIXTEEN),
		      .critical = true },
		    "critical" },
		{ { .oid = AAGUID_OID, DER(SIXTEEN) }, "of another type" },
		{ { .oid = AAGUID_OID, DER("\x04\x10" SIXTEEN "x") },
		    "left over" },
		{ { .oid = AAGUID_OID,
		      DER("\x04\x0f"
			  "0123456789abcde") },
		    "another length" },
		{ { .oid = AAGUID_OID, DER("\x04\x11" SIXTEEN "x") },
		    "another length" },
		{ { .oid = AAGUID_OID, DER("") }, "of another type" },
		{ { .oid = "1.3.6.1.4.1.45724.1.1.5", DER("\x02\x01\xff") },
		    "negative" },
		{ { .oid = "1.3.6.1.4.1.45724.1.1.5",
		      DER("\x02\x01\x01"),
		      .critical = true },
		    "critical" },
		{ { .oid = "1.3.6.1.4.1.45724.1.1.5", DER("\x04\x01\x01") },
		    "of another type" },
		{ { .oid = "1.3.6.1.4.1.45724.1.1.2", DER("\x02\x01\x01") },
		    "serial number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pki_extension more[] = { cases[i].ext, { 0 } };

		assert_refused(pki_packed_subject,
		    &(struct pki_spec){ .more = more }, cases[i].reason);
	}
}

static enum att_err
get_aaguid(const struct pki_extension *more, bool *present, uint8_t *aaguid)
{
	const struct pki_spec spec = { .name = "a", .key = key, .more = more };
	struct att_certificate *cert = pki_pass(pki_make(&spec));
	enum att_err r;

	r = att_certificate_get_aaguid(cert, present, aaguid, NULL);
	att_certificate_free(&cert);
	return r;
}

static void
reads_the_aaguid(void **state)
{
	static const struct pki_extension one[] = {
		{ .oid = AAGUID_OID, DER("\x04\x10" SIXTEEN) },
		{ 0 },
	};
	static const struct pki_extension other[] = {
		{ .oid = AAGUID_OID ".1", DER("\x04\x10" SIXTEEN) },
		{ .oid = "1.3.6.1.4.1.45724.1.1", DER("\x04\x10" SIXTEEN) },
		{ 0 },
	};
	uint8_t aaguid[16];
	uint8_t zero[16] = { 0 };
	bool present;

	(void)state;
	assert_int_equal(get_aaguid(one, &present, aaguid), ATT_OK);
	assert_true(present);
	assert_memory_equal(aaguid, SIXTEEN, 16);
	assert_int_equal(get_aaguid(other, &present, aaguid), ATT_OK);
	assert_false(present);
	assert_memory_equal(aaguid, zero, 16);
}

/* Then nobody can read the one and be told of the other. */
static void
rejects_two_aaguids(void **state)
{
	static const struct pki_extension two[] = {
		{ .oid = AAGUID_OID, DER("\x04\x10" SIXTEEN) },
		{ .oid = AAGUID_OID, DER("\x04\x10" SIXTEEN) },
		{ 0 },
	};
	const struct pki_spec spec = { .name = "a", .key = key, .more = two };
	struct att_certificate *cert;
	X509 *made = pki_make(&spec);
	struct att_buf der;

	(void)state;
	att_buf_init(&der, 65536);
	pki_put_der(made, &der);
	assert_int_equal(
	    att_certificate_decode(att_buf_get(&der), NULL, &cert, NULL),
	    ATT_ERR_CERTIFICATE_MALFORMED);
	att_buf_reset(&der);
	X509_free(made);
}

typedef enum att_err check_fn(
    const struct att_certificate *cert, struct att_reason *why);

/* A certificate with little in it, against the profile of another format. */
static enum att_err
check_bare(check_fn *profile, const struct pki_spec *spec)
{
	struct att_reason why = { 0 };
	struct pki_spec copy = *spec;
	enum att_err r;
	struct att_certificate *cert;

	copy.name = "Key";
	copy.key = key;
	cert = pki_pass(pki_make(&copy));
	r = profile(cert, &why);
	assert_int_equal(why.code, r);
	att_certificate_free(&cert);
	return r;
}

static void
wants_little_of_u2f(void **state)
{
	static const struct pki_extension negative[] = {
		{ .oid = "1.3.6.1.4.1.45724.1.1.5", DER("\x02\x01\x80") },
		{ 0 },
	};
	check_fn *profile = att_certificate_check_fido_u2f;

	(void)state;
	assert_int_equal(
	    check_bare(profile, &(struct pki_spec){ .constraints = "" }),
	    ATT_OK);
	assert_int_equal(
	    check_bare(profile,
		&(struct pki_spec){ .constraints = "", .is_version_1 = true }),
	    ATT_OK);
	assert_int_equal(check_bare(profile,
			     &(struct pki_spec){ .constraints = "CA:FALSE" }),
	    ATT_OK);
	assert_int_equal(
	    check_bare(profile, &(struct pki_spec){ .constraints = "CA:TRUE" }),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(
	    check_bare(profile,
		&(struct pki_spec){ .constraints = "", .more = negative }),
	    ATT_ERR_CERTIFICATE_PROFILE);
}

static void
wants_no_ca_of_apple(void **state)
{
	check_fn *profile = att_certificate_check_apple;

	(void)state;
	assert_int_equal(check_bare(profile,
			     &(struct pki_spec){ .constraints = "CA:FALSE" }),
	    ATT_OK);
	assert_int_equal(
	    check_bare(profile, &(struct pki_spec){ .constraints = "" }),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(
	    check_bare(profile, &(struct pki_spec){ .constraints = "CA:TRUE" }),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(
	    check_bare(profile,
		&(struct pki_spec){ .constraints = "", .is_version_1 = true }),
	    ATT_ERR_CERTIFICATE_PROFILE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_the_profile),
		cmocka_unit_test(rejects_version_1),
		cmocka_unit_test(rejects_basic_constraints),
		cmocka_unit_test(rejects_absent_attributes),
		cmocka_unit_test(rejects_repeated_attributes),
		cmocka_unit_test(rejects_wrong_values),
		cmocka_unit_test(rejects_extensions_of_another_form),
		cmocka_unit_test(reads_the_aaguid),
		cmocka_unit_test(rejects_two_aaguids),
		cmocka_unit_test(wants_little_of_u2f),
		cmocka_unit_test(wants_no_ca_of_apple),
	};

	return cmocka_run_group_tests(tests, make_key, drop_key);
}
