/* SPDX-License-Identifier: BSD-2-Clause */
/* A service that attests hosts, made for a test. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "codec/base64url.h"
#include "service.h"
#include "trust/anchors.h"

enum {
	LIMIT = 4 << 20
};

const struct pki_extension service_usage[] = {
	{ "2.5.29.37", "1.3.6.1.4.1.311.76.50.3", NULL, 0, false },
	{ NULL, NULL, NULL, 0, false },
};

static void
require(bool ok)
{
	if (!ok)
		abort();
}

char *
service_text(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	require(vasprintf(&text, fmt, ap) >= 0);
	va_end(ap);
	return text;
}

/* The bytes as a text; frees nothing else. */
static char *
take_text(struct att_buf *buf)
{
	uint8_t *ptr;
	size_t len;

	require(att_buf_put_u8(buf, 0) == ATT_OK);
	require(att_buf_take(buf, &ptr, &len) == ATT_OK);
	return (char *)ptr;
}

static char *
encode(const void *ptr, size_t len)
{
	struct att_buf text;

	att_buf_init(&text, LIMIT);
	require(att_base64url_encode(att_bytes(ptr, len), &text) == ATT_OK);
	return take_text(&text);
}

/* --- Keys ---------------------------------------------------------------- */

void
service_name_key(EVP_PKEY *key, char kid[SERVICE_KID_SIZE])
{
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t sha256[32];
	char *text;
	long len;

	require(PEM_write_bio_PUBKEY(bio, key) == 1);
	require(BIO_write(bio, "\0", 1) == 1);
	len = BIO_get_mem_data(bio, &text);
	SHA256((const uint8_t *)text, (size_t)len, sha256);
	EVP_EncodeBlock((uint8_t *)kid, sha256, sizeof(sha256));
	BIO_free(bio);
}

void
service_name_leaf(X509 *leaf, char kid[SERVICE_KID_SIZE])
{
	uint8_t sha1[20];
	unsigned int len;
	char *text;

	require(X509_digest(leaf, EVP_sha1(), sha1, &len) == 1);
	text = encode(sha1, len);
	snprintf(kid, SERVICE_KID_SIZE, "%s", text);
	free(text);
}

char *
service_number(EVP_PKEY *key, const char *name)
{
	BIGNUM *bn = NULL;
	uint8_t bytes[2048];
	char *text;

	require(EVP_PKEY_get_bn_param(key, name, &bn) == 1);
	require(BN_num_bytes(bn) <= (int)sizeof(bytes));
	text = encode(bytes, (size_t)BN_bn2bin(bn, bytes));
	BN_free(bn);
	return text;
}

char *
service_jwk(EVP_PKEY *key, const char *kid, const char *more)
{
	char *n = service_number(key, "n"), *e = service_number(key, "e");
	char *text = service_text("{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s"
				  "\",\"e\":\"%s\"%s}",
	    kid, n, e, more);

	free(n);
	free(e);
	return text;
}

char *
service_set(const char *const *elements, size_t count)
{
	struct att_buf text;

	att_buf_init(&text, LIMIT);
	require(att_buf_printf(&text, "{\"keys\":[") == ATT_OK);
	for (size_t i = 0; i < count; i++) {
		require(att_buf_put(&text, ",", i > 0) == ATT_OK);
		require(att_buf_put(&text, elements[i], strlen(elements[i])) ==
			ATT_OK);
	}
	require(att_buf_printf(&text, "]}") == ATT_OK);
	return take_text(&text);
}

char *
service_x5c(X509 *const *certs)
{
	struct att_buf text;
	const char *comma = "";

	att_buf_init(&text, LIMIT);
	require(att_buf_printf(&text, "\"x5c\":[") == ATT_OK);
	for (; *certs != NULL; certs++) {
		unsigned char *der = NULL;
		int len = i2d_X509(*certs, &der);
		char *base64;

		require(len > 0);
		base64 = malloc((size_t)len * 2 + 4);
		require(base64 != NULL);
		EVP_EncodeBlock((uint8_t *)base64, der, len);
		require(att_buf_put(&text, comma, strlen(comma)) == ATT_OK);
		require(att_buf_put(&text, "\"", 1) == ATT_OK);
		require(att_buf_put(&text, base64, strlen(base64)) == ATT_OK);
		require(att_buf_put(&text, "\"", 1) == ATT_OK);
		comma = ",";
		free(base64);
		OPENSSL_free(der);
	}
	require(att_buf_put(&text, "]", 1) == ATT_OK);
	return take_text(&text);
}

/* --- Certificates -------------------------------------------------------- */

X509 *
service_make_leaf(const struct service *service, struct pki_spec spec)
{
	if (spec.name == NULL)
		spec.name = "Test Attestation 2020";
	if (spec.key == NULL)
		spec.key = service->report;
	if (spec.issuer == NULL) {
		spec.issuer = service->pca;
		spec.issuer_key = service->pca_key;
	}
	if (spec.constraints == NULL)
		spec.constraints = "critical,CA:FALSE";
	if (spec.usage == NULL)
		spec.usage = "critical,digitalSignature";
	if (spec.more == NULL)
		spec.more = service_usage;
	return pki_make(&spec);
}

