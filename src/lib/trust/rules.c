/* SPDX-License-Identifier: BSD-2-Clause */
/* What RFC 5280 section 6.1 asks of each certificate of a path. */
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "trust/certificate_parts.h"
#include "trust/rules.h"

enum {
	KEY_BITS_MIN = 112,   /* RSA 2048, P-224 */
	DIGEST_BITS_MIN = 60, /* SHA-1 has 63 in OpenSSL's count, MD5 39 */
};

/* --- Dates ------------------------------------------------------------------
 */

static void
print_time(const ASN1_TIME *t, char *text, size_t size)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1 ||
	    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(text, size, "(unreadable)");
}

static enum att_err
refuse_date(
    const struct att_certificate *cert, time_t at, struct att_reason *why)
{
	char subject[ATT_NAME_SHOWN];
	char from[32];
	char to[32];
	char when[32];
	struct tm tm;

	att_certificate_print_subject(cert, subject, sizeof(subject));
	print_time(cert->not_before, from, sizeof(from));
	print_time(cert->not_after, to, sizeof(to));
	if (gmtime_r(&at, &tm) == NULL ||
	    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(when, sizeof(when), "%lld", (long long)at);
	return att_refuse(why, ATT_ERR_CERTIFICATE_DATE,
	    "the certificate '%s' is valid from %s to %s and was judged at %s",
	    subject, from, to, when);
}

/* Both ends belong to the time of validity: RFC 5280 section 4.1.2.5. */
static enum att_err
check_date(
    const struct att_certificate *cert, time_t at, struct att_reason *why)
{
	if (at < cert->begin || at > cert->end)
		return refuse_date(cert, at, why);
	return ATT_OK;
}

/* --- Extensions
 * --------------------------------------------------------------- */

/* RFC 5280 section 4.2: criticality is a demand to understand; these are. */
static const int understood[] = { NID_basic_constraints, NID_key_usage,
	NID_ext_key_usage, NID_subject_alt_name, NID_name_constraints,
	NID_certificate_policies };

static bool
is_understood(const ASN1_OBJECT *oid)
{
	int nid = OBJ_obj2nid(oid);

	for (size_t i = 0; i < sizeof(understood) / sizeof(understood[0]);
	     i++) {
		if (nid == understood[i])
			return true;
	}
	return false;
}

enum att_err
att_rules_check_critical(
    const struct att_certificate *cert, struct att_reason *why)
{
	char subject[ATT_NAME_SHOWN];
	char oid[80];

	for (int i = 0; i < sk_X509_EXTENSION_num(cert->extensions); i++) {
		X509_EXTENSION *ext =
		    sk_X509_EXTENSION_value(cert->extensions, i);
		const ASN1_OBJECT *id = X509_EXTENSION_get_object(ext);

		if (X509_EXTENSION_get_critical(ext) == 0 || is_understood(id))
			continue;
		OBJ_obj2txt(oid, sizeof(oid), id, 1);
		att_certificate_print_subject(cert, subject, sizeof(subject));
		return att_refuse(why, ATT_ERR_CERTIFICATE_PATH,
		    "the certificate '%s' has the critical extension %s, which "
		    "is not understood",
		    subject, oid);
	}
	return ATT_OK;
}

enum att_err
att_rules_check_any(
    const struct att_certificate *cert, time_t at, struct att_reason *why)
{
	enum att_err r;

	if ((r = att_rules_check_critical(cert, why)) != ATT_OK)
		return r;
	return check_date(cert, at, why);
}

/* --- Issuers
 * -------------------------------------------------------------------- */

static enum att_err
refuse_issuer(const struct att_issuing *issuing, enum att_err err,
    const char *what, struct att_reason *why)
{
	char subject[ATT_NAME_SHOWN];
	char issuer[ATT_NAME_SHOWN];

	att_certificate_print_subject(
	    issuing->path[issuing->len - 1], subject, sizeof(subject));
	att_certificate_print_subject(issuing->issuer, issuer, sizeof(issuer));
	return att_refuse(
	    why, err, "'%s', the issuer of '%s', %s", issuer, subject, what);
}

static bool
is_self_issued(const struct att_certificate *cert)
{
	return X509_NAME_cmp(cert->subject, cert->issuer) == 0;
}

/* RFC 5280 section 4.2.1.9: certificates that follow, without self-issued
 * ones, and the last one does not count. */
static enum att_err
check_path_length(
    const struct att_issuing *issuing, long allowed, struct att_reason *why)
{
	char what[80];
	long below = 0;

	for (size_t i = 1; i < issuing->len; i++)
		below += !is_self_issued(issuing->path[i]);
	if (allowed < 0 || below <= allowed)
		return ATT_OK;
	snprintf(what, sizeof(what), "has pathLen %ld and %ld issuers below it",
	    allowed, below);
	return refuse_issuer(issuing, ATT_ERR_CERTIFICATE_PATH, what, why);
}

/* A version 1 anchor cannot say that it is a CA; configuring it does. */
const char *
att_rules_get_ca_defect(const struct att_certificate *cert, bool is_anchor)
{
	if (!cert->rules.has_basic_constraints && is_anchor &&
	    cert->version == X509_VERSION_1)
		return NULL;
	if (!cert->rules.has_basic_constraints)
		return "has no basicConstraints that make it a CA";
	if (!cert->rules.is_ca)
		return "has basicConstraints with CA false";
	if (!cert->rules.may_sign_certificates)
		return "has a keyUsage without keyCertSign";
	return NULL;
}

static enum att_err
check_ca(const struct att_issuing *issuing, struct att_reason *why)
{
	const char *defect =
	    att_rules_get_ca_defect(issuing->issuer, issuing->is_anchor);

	if (defect != NULL)
		return refuse_issuer(
		    issuing, ATT_ERR_CERTIFICATE_NOT_CA, defect, why);
	return check_path_length(issuing, issuing->issuer->rules.path_len, why);
}

/* OpenSSL's count of the bits of security of the hash that was signed. */
static int
count_digest_bits(const struct att_certificate *cert)
{
	X509 *x509 = att_certificate_make_x509(cert);
	int bits = 0;

	if (x509 == NULL ||
	    X509_get_signature_info(x509, NULL, NULL, &bits, NULL) != 1)
		bits = 0;
	X509_free(x509);
	ERR_clear_error();
	return bits;
}

/* Spares nearly every certificate the count, which is slow. */
bool
att_rules_is_hash_strong(const struct att_certificate *cert)
{
	static const int strong[] = { NID_ecdsa_with_SHA256,
		NID_ecdsa_with_SHA384, NID_ecdsa_with_SHA512,
		NID_sha256WithRSAEncryption, NID_sha384WithRSAEncryption,
		NID_sha512WithRSAEncryption };
	const ASN1_OBJECT *oid;
	int nid;

	X509_ALGOR_get0(&oid, NULL, NULL, cert->alg);
	nid = OBJ_obj2nid(oid);
	for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++) {
		if (nid == strong[i])
			return true;
	}
	return count_digest_bits(cert) >= DIGEST_BITS_MIN;
}

