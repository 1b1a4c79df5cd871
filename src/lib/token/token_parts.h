/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of the verification of tokens share, and nobody else uses:
 * see token/token.h.
 */
#ifndef ATT_TOKEN_TOKEN_PARTS_H
#define ATT_TOKEN_TOKEN_PARTS_H

#include "codec/jws.h"
#include "token/token.h"

struct att_token {
	uint8_t *text; /* what jws points into */
	struct att_jws *jws;
};

/* Everything that is asked about one token. */
struct att_token_case {
	const struct att_jws *jws;
	const struct json_t *claims; /* lent by jws */
	const struct att_options *opts;
	const struct att_token_trust *trust;
	struct att_token_verdict *verdict;
	/* What the token says; facts only once it is signed. */
	const char *iss;
	int64_t iat, nbf, exp;
	bool is_report; /* signed by a key of TPM reports */
};

/*
 * Reads what every token has to say: "iss", "iat", "exp", and "nbf" if it is
 * there. ATT_ERR_TOKEN_MALFORMED.
 */
enum att_err att_token_read_claims(
    struct att_token_case *c, struct att_reason *why) ATT_MUST_USE;

/*
 * Finds the key and verifies the signature by it; what is known then goes to
 * the verdict. ATT_ERR_TOKEN_KEY, _KEY_UNFIT, _SIGNER, _SIGNATURE,
 * ROOTS_INVALID, CRYPTO, NO_MEMORY.
 */
enum att_err att_token_check_signature(
    struct att_token_case *c, struct att_reason *why) ATT_MUST_USE;

/*
 * Issuer, type, policy hash, times and requirements, of a token that is
 * signed.
 */
enum att_err att_token_check_claims(
    struct att_token_case *c, struct att_reason *why) ATT_MUST_USE;

#endif
