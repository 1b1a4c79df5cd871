/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoding a certificate. Where its parts lie is found by the small reader of
 * DER that has been over all of it; what is in them is decoded by OpenSSL.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "trust/certificate_parts.h"
#include "trust/der.h"
#include "trust/subject_key.h"

enum {
	EXTENSIONS_MAX = 64,
	/* [1], [2] IMPLICIT BIT STRING, [3] EXPLICIT. */
	TAG_ISSUER_ID = 0x81,
	TAG_SUBJECT_ID = 0x82,
	TAG_EXTENSIONS = 0xa3,
};

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	ERR_clear_error();
	return att_refuse(
	    why, ATT_ERR_CERTIFICATE_MALFORMED, "a certificate %s", what);
}

/* --- Whole certificates ------------------------------------------------- */

struct att_certificate *
att_certificate_share(struct att_certificate *cert)
{
	cert->holders++;
	return cert;
}

void
att_certificate_free(struct att_certificate **certp)
{
	struct att_certificate *cert = *certp;

	*certp = NULL;
	if (cert == NULL || --cert->holders > 0)
		return;
	X509_NAME_free(cert->issuer);
	X509_NAME_free(cert->subject);
	ASN1_TIME_free(cert->not_before);
	ASN1_TIME_free(cert->not_after);
	sk_X509_EXTENSION_pop_free(cert->extensions, X509_EXTENSION_free);
	X509_ALGOR_free(cert->alg);
	ASN1_BIT_STRING_free(cert->signature);
	EVP_PKEY_free(cert->key);
	free(cert->ptr);
	free(cert);
}

static struct att_certificate *
make_empty(struct att_bytes der)
{
	struct att_certificate *cert = calloc(1, sizeof(*cert));

	if (cert == NULL)
		return NULL;
	cert->holders = 1;
	if ((cert->ptr = malloc(der.len)) == NULL) {
		att_certificate_free(&cert);
		return NULL;
	}
	memcpy(cert->ptr, der.ptr, der.len);
	cert->len = der.len;
	return cert;
}

/* --- Its parts, by RFC 5280 section 4.1 --------------------------------- */

/* The same for every type that OpenSSL decodes: all of the bytes, or NULL. */
#define DECODE(type, der) ((type *)decode_all((der), ASN1_ITEM_rptr(type)))

static void *
decode_all(struct att_bytes der, const ASN1_ITEM *item)
{
	const unsigned char *p = der.ptr;
	ASN1_VALUE *value = ASN1_item_d2i(NULL, &p, (long)der.len, item);

	if (value != NULL && p != der.ptr + der.len) {
		ASN1_item_free(value, item);
		value = NULL;
	}
	return value;
}

static bool
take_sequence(struct att_bytes *left, struct att_bytes *whole)
{
	struct att_der element;

	if (!att_der_take_tag(left, ATT_DER_SEQUENCE, &element))
		return false;
	*whole = element.whole;
	return true;
}

/* The version, which is 1 when it is not said, and a serial number. */
static bool
take_version(struct att_bytes *left, struct att_certificate *cert)
{
	struct att_der element;
	ASN1_INTEGER *number;

	cert->version = X509_VERSION_1;
	if (left->len > 0 && left->ptr[0] == ATT_DER_CONTEXT_0) {
		if (!att_der_take(left, &element) ||
		    (number = DECODE(ASN1_INTEGER, element.content)) == NULL)
			return false;
		cert->version = ASN1_INTEGER_get(number);
		ASN1_INTEGER_free(number);
	}
	if (!att_der_take_tag(left, ATT_DER_INTEGER, &element) ||
	    (number = DECODE(ASN1_INTEGER, element.whole)) == NULL)
		return false;
	ASN1_INTEGER_free(number);
	return true;
}

/* The algorithm of the signature, which stands outside once more. */
static bool
take_algorithm(struct att_bytes *left, struct att_certificate *cert)
{
	X509_ALGOR *alg;

	if (!take_sequence(left, &cert->tbs_alg) ||
	    (alg = DECODE(X509_ALGOR, cert->tbs_alg)) == NULL)
		return false;
	X509_ALGOR_free(alg);
	return true;
}