bool
att_rules_is_key_strong(const struct att_certificate *cert)
{
	return EVP_PKEY_get_security_bits(cert->key) >= KEY_BITS_MIN;
}

static enum att_err
check_strength(const struct att_issuing *issuing, struct att_reason *why)
{
	if (!att_rules_is_key_strong(issuing->issuer))
		return refuse_issuer(issuing, ATT_ERR_CERTIFICATE_PATH,
		    "has a key of less than 112 bits of security", why);
	if (!att_rules_is_hash_strong(issuing->path[issuing->len - 1]))
		return refuse_issuer(issuing, ATT_ERR_CERTIFICATE_PATH,
		    "signed with a hash that is broken", why);
	return ATT_OK;
}

static bool
is_name_allowed(const struct att_certificate *cert, NAME_CONSTRAINTS *nc)
{
	X509 *x509 = att_certificate_make_x509(cert);
	bool is_allowed;

	is_allowed =
	    x509 != NULL && NAME_CONSTRAINTS_check(x509, nc) == X509_V_OK;
	X509_free(x509);
	return is_allowed;
}

/* RFC 5280 section 6.1.3 (b), (c): not self-issued, or the last one. */
static enum att_err
check_names(const struct att_issuing *issuing, struct att_reason *why)
{
	NAME_CONSTRAINTS *nc;
	int critical;
	enum att_err r = ATT_OK;

	nc = att_certificate_get_extension(
	    issuing->issuer, NID_name_constraints, &critical);
	if (nc == NULL && critical == -1)
		return ATT_OK;
	if (nc == NULL)
		return refuse_issuer(issuing, ATT_ERR_CERTIFICATE_MALFORMED,
		    "has malformed nameConstraints", why);
	for (size_t i = 0; i < issuing->len && r == ATT_OK; i++) {
		if (i > 0 && is_self_issued(issuing->path[i]))
			continue;
		if (!is_name_allowed(issuing->path[i], nc))
			r = refuse_issuer(issuing, ATT_ERR_CERTIFICATE_PATH,
			    "has nameConstraints that do not allow it", why);
	}
	NAME_CONSTRAINTS_free(nc);
	return r;
}

enum att_err
att_rules_check_issuing(
    const struct att_issuing *issuing, struct att_reason *why)
{
	enum att_err r;

	if ((r = check_ca(issuing, why)) != ATT_OK)
		return r;
	if ((r = check_strength(issuing, why)) != ATT_OK)
		return r;
	if ((r = check_names(issuing, why)) != ATT_OK)
		return r;
	return att_rules_check_any(issuing->issuer, issuing->at, why);
}
