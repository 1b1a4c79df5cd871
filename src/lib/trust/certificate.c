/* SPDX-License-Identifier: BSD-2-Clause */
/* One certificate: decoding, what it may do, names. */
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "trust/certificate.h"
#include "trust/der.h"

enum {
	EXTENSIONS_MAX = 64,
	KEY_ID_LEN = 20 /* SHA-1 */
};

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	ERR_clear_error();
	return att_refuse(
	    why, ATT_ERR_CERTIFICATE_MALFORMED, "a certificate %s", what);
}

/* RFC 5280 section 4.2: each extension at most once. */
static bool
has_duplicate_extension(const X509 *cert)
{
	int count = X509_get_ext_count(cert);

	for (int i = 1; i < count; i++) {
		const ASN1_OBJECT *oid =
		    X509_EXTENSION_get_object(X509_get_ext(cert, i));

		for (int j = 0; j < i; j++) {
			if (OBJ_cmp(oid, X509_EXTENSION_get_object(
					     X509_get_ext(cert, j))) == 0)
				return true;
		}
	}
	return false;
}

/* RFC 5280 section 4.1.2.5: whole seconds, GMT as "Z". */
static bool
is_plain_time(const ASN1_TIME *t)
{
	int len = ASN1_STRING_length(t);
	int want = ASN1_STRING_type(t) == V_ASN1_UTCTIME ? 13 : 15;

	return len == want && ASN1_STRING_get0_data(t)[len - 1] == 'Z' &&
	       ASN1_TIME_check(t) == 1;
}

/* Parameters written out may describe a weakened curve: RFC 5480 2.1.1. */
static bool
is_curve_explicit(const X509 *cert)
{
	ASN1_OBJECT *algorithm;
	const ASN1_OBJECT *oid;
	X509_ALGOR *id;
	int type;

	if (X509_PUBKEY_get0_param(
		&algorithm, NULL, NULL, &id, X509_get_X509_PUBKEY(cert)) != 1)
		return true;
	X509_ALGOR_get0(&oid, &type, NULL, id);
	return OBJ_obj2nid(oid) == NID_X9_62_id_ecPublicKey &&
	       type != V_ASN1_OBJECT;
}

/*
 * basicConstraints and keyUsage are read here and not through OpenSSL's
 * cache: that reads "no limit" for the path length of a certificate in which
 * any other standard extension is malformed.
 */
static enum att_err
read_basic_constraints(const X509 *cert, struct att_certificate_rules *rules,
    struct att_reason *why)
{
	BASIC_CONSTRAINTS *bc;
	int critical;
	enum att_err r = ATT_OK;

	bc = X509_get_ext_d2i(cert, NID_basic_constraints, &critical, NULL);
	if (bc == NULL && critical != -1)
		return malformed(why, "has malformed basicConstraints");
	if (bc == NULL)
		return ATT_OK;
	rules->has_basic_constraints = true;
	rules->is_ca = bc->ca != 0;
	if (bc->pathlen != NULL) {
		rules->path_len = ASN1_INTEGER_get(bc->pathlen);
		if (rules->path_len < 0)
			r = malformed(why, "has a malformed path length");
	}
	BASIC_CONSTRAINTS_free(bc);
	return r;
}

static enum att_err
read_key_usage(const X509 *cert, struct att_certificate_rules *rules,
    struct att_reason *why)
{
	enum {
		BIT_KEY_CERT_SIGN = 5
	}; /* RFC 5280 section 4.2.1.3 */
	ASN1_BIT_STRING *usage;
	int critical;

	usage = X509_get_ext_d2i(cert, NID_key_usage, &critical, NULL);
	if (usage == NULL && critical != -1)
		return malformed(why, "has a malformed keyUsage");
	rules->may_sign_certificates =
	    usage == NULL ||
	    ASN1_BIT_STRING_get_bit(usage, BIT_KEY_CERT_SIGN) != 0;
	ASN1_BIT_STRING_free(usage);
	return ATT_OK;
}

enum att_err
att_certificate_get_rules(const X509 *cert, struct att_certificate_rules *rules,
    struct att_reason *why)
{
	enum att_err r;

	*rules = (struct att_certificate_rules){ .path_len = -1 };
	if ((r = read_basic_constraints(cert, rules, why)) != ATT_OK)
		return r;
	return read_key_usage(cert, rules, why);
}

