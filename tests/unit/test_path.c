/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of finding paths: one case for each rule of trust/anchors.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pki.h"
#include "trust/anchors.h"
#include "trust/certificate.h"

/* root <- inter <- leaf, and a root of the same name with another key. */
struct pki {
	EVP_PKEY *root_key;
	EVP_PKEY *inter_key;
	EVP_PKEY *leaf_key;
	EVP_PKEY *rogue_key;
	X509 *root;
	X509 *inter;
	X509 *leaf;   /* by inter */
	X509 *direct; /* a leaf by root */
	X509 *rogue;
};

static struct pki pki;

static X509 *
issue(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key,
    const char *constraints)
{
	const struct pki_spec spec = { .name = name,
		.key = key,
		.issuer = issuer,
		.issuer_key = issuer_key,
		.constraints = constraints };

	return pki_make(&spec);
}

static int
make_pki(void **state)
{
	(void)state;
	pki.root_key = pki_ec_key("P-256");
	pki.inter_key = pki_ec_key("P-256");
	pki.leaf_key = pki_ec_key("P-256");
	pki.rogue_key = pki_ec_key("P-256");
	pki.root = issue("root", pki.root_key, NULL, NULL, NULL);
	pki.rogue = issue("root", pki.rogue_key, NULL, NULL, NULL);
	pki.inter = issue("inter", pki.inter_key, pki.root, pki.root_key, NULL);
	pki.leaf =
	    issue("leaf", pki.leaf_key, pki.inter, pki.inter_key, "CA:FALSE");
	pki.direct =
	    issue("leaf", pki.leaf_key, pki.root, pki.root_key, "CA:FALSE");
	return 0;
}

static int
drop_pki(void **state)
{
	(void)state;
	X509_free(pki.root);
	X509_free(pki.rogue);
	X509_free(pki.inter);
	X509_free(pki.leaf);
	X509_free(pki.direct);
	EVP_PKEY_free(pki.root_key);
	EVP_PKEY_free(pki.inter_key);
	EVP_PKEY_free(pki.leaf_key);
	EVP_PKEY_free(pki.rogue_key);
	return 0;
}

enum {
	LIST_MAX = 12
};

/* What is judged; lists end with NULL. */
struct attempt {
	X509 *x5c[LIST_MAX];
	X509 *anchors[LIST_MAX];
	X509 *helpers[LIST_MAX]; /* configured intermediates */
	time_t at;		 /* 0: PKI_NOW */
	bool allow_extra;
};

static void
add(struct att_anchors *anchors, enum att_anchor_role role, X509 *const *certs)
{
	struct att_buf pem;

	for (; *certs != NULL; certs++) {
		att_buf_init(&pem, 65536);
		pki_put_pem(*certs, &pem);
		assert_int_equal(att_anchors_add_pem(anchors, role,
				     att_buf_get(&pem), "test.pem", NULL),
		    ATT_OK);
		att_buf_reset(&pem);
	}
}

static enum att_err
run(const struct attempt *attempt, struct att_anchor *anchor,
    struct att_reason *why)
{
	struct att_path_input input = { .x5c = attempt->x5c,
		.at = attempt->at == 0 ? PKI_NOW : attempt->at,
		.allow_extra = attempt->allow_extra };
	struct att_anchors *anchors;
	enum att_err r;

	while (input.count < LIST_MAX && attempt->x5c[input.count] != NULL)
		input.count++;
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	add(anchors, ATT_ROLE_ANCHOR, attempt->anchors);
	add(anchors, ATT_ROLE_INTERMEDIATE, attempt->helpers);
	r = att_path_verify(anchors, &input, anchor, why);
	att_anchors_free(&anchors);
	return r;
}

/* The path has to end at want. */
static void
assert_accepted(const struct attempt *attempt, const X509 *want)
{
	uint8_t sha256[ATT_SHA256_LEN];
	struct att_reason why = { 0 };
	struct att_anchor anchor;

	if (run(attempt, &anchor, &why) != ATT_OK)
		fail_msg("%s: %s", att_err_code(why.code), why.text);
	assert_int_equal(att_certificate_hash(want, sha256), ATT_OK);
	assert_memory_equal(anchor.sha256, sha256, sizeof(sha256));
	assert_int_equal(strncmp(anchor.subject, "CN=", 3), 0);
}

