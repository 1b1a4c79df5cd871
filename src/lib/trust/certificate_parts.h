/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of struct att_certificate, shared by the code that fills it
 * (certificate_decode.c) and the code of trust that reads it, and by nobody
 * else.
 */
#ifndef ATT_TRUST_CERTIFICATE_PARTS_H
#define ATT_TRUST_CERTIFICATE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "trust/certificate.h"

/*
 * RFC 5280 section 4.1. Not an X509 of OpenSSL: that decodes the public key
 * at once and slowly. Nothing changes once a certificate has been decoded,
 * but the number of holders and what has been found of it once.
 */
struct att_certificate {
	unsigned int holders;
	uint8_t *ptr; /* owned DER */
	size_t len;

	struct att_bytes tbs;	      /* all slices are lent by ptr */
	struct att_bytes tbs_alg;     /* signature, an AlgorithmIdentifier */
	struct att_bytes alg_encoded; /* signatureAlgorithm */
	struct att_bytes issuer_name;
	struct att_bytes subject_name;
	struct att_bytes subject_key; /* SubjectPublicKeyInfo */
	struct att_bytes key_bits;    /* content of its BIT STRING */

	long version; /* X509_VERSION_3 is 2 */
	X509_NAME *issuer;
	X509_NAME *subject;
	ASN1_TIME *not_before;
	ASN1_TIME *not_after;
	int64_t begin; /* the same in seconds since 1970 */
	int64_t end;
	STACK_OF(X509_EXTENSION) * extensions; /* NULL: none */
	X509_ALGOR *alg;
	ASN1_BIT_STRING *signature;
	EVP_PKEY *key;
	struct att_certificate_rules rules;
	uint8_t key_id[20]; /* SHA-1 of key_bits */

	bool is_tpm; /* has passed that profile */
	uint32_t tpm_manufacturer;
};

/*
 * The value of a standard extension as X509V3_get_d2i() gives it; *critical
 * is -1 if it is not there and -2 if it is there twice.
 */
void *att_certificate_get_extension(
    const struct att_certificate *cert, int nid, int *critical);

/*
 * The certificate for a function of OpenSSL that wants one; slow. The caller
 * frees it. NULL without memory.
 */
X509 *att_certificate_make_x509(const struct att_certificate *cert);

/* Did the key of issuer sign cert? RFC 5280 section 6.1.3 (a) (1). */
bool att_certificate_is_signed_by(
    const struct att_certificate *cert, const struct att_certificate *issuer);

#endif