static enum att_err
check_decoded(X509 *cert, struct att_reason *why)
{
	struct att_certificate_rules rules;

	if (X509_get_ext_count(cert) > EXTENSIONS_MAX)
		return malformed(why, "has more than 64 extensions");
	if (has_duplicate_extension(cert))
		return malformed(why, "has the same extension twice");
	if (X509_get_version(cert) != X509_VERSION_3 &&
	    X509_get_ext_count(cert) > 0)
		return malformed(why, "has extensions but is not version 3");
	if (!is_plain_time(X509_get0_notBefore(cert)) ||
	    !is_plain_time(X509_get0_notAfter(cert)))
		return malformed(why, "has a date that RFC 5280 does not know");
	if (is_curve_explicit(cert))
		return malformed(why, "has a key on a curve without a name");
	if (X509_get0_pubkey(cert) == NULL)
		return malformed(why, "has a public key that is malformed or "
				      "of an unknown kind");
	return att_certificate_get_rules(cert, &rules, why);
}

enum att_err
att_certificate_decode(
    struct att_bytes der, X509 **certp, struct att_reason *why)
{
	const unsigned char *p = der.ptr;
	X509 *cert = NULL;
	enum att_err r = ATT_ERR_INTERNAL;

	*certp = NULL;
	if (der.len == 0)
		return malformed(why, "is empty");
	if (der.len > ATT_CERTIFICATE_MAX)
		return malformed(why, "is longer than 16384 bytes");
	if (!att_der_is_strict(der))
		return malformed(why, "is not DER, or has bytes left over");
	cert = d2i_X509(NULL, &p, (long)der.len);
	if (cert == NULL || p != der.ptr + der.len) {
		r = malformed(why, "is DER but not an X.509 certificate");
		goto out;
	}
	if ((r = check_decoded(cert, why)) != ATT_OK)
		goto out;
	*certp = cert;
	cert = NULL;
	r = ATT_OK;
out:
	X509_free(cert);
	return r;
}

bool
att_certificate_find_extension(const X509 *cert, struct att_bytes oid,
    struct att_certificate_extension *extension)
{
	*extension = (struct att_certificate_extension){ 0 };
	for (int i = 0; i < X509_get_ext_count(cert); i++) {
		X509_EXTENSION *ext = X509_get_ext(cert, i);
		const ASN1_OBJECT *found = X509_EXTENSION_get_object(ext);
		const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(ext);

		if (!att_bytes_is_equal(oid, att_bytes(OBJ_get0_data(found),
						 (size_t)OBJ_length(found))))
			continue;
		extension->is_critical = X509_EXTENSION_get_critical(ext) != 0;
		extension->value = att_bytes(ASN1_STRING_get0_data(data),
		    (size_t)ASN1_STRING_length(data));
		return true;
	}
	return false;
}

bool
att_certificate_is_for_host(X509 *cert, const char *host)
{
	unsigned int flags = X509_CHECK_FLAG_NO_WILDCARDS;

	/* One that cannot be read is not absent. */
	if (X509_get_ext_by_NID(cert, NID_subject_alt_name, -1) >= 0)
		flags |= X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
	return X509_check_host(cert, host, strlen(host), flags, NULL) == 1;
}

enum att_err
att_certificate_get_key_id(const X509 *cert, uint8_t id[20])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len;

	memset(id, 0, KEY_ID_LEN);
	if (X509_pubkey_digest(cert, EVP_sha1(), digest, &len) != 1 ||
	    len != KEY_ID_LEN) {
		ERR_clear_error();
		return ATT_ERR_CRYPTO;
	}
	memcpy(id, digest, KEY_ID_LEN);
	return ATT_OK;
}

void
att_certificate_print_subject(const X509 *cert, char *text, size_t size)
{
	const X509_NAME *name = X509_get_subject_name(cert);

	att_certificate_print_name(name, text, size);
}

/* Escaping makes every byte printable ASCII, so cutting never splits one. */
void
att_certificate_print_name(const X509_NAME *name, char *text, size_t size)
{
	static const char cut[] = "...";
	BIO *bio = BIO_new(BIO_s_mem());
	char *data = NULL;
	long len = 0;

	if (bio != NULL &&
	    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
		len = BIO_get_mem_data(bio, &data);
	if (len <= 0)
		snprintf(text, size, "(empty subject)");
	else if ((size_t)len < size)
		snprintf(text, size, "%.*s", (int)len, data);
	else
		snprintf(
		    text, size, "%.*s%s", (int)(size - sizeof(cut)), data, cut);
	BIO_free(bio);
}

enum att_err
att_certificate_hash(const X509 *cert, uint8_t sha256[ATT_SHA256_LEN])
{
	if (X509_digest(cert, EVP_sha256(), sha256, NULL) != 1)
		return ATT_ERR_CRYPTO;
	return ATT_OK;
}

enum att_err
att_certificate_hash_key(const X509 *cert, uint8_t sha256[ATT_SHA256_LEN])
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	enum att_err r = ATT_ERR_CRYPTO;

	if (len > 0 &&
	    EVP_Digest(der, (size_t)len, sha256, NULL, EVP_sha256(), NULL) == 1)
		r = ATT_OK;
	OPENSSL_free(der);
	return r;
}