static void
assert_refused(
    const struct attempt *attempt, enum att_err want, const char *reason)
{
	static const struct att_anchor nothing;
	struct att_reason why = { 0 };
	struct att_anchor anchor;
	enum att_err r = run(attempt, &anchor, &why);

	if (r != want || why.code != want)
		fail_msg("%s instead of %s: %s", att_err_code(r),
		    att_err_code(want), why.text);
	if (strstr(why.text, reason) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, reason);
	assert_memory_equal(&anchor, &nothing, sizeof(anchor));
}

/* --- Paths
 * -------------------------------------------------------------------- */

static void
accepts_a_leaf_of_the_root(void **state)
{
	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { pki.root } },
	    pki.root);
}

static void
accepts_an_intermediate_from_x5c(void **state)
{
	(void)state;
	assert_accepted(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			    .anchors = { pki.root } },
	    pki.root);
}

static void
accepts_an_intermediate_from_the_configuration(void **state)
{
	(void)state;
	assert_accepted(&(struct attempt){ .x5c = { pki.leaf },
			    .anchors = { pki.root },
			    .helpers = { pki.inter } },
	    pki.root);
}

static void
accepts_an_intermediate_as_anchor(void **state)
{
	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.leaf }, .anchors = { pki.inter } },
	    pki.inter);
	assert_accepted(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			    .anchors = { pki.inter } },
	    pki.inter);
}

static void
accepts_the_longer_of_two_paths(void **state)
{
	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.leaf, pki.inter, pki.root },
		.anchors = { pki.inter, pki.root } },
	    pki.root);
}

static void
accepts_the_leaf_as_anchor(void **state)
{
	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.leaf }, .anchors = { pki.leaf } },
	    pki.leaf);
}

static void
rejects_a_leaf_like_an_anchor(void **state)
{
	X509 *like =
	    issue("leaf", pki.leaf_key, pki.inter, pki.rogue_key, "CA:FALSE");

	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { like }, .anchors = { pki.leaf } },
	    ATT_ERR_ANCHOR_UNKNOWN, "'CN=inter'");
	X509_free(like);
}

static void
rejects_without_anchors(void **state)
{
	(void)state;
	assert_refused(&(struct attempt){ .x5c = { pki.leaf, pki.inter } },
	    ATT_ERR_ANCHOR_UNKNOWN, "there is no trust anchor");
	assert_refused(&(struct attempt){ .anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_PATH, "no certificate");
}

static void
rejects_an_unknown_issuer(void **state)
{
	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { pki.leaf }, .anchors = { pki.root } },
	    ATT_ERR_ANCHOR_UNKNOWN,
	    "named 'CN=inter', the issuer of 'CN=leaf'");
}

static void
rejects_intermediates_as_vouchers(void **state)
{
	(void)state;
	assert_refused(&(struct attempt){ .x5c = { pki.leaf },
			   .anchors = { pki.rogue },
			   .helpers = { pki.inter, pki.root, pki.leaf } },
	    ATT_ERR_CERTIFICATE_PATH, "not signed by the key of 'CN=root'");
	assert_refused(
	    &(struct attempt){ .x5c = { pki.direct }, .helpers = { pki.root } },
	    ATT_ERR_ANCHOR_UNKNOWN, "no trust anchor");
}

static void
rejects_a_self_signed_leaf(void **state)
{
	X509 *own = issue("own", pki.leaf_key, NULL, NULL, "CA:FALSE");

	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { own }, .anchors = { pki.root } },
	    ATT_ERR_ANCHOR_UNKNOWN, "'CN=own' is self-signed");
	assert_accepted(
	    &(struct attempt){ .x5c = { own }, .anchors = { own } }, own);
	X509_free(own);
}

