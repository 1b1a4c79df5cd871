/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys that sign host tokens, pinned by the administrator: a JWK Set (RFC 7517
 * section 5) as the service gives it under /certs.
 *
 * Such a set mixes keys of all kinds and times. A key is used when its "kid"
 * says which key it is, so that it can be checked: base64 of the SHA-256 over
 * the key as PEM with a zero byte (the keys of the service's enclaves), or
 * base64url of the SHA-1 of its certificate (those of its TPM reports). What
 * is not fit is set aside with its reason, which is told to whoever asks for
 * it.
 */
#ifndef ATT_TOKEN_JWKS_H
#define ATT_TOKEN_JWKS_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"
#include "trust/certificate.h"

enum {
	ATT_JWKS_MAX = 1 << 20,	 /* bytes of a file */
	ATT_JWKS_KEYS_MAX = 256, /* of a set; a provider has about ten */
};

struct att_jwks;

enum att_err att_jwks_new(struct att_jwks **jwksp) ATT_MUST_USE;
void att_jwks_free(struct att_jwks **jwksp);

/*
 * Adds the keys of one text, named shown in messages. Refused as a whole when
 * it is not strict JSON (codec/json.h) or longer than ATT_JWKS_MAX, has no
 * array "keys", not one key that is fit, or, also counting what was added
 * before, more than ATT_JWKS_KEYS_MAX names or the "kid" of a fit key for
 * something else, too. After a failure the set is good for freeing only.
 * ATT_ERR_JWKS_INVALID, ATT_ERR_NO_MEMORY, ATT_ERR_CRYPTO.
 */
enum att_err att_jwks_add(struct att_jwks *jwks, struct att_bytes text,
    const char *shown, struct att_reason *why) ATT_MUST_USE;

/* A new set of one text. The caller frees *jwksp. */
enum att_err att_jwks_parse(struct att_bytes text, struct att_jwks **jwksp,
    struct att_reason *why) ATT_MUST_USE;

/* How many keys are fit. 0 for NULL. */
size_t att_jwks_get_count(const struct att_jwks *jwks);

/* A fit key; lent by the set. */
struct att_jwks_key {
	const char *kid;
	const char *shown; /* the text it came from */
	EVP_PKEY *key;
	uint8_t sha256[32]; /* of its SubjectPublicKeyInfo */
	/* That of a key of TPM reports, NULL for a key of an enclave. */
	const struct att_certificate *report_leaf;
};

/*
 * Finds the key of that name. ATT_ERR_TOKEN_KEY when there is none, or jwks is
 * NULL; ATT_ERR_TOKEN_KEY_UNFIT with the reason when it was set aside.
 */
enum att_err att_jwks_find(const struct att_jwks *jwks, const char *kid,
    const struct att_jwks_key **keyp, struct att_reason *why) ATT_MUST_USE;

#endif