void
service_new(struct service *service)
{
	struct pki_spec root = { .name = "Test Root 2011",
		.usage = "critical,keyCertSign,cRLSign" };
	struct pki_spec pca = { .name = "Test Attestation PCA 2019",
		.usage = "critical,keyCertSign,cRLSign" };

	service->enclave = pki_rsa_key(2048);
	service->stranger = pki_rsa_key(2048);
	service->report = pki_rsa_key(2048);
	service->pca_key = pki_rsa_key(2048);
	service->root_key = pki_rsa_key(2048);
	root.key = service->root_key;
	service->root = pki_make(&root);
	pca.key = service->pca_key;
	pca.issuer = service->root;
	pca.issuer_key = service->root_key;
	service->pca = pki_make(&pca);
	service->leaf = service_make_leaf(service, (struct pki_spec){ 0 });
	service_name_key(service->enclave, service->kid);
	service_name_key(service->stranger, service->stranger_kid);
	service_name_leaf(service->leaf, service->report_kid);
}

void
service_reset(struct service *service)
{
	EVP_PKEY_free(service->enclave);
	EVP_PKEY_free(service->stranger);
	EVP_PKEY_free(service->report);
	EVP_PKEY_free(service->pca_key);
	EVP_PKEY_free(service->root_key);
	X509_free(service->root);
	X509_free(service->pca);
	X509_free(service->leaf);
	*service = (struct service){ 0 };
}

/* --- Tokens -------------------------------------------------------------- */

static void
put_part(struct att_buf *out, const char *text)
{
	require(att_base64url_encode(att_bytes_text(text), out) == ATT_OK);
}

void
service_sign(
    EVP_PKEY *key, const char *header, const char *claims, struct att_buf *out)
{
	const size_t start = out->len;
	uint8_t sig[2048];
	size_t len = sizeof(sig);
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	put_part(out, header);
	require(att_buf_put(out, ".", 1) == ATT_OK);
	put_part(out, claims);
	if (key == NULL) {
		len = 0;
	} else {
		require(
		    EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1);
		require(EVP_DigestSign(md, sig, &len, out->ptr + start,
			    out->len - start) == 1);
	}
	EVP_MD_CTX_free(md);
	require(att_buf_put(out, ".", 1) == ATT_OK);
	require(att_base64url_encode(att_bytes(sig, len), out) == ATT_OK);
}

struct att_jwks *
service_make_jwks(const struct service *service)
{
	char *jwk = service_jwk(service->enclave, service->kid, "");
	const char *const elements[] = { jwk };
	char *text = service_set(elements, 1);
	struct att_reason why = { 0 };
	struct att_jwks *jwks;

	if (att_jwks_parse(att_bytes_text(text), &jwks, &why) != ATT_OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	free(jwk);
	free(text);
	return jwks;
}

struct att_anchors *
service_make_authorities(X509 *cert)
{
	struct att_anchors *anchors;
	struct att_buf der;

	att_buf_init(&der, LIMIT);
	pki_put_der(cert, &der);
	require(att_anchors_new(&anchors) == ATT_OK);
	require(att_anchors_add_der(anchors, ATT_ROLE_ANCHOR, att_buf_get(&der),
		    "test", NULL) == ATT_OK);
	att_buf_reset(&der);
	return anchors;
}

/* --- Verdicts ------------------------------------------------------------ */

void
service_ask(const struct service *service, struct service_question *question)
{
	static char issuer[] = SERVICE_ISSUER;
	static char *issuers[] = { issuer };

	*question = (struct service_question){
		.opts = { .host_issuer = { issuers, 1 },
		    .host_type = 1U << ATT_TOKEN_TPM | 1U << ATT_TOKEN_AZUREVM,
		    .host_max_age = SERVICE_LIFE,
		    .host_profile = ATT_HOST_PROFILE_NONE,
		    .host_leeway = 60 },
		.trust = { .now = SERVICE_IAT + 1 },
	};
	question->trust.jwks = service_make_jwks(service);
	question->trust.authorities = service_make_authorities(service->pca);
}

void
service_question_reset(struct service_question *question)
{
	att_token_trust_close(&question->trust);
}

enum att_err
service_judge_text(const struct service_question *question,
    struct att_bytes text, struct att_token_verdict *verdict,
    struct att_reason *why)
{
	struct att_token_verdict unwanted;
	struct att_token *token;
	enum att_err err;

	if (verdict == NULL)
		verdict = &unwanted;
	*verdict = (struct att_token_verdict){ 0 };
	err = att_token_parse(text, &token, why);
	if (err == ATT_OK)
		err = att_token_verify(
		    token, &question->opts, &question->trust, verdict, why);
	if (err != ATT_OK && why->code != err)
		abort();
	att_token_free(&token);
	return err;
}

enum att_err
service_judge(const struct service_question *question, EVP_PKEY *key,
    const char *header, const char *claims, struct att_reason *why)
{
	struct att_buf text;
	enum att_err err;

	att_buf_init(&text, LIMIT);
	service_sign(key, header, claims, &text);
	err = service_judge_text(question, att_buf_get(&text), NULL, why);
	att_buf_reset(&text);
	return err;
}