static void
rejects_a_rogue_root_of_the_same_name(void **state)
{
	X509 *fake =
	    issue("leaf", pki.leaf_key, pki.rogue, pki.rogue_key, "CA:FALSE");

	(void)state;
	assert_refused(&(struct attempt){ .x5c = { fake, pki.rogue },
			   .anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_PATH, "not signed by the key of 'CN=root'");
	assert_refused(
	    &(struct attempt){ .x5c = { fake }, .anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_PATH, "not signed");
	assert_accepted(&(struct attempt){ .x5c = { fake },
			    .anchors = { pki.root, pki.rogue } },
	    pki.rogue);
	X509_free(fake);
}

static void
rejects_a_changed_signature(void **state)
{
	struct att_buf der;
	X509 *changed;

	(void)state;
	att_buf_init(&der, 65536);
	pki_put_der(pki.direct, &der);
	der.ptr[der.len - 1] ^= 1;
	assert_int_equal(
	    att_certificate_decode(att_buf_get(&der), &changed, NULL), ATT_OK);
	assert_refused(
	    &(struct attempt){ .x5c = { changed }, .anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_PATH, "not signed");
	X509_free(changed);
	att_buf_reset(&der);
}

/* --- Every element of x5c on the path
 * ------------------------------------------- */

static void
accepts_the_anchor_in_x5c(void **state)
{
	(void)state;
	assert_accepted(&(struct attempt){ .x5c = { pki.direct, pki.root },
			    .anchors = { pki.root } },
	    pki.root);
}

/* Vendors re-encode their roots: subject and key are what is trusted. */
static void
accepts_the_anchor_in_another_encoding(void **state)
{
	X509 *again = issue("root", pki.root_key, NULL, NULL, NULL);

	(void)state;
	assert_int_not_equal(X509_cmp(again, pki.root), 0);
	assert_accepted(&(struct attempt){ .x5c = { pki.direct, again },
			    .anchors = { pki.root } },
	    pki.root);
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { again } },
	    again);
	X509_free(again);
}

static void
rejects_another_root_in_x5c(void **state)
{
	(void)state;
	assert_refused(&(struct attempt){ .x5c = { pki.direct, pki.rogue },
			   .anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_EXTRA, "element 1 of x5c, 'CN=root'");
}

static void
rejects_what_lies_beside_the_path(void **state)
{
	X509 *other = issue("other", pki.rogue_key, NULL, NULL, NULL);
	struct attempt attempt = { .x5c = { pki.leaf, pki.inter, other },
		.anchors = { pki.root } };

	(void)state;
	assert_refused(&attempt, ATT_ERR_CERTIFICATE_EXTRA,
	    "element 2 of x5c, 'CN=other'");
	attempt.allow_extra = true;
	assert_accepted(&attempt, pki.root);
	X509_free(other);
}

static void
rejects_what_stands_above_the_anchor(void **state)
{
	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { pki.leaf, pki.inter, pki.root },
		.anchors = { pki.inter } },
	    ATT_ERR_CERTIFICATE_EXTRA, "element 2");
	assert_refused(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			   .anchors = { pki.leaf } },
	    ATT_ERR_CERTIFICATE_EXTRA, "element 1");
}

static void
rejects_a_certificate_twice(void **state)
{
	(void)state;
	assert_refused(
	    &(struct attempt){ .x5c = { pki.leaf, pki.inter, pki.inter },
		.anchors = { pki.root } },
	    ATT_ERR_CERTIFICATE_EXTRA, "element");
	assert_refused(&(struct attempt){ .x5c = { pki.leaf, pki.leaf },
			   .anchors = { pki.leaf } },
	    ATT_ERR_CERTIFICATE_EXTRA, "element 1");
}

static void
rejects_another_order(void **state)
{
	X509 *second =
	    issue("second", pki.rogue_key, pki.inter, pki.inter_key, NULL);
	X509 *leaf =
	    issue("leaf", pki.leaf_key, second, pki.rogue_key, "CA:FALSE");
	struct attempt attempt = { .x5c = { leaf, pki.inter, second },
		.anchors = { pki.root } };

	(void)state;
	assert_refused(&attempt, ATT_ERR_ANCHOR_UNKNOWN, "'CN=inter'");
	attempt.allow_extra = true;
	assert_accepted(&attempt, pki.root);
	attempt = (struct attempt){ .x5c = { leaf, second, pki.inter },
		.anchors = { pki.root } };
	assert_accepted(&attempt, pki.root);
	attempt = (struct attempt){ .x5c = { second, leaf },
		.anchors = { pki.root },
		.helpers = { pki.inter } };
	assert_refused(&attempt, ATT_ERR_CERTIFICATE_EXTRA, "'CN=leaf'");
	X509_free(leaf);
	X509_free(second);
}

