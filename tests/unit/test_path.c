/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of finding paths: which certificates may make one up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attempt.h"
#include "trust/certificate.h"

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
assert_helpers(const struct attempt *attempt, X509 *const *want, size_t count)
{
	uint8_t sha256[ATT_SHA256_LEN];
	struct att_reason why = { 0 };
	struct att_anchor anchor;

	if (attempt_run(attempt, &anchor, &why) != ATT_OK)
		fail_msg("%s", why.text);
	assert_int_equal(anchor.helper_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(
		    X509_digest(want[i], EVP_sha256(), sha256, NULL), 1);
		assert_memory_equal(anchor.helpers[i], sha256, sizeof(sha256));
	}
}

/* Those of x5c would be there without the configuration. */
static void
names_the_intermediates_of_the_configuration(void **state)
{
	X509 *low =
	    attempt_issue("low", pki.rogue_key, pki.inter, pki.inter_key, NULL);
	X509 *leaf =
	    attempt_issue("leaf", pki.leaf_key, low, pki.rogue_key, "CA:FALSE");
	X509 *beside =
	    attempt_issue("low", pki.leaf_key, pki.root, pki.root_key, NULL);

	(void)state;
	assert_helpers(&(struct attempt){ .x5c = { leaf },
			   .anchors = { pki.root },
			   .helpers = { beside, pki.inter, low } },
	    (X509 *[]){ low, pki.inter }, 2);
	assert_helpers(&(struct attempt){ .x5c = { leaf, low },
			   .anchors = { pki.root },
			   .helpers = { low, pki.inter } },
	    &pki.inter, 1);
	assert_helpers(&(struct attempt){ .x5c = { leaf, low, pki.inter },
			   .anchors = { pki.root },
			   .helpers = { low, pki.inter } },
	    NULL, 0);
	assert_helpers(
	    &(struct attempt){
		.x5c = { leaf }, .anchors = { leaf }, .helpers = { low } },
	    NULL, 0);
	X509_free(beside);
	X509_free(leaf);
	X509_free(low);
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
	X509 *like = attempt_issue(
	    "leaf", pki.leaf_key, pki.inter, pki.rogue_key, "CA:FALSE");

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
	X509 *own = attempt_issue("own", pki.leaf_key, NULL, NULL, "CA:FALSE");

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
	X509 *fake = attempt_issue(
	    "leaf", pki.leaf_key, pki.rogue, pki.rogue_key, "CA:FALSE");

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
	const unsigned char *p;
	struct att_buf der;
	X509 *changed;

	(void)state;
	att_buf_init(&der, 65536);
	pki_put_der(pki.direct, &der);
	der.ptr[der.len - 1] ^= 1;
	p = der.ptr;
	changed = d2i_X509(NULL, &p, (long)der.len);
	assert_non_null(changed);
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
	X509 *again = attempt_issue("root", pki.root_key, NULL, NULL, NULL);

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
	X509 *other = attempt_issue("other", pki.rogue_key, NULL, NULL, NULL);
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
	X509 *second = attempt_issue(
	    "second", pki.rogue_key, pki.inter, pki.inter_key, NULL);
	X509 *leaf = attempt_issue(
	    "leaf", pki.leaf_key, second, pki.rogue_key, "CA:FALSE");
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
	X509 *a = attempt_issue("a", pki.root_key, NULL, NULL, NULL);
	X509 *b = attempt_issue("b", pki.inter_key, a, pki.root_key, NULL);
	X509 *again = attempt_issue("a", pki.root_key, b, pki.inter_key, NULL);
	X509 *leaf =
	    attempt_issue("leaf", pki.leaf_key, b, pki.inter_key, "CA:FALSE");

	(void)state;
	assert_refused(&(struct attempt){ .x5c = { leaf, b, again },
			   .anchors = { pki.rogue },
			   .helpers = { a, b, again } },
	    ATT_ERR_ANCHOR_UNKNOWN, "no other");
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
		same[i] =
		    attempt_issue("same", pki.inter_key, NULL, NULL, NULL);
		attempt.helpers[i] = same[i];
	}
	attempt.x5c[0] = attempt_issue(
	    "leaf", pki.leaf_key, same[0], pki.inter_key, "CA:FALSE");
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
	struct att_certificate *leaf = pki_decode(pki.direct);
	struct att_path_input input = {
		.x5c = &leaf, .count = 1, .at = PKI_NOW
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
	att_certificate_free(&leaf);
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
		cmocka_unit_test(names_the_intermediates_of_the_configuration),
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
		cmocka_unit_test(compares_names_as_rfc_5280_does),
		cmocka_unit_test(ends_in_loops),
		cmocka_unit_test(bounds_its_work),
		cmocka_unit_test(refuses_a_broken_anchor_on_the_way),
	};

	return cmocka_run_group_tests(
	    tests, attempt_make_pki, attempt_drop_pki);
}
