/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of finding paths: what every certificate above the leaf must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attempt.h"

/* --- Issuers
 * ----------------------------------------------------------------------- */

/* leaf <- inter as spec says <- root; the fields of names and keys are set. */
static enum att_err
run_with_inter(const struct pki_spec *asked, struct att_reason *why)
{
	struct pki_spec spec = *asked;
	struct attempt attempt = { .anchors = { pki.root } };
	struct att_anchor anchor;
	enum att_err r;

	if (spec.name == NULL)
		spec.name = "inter";
	if (spec.key == NULL)
		spec.key = pki.inter_key;
	spec.issuer = pki.root;
	spec.issuer_key = pki.root_key;
	attempt.x5c[1] = pki_make(&spec);
	attempt.x5c[0] = attempt_issue(
	    "leaf", pki.leaf_key, attempt.x5c[1], spec.key, "CA:FALSE");
	r = attempt_run(&attempt, &anchor, why);
	X509_free(attempt.x5c[0]);
	X509_free(attempt.x5c[1]);
	return r;
}

static void
assert_inter(const struct pki_spec *spec, enum att_err want, const char *reason)
{
	struct att_reason why = { 0 };
	enum att_err r = run_with_inter(spec, &why);

	if (r != want)
		fail_msg("%s instead of %s: %s", att_err_code(r),
		    att_err_code(want), why.text);
	if (strstr(why.text, reason) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, reason);
}

static void
rejects_issuers_that_are_no_ca(void **state)
{
	(void)state;
	assert_inter(&(struct pki_spec){ .constraints = "CA:FALSE" },
	    ATT_ERR_CERTIFICATE_NOT_CA, "CA false");
	assert_inter(&(struct pki_spec){ .constraints = "" },
	    ATT_ERR_CERTIFICATE_NOT_CA, "no basicConstraints");
	assert_inter(&(struct pki_spec){ .is_version_1 = true },
	    ATT_ERR_CERTIFICATE_NOT_CA, "no basicConstraints");
	assert_inter(&(struct pki_spec){ .usage = "digitalSignature" },
	    ATT_ERR_CERTIFICATE_NOT_CA, "without keyCertSign");
	assert_inter(&(struct pki_spec){ .usage = "keyCertSign" }, ATT_OK, "");
}

static void
rejects_anchors_that_are_no_ca(void **state)
{
	X509 *plain =
	    attempt_issue("root", pki.root_key, NULL, NULL, "CA:FALSE");
	X509 *bare = attempt_issue("root", pki.root_key, NULL, NULL, "");
	const struct pki_spec v1 = {
		.name = "root", .key = pki.root_key, .is_version_1 = true
	};
	X509 *old = pki_make(&v1);

	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { plain } },
	    ATT_ERR_CERTIFICATE_NOT_CA, "'CN=root', the issuer of 'CN=leaf'");
	assert_refused(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { bare } },
	    ATT_ERR_CERTIFICATE_NOT_CA, "no basicConstraints");
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { old } },
	    old);
	X509_free(old);
	X509_free(bare);
	X509_free(plain);
}

static void
rejects_expired_certificates(void **state)
{
	(void)state;
	assert_refused(&(struct attempt){ .x5c = { pki.direct },
			   .anchors = { pki.root },
			   .at = PKI_BEGIN - 1 },
	    ATT_ERR_CERTIFICATE_DATE, "judged at 2023-12-31T23:59:59Z");
	assert_refused(&(struct attempt){ .x5c = { pki.direct },
			   .anchors = { pki.root },
			   .at = PKI_END + 1 },
	    ATT_ERR_CERTIFICATE_DATE, "to 2030-01-01T00:00:00Z");
	assert_accepted(&(struct attempt){ .x5c = { pki.direct },
			    .anchors = { pki.root },
			    .at = PKI_BEGIN },
	    pki.root);
	assert_accepted(
	    &(struct attempt){
		.x5c = { pki.direct }, .anchors = { pki.root }, .at = PKI_END },
	    pki.root);
	assert_inter(&(struct pki_spec){ .end = PKI_NOW - 1 },
	    ATT_ERR_CERTIFICATE_DATE, "'CN=inter'");
	assert_inter(&(struct pki_spec){ .begin = PKI_NOW + 1 },
	    ATT_ERR_CERTIFICATE_DATE, "'CN=inter'");
}

static void
rejects_an_expired_anchor(void **state)
{
	const struct pki_spec spec = {
		.name = "root", .key = pki.root_key, .end = PKI_NOW - 1
	};
	X509 *expired = pki_make(&spec);

	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { expired } },
	    ATT_ERR_CERTIFICATE_DATE, "'CN=root'");
	assert_accepted(&(struct attempt){ .x5c = { pki.direct },
			    .anchors = { expired, pki.root } },
	    pki.root);
	X509_free(expired);
}

static void
rejects_more_issuers_than_path_len(void **state)
{
	X509 *root = attempt_issue(
	    "root", pki.root_key, NULL, NULL, "CA:TRUE,pathlen:0");

	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { root } },
	    root);
	assert_refused(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			   .anchors = { root } },
	    ATT_ERR_CERTIFICATE_PATH, "pathLen 0");
	X509_free(root);
	root = attempt_issue(
	    "root", pki.root_key, NULL, NULL, "CA:TRUE,pathlen:1");
	assert_accepted(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			    .anchors = { root } },
	    root);
	X509_free(root);
}

/* A key roll-over certificate does not count: RFC 5280 section 4.2.1.9. */
static void
counts_no_self_issued_certificate(void **state)
{
	X509 *root = attempt_issue(
	    "root", pki.root_key, NULL, NULL, "CA:TRUE,pathlen:0");
	X509 *rolled =
	    attempt_issue("root", pki.rogue_key, root, pki.root_key, NULL);
	X509 *leaf = attempt_issue(
	    "leaf", pki.leaf_key, rolled, pki.rogue_key, "CA:FALSE");

	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { leaf, rolled }, .anchors = { root } },
	    root);
	X509_free(leaf);
	X509_free(rolled);
	X509_free(root);
}

