/* SPDX-License-Identifier: BSD-2-Clause */
/* Making certificates for tests of trust. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pki.h"
#include "rsa_key.h"

const struct pki_attribute pki_packed_subject[] = {
	{ "C", V_ASN1_PRINTABLESTRING, "AA" },
	{ "O", V_ASN1_UTF8STRING, "Tests" },
	{ "OU", V_ASN1_UTF8STRING, "Authenticator Attestation" },
	{ "CN", V_ASN1_UTF8STRING, "Test key" },
	{ NULL, 0, NULL },
};

static void
require(int ok)
{
	if (ok != 1)
		abort();
}

EVP_PKEY *
pki_ec_key(const char *curve)
{
	EVP_PKEY *key = EVP_EC_gen(curve);

	require(key != NULL);
	return key;
}

EVP_PKEY *
pki_rsa_key(unsigned int bits)
{
	EVP_PKEY *key = bits == 2048 ? rsa_key_new() : EVP_RSA_gen(bits);

	require(key != NULL);
	return key;
}

static void
add_by_nid(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	require(ext != NULL);
	require(X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
}

static void
add_more(X509 *cert, const struct pki_extension *more)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(more->oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	require(oid != NULL && value != NULL);
	if (more->der == NULL) {
		add_by_nid(cert, OBJ_obj2nid(oid), more->value);
	} else {
		require(ASN1_OCTET_STRING_set(value,
		    (const unsigned char *)more->der, (int)more->der_len));
		ext = X509_EXTENSION_create_by_OBJ(
		    NULL, oid, more->critical, value);
		require(ext != NULL);
		require(X509_add_ext(cert, ext, -1));
		X509_EXTENSION_free(ext);
	}
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
}

static void
add_extensions(X509 *cert, const struct pki_spec *spec)
{
	const char *constraints =
	    spec->constraints == NULL ? "critical,CA:TRUE" : spec->constraints;

	if (spec->is_version_1)
		return;
	if (constraints[0] != '\0')
		add_by_nid(cert, NID_basic_constraints, constraints);
	if (spec->usage != NULL)
		add_by_nid(cert, NID_key_usage, spec->usage);
	for (const struct pki_extension *more = spec->more;
	     more != NULL && more->oid != NULL; more++)
		add_more(cert, more);
}

static X509 *
make(const struct pki_attribute *subject, const struct pki_spec *spec)
{
	static long serial = 1;
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	time_t begin = spec->begin == 0 ? PKI_BEGIN : spec->begin;
	time_t end = spec->end == 0 ? PKI_END : spec->end;
	EVP_PKEY *signer =
	    spec->issuer_key == NULL ? spec->key : spec->issuer_key;

	require(X509_set_version(
	    cert, spec->is_version_1 ? X509_VERSION_1 : X509_VERSION_3));
	require(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++));
	require(
	    X509_time_adj_ex(X509_getm_notBefore(cert), 0, 0, &begin) != NULL);
	require(X509_time_adj_ex(X509_getm_notAfter(cert), 0, 0, &end) != NULL);
	require(X509_set_pubkey(cert, spec->key));
	for (; subject->field != NULL; subject++)
		require(X509_NAME_add_entry_by_txt(name, subject->field,
		    subject->type, (const unsigned char *)subject->text, -1, -1,
		    0));
	require(X509_set_issuer_name(cert,
	    spec->issuer == NULL ? name : X509_get_subject_name(spec->issuer)));
	add_extensions(cert, spec);
	require(X509_sign(cert, signer,
		    spec->digest == NULL ? EVP_sha256() : spec->digest) > 0);
	return cert;
}

/* As it would arrive: what OpenSSL remembers of making it is left behind. */
static X509 *
pass_through(X509 *cert)
{
	struct att_buf der;
	const unsigned char *p;
	X509 *copy;

	att_buf_init(&der, 65536);
	pki_put_der(cert, &der);
	X509_free(cert);
	p = der.ptr;
	copy = d2i_X509(NULL, &p, (long)der.len);
	require(copy != NULL);
	att_buf_reset(&der);
	return copy;
}

X509 *
pki_make(const struct pki_spec *spec)
{
	const struct pki_attribute subject[] = {
		{ "CN",
		    spec->name_type == 0 ? V_ASN1_UTF8STRING : spec->name_type,
		    spec->name },
		{ NULL, 0, NULL },
	};

	return pass_through(make(subject, spec));
}

X509 *
pki_make_leaf(const struct pki_attribute *subject, const struct pki_spec *spec)
{
	return pass_through(make(subject, spec));
}

void
pki_put_der(X509 *cert, struct att_buf *out)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	require(len > 0);
	require(att_buf_put(out, der, (size_t)len) == ATT_OK);
	OPENSSL_free(der);
}

void
pki_put_pem(X509 *cert, struct att_buf *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	require(PEM_write_bio_X509(bio, cert));
	len = BIO_get_mem_data(bio, &text);
	require(len > 0 && att_buf_put(out, text, (size_t)len) == ATT_OK);
	BIO_free(bio);
}

struct att_certificate *
pki_decode(X509 *cert)
{
	struct att_certificate *decoded;
	struct att_reason why = { 0 };
	struct att_buf der;

	att_buf_init(&der, 65536);
	pki_put_der(cert, &der);
	if (att_certificate_decode(att_buf_get(&der), NULL, &decoded, &why) !=
	    ATT_OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	att_buf_reset(&der);
	return decoded;
}

struct att_certificate *
pki_pass(X509 *cert)
{
	struct att_certificate *decoded = pki_decode(cert);

	X509_free(cert);
	return decoded;
}