static void
rejects_a_long_x5c(void **state)
{
	struct attempt attempt = { .anchors = { pki.root },
		.allow_extra = true };

	(void)state;
	attempt.x5c[0] = pki.direct;
	for (size_t i = 1; i <= ATT_X5C_MAX; i++)
		attempt.x5c[i] = pki.rogue;
	assert_refused(&attempt, ATT_ERR_CERTIFICATE_EXTRA, "9 certificates");
	attempt.x5c[ATT_X5C_MAX] = NULL;
	assert_accepted(&attempt, pki.root);
}

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
	attempt.x5c[0] =
	    issue("leaf", pki.leaf_key, attempt.x5c[1], spec.key, "CA:FALSE");
	r = run(&attempt, &anchor, why);
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
	X509 *plain = issue("root", pki.root_key, NULL, NULL, "CA:FALSE");
	X509 *bare = issue("root", pki.root_key, NULL, NULL, "");
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
	X509 *root =
	    issue("root", pki.root_key, NULL, NULL, "CA:TRUE,pathlen:0");

	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { root } },
	    root);
	assert_refused(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			   .anchors = { root } },
	    ATT_ERR_CERTIFICATE_PATH, "pathLen 0");
	X509_free(root);
	root = issue("root", pki.root_key, NULL, NULL, "CA:TRUE,pathlen:1");
	assert_accepted(&(struct attempt){ .x5c = { pki.leaf, pki.inter },
			    .anchors = { root } },
	    root);
	X509_free(root);
}

