/* SPDX-License-Identifier: BSD-2-Clause */
/* Making attestation certificates for tests. */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "forge.h"
#include "trust/certificate.h"

/* 2024-01-01 and 2123-01-01 */
static const time_t not_before = 1704067200, not_after = 4828204800;

static void
require(int ok)
{
	if (ok != 1)
		abort();
}

void
forge_cert_add_name(
    X509_NAME *name, const char *field, int type, const char *text)
{
	require(X509_NAME_add_entry_by_txt(
	    name, field, type, (const unsigned char *)text, -1, -1, 0));
}

void
forge_cert_add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	if (ext == NULL)
		abort();
	require(X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
}

X509 *
forge_cert_start(EVP_PKEY *key, const X509_NAME *issuer)
{
	static long serial = 1;
	X509 *cert = X509_new();

	if (cert == NULL)
		abort();
	require(X509_set_version(cert, X509_VERSION_3));
	require(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++));
	X509_time_adj_ex(
	    X509_getm_notBefore(cert), 0, 0, &(time_t){ not_before });
	X509_time_adj_ex(
	    X509_getm_notAfter(cert), 0, 0, &(time_t){ not_after });
	require(X509_set_pubkey(cert, key));
	if (issuer != NULL)
		require(X509_set_issuer_name(cert, issuer));
	return cert;
}

void
forge_cert_add_other_use(X509 *cert, enum forge_defect defect)
{
	switch (defect) {
	case FORGE_CERT_USAGE:
	case FORGE_U2F_CERT_USAGE:
	case FORGE_ANDROID_CERT_USAGE:
	case FORGE_APPLE_CERT_USAGE:
		forge_cert_add_extension(cert, NID_ext_key_usage, "serverAuth");
		break;
	case FORGE_CERT_ANDROID:
	case FORGE_U2F_CERT_ANDROID:
		forge_cert_add_raw(cert, "1.3.6.1.4.1.11129.2.1.17", false,
		    att_bytes("\x30\x00", 2));
		break;
	default:
		break;
	}
}

void
forge_cert_sign(X509 *cert, EVP_PKEY *key)
{
	int id = EVP_PKEY_get_base_id(key);
	bool is_eddsa = id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448;

	if (X509_sign(cert, key, is_eddsa ? NULL : EVP_sha256()) <= 0)
		abort();
}

