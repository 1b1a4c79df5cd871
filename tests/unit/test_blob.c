/* SPDX-License-Identifier: BSD-2-Clause */
/* Metadata BLOBs as the service, and as others, would sign them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/hmac.h>

#include "codec/base64url.h"
#include "codec/cose.h"
#include "forge.h"
#include "pki.h"
#include "trust/blob.h"

enum {
	TEXT_MAX = 1 << 20
};

static const char payload[] =
    "{\"legalHeader\":\"terms\",\"no\":7,\"nextUpdate\":\"2026-12-01\","
    "\"entries\":[]}";

static const struct pki_extension service[] = {
	{ .oid = "2.5.29.17", .value = "DNS:mds.fidoalliance.org" },
	{ .oid = "2.5.29.37", .value = "serverAuth" },
	{ 0 },
};

/* A PKI with one root, and the signer of the test below it. */
static struct {
	EVP_PKEY *root_key;
	EVP_PKEY *key;
	X509 *root;
	struct att_anchors *anchors;
} fixture;

static int
make_fixture(void **state)
{
	struct pki_spec spec = { .name = "root" };
	struct att_buf pem;

	(void)state;
	fixture.root_key = spec.key = forge_key(ATT_COSE_RS256);
	fixture.key = forge_key(ATT_COSE_RS256);
	fixture.root = pki_make(&spec);
	att_buf_init(&pem, 65536);
	pki_put_pem(fixture.root, &pem);
	if (att_anchors_new(&fixture.anchors) != ATT_OK ||
	    att_anchors_add_pem(fixture.anchors, ATT_ROLE_ANCHOR,
		att_buf_get(&pem), "root", NULL) != ATT_OK)
		return -1;
	att_buf_reset(&pem);
	return 0;
}

static int
drop_fixture(void **state)
{
	(void)state;
	att_anchors_free(&fixture.anchors);
	X509_free(fixture.root);
	EVP_PKEY_free(fixture.root_key);
	EVP_PKEY_free(fixture.key);
	return 0;
}

static X509 *
make_signer(const struct pki_extension *more, time_t end)
{
	const struct pki_spec spec = {
		.name = "mds.fidoalliance.org",
		.key = fixture.key,
		.issuer = fixture.root,
		.issuer_key = fixture.root_key,
		.constraints = "CA:FALSE",
		.more = more,
		.end = end,
	};

	return pki_make(&spec);
}

/* base64 of DER, which is base64url with two other letters and padding. */
static void
put_base64(X509 *cert, struct att_buf *out)
{
	unsigned char text[8192];
	struct att_buf der;

	att_buf_init(&der, 6000);
	pki_put_der(cert, &der);
	EVP_EncodeBlock(text, der.ptr, (int)der.len);
	assert_int_equal(att_buf_printf(out, "%s", (const char *)text), ATT_OK);
	att_buf_reset(&der);
}

/* A header with "alg" and, unless there is no cert, "x5c". */
static void
put_header(const char *alg, X509 *cert, struct att_buf *out)
{
	struct att_buf header;

	att_buf_init(&header, TEXT_MAX);
	assert_int_equal(
	    att_buf_printf(&header, "{\"alg\":\"%s\"", alg), ATT_OK);
	if (cert == NULL) {
		assert_int_equal(
		    att_buf_printf(&header,
			",\"x5u\":\"https://mds.fidoalliance.org/cert\""),
		    ATT_OK);
	} else {
		assert_int_equal(
		    att_buf_printf(&header, ",\"x5c\":[\""), ATT_OK);
		put_base64(cert, &header);
		assert_int_equal(att_buf_printf(&header, "\"]"), ATT_OK);
	}
	assert_int_equal(att_buf_printf(&header, "}"), ATT_OK);
	assert_int_equal(
	    att_base64url_encode(att_buf_get(&header), out), ATT_OK);
	att_buf_reset(&header);
}

static void
put_part(struct att_bytes bytes, struct att_buf *out)
{
	assert_int_equal(att_buf_put_u8(out, '.'), ATT_OK);
	assert_int_equal(att_base64url_encode(bytes, out), ATT_OK);
}

static void
put_signature(EVP_PKEY *key, struct att_buf *out)
{
	struct att_buf sig;

	att_buf_init(&sig, 1024);
	forge_sign(key, ATT_COSE_RS256, att_buf_get(out), &sig);
	put_part(att_buf_get(&sig), out);
	att_buf_reset(&sig);
}