static bool
take_validity(struct att_bytes *left, struct att_certificate *cert)
{
	struct att_der list, begin, end;

	if (!att_der_take_tag(left, ATT_DER_SEQUENCE, &list) ||
	    !att_der_take(&list.content, &begin) ||
	    !att_der_take(&list.content, &end) || list.content.len != 0)
		return false;
	cert->not_before = DECODE(ASN1_TIME, begin.whole);
	cert->not_after = DECODE(ASN1_TIME, end.whole);
	return cert->not_before != NULL && cert->not_after != NULL;
}

/* Nothing is done with the unique identifiers; they have to be well formed. */
static bool
take_unique_id(struct att_bytes *left, uint8_t tag)
{
	struct att_der element;

	if (left->len == 0 || left->ptr[0] != tag)
		return true;
	return att_der_take(left, &element) && element.content.len > 0 &&
	       element.content.ptr[0] < 8;
}

static bool
take_extensions(struct att_bytes *left, struct att_certificate *cert)
{
	struct att_der element;

	if (left->len == 0)
		return true;
	if (!att_der_take_tag(left, TAG_EXTENSIONS, &element))
		return false;
	cert->extensions = DECODE(X509_EXTENSIONS, element.content);
	return cert->extensions != NULL;
}

/* TBSCertificate. */
static bool
read_tbs(struct att_bytes left, struct att_certificate *cert)
{
	if (!take_version(&left, cert) || !take_algorithm(&left, cert) ||
	    !take_sequence(&left, &cert->issuer_name) ||
	    !take_validity(&left, cert) ||
	    !take_sequence(&left, &cert->subject_name) ||
	    !take_sequence(&left, &cert->subject_key) ||
	    !take_unique_id(&left, TAG_ISSUER_ID) ||
	    !take_unique_id(&left, TAG_SUBJECT_ID) ||
	    !take_extensions(&left, cert) || left.len != 0)
		return false;
	cert->issuer = DECODE(X509_NAME, cert->issuer_name);
	cert->subject = DECODE(X509_NAME, cert->subject_name);
	return cert->issuer != NULL && cert->subject != NULL;
}

static bool
read_parts(struct att_certificate *cert)
{
	struct att_der whole, tbs, signature;
	struct att_bytes left = att_bytes(cert->ptr, cert->len);

	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &whole))
		return false;
	left = whole.content;
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &tbs) ||
	    !take_sequence(&left, &cert->alg_encoded) ||
	    !att_der_take_tag(&left, ATT_DER_BIT_STRING, &signature) ||
	    left.len != 0)
		return false;
	cert->tbs = tbs.whole;
	cert->alg = DECODE(X509_ALGOR, cert->alg_encoded);
	cert->signature = DECODE(ASN1_BIT_STRING, signature.whole);
	return cert->alg != NULL && cert->signature != NULL &&
	       read_tbs(tbs.content, cert);
}

/* --- What has to hold of every certificate ------------------------------ */