/* A key roll-over certificate does not count: RFC 5280 section 4.2.1.9. */
static void
counts_no_self_issued_certificate(void **state)
{
	X509 *root =
	    issue("root", pki.root_key, NULL, NULL, "CA:TRUE,pathlen:0");
	X509 *rolled = issue("root", pki.rogue_key, root, pki.root_key, NULL);
	X509 *leaf =
	    issue("leaf", pki.leaf_key, rolled, pki.rogue_key, "CA:FALSE");

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
	r = run(&attempt, &anchor, NULL);
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

/* --- Names, loops, hostile input
 * ------------------------------------------------------ */

/* RFC 5280 section 7.1: string types, letter case and blanks. */
static void
compares_names_as_rfc_5280_does(void **state)
{
	const struct pki_spec spec = { .name = "Root  ",
		.name_type = V_ASN1_PRINTABLESTRING,
		.key = pki.root_key };
	X509 *root = pki_make(&spec);

	(void)state;
	assert_accepted(
	    &(struct attempt){ .x5c = { pki.direct }, .anchors = { root } },
	    root);
	assert_accepted(&(struct attempt){ .x5c = { pki.direct },
			    .anchors = { pki.rogue, root } },
	    root);
	X509_free(root);
}

/* a and b certify each other, and themselves, and lead nowhere. */
static void
ends_in_loops(void **state)
{
	X509 *a = issue("a", pki.root_key, NULL, NULL, NULL);
	X509 *b = issue("b", pki.inter_key, a, pki.root_key, NULL);
	X509 *again = issue("a", pki.root_key, b, pki.inter_key, NULL);
	X509 *leaf = issue("leaf", pki.leaf_key, b, pki.inter_key, "CA:FALSE");

	(void)state;
	assert_refused(&(struct attempt){ .x5c = { leaf, b, again },
			   .anchors = { pki.rogue },
			   .helpers = { a, b, again } },
	    ATT_ERR_ANCHOR_UNKNOWN, "another");
	assert_accepted(
	    &(struct attempt){ .x5c = { leaf, b, again, b }, .anchors = { a } },
	    a);
	X509_free(leaf);
	X509_free(again);
	X509_free(b);
	X509_free(a);
}

/* Many certificates of one name must not cost as many verifications squared. */
static void
bounds_its_work(void **state)
{
	struct attempt attempt = { .anchors = { pki.rogue },
		.allow_extra = true };
	X509 *same[LIST_MAX - 2];

	(void)state;
	for (size_t i = 0; i < LIST_MAX - 2; i++) {
		same[i] = issue("same", pki.inter_key, NULL, NULL, NULL);
		attempt.helpers[i] = same[i];
	}
	attempt.x5c[0] =
	    issue("leaf", pki.leaf_key, same[0], pki.inter_key, "CA:FALSE");
	assert_refused(
	    &attempt, ATT_ERR_CERTIFICATE_PATH, "more than 32 signatures");
	X509_free(attempt.x5c[0]);
	for (size_t i = 0; i < LIST_MAX - 2; i++)
		X509_free(same[i]);
}

/* Deferred decoding must not turn a broken anchor into silence. */
static void
refuses_a_broken_anchor_on_the_way(void **state)
{
	struct att_path_input input = {
		.x5c = &pki.direct, .count = 1, .at = PKI_NOW
	};
	struct att_reason why = { 0 };
	struct att_anchors *anchors;
	struct att_anchor anchor;
	struct att_buf der;
	char pem[8192];
	uint8_t *at;
	int len;

	(void)state;
	att_buf_init(&der, 65536);
	pki_put_der(pki.root, &der);
	at = memmem(der.ptr, der.len, "240101000000Z", 13);
	memcpy(at, "2401010000000", 13);
	len = snprintf(pem, sizeof(pem), "-----BEGIN CERTIFICATE-----\n");
	len +=
	    EVP_EncodeBlock((unsigned char *)pem + len, der.ptr, (int)der.len);
	snprintf(pem + len, sizeof(pem) - (size_t)len,
	    "\n-----END CERTIFICATE-----\n");
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_add_pem(anchors, ATT_ROLE_ANCHOR,
			     att_bytes_text(pem), "broken.pem", &why),
	    ATT_OK);
	assert_int_equal(att_path_verify(anchors, &input, &anchor, &why),
	    ATT_ERR_ROOTS_INVALID);
	assert_non_null(strstr(why.text, "broken.pem"));
	att_anchors_free(&anchors);
	att_buf_reset(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_a_leaf_of_the_root),
		cmocka_unit_test(accepts_an_intermediate_from_x5c),
		cmocka_unit_test(
		    accepts_an_intermediate_from_the_configuration),
		cmocka_unit_test(accepts_an_intermediate_as_anchor),
		cmocka_unit_test(accepts_the_longer_of_two_paths),
		cmocka_unit_test(accepts_the_leaf_as_anchor),
		cmocka_unit_test(rejects_a_leaf_like_an_anchor),
		cmocka_unit_test(rejects_without_anchors),
		cmocka_unit_test(rejects_an_unknown_issuer),
		cmocka_unit_test(rejects_intermediates_as_vouchers),
		cmocka_unit_test(rejects_a_self_signed_leaf),
		cmocka_unit_test(rejects_a_rogue_root_of_the_same_name),
		cmocka_unit_test(rejects_a_changed_signature),
		cmocka_unit_test(accepts_the_anchor_in_x5c),
		cmocka_unit_test(accepts_the_anchor_in_another_encoding),
		cmocka_unit_test(rejects_another_root_in_x5c),
		cmocka_unit_test(rejects_what_lies_beside_the_path),
		cmocka_unit_test(rejects_what_stands_above_the_anchor),
		cmocka_unit_test(rejects_a_certificate_twice),
		cmocka_unit_test(rejects_another_order),
		cmocka_unit_test(rejects_a_long_x5c),
		cmocka_unit_test(rejects_issuers_that_are_no_ca),
		cmocka_unit_test(rejects_anchors_that_are_no_ca),
		cmocka_unit_test(rejects_expired_certificates),
		cmocka_unit_test(rejects_an_expired_anchor),
		cmocka_unit_test(rejects_more_issuers_than_path_len),
		cmocka_unit_test(counts_no_self_issued_certificate),
		cmocka_unit_test(rejects_weak_keys_and_hashes),
		cmocka_unit_test(rejects_unknown_critical_extensions),
		cmocka_unit_test(obeys_name_constraints),
		cmocka_unit_test(compares_names_as_rfc_5280_does),
		cmocka_unit_test(ends_in_loops),
		cmocka_unit_test(bounds_its_work),
		cmocka_unit_test(refuses_a_broken_anchor_on_the_way),
	};

	return cmocka_run_group_tests(tests, make_pki, drop_pki);
}
