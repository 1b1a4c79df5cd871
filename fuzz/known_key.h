/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An RSA key that everybody knows, for tokens that are the same in every run:
 * its modulus is the prime of RFC 3526 section 3, so that whoever has the
 * public key can sign.
 */
#ifndef FUZZ_KNOWN_KEY_H
#define FUZZ_KNOWN_KEY_H

#include "base/buf.h"
#include "base/bytes.h"

enum {
	KNOWN_KEY_KID_SIZE = 45,
	KNOWN_KEY_LIMIT = 4 << 20
};

/* Its name, and a set with it alone. Static, made at the first call. */
const char *known_key_get_kid(void);
const char *known_key_get_jwks(void);

/*
 * Appends a token of these texts, signed by the key. They need not be JSON.
 */
void known_key_sign(
    struct att_bytes header, struct att_bytes claims, struct att_buf *out);

#endif
