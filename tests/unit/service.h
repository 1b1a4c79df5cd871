/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A service that attests hosts, made for a test: its keys, its certificates
 * and the tokens that it signs. Whoever forges a token signs it here, too.
 * Anything that fails in here aborts the test.
 */
#ifndef TESTS_UNIT_SERVICE_H
#define TESTS_UNIT_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "pki.h"
#include "token/token.h"

#define SERVICE_ISSUER "https://test.region.attest.example"

/* Tokens are issued at SERVICE_IAT for SERVICE_LIFE seconds. */
enum {
	SERVICE_IAT = PKI_NOW,
	SERVICE_LIFE = 28800,
	SERVICE_KID_SIZE = 45
};

/* What every token has, and more of it. */
#define SERVICE_TIMES "\"iat\":1767225600,\"nbf\":1767225600,\"exp\":1767254400"
#define SERVICE_HEAD "\"iss\":\"" SERVICE_ISSUER "\"," SERVICE_TIMES
#define SERVICE_CLAIMS(more) "{" SERVICE_HEAD more "}"
#define SERVICE_AZUREVM SERVICE_CLAIMS(",\"x-ms-attestation-type\":\"azurevm\"")

struct service {
	EVP_PKEY *enclave; /* signs tokens */
	EVP_PKEY *stranger;
	EVP_PKEY *report; /* signs reports of TPMs */
	EVP_PKEY *pca_key;
	EVP_PKEY *root_key;
	X509 *root;
	X509 *pca;  /* issued by root */
	X509 *leaf; /* of report, issued by pca */
	char kid[SERVICE_KID_SIZE];
	char stranger_kid[SERVICE_KID_SIZE];
	char report_kid[SERVICE_KID_SIZE];
};

void service_new(struct service *service);
void service_reset(struct service *service);

/* The extended key usage of reports, and the leaf of one, wrong as wanted. */
extern const struct pki_extension service_usage[];
X509 *service_make_leaf(const struct service *service, struct pki_spec spec);

/* How the service names its keys: of enclaves, and of reports. */
void service_name_key(EVP_PKEY *key, char kid[SERVICE_KID_SIZE]);
void service_name_leaf(X509 *leaf, char kid[SERVICE_KID_SIZE]);

/*
 * Text that the caller frees: base64url of a number of a key; an element of
 * "keys" with "n" and "e"; a whole set of count elements.
 */
char *service_number(EVP_PKEY *key, const char *name);
char *service_jwk(EVP_PKEY *key, const char *kid, const char *more);
char *service_set(const char *const *elements, size_t count);
/* "x5c" and its value, of certificates up to NULL. */
char *service_x5c(X509 *const *certs);

/* printf() into text that the caller frees. */
char *service_text(const char *fmt, ...) ATT_PRINTF(1, 2);

/* The set of the enclave's key. The caller frees it. */
struct att_jwks *service_make_jwks(const struct service *service);
/* A set of one anchor, likewise. */
struct att_anchors *service_make_authorities(X509 *cert);

/*
 * A token of these texts, signed by RS256 with the key, appended to out; of
 * no key, with an empty signature.
 */
void service_sign(
    EVP_PKEY *key, const char *header, const char *claims, struct att_buf *out);

/*
 * What is asked of a token: the defaults, with the issuer above, and the keys
 * of service, a second after it was issued. Owns nothing but trust.
 */
struct service_question {
	struct att_options opts;
	struct att_token_trust trust;
};
void service_ask(
    const struct service *service, struct service_question *question);
void service_question_reset(struct service_question *question);

/* The verdict on a text, with the reason in *why; verdict may be NULL. */
enum att_err service_judge_text(const struct service_question *question,
    struct att_bytes text, struct att_token_verdict *verdict,
    struct att_reason *why);
/* The same of a token that key signs. */
enum att_err service_judge(const struct service_question *question,
    EVP_PKEY *key, const char *header, const char *claims,
    struct att_reason *why);

#endif