static enum att_err
judge(const struct att_buf *text, bool is_private, struct att_reason *why)
{
	const struct att_blob_input input = {
		.text = att_buf_get(text),
		.roots = fixture.anchors,
		.is_private = is_private,
		.at = PKI_NOW,
	};
	struct att_metadata *metadata;
	enum att_err err;

	err = att_blob_verify(&input, &metadata, why);
	assert_int_equal(err == ATT_OK, metadata != NULL);
	if (err == ATT_OK)
		assert_int_equal(metadata->number, 7);
	att_metadata_free(&metadata);
	return err;
}

/* One that is right but for its signer's certificate, which is freed. */
static enum att_err
judge_signed_by(X509 *cert, bool is_private)
{
	struct att_reason why = { 0 };
	struct att_buf text;
	enum att_err err;

	att_buf_init(&text, TEXT_MAX);
	put_header("RS256", cert, &text);
	put_part(att_bytes_text(payload), &text);
	put_signature(fixture.key, &text);
	err = judge(&text, is_private, &why);
	assert_int_equal(why.code, err);
	att_buf_reset(&text);
	X509_free(cert);
	return err;
}

static void
service_is_believed(void **state)
{
	(void)state;
	assert_int_equal(
	    judge_signed_by(make_signer(service, 0), false), ATT_OK);
	assert_int_equal(
	    judge_signed_by(make_signer(service, 0), true), ATT_OK);
}

static void
signer_has_to_be_the_service(void **state)
{
	static const struct pki_extension other[] = {
		{ .oid = "2.5.29.17", .value = "DNS:www.example.net" },
		{ .oid = "2.5.29.37", .value = "serverAuth" },
		{ 0 },
	};
	static const struct pki_extension wildcard[] = {
		{ .oid = "2.5.29.17", .value = "DNS:*.fidoalliance.org" },
		{ .oid = "2.5.29.37", .value = "serverAuth" },
		{ 0 },
	};
	static const struct pki_extension not_for_tls[] = {
		{ .oid = "2.5.29.17", .value = "DNS:mds.fidoalliance.org" },
		{ .oid = "2.5.29.37", .value = "codeSigning" },
		{ 0 },
	};
	static const struct pki_extension no_usage[] = {
		{ .oid = "2.5.29.17", .value = "DNS:mds.fidoalliance.org" },
		{ 0 },
	};
	static const struct pki_extension no_name[] = {
		{ .oid = "2.5.29.37", .value = "serverAuth" },
		{ 0 },
	};
	static const struct pki_extension *const wrong[] = { other, wildcard,
		not_for_tls, no_usage, no_name };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(
		    judge_signed_by(make_signer(wrong[i], 0), false),
		    ATT_ERR_METADATA_SIGNER);
		assert_int_equal(
		    judge_signed_by(make_signer(wrong[i], 0), true),
		    ATT_ERR_METADATA_SIGNER);
	}
}

/* What no CA of the Web issues: only under a root that somebody named. */
static void
plain_signer_is_for_private_roots(void **state)
{
	(void)state;
	assert_int_equal(judge_signed_by(make_signer(NULL, 0), true), ATT_OK);
	assert_int_equal(judge_signed_by(make_signer(NULL, 0), false),
	    ATT_ERR_METADATA_SIGNER);
}

static void
expired_signer_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    judge_signed_by(make_signer(service, PKI_NOW - 1), false),
	    ATT_ERR_CERTIFICATE_DATE);
}

static void
chain_without_the_root_is_refused(void **state)
{
	const struct pki_spec spec = {
		.name = "mds.fidoalliance.org",
		.key = fixture.key,
		.constraints = "CA:FALSE",
		.more = service,
	};

	(void)state;
	assert_int_equal(
	    judge_signed_by(pki_make(&spec), true), ATT_ERR_ANCHOR_UNKNOWN);
}

static enum att_err
judge_with_header(const char *alg, bool has_x5c)
{
	X509 *cert = make_signer(service, 0);
	struct att_buf text;
	enum att_err err;

	att_buf_init(&text, TEXT_MAX);
	put_header(alg, has_x5c ? cert : NULL, &text);
	put_part(att_bytes_text(payload), &text);
	put_signature(fixture.key, &text);
	err = judge(&text, true, NULL);
	att_buf_reset(&text);
	X509_free(cert);
	return err;
}

static void
algorithm_none_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    judge_with_header("none", true), ATT_ERR_JWS_ALGORITHM);
	assert_int_equal(
	    judge_with_header("NONE", true), ATT_ERR_JWS_ALGORITHM);
}

/* The root is public: whoever has it could make such a signature. */
static void
hs256_with_the_key_of_the_root_is_refused(void **state)
{
	X509 *cert = make_signer(service, 0);
	unsigned char mac[32], *der = NULL;
	struct att_buf text;
	int len;

	(void)state;
	att_buf_init(&text, TEXT_MAX);
	put_header("HS256", cert, &text);
	put_part(att_bytes_text(payload), &text);
	len = i2d_PUBKEY(fixture.root_key, &der);
	assert_non_null(
	    HMAC(EVP_sha256(), der, len, text.ptr, text.len, mac, NULL));
	put_part(att_bytes(mac, sizeof(mac)), &text);
	assert_int_equal(judge(&text, true, NULL), ATT_ERR_JWS_ALGORITHM);
	OPENSSL_free(der);
	att_buf_reset(&text);
	X509_free(cert);
}

