/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client's assertion about itself: a JWT (RFC 7523 section 3) that is signed
 * with the key of a certificate which AAD knows, PS256 (RFC 7518 section 3.5).
 */
#ifndef ATT_MAA_CLIENT_ASSERTION_H
#define ATT_MAA_CLIENT_ASSERTION_H

#include <stdint.h>

#include "base/err.h"

enum {
	ATT_CLIENT_ASSERTION_SECONDS = 600, /* that one is good for */
	ATT_CLIENT_CHAIN_MAX = 8,	    /* certificates */
};

struct att_client_assertion {
	/* PEM: the client's certificate, then those above it. */
	const char *certificate;
	/* PEM, not encrypted, a file as att_file_read_secret() has it. */
	const char *private_key;
	const char *client_id;
	const char *audience; /* the URL of the token endpoint */
	int64_t now;	      /* seconds since 1970 */
};

/*
 * Makes one: header alg, typ, x5t#S256 and x5c; claims aud, exp, iss, jti
 * (random), nbf, sub. The caller frees *textp with att_secret_free().
 * ATT_ERR_FILE_*, ATT_ERR_ROOTS_INVALID for PEM that is none,
 * ATT_ERR_CERTIFICATE_MALFORMED, ATT_ERR_MAA_CREDENTIAL for a key that is
 * encrypted, unfit (expected RSA of 2048 bits or more) or another one than the
 * certificate's, ATT_ERR_CRYPTO, ATT_ERR_NO_MEMORY.
 */
enum att_err att_client_assertion_make(
    const struct att_client_assertion *assertion, char **textp,
    struct att_reason *why) ATT_MUST_USE;

#endif
