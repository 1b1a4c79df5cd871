/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of the keys that sign tokens, kept up to date: what a provider has
 * under /certs now, and, for as long as a token lives that they may have
 * signed, the keys that it had before. The service changes its keys from one
 * day to the next and shows the former ones no longer.
 *
 * Each key of the file is as it was published, with two members of our own,
 * which readers of a JWK Set ignore (RFC 7517 section 4):
 *
 *	pam_attest_from     the URL of the provider that showed it last
 *	pam_attest_retired  when it was first seen to be gone, seconds since
 *	                    1970; not there while the provider shows it
 *
 * A key that another provider showed is none of this one's, and neither is one
 * that somebody put there by hand, while several providers are configured:
 * both stay.
 */
#ifndef ATT_MAA_SIGNERS_H
#define ATT_MAA_SIGNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum att_signer_state {
	ATT_SIGNER_NEW,	    /* it was not in the file */
	ATT_SIGNER_KEPT,    /* it was, and the provider shows it */
	ATT_SIGNER_RETIRED, /* the provider does not show it any more */
	ATT_SIGNER_OTHER,   /* it is not this provider's; it stays */
	ATT_SIGNER_DROPPED, /* no token that it signed is alive */
};

struct att_signer {
	enum att_signer_state state;
	char *kid;
	bool is_report;	    /* of reports of TPMs; else of an enclave */
	bool is_fit;	    /* it may sign tokens (token/jwks.h) */
	char unfit[200];    /* why not */
	int64_t retired;    /* of ATT_SIGNER_RETIRED, DROPPED; else 0 */
	uint8_t sha256[32]; /* of its SubjectPublicKeyInfo, if it is fit */
};

/* In the order of the provider's set, then that of the file. */
struct att_signers {
	struct att_signer *list;
	size_t count;
};
void att_signers_free(struct att_signers *signers);

/* How many there are of a state. */
size_t att_signers_count(
    const struct att_signers *signers, enum att_signer_state state);

struct att_signers_merge {
	struct att_bytes shown; /* what the provider has under /certs */
	struct att_bytes file;	/* what is in the file; none: there is none */
	const char *file_shown; /* its name, for messages */
	const char *provider;	/* its URL */
	bool is_only_provider;	/* keys of nobody are its, too */
	int64_t now;		/* seconds since 1970 */
	int64_t life;		/* seconds that a token may be accepted for */
};

/*
 * Merges the two, in *out the text of the new file, which is checked as the
 * gate will read it. A set without a key that is fit is refused, so the file
 * never ends up without one. The caller frees *signers with
 * att_signers_free(), which is empty after a failure. ATT_ERR_MAA_ANSWER for
 * what the provider shows; ATT_ERR_JWKS_INVALID for the file, or when both
 * call different keys the same; ATT_ERR_CRYPTO, ATT_ERR_NO_MEMORY.
 */
enum att_err att_signers_merge(const struct att_signers_merge *merge,
    struct att_buf *out, struct att_signers *signers,
    struct att_reason *why) ATT_MUST_USE;

#endif
