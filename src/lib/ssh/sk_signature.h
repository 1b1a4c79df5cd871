/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signatures by keys that a security key holds: PROTOCOL.u2f of OpenSSH,
 * section "SSH U2F Signatures", as WebAuthn has them.
 */
#ifndef ATT_SSH_SK_SIGNATURE_H
#define ATT_SSH_SK_SIGNATURE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "ssh/sk_key.h"

enum {
	ATT_SK_AUTH_DATA_LEN = 37, /* WebAuthn 6.1, nothing attested in it */
	ATT_SK_SIGNATURE_MAX = 80, /* of an assertion: DER, or 64 bytes */
};

/* What was signed is auth_data and the SHA-256 of the message. */
struct att_sk_signature {
	uint8_t auth_data[ATT_SK_AUTH_DATA_LEN];
	uint8_t signature[ATT_SK_SIGNATURE_MAX];
	size_t signature_len;
};

/*
 * Reads the signature blob of a key of that kind and application, to its last
 * byte: type, signature (r and s, or the 64 bytes of Ed25519), flags and
 * counter. Nothing is verified. ATT_ERR_AGENT_MALFORMED with what is wrong,
 * also for a signature of another type; CRYPTO, NO_MEMORY. Zeroes on an error.
 */
enum att_err att_sk_signature_parse(struct att_bytes blob,
    const struct att_sk_key *key, struct att_sk_signature *signature,
    struct att_reason *why) ATT_MUST_USE;

#endif
