/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the profile of the certificates of TPM attestation keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

#include "forge.h"
#include "trust/certificate.h"

static EVP_PKEY *key;
static X509 *root;

static int
make_issuer(void **state)
{
	(void)state;
	key = forge_key(-7);
	root = forge_root(key, "Forge root");
	return 0;
}

static int
drop_issuer(void **state)
{
	(void)state;
	X509_free(root);
	EVP_PKEY_free(key);
	return 0;
}

/* As it would arrive. */
static enum att_err
check(enum forge_defect defect, uint32_t *manufacturer, struct att_reason *why)
{
	X509 *made = forge_tpm_leaf(key, key, root, defect);
	struct att_certificate *cert = forge_decode(made);
	uint32_t again;
	enum att_err err;

	err = att_certificate_check_tpm(cert, manufacturer, why);
	/* What is remembered is the same. */
	assert_int_equal(att_certificate_check_tpm(cert, &again, NULL), err);
	assert_int_equal(again, *manufacturer);
	att_certificate_free(&cert);
	X509_free(made);
	return err;
}

static void
accepts_the_profile(void **state)
{
	static const enum forge_defect fine[] = { FORGE_TPM_FINE,
		FORGE_TPM_FINE_RDNS, FORGE_TPM_FINE_MORE_NAMES,
		FORGE_TPM_FINE_AAGUID };
	struct att_reason why = { 0 };
	uint32_t manufacturer;

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		if (check(fine[i], &manufacturer, &why) != ATT_OK)
			fail_msg("%s", why.text);
		assert_int_equal(manufacturer, 0x53544d20);
	}
	assert_int_equal(
	    check(FORGE_TPM_VENDOR_FIDO, &manufacturer, &why), ATT_OK);
	assert_int_equal(manufacturer, 0xfffff1d0);
}

static void
names_what_breaks_it(void **state)
{
	static const struct {
		enum forge_defect defect;
		const char *reason;
	} rows[] = {
		{ FORGE_TPM_CERT_V1, "version 1, wanted 3" },
		{ FORGE_TPM_CERT_SUBJECT, "the subject CN=Forge TPM, wanted" },
		{ FORGE_TPM_CERT_CA, "CA true" },
		{ FORGE_TPM_CERT_NO_CONSTRAINTS, "basicConstraints absent" },
		{ FORGE_TPM_CERT_NO_USAGE, "key usage absent or malformed" },
		{ FORGE_TPM_CERT_OTHER_USAGE, "key usage of something else" },
		{ FORGE_TPM_CERT_NO_SAN, "subjectAltName absent or malformed" },
		{ FORGE_TPM_CERT_SAN_LOOSE, "that is not critical" },
		{ FORGE_TPM_CERT_SAN_DNS, "without directoryName" },
		{ FORGE_TPM_CERT_SAN_TWO, "or with several" },
		{ FORGE_TPM_CERT_NO_MANUFACTURER, "(2.23.133.2.1) absent" },
		{ FORGE_TPM_CERT_NO_MODEL, "(2.23.133.2.2) absent" },
		{ FORGE_TPM_CERT_NO_VERSION, "(2.23.133.2.3) absent" },
		{ FORGE_TPM_CERT_MANUFACTURER_TWICE, "more than once" },
		{ FORGE_TPM_CERT_MANUFACTURER_NAME, "of another form" },
		{ FORGE_TPM_CERT_VERSION_NAME, "of another form" },
		{ FORGE_TPM_CERT_AAGUID_CRITICAL, "critical" },
	};
	struct att_reason why = { 0 };
	uint32_t manufacturer;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(check(rows[i].defect, &manufacturer, &why),
		    ATT_ERR_CERTIFICATE_PROFILE);
		if (strstr(why.text, rows[i].reason) == NULL)
			fail_msg("'%s' lacks '%s'", why.text, rows[i].reason);
		assert_int_equal(manufacturer, 0);
	}
}