/* RFC 5280 section 4.2: each extension at most once. */
static bool
has_duplicate_extension(const struct att_certificate *cert)
{
	int count = sk_X509_EXTENSION_num(cert->extensions);

	for (int i = 1; i < count; i++) {
		const ASN1_OBJECT *oid = X509_EXTENSION_get_object(
		    sk_X509_EXTENSION_value(cert->extensions, i));

		for (int j = 0; j < i; j++) {
			if (OBJ_cmp(oid, X509_EXTENSION_get_object(
					     sk_X509_EXTENSION_value(
						 cert->extensions, j))) == 0)
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

static bool
read_time(const ASN1_TIME *t, int64_t *seconds)
{
	static const int64_t day = 24 * 60 * 60;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days, rest;
	bool is_read;

	is_read = epoch != NULL && is_plain_time(t) &&
		  ASN1_TIME_diff(&days, &rest, epoch, t) == 1;
	ASN1_TIME_free(epoch);
	*seconds = is_read ? days * day + rest : 0;
	return is_read;
}

static enum att_err
read_key(struct att_certificate *cert, struct att_curves *curves,
    struct att_reason *why)
{
	struct att_subject_key key;

	if (!att_subject_key_read(cert->subject_key, &key))
		return malformed(why, "is DER but not an X.509 certificate");
	if (att_subject_key_is_explicit(&key))
		return malformed(why, "has a key on a curve without a name");
	if ((cert->key = att_subject_key_make(curves, &key)) == NULL)
		return malformed(why, "has a public key that is malformed or "
				      "of an unknown kind");
	cert->key_bits = key.bits;
	if (EVP_Digest(key.bits.ptr, key.bits.len, cert->key_id, NULL,
		EVP_sha1(), NULL) != 1)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	return ATT_OK;
}

/*
 * basicConstraints and keyUsage are read here and not through OpenSSL's
 * cache: that reads "no limit" for the path length of a certificate in which
 * any other standard extension is malformed.
 */
static enum att_err
read_basic_constraints(struct att_certificate *cert, struct att_reason *why)
{
	struct att_certificate_rules *rules = &cert->rules;
	enum att_err r = ATT_OK;
	BASIC_CONSTRAINTS *bc;
	int critical;

	bc = att_certificate_get_extension(
	    cert, NID_basic_constraints, &critical);
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
read_key_usage(struct att_certificate *cert, struct att_reason *why)
{
	enum {
		BIT_KEY_CERT_SIGN = 5
	}; /* RFC 5280 section 4.2.1.3 */
	ASN1_BIT_STRING *usage;
	int critical;

	usage = att_certificate_get_extension(cert, NID_key_usage, &critical);
	if (usage == NULL && critical != -1)
		return malformed(why, "has a malformed keyUsage");
	cert->rules.may_sign_certificates =
	    usage == NULL ||
	    ASN1_BIT_STRING_get_bit(usage, BIT_KEY_CERT_SIGN) != 0;
	ASN1_BIT_STRING_free(usage);
	return ATT_OK;
}

static enum att_err
check_parts(struct att_certificate *cert, struct att_curves *curves,
    struct att_reason *why)
{
	int count = sk_X509_EXTENSION_num(cert->extensions);
	enum att_err r;

	if (count > EXTENSIONS_MAX)
		return malformed(why, "has more than 64 extensions");
	if (has_duplicate_extension(cert))
		return malformed(why, "has the same extension twice");
	if (cert->version != X509_VERSION_3 && count > 0)
		return malformed(why, "has extensions but is not version 3");
	if (!read_time(cert->not_before, &cert->begin) ||
	    !read_time(cert->not_after, &cert->end))
		return malformed(why, "has a date that RFC 5280 does not know");
	if ((r = read_key(cert, curves, why)) != ATT_OK)
		return r;
	cert->rules = (struct att_certificate_rules){ .path_len = -1 };
	if ((r = read_basic_constraints(cert, why)) != ATT_OK)
		return r;
	return read_key_usage(cert, why);
}

enum att_err
att_certificate_decode(struct att_bytes der, struct att_curves *curves,
    struct att_certificate **certp, struct att_reason *why)
{
	struct att_certificate *cert = NULL;
	enum att_err r = ATT_ERR_INTERNAL;

	*certp = NULL;
	if (der.len == 0)
		return malformed(why, "is empty");
	if (der.len > ATT_CERTIFICATE_MAX)
		return malformed(why, "is longer than 16384 bytes");
	if (!att_der_is_strict(der))
		return malformed(why, "is not DER, or has bytes left over");
	if ((cert = make_empty(der)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (!read_parts(cert)) {
		r = malformed(why, "is DER but not an X.509 certificate");
		goto out;
	}
	if ((r = check_parts(cert, curves, why)) != ATT_OK)
		goto out;
	*certp = cert;
	cert = NULL;
	r = ATT_OK;
out:
	att_certificate_free(&cert);
	return r;
}
