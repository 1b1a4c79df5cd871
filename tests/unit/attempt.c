/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts at finding a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attempt.h"
#include "trust/certificate.h"

struct pki pki;

X509 *
attempt_issue(const char *name, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key, const char *constraints)
{
	const struct pki_spec spec = { .name = name,
		.key = key,
		.issuer = issuer,
		.issuer_key = issuer_key,
		.constraints = constraints };

	return pki_make(&spec);
}

int
attempt_make_pki(void **state)
{
	(void)state;
	pki.root_key = pki_ec_key("P-256");
	pki.inter_key = pki_ec_key("P-256");
	pki.leaf_key = pki_ec_key("P-256");
	pki.rogue_key = pki_ec_key("P-256");
	pki.root = attempt_issue("root", pki.root_key, NULL, NULL, NULL);
	pki.rogue = attempt_issue("root", pki.rogue_key, NULL, NULL, NULL);
	pki.inter =
	    attempt_issue("inter", pki.inter_key, pki.root, pki.root_key, NULL);
	pki.leaf = attempt_issue(
	    "leaf", pki.leaf_key, pki.inter, pki.inter_key, "CA:FALSE");
	pki.direct = attempt_issue(
	    "leaf", pki.leaf_key, pki.root, pki.root_key, "CA:FALSE");
	return 0;
}

int
attempt_drop_pki(void **state)
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

enum att_err
attempt_run(const struct attempt *attempt, struct att_anchor *anchor,
    struct att_reason *why)
{
	struct att_certificate *x5c[LIST_MAX];
	struct att_path_input input = { .x5c = x5c,
		.at = attempt->at == 0 ? PKI_NOW : attempt->at,
		.allow_extra = attempt->allow_extra };
	struct att_anchors *anchors;
	enum att_err r;

	for (; input.count < LIST_MAX && attempt->x5c[input.count] != NULL;
	     input.count++)
		x5c[input.count] = pki_decode(attempt->x5c[input.count]);
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	add(anchors, ATT_ROLE_ANCHOR, attempt->anchors);
	add(anchors, ATT_ROLE_INTERMEDIATE, attempt->helpers);
	r = att_path_verify(anchors, &input, anchor, why);
	for (size_t i = 0; i < input.count; i++)
		att_certificate_free(&x5c[i]);
	att_anchors_free(&anchors);
	return r;
}

void
assert_accepted(const struct attempt *attempt, const X509 *want)
{
	uint8_t sha256[ATT_SHA256_LEN];
	struct att_reason why = { 0 };
	struct att_anchor anchor;

	if (attempt_run(attempt, &anchor, &why) != ATT_OK)
		fail_msg("%s: %s", att_err_code(why.code), why.text);
	assert_int_equal(X509_digest(want, EVP_sha256(), sha256, NULL), 1);
	assert_memory_equal(anchor.sha256, sha256, sizeof(sha256));
	assert_int_equal(strncmp(anchor.subject, "CN=", 3), 0);
}

void
assert_refused(
    const struct attempt *attempt, enum att_err want, const char *reason)
{
	static const struct att_anchor nothing;
	struct att_reason why = { 0 };
	struct att_anchor anchor;
	enum att_err r = attempt_run(attempt, &anchor, &why);

	if (r != want || why.code != want)
		fail_msg("%s instead of %s: %s", att_err_code(r),
		    att_err_code(want), why.text);
	if (strstr(why.text, reason) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, reason);
	assert_memory_equal(&anchor, &nothing, sizeof(anchor));
}