/* An extension in place of the good one, as bytes. */
static enum att_err
check_with(int nid, const void *value, int len, bool is_critical)
{
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	struct att_certificate *cert;
	X509 *made = forge_tpm_leaf(key, key, root, FORGE_TPM_FINE);
	X509_EXTENSION *ext;
	uint32_t manufacturer;
	enum att_err err;

	X509_EXTENSION_free(
	    X509_delete_ext(made, X509_get_ext_by_NID(made, nid, -1)));
	assert_int_equal(ASN1_OCTET_STRING_set(data, value, len), 1);
	ext = X509_EXTENSION_create_by_NID(NULL, nid, is_critical, data);
	assert_int_equal(X509_add_ext(made, ext, -1), 1);
	assert_true(X509_sign(made, key, EVP_sha256()) > 0);
	cert = forge_decode(made);
	err = att_certificate_check_tpm(cert, &manufacturer, NULL);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(data);
	att_certificate_free(&cert);
	X509_free(made);
	return err;
}

/* What OpenSSL would read over. */
static void
reads_der_only(void **state)
{
	static const uint8_t usage[] = { 0x30, 0x07, 0x06, 0x05, 0x67, 0x81,
		0x05, 0x08, 0x03, 0x00 };
	static const uint8_t ber[] = { 0x30, 0x80, 0x06, 0x05, 0x67, 0x81, 0x05,
		0x08, 0x03, 0x00, 0x00 };

	(void)state;
	assert_int_equal(
	    check_with(NID_ext_key_usage, usage, 9, false), ATT_OK);
	assert_int_equal(check_with(NID_ext_key_usage, usage, 9, true), ATT_OK);
	assert_int_equal(check_with(NID_ext_key_usage, usage, 10, false),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(check_with(NID_ext_key_usage, ber, sizeof(ber), false),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(check_with(NID_subject_alt_name, "\x30\x00", 2, true),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(check_with(NID_subject_alt_name, "x", 1, true),
	    ATT_ERR_CERTIFICATE_PROFILE);
}

/* A SAN of one directoryName: an RDN for each attribute. */
static enum att_err
check_values(
    int type, const char *manufacturer, const char *model, const char *version)
{
	const char *const values[] = { manufacturer, model, version };
	X509_NAME *name = X509_NAME_new();
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *entry = GENERAL_NAME_new();
	uint8_t *der = NULL;
	enum att_err err;
	int len;

	for (int i = 0; i < 3; i++) {
		char oid[] = "2.23.133.2.1";

		oid[11] = (char)('1' + i);
		assert_int_equal(
		    X509_NAME_add_entry_by_txt(name, oid, type,
			(const unsigned char *)values[i], -1, -1, 0),
		    1);
	}
	GENERAL_NAME_set0_value(entry, GEN_DIRNAME, name);
	assert_true(sk_GENERAL_NAME_push(names, entry) > 0);
	len = i2d_GENERAL_NAMES(names, &der);
	assert_true(len > 0);
	err = check_with(NID_subject_alt_name, der, len, true);
	OPENSSL_free(der);
	GENERAL_NAMES_free(names);
	return err;
}

static void
holds_the_values_to_their_form(void **state)
{
	static const struct {
		const char *manufacturer, *model, *version;
		bool is_good;
	} rows[] = {
		{ "id:414D4400", "m", "id:00020008", true },
		{ "id:414D4400", "m", "id:1", true },
		{ "id:414d4400", "m", "id:1", false },
		{ "ID:414D4400", "m", "id:1", false },
		{ "414D4400", "m", "id:1", false },
		{ "id:414D440", "m", "id:1", false },
		{ "id:414D44000", "m", "id:1", false },
		{ "id:414D440G", "m", "id:1", false },
		{ "id:", "m", "id:1", false },
		{ "id", "m", "id:1", false },
		{ "id:414D4400", "m", "id:", false },
		{ "id:414D4400", "m", "id:123456789", false },
		{ "id:414D4400", "m", "1.3", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    check_values(V_ASN1_UTF8STRING, rows[i].manufacturer,
			rows[i].model, rows[i].version),
		    rows[i].is_good ? ATT_OK : ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(
	    check_values(V_ASN1_PRINTABLESTRING, "id:414D4400", "m", "id:1"),
	    ATT_ERR_CERTIFICATE_PROFILE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_the_profile),
		cmocka_unit_test(names_what_breaks_it),
		cmocka_unit_test(reads_der_only),
		cmocka_unit_test(holds_the_values_to_their_form),
	};

	return cmocka_run_group_tests(tests, make_issuer, drop_issuer);
}
