/* SPDX-License-Identifier: BSD-2-Clause */
/* One certificate: what it says, what it may do, names for people. */
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "codec/digest.h"
#include "trust/certificate_parts.h"
#include "trust/der.h"

EVP_PKEY *
att_certificate_get_key(const struct att_certificate *cert)
{
	return cert->key;
}

struct att_bytes
att_certificate_get_der(const struct att_certificate *cert)
{
	return att_bytes(cert->ptr, cert->len);
}

/* RFC 5280 section 4.1.2.2; decoding made sure that it is there. */
struct att_bytes
att_certificate_get_serial(const struct att_certificate *cert)
{
	struct att_bytes left = cert->tbs;
	struct att_der element;

	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &element))
		return att_bytes(NULL, 0);
	left = element.content;
	if (left.len > 0 && left.ptr[0] == ATT_DER_CONTEXT_0 &&
	    !att_der_take(&left, &element))
		return att_bytes(NULL, 0);
	(void)att_der_take_tag(&left, ATT_DER_INTEGER, &element);
	return element.content;
}

bool
att_certificate_is_equal(
    const struct att_certificate *a, const struct att_certificate *b)
{
	return att_bytes_is_equal(
	    att_certificate_get_der(a), att_certificate_get_der(b));
}

void
att_certificate_get_rules(
    const struct att_certificate *cert, struct att_certificate_rules *rules)
{
	*rules = cert->rules;
}

void
att_certificate_get_key_id(const struct att_certificate *cert, uint8_t id[20])
{
	memcpy(id, cert->key_id, sizeof(cert->key_id));
}

/* --- Extensions --------------------------------------------------------- */

void *
att_certificate_get_extension(
    const struct att_certificate *cert, int nid, int *critical)
{
	return X509V3_get_d2i(cert->extensions, nid, critical, NULL);
}

bool
att_certificate_get_issuer_key_id(
    const struct att_certificate *cert, uint8_t id[20])
{
	AUTHORITY_KEYID *authority;
	bool is_there;

	memset(id, 0, 20);
	authority = att_certificate_get_extension(
	    cert, NID_authority_key_identifier, NULL);
	is_there = authority != NULL && authority->keyid != NULL &&
		   ASN1_STRING_length(authority->keyid) == 20;
	if (is_there)
		memcpy(id, ASN1_STRING_get0_data(authority->keyid), 20);
	AUTHORITY_KEYID_free(authority);
	ERR_clear_error();
	return is_there;
}

bool
att_certificate_find_extension(const struct att_certificate *cert,
    struct att_bytes oid, struct att_certificate_extension *extension)
{
	*extension = (struct att_certificate_extension){ 0 };
	for (int i = 0; i < sk_X509_EXTENSION_num(cert->extensions); i++) {
		X509_EXTENSION *ext =
		    sk_X509_EXTENSION_value(cert->extensions, i);
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
att_certificate_names_issuer(
    const struct att_certificate *cert, const struct att_certificate *issuer)
{
	return X509_NAME_cmp(cert->issuer, issuer->subject) == 0;
}

X509 *
att_certificate_make_x509(const struct att_certificate *cert)
{
	const unsigned char *p = cert->ptr;

	return d2i_X509(NULL, &p, (long)cert->len);
}

bool
att_certificate_is_for_host(
    const struct att_certificate *cert, const char *host)
{
	/* RFC 6125 section 6.4: by a whole name. */
	unsigned int flags = X509_CHECK_FLAG_NO_WILDCARDS;
	X509 *x509 = att_certificate_make_x509(cert);
	bool is_for_host;

	/* One that cannot be read is not absent. */
	if (X509v3_get_ext_by_NID(cert->extensions, NID_subject_alt_name, -1) >=
	    0)
		flags |= X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
	is_for_host = x509 != NULL && X509_check_host(x509, host, strlen(host),
					  flags, NULL) == 1;
	X509_free(x509);
	ERR_clear_error();
	return is_for_host;
}

/* --- Signatures --------------------------------------------------------- */

/* What was signed as it stands there: a SEQUENCE that is encoded already. */
static ASN1_TYPE *
wrap_encoded(struct att_bytes der)
{
	ASN1_STRING *sequence = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
	ASN1_TYPE *any = ASN1_TYPE_new();

	if (sequence == NULL || any == NULL ||
	    ASN1_STRING_set(sequence, der.ptr, (int)der.len) != 1) {
		ASN1_STRING_free(sequence);
		ASN1_TYPE_free(any);
		return NULL;
	}
	ASN1_TYPE_set(any, V_ASN1_SEQUENCE, sequence);
	return any;
}

/* Of OpenSSL, since it knows every AlgorithmIdentifier there is. */
static bool
verify(const struct att_certificate *cert, EVP_PKEY_CTX *key, EVP_MD_CTX *ctx)
{
	ASN1_TYPE *tbs = wrap_encoded(cert->tbs);
	bool is_verified;

	EVP_MD_CTX_set_pkey_ctx(ctx, key);
	is_verified =
	    tbs != NULL && ASN1_item_verify_ctx(ASN1_ITEM_rptr(ASN1_ANY),
			       cert->alg, cert->signature, tbs, ctx) == 1;
	ASN1_TYPE_free(tbs);
	return is_verified;
}

/* RFC 5280 section 4.1.1.2: the algorithm stands there twice. */
bool
att_certificate_is_signed_by(
    const struct att_certificate *cert, const struct att_certificate *issuer)
{
	EVP_PKEY_CTX *key = EVP_PKEY_CTX_new(issuer->key, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is_signed;

	is_signed = key != NULL && ctx != NULL &&
		    att_bytes_is_equal(cert->tbs_alg, cert->alg_encoded) &&
		    verify(cert, key, ctx);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(key);
	ERR_clear_error();
	return is_signed;
}

/* --- Names and hashes --------------------------------------------------- */

void
att_certificate_print_subject(
    const struct att_certificate *cert, char *text, size_t size)
{
	att_certificate_print_name(cert->subject, text, size);
}

void
att_certificate_print_issuer(
    const struct att_certificate *cert, char *text, size_t size)
{
	att_certificate_print_name(cert->issuer, text, size);
}

struct att_certificate_dates
att_certificate_get_dates(const struct att_certificate *cert)
{
	return (struct att_certificate_dates){ cert->begin, cert->end };
}

bool
att_certificate_has_holder_of(
    const struct att_certificate *a, const struct att_certificate *b)
{
	return att_bytes_is_equal(a->subject_key, b->subject_key) &&
	       X509_NAME_cmp(a->subject, b->subject) == 0;
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
att_certificate_hash(
    const struct att_certificate *cert, uint8_t sha256[ATT_SHA256_LEN])
{
	return att_sha256(att_certificate_get_der(cert), sha256);
}

enum att_err
att_certificate_hash_key(
    const struct att_certificate *cert, uint8_t sha256[ATT_SHA256_LEN])
{
	return att_sha256(cert->subject_key, sha256);
}
