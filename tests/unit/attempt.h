/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts at finding a path, for the tests of path building. */
#ifndef TESTS_UNIT_ATTEMPT_H
#define TESTS_UNIT_ATTEMPT_H

#include <stdbool.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/err.h"
#include "pki.h"
#include "trust/anchors.h"

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

extern struct pki pki;

/* Fixture of a group: makes and drops all of pki. */
int attempt_make_pki(void **state);
int attempt_drop_pki(void **state);

/* A certificate; issuer and issuer_key NULL: self-signed. */
X509 *attempt_issue(const char *name, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key, const char *constraints);

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

enum att_err attempt_run(const struct attempt *attempt,
    struct att_anchor *anchor, struct att_reason *why);

/* The path has to end at want. */
void assert_accepted(const struct attempt *attempt, const X509 *want);

/* It has to be refused with that code, a text with reason, and no anchor. */
void assert_refused(
    const struct attempt *attempt, enum att_err want, const char *reason);

#endif
