/* SPDX-License-Identifier: BSD-2-Clause */
/* Making certificates of TPM attestation keys for tests: section 8.3.1. */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "forge.h"

static void
require(int ok)
{
	if (ok != 1)
		abort();
}

/* A UTF8String; set is 0 for an RDN of its own, -1 for the one before. */
static void
add_entry(X509_NAME *name, const char *oid, const char *text, int set)
{
	require(X509_NAME_add_entry_by_txt(name, oid, V_ASN1_UTF8STRING,
	    (const unsigned char *)text, -1, -1, set));
}

/* id-fido-gen-ce-aaguid, which hardly any of them has. */
static void
add_aaguid(X509 *cert, enum forge_defect defect)
{
	uint8_t der[2 + 16] = { V_ASN1_OCTET_STRING, 16 };

	memcpy(der + 2, forge_aaguid, 16);
	if (defect == FORGE_TPM_CERT_AAGUID_OTHER)
		der[17] ^= 1;
	forge_cert_add_raw(cert, FORGE_OID_AAGUID,
	    defect == FORGE_TPM_CERT_AAGUID_CRITICAL,
	    att_bytes(der, sizeof(der)));
}

static X509_NAME *
describe_tpm(enum forge_defect defect)
{
	static const char manufacturer[] = "2.23.133.2.1";
	X509_NAME *name = X509_NAME_new();
	const char *id = "id:53544D20", *version = "id:13";
	/* All in one RDN, or three of them. */
	int set = defect == FORGE_TPM_FINE_RDNS ? 0 : -1;

	if (defect == FORGE_TPM_VENDOR_FIDO)
		id = "id:FFFFF1D0";
	if (defect == FORGE_TPM_VENDOR_ZERO)
		id = "id:00000000";
	if (defect == FORGE_TPM_CERT_MANUFACTURER_NAME)
		id = "STM";
	if (defect == FORGE_TPM_CERT_VERSION_NAME)
		version = "id:1.3";
	if (defect != FORGE_TPM_CERT_NO_MODEL)
		add_entry(name, "2.23.133.2.2", "ST33", 0);
	if (defect != FORGE_TPM_CERT_NO_VERSION)
		add_entry(name, "2.23.133.2.3", version, set);
	if (defect != FORGE_TPM_CERT_NO_MANUFACTURER)
		add_entry(name, manufacturer, id, set);
	if (defect == FORGE_TPM_CERT_MANUFACTURER_TWICE)
		add_entry(name, manufacturer, id, set);
	return name;
}

static void
push_name(GENERAL_NAMES *names, int type, void *value)
{
	GENERAL_NAME *name = GENERAL_NAME_new();

	GENERAL_NAME_set0_value(name, type, value);
	if (sk_GENERAL_NAME_push(names, name) <= 0)
		abort();
}

static void
add_tpm_name(X509 *cert, enum forge_defect defect)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	ASN1_IA5STRING *dns = ASN1_IA5STRING_new();

	require(ASN1_STRING_set(dns, "tpm.example", -1));
	if (defect == FORGE_TPM_FINE_MORE_NAMES ||
	    defect == FORGE_TPM_CERT_SAN_DNS)
		push_name(names, GEN_DNS, dns);
	else
		ASN1_IA5STRING_free(dns);
	if (defect != FORGE_TPM_CERT_SAN_DNS)
		push_name(names, GEN_DIRNAME, describe_tpm(defect));
	if (defect == FORGE_TPM_CERT_SAN_TWO)
		push_name(names, GEN_DIRNAME, describe_tpm(defect));
	require(X509_add1_ext_i2d(cert, NID_subject_alt_name, names,
	    defect != FORGE_TPM_CERT_SAN_LOOSE, X509V3_ADD_DEFAULT));
	GENERAL_NAMES_free(names);
}

static void
add_tpm_extensions(X509 *cert, enum forge_defect defect)
{
	if (defect == FORGE_TPM_CERT_CA)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:TRUE");
	else if (defect != FORGE_TPM_CERT_NO_CONSTRAINTS)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:FALSE");
	if (defect == FORGE_TPM_CERT_OTHER_USAGE)
		forge_cert_add_extension(
		    cert, NID_ext_key_usage, "2.23.133.8.1");
	else if (defect != FORGE_TPM_CERT_NO_USAGE)
		forge_cert_add_extension(cert, NID_ext_key_usage,
		    defect == FORGE_TPM_FINE_MORE_NAMES
			? "2.23.133.8.1,2.23.133.8.3"
			: "2.23.133.8.3");
	if (defect != FORGE_TPM_CERT_NO_SAN)
		add_tpm_name(cert, defect);
	if (defect == FORGE_TPM_FINE_AAGUID ||
	    defect == FORGE_TPM_CERT_AAGUID_OTHER ||
	    defect == FORGE_TPM_CERT_AAGUID_CRITICAL)
		add_aaguid(cert, defect);
}

X509 *
forge_tpm_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect)
{
	X509 *cert = forge_cert_start(key, X509_get_subject_name(issuer));

	if (defect == FORGE_TPM_CERT_SUBJECT)
		forge_cert_add_name(X509_get_subject_name(cert), "CN",
		    MBSTRING_UTF8, "Forge TPM");
	if (defect == FORGE_TPM_CERT_V1)
		require(X509_set_version(cert, X509_VERSION_1));
	else
		add_tpm_extensions(cert, defect);
	if (defect == FORGE_TPM_SELF_SIGNED) {
		require(
		    X509_set_issuer_name(cert, X509_get_subject_name(cert)));
		issuer_key = key;
	}
	forge_cert_sign(cert, issuer_key);
	return cert;
}