static X509 *
finish_root(X509 *cert, EVP_PKEY *key)
{
	require(X509_set_issuer_name(cert, X509_get_subject_name(cert)));
	forge_cert_add_extension(
	    cert, NID_basic_constraints, "critical,CA:TRUE");
	forge_cert_add_extension(
	    cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	forge_cert_sign(cert, key);
	return cert;
}

X509 *
forge_root(EVP_PKEY *key, const char *name)
{
	X509 *cert = forge_cert_start(key, NULL);
	X509_NAME *subject = X509_get_subject_name(cert);

	forge_cert_add_name(subject, "O", MBSTRING_UTF8, "Forge");
	forge_cert_add_name(subject, "CN", MBSTRING_UTF8, name);
	return finish_root(cert, key);
}

/* Of the same name, with a key of its own. */
X509 *
forge_root_like(EVP_PKEY *key, const X509 *other)
{
	X509 *cert = forge_cert_start(key, NULL);

	require(X509_set_subject_name(cert, X509_get_subject_name(other)));
	return finish_root(cert, key);
}

X509 *
forge_intermediate(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect)
{
	X509 *cert = forge_cert_start(key, X509_get_subject_name(issuer));
	X509_NAME *subject = X509_get_subject_name(cert);

	forge_cert_add_name(subject, "O", MBSTRING_UTF8, "Forge");
	forge_cert_add_name(subject, "CN", MBSTRING_UTF8, "Forge intermediate");
	forge_cert_add_extension(cert, NID_basic_constraints,
	    defect == FORGE_INTERMEDIATE_NOT_CA ? "critical,CA:FALSE"
						: "critical,CA:TRUE");
	forge_cert_add_extension(cert, NID_key_usage,
	    defect == FORGE_INTERMEDIATE_NO_CERT_SIGN
		? "critical,digitalSignature"
		: "critical,keyCertSign");
	forge_cert_sign(cert, issuer_key);
	return cert;
}

static void
add_subject(X509_NAME *name, enum forge_defect defect)
{
	if (defect != FORGE_CERT_NO_C)
		forge_cert_add_name(name, "C", V_ASN1_PRINTABLESTRING, "AA");
	if (defect != FORGE_CERT_NO_O)
		forge_cert_add_name(name, "O", MBSTRING_UTF8, "Forge");
	if (defect == FORGE_CERT_OTHER_OU)
		forge_cert_add_name(
		    name, "OU", V_ASN1_UTF8STRING, "Authenticator");
	else if (defect != FORGE_CERT_NO_OU)
		forge_cert_add_name(
		    name, "OU", V_ASN1_UTF8STRING, "Authenticator Attestation");
	if (defect != FORGE_CERT_NO_CN)
		forge_cert_add_name(name, "CN", MBSTRING_UTF8, "Forge key");
}

void
forge_cert_add_raw(
    X509 *cert, const char *oid, bool is_critical, struct att_bytes value)
{
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	X509_EXTENSION *ext;

	require(ASN1_OCTET_STRING_set(data, value.ptr, (int)value.len));
	ext = X509_EXTENSION_create_by_OBJ(NULL, object, is_critical, data);
	if (ext == NULL)
		abort();
	require(X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(data);
	ASN1_OBJECT_free(object);
}

/* id-fido-gen-ce-aaguid, an OCTET STRING in the extension's own one. */
static void
add_aaguid(X509 *cert, enum forge_defect defect)
{
	uint8_t der[2 + 16 + 1] = { V_ASN1_OCTET_STRING, 16 };
	struct att_bytes value = att_bytes(der, 18);

	memcpy(der + 2, forge_aaguid, 16);
	if (defect == FORGE_CERT_AAGUID_OTHER)
		der[17] ^= 1;
	if (defect == FORGE_CERT_AAGUID_TRAILING)
		value.len++;
	if (defect == FORGE_CERT_AAGUID_UNWRAPPED)
		value = att_bytes(forge_aaguid, 16);
	forge_cert_add_raw(cert, FORGE_OID_AAGUID,
	    defect == FORGE_CERT_AAGUID_CRITICAL, value);
}

static void
add_extensions(X509 *cert, enum forge_defect defect)
{
	if (defect == FORGE_CERT_CA)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:TRUE");
	else if (defect != FORGE_CERT_NO_CONSTRAINTS)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:FALSE");
	if (defect != FORGE_CERT_AAGUID_MISSING)
		add_aaguid(cert, defect);
	forge_cert_add_other_use(cert, defect);
}

X509 *
forge_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect)
{
	X509 *cert = forge_cert_start(key, X509_get_subject_name(issuer));
	X509_NAME *subject = X509_get_subject_name(cert);
	const time_t year_2100 = 4102444800;

	add_subject(subject, defect);
	if (defect == FORGE_CERT_EARLY)
		X509_time_adj_ex(
		    X509_getm_notBefore(cert), 0, 0, &(time_t){ year_2100 });
	if (defect == FORGE_CERT_EXPIRED)
		X509_time_adj_ex(X509_getm_notAfter(cert), 0, 0,
		    &(time_t){ FORGE_TIME - 1 });
	if (defect == FORGE_CERT_V1)
		require(X509_set_version(cert, X509_VERSION_1));
	else
		add_extensions(cert, defect);
	if (defect == FORGE_CERT_SELF_SIGNED) {
		require(X509_set_issuer_name(cert, subject));
		issuer_key = key;
	}
	forge_cert_sign(cert, issuer_key);
	return cert;
}