/* leaf <- an RSA root, with that hash in the signature. */
static enum att_err
run_with_digest(EVP_PKEY *key, const EVP_MD *digest)
{
	const struct pki_spec root = { .name = "rsa", .key = key };
	struct attempt attempt = { .anchors = { pki_make(&root) } };
	const struct pki_spec leaf = { .name = "leaf",
		.key = pki.leaf_key,
		.issuer = attempt.anchors[0],
		.issuer_key = key,
		.constraints = "CA:FALSE",
		.digest = digest };
	struct att_anchor anchor;
	enum att_err r;

	attempt.x5c[0] = pki_make(&leaf);
	r = attempt_run(&attempt, &anchor, NULL);
	X509_free(attempt.x5c[0]);
	X509_free(attempt.anchors[0]);
	return r;
}

static void
rejects_weak_keys_and_hashes(void **state)
{
	EVP_PKEY *small = pki_rsa_key(1024);
	EVP_PKEY *large = pki_rsa_key(2048);

	(void)state;
	assert_inter(&(struct pki_spec){ .key = small },
	    ATT_ERR_CERTIFICATE_PATH, "112 bits");
	assert_inter(&(struct pki_spec){ .key = large }, ATT_OK, "");
	assert_int_equal(
	    run_with_digest(large, EVP_md5()), ATT_ERR_CERTIFICATE_PATH);
	assert_int_equal(run_with_digest(large, EVP_sha1()), ATT_OK);
	assert_int_equal(run_with_digest(large, EVP_sha384()), ATT_OK);
	EVP_PKEY_free(large);
	EVP_PKEY_free(small);
}

static const struct pki_extension unknown_critical[] = {
	{ .oid = "1.2.3.4", .der = "\x05\0", .der_len = 2, .critical = true },
	{ 0 },
};
static const struct pki_extension unknown[] = {
	{ .oid = "1.2.3.4", .der = "\x05\0", .der_len = 2 },
	{ 0 },
};
static const struct pki_extension policy_constraints[] = {
	{ .oid = "2.5.29.36",
	    .der = "\x30\x03\x80\x01\0",
	    .der_len = 5,
	    .critical = true },
	{ 0 },
};

static void
rejects_unknown_critical_extensions(void **state)
{
	const struct pki_spec spec = { .name = "leaf",
		.key = pki.leaf_key,
		.issuer = pki.root,
		.issuer_key = pki.root_key,
		.constraints = "CA:FALSE",
		.more = unknown_critical };
	X509 *leaf = pki_make(&spec);

	(void)state;
	assert_inter(&(struct pki_spec){ .more = unknown_critical },
	    ATT_ERR_CERTIFICATE_PATH, "critical extension 1.2.3.4");
	assert_inter(&(struct pki_spec){ .more = policy_constraints },
	    ATT_ERR_CERTIFICATE_PATH, "critical extension 2.5.29.36");
	assert_inter(&(struct pki_spec){ .more = unknown }, ATT_OK, "");
	assert_refused(
	    &(struct attempt){ .x5c = { leaf }, .anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_PATH, "'CN=leaf' has the critical extension");
	assert_refused(
	    &(struct attempt){ .x5c = { leaf }, .anchors = { leaf } },
	    ATT_ERR_CERTIFICATE_PATH, "'CN=leaf' has the critical extension");
	X509_free(leaf);
}

/* permitted: directoryName CN=inter, or CN=leaf, or something unreadable */
#define NAMED(text)                                                            \
	"\x30\x17\xa0\x15\x30\x13\xa4\x11\x30\x0f\x31\x0d\x30\x0b\x06\x03"     \
	"\x55\x04\x03\x0c\x04" text

static void
obeys_name_constraints(void **state)
{
	static const struct pki_extension leaf_only[] = {
		{ .oid = "2.5.29.30",
		    .der = NAMED("leaf"),
		    .der_len = sizeof(NAMED("leaf")) - 1,
		    .critical = true },
		{ 0 },
	};
	static const struct pki_extension other_only[] = {
		{ .oid = "2.5.29.30",
		    .der = NAMED("else"),
		    .der_len = sizeof(NAMED("else")) - 1,
		    .critical = true },
		{ 0 },
	};
	static const struct pki_extension garbage[] = {
		{ .oid = "2.5.29.30", .der = "x", .der_len = 1 },
		{ 0 },
	};

	(void)state;
	assert_inter(&(struct pki_spec){ .more = leaf_only }, ATT_OK, "");
	assert_inter(&(struct pki_spec){ .more = other_only },
	    ATT_ERR_CERTIFICATE_PATH, "nameConstraints");
	assert_inter(&(struct pki_spec){ .more = garbage },
	    ATT_ERR_CERTIFICATE_MALFORMED, "malformed nameConstraints");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rejects_issuers_that_are_no_ca),
		cmocka_unit_test(rejects_anchors_that_are_no_ca),
		cmocka_unit_test(rejects_expired_certificates),
		cmocka_unit_test(rejects_an_expired_anchor),
		cmocka_unit_test(rejects_more_issuers_than_path_len),
		cmocka_unit_test(counts_no_self_issued_certificate),
		cmocka_unit_test(rejects_weak_keys_and_hashes),
		cmocka_unit_test(rejects_unknown_critical_extensions),
		cmocka_unit_test(obeys_name_constraints),
	};

	return cmocka_run_group_tests(
	    tests, attempt_make_pki, attempt_drop_pki);
}
