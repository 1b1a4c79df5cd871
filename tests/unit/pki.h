/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes certificates for tests of trust, well formed by default and each of
 * them wrong in whatever way a test asks for. Anything that fails in here
 * aborts the test.
 */
#ifndef TESTS_UNIT_PKI_H
#define TESTS_UNIT_PKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "trust/certificate.h"

/* 2024-01-01, 2026-01-01 and 2030-01-01. */
enum {
	PKI_BEGIN = 1704067200,
	PKI_NOW = 1767225600,
	PKI_END = 1893456000
};

/* One more extension. */
struct pki_extension {
	const char *oid;   /* dotted, or NULL at the end of a list */
	const char *value; /* as openssl.cnf has it, when der is NULL */
	const char *der;   /* bytes of extnValue */
	size_t der_len;
	bool critical;
};

struct pki_spec {
	const char *name;	 /* CN */
	int name_type;		 /* 0: UTF8String */
	EVP_PKEY *key;		 /* of the subject */
	X509 *issuer;		 /* NULL: self-issued */
	EVP_PKEY *issuer_key;	 /* NULL: self-signed */
	const char *constraints; /* "CA:TRUE" if NULL; "" for none */
	const char *usage;	 /* keyUsage; NULL for none */
	time_t begin;		 /* 0: PKI_BEGIN */
	time_t end;		 /* 0: PKI_END */
	bool is_version_1;
	const EVP_MD *digest; /* NULL: SHA-256 */
	const struct pki_extension *more;
};

EVP_PKEY *pki_ec_key(const char *curve);
EVP_PKEY *pki_rsa_key(unsigned int bits);

/* A certificate of anything; the caller frees it. */
X509 *pki_make(const struct pki_spec *spec);

/* A packed attestation certificate whose subject has these attributes. */
struct pki_attribute {
	const char *field; /* NULL at the end of a list */
	int type;
	const char *text;
};
extern const struct pki_attribute pki_packed_subject[];
X509 *pki_make_leaf(
    const struct pki_attribute *subject, const struct pki_spec *spec);

/* The same for the code under test; the caller frees it. */
struct att_certificate *pki_decode(X509 *cert);
/* Frees cert, too. */
struct att_certificate *pki_pass(X509 *cert);

/* DER and PEM, appended to a buffer that the caller resets. */
void pki_put_der(X509 *cert, struct att_buf *out);
void pki_put_pem(X509 *cert, struct att_buf *out);

#endif