/* Nothing is fetched: x5u is no replacement. */
static void
x5u_without_x5c_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    judge_with_header("RS256", false), ATT_ERR_JWS_MALFORMED);
}

static void
other_algorithm_than_the_key_is_refused(void **state)
{
	(void)state;
	assert_int_not_equal(judge_with_header("ES256", true), ATT_OK);
}

static enum att_err
judge_changed(EVP_PKEY *key, const char *late_payload)
{
	X509 *cert = make_signer(service, 0);
	struct att_buf text, changed;
	enum att_err err;
	char *dot;

	att_buf_init(&text, TEXT_MAX);
	put_header("RS256", cert, &text);
	put_part(att_bytes_text(payload), &text);
	put_signature(key, &text);
	assert_int_equal(att_buf_put_u8(&text, '\0'), ATT_OK);
	att_buf_init(&changed, TEXT_MAX);
	put_header("RS256", cert, &changed);
	put_part(att_bytes_text(late_payload), &changed);
	dot = strrchr((char *)text.ptr, '.');
	assert_int_equal(att_buf_printf(&changed, "%s", dot), ATT_OK);
	err = judge(&changed, true, NULL);
	att_buf_reset(&text);
	att_buf_reset(&changed);
	X509_free(cert);
	return err;
}

static void
changed_payload_is_refused(void **state)
{
	static const char changed[] =
	    "{\"legalHeader\":\"terms\",\"no\":8,\"nextUpdate\":"
	    "\"2026-12-01\",\"entries\":[]}";

	(void)state;
	assert_int_equal(judge_changed(fixture.key, payload), ATT_OK);
	assert_int_equal(
	    judge_changed(fixture.key, changed), ATT_ERR_METADATA_SIGNATURE);
	assert_int_equal(judge_changed(fixture.root_key, payload),
	    ATT_ERR_METADATA_SIGNATURE);
}

/* Deep, but nothing breaks; and nobody reads JSON before its size is known. */
static void
nesting_and_size_are_bounded(void **state)
{
	enum {
		DEEP = 100000
	};
	struct att_blob_input input = { .roots = fixture.anchors };
	struct att_metadata *metadata;
	char *nested = malloc(DEEP + 1);
	struct att_buf text;
	char *huge;

	(void)state;
	assert_non_null(nested);
	memset(nested, '[', DEEP);
	nested[DEEP] = '\0';
	att_buf_init(&text, TEXT_MAX);
	put_header("RS256", NULL, &text);
	put_part(att_bytes_text(nested), &text);
	put_signature(fixture.key, &text);
	assert_int_equal(judge(&text, true, NULL), ATT_ERR_JWS_MALFORMED);
	att_buf_reset(&text);
	free(nested);
	huge = malloc(ATT_BLOB_MAX + 1);
	assert_non_null(huge);
	memset(huge, 'A', ATT_BLOB_MAX + 1);
	input.text = att_bytes(huge, ATT_BLOB_MAX + 1);
	assert_int_equal(
	    att_blob_verify(&input, &metadata, NULL), ATT_ERR_JWS_MALFORMED);
	free(huge);
}

static void
duplicate_keys_are_refused(void **state)
{
	static const char twice[] =
	    "{\"legalHeader\":\"terms\",\"no\":8,\"no\":9,\"nextUpdate\":"
	    "\"2026-12-01\",\"entries\":[]}";

	(void)state;
	assert_int_equal(
	    judge_changed(fixture.key, twice), ATT_ERR_JWS_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(service_is_believed),
		cmocka_unit_test(signer_has_to_be_the_service),
		cmocka_unit_test(plain_signer_is_for_private_roots),
		cmocka_unit_test(expired_signer_is_refused),
		cmocka_unit_test(chain_without_the_root_is_refused),
		cmocka_unit_test(algorithm_none_is_refused),
		cmocka_unit_test(hs256_with_the_key_of_the_root_is_refused),
		cmocka_unit_test(x5u_without_x5c_is_refused),
		cmocka_unit_test(other_algorithm_than_the_key_is_refused),
		cmocka_unit_test(changed_payload_is_refused),
		cmocka_unit_test(nesting_and_size_are_bounded),
		cmocka_unit_test(duplicate_keys_are_refused),
	};

	return cmocka_run_group_tests(tests, make_fixture, drop_fixture);
}
