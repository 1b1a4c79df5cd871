/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host tokens: what Microsoft Azure Attestation states, as a JSON Web Token
 * (RFC 7519), about how a host booted; and whether one is believed.
 *
 * One key of the service signs for all of its customers, so a good signature
 * says that the service made the token, and nothing about whose policy it was
 * made under: issuer and policy hash are judged beside it. Nothing here names
 * the host (token/binding.h does), and nothing is fetched.
 */
#ifndef ATT_TOKEN_TOKEN_H
#define ATT_TOKEN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"
#include "token/jwks.h"

struct json_t; /* jansson's */
struct att_anchors;
struct att_host_profile;
struct att_token;

/* --- Reading: nothing is believed yet --------------------------------------
 */

/*
 * Parses the text of a token, which need not last: att_jws_parse_token(), and
 * no blank or line break around it. The caller frees *tokenp. ATT_ERR_JWS_*,
 * ATT_ERR_NO_MEMORY.
 */
enum att_err att_token_parse(struct att_bytes text, struct att_token **tokenp,
    struct att_reason *why) ATT_MUST_USE;
void att_token_free(struct att_token **tokenp);

/* The text of a file without the line break that may end it; one at most. */
struct att_bytes att_token_trim(struct att_bytes file);

/* JSON objects, lent. */
const struct json_t *att_token_get_header(const struct att_token *token);
const struct json_t *att_token_get_claims(const struct att_token *token);

/* --- Whom to believe --------------------------------------------------------
 */

/* Either may be NULL: none of that kind. */
struct att_token_trust {
	struct att_jwks *jwks;		 /* keys that sign tokens */
	struct att_anchors *authorities; /* what issues keys of TPM reports */
	time_t now;
	time_t boot; /* when this host was started; 0: not asked */
	/*
	 * Also tokens that attest to nothing, such as those about policies:
	 * for who looks at a token, never for a login.
	 */
	bool is_any_type;
	/* What a host_profile wants, read once; NULL: at each token. */
	const struct att_host_profile *profile;
	struct att_requirements wanted;
};

/*
 * Loads the files of the options host_jwks and host_ca, which have to be ours,
 * and takes the time; with host_same_boot, also that of the start, by
 * CLOCK_BOOTTIME. One of the files may be missing where its option has the
 * default. The caller closes *trust, which is zero on an error.
 * ATT_ERR_FILE_NOT_FOUND, also when there is neither; the rest of
 * att_file_read(); ATT_ERR_JWKS_INVALID, ATT_ERR_ROOTS_INVALID,
 * ATT_ERR_NO_MEMORY, ATT_ERR_CRYPTO, ATT_ERR_SYSTEM.
 */
enum att_err att_token_trust_open(const struct att_options *opts,
    struct att_token_trust *trust, struct att_reason *why) ATT_MUST_USE;
/* Frees what it points to and zeroes it. */
void att_token_trust_close(struct att_token_trust *trust);

/* --- Judging --------------------------------------------------------------
 */

enum {
	ATT_TOKEN_ISSUER_MAX = 256, /* with NUL; longer ones are refused */
	ATT_TOKEN_KID_MAX = 64,	    /* likewise */
};

/* What is known of a token. Zero (type: COUNT) unless is_signed. */
struct att_token_verdict {
	bool is_signed; /* by a key that is believed: the claims are facts */
	enum att_token_type type; /* COUNT: of none of them */
	char issuer[ATT_TOKEN_ISSUER_MAX];
	int64_t iat; /* seconds since 1970 */
	int64_t nbf; /* iat where the token has none */
	int64_t exp;
	bool in_grace; /* has expired, not longer ago than host_grace */
	char kid[ATT_TOKEN_KID_MAX]; /* "" where the token has none */
	uint8_t key_sha256[32];	     /* of the SubjectPublicKeyInfo */
	/* The authority above the certificate of the key, as RFC 2253 text;
	 * "" for a key that is pinned itself. */
	char anchor[256];
};

/*
 * Judges a token by the options host_*. In this order:
 *
 * - Key and signature. A token without "x5c" is signed by the key of the JWKS
 *   that its "kid" names. A token with "x5c" is a TPM report: its leaf is in
 *   the JWKS or in host_ca, or was issued by a certificate of host_ca itself,
 *   as of "iat"; one issued by way of another is refused, because the root of
 * the service has many below it. The rest of x5c has to lead on from there. The
 * leaf is for TPM reports (extended key usage 1.3.6.1.4.1.311.76.50.3, and
 *   digitalSignature, and no CA). RSA of 2048 to 8192 bits. Header members
 *   "jku", "x5u", "jwk" never give a key.
 * - "iss" is one of host_issuer, byte by byte; "jku" is that and "/certs".
 * - "x-ms-attestation-type" is one of host_type. Reports of TPMs have none (or
 *   "tpm") and nobody but their keys signs them; the other types are signed by
 *   keys of enclaves only.
 * - "x-ms-policy-hash" is one of host_policy_hash, where there are any.
 * - Times, each host_leeway later or earlier: iat and nbf are not in the
 *   future, exp is (or was within the last host_grace: in_grace, and the age is
 *   that at exp), the age is at most host_max_age, the host was not started
 *   since.
 * - What host_profile and then each host_require wants of the claims.
 *
 * ATT_ERR_TOKEN_*, ATT_ERR_ROOTS_INVALID, ATT_ERR_CRYPTO, ATT_ERR_NO_MEMORY.
 */
enum att_err att_token_verify(const struct att_token *token,
    const struct att_options *opts, const struct att_token_trust *trust,
    struct att_token_verdict *verdict, struct att_reason *why) ATT_MUST_USE;

#endif
