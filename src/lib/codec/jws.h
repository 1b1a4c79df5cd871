/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON Web Signatures in compact form whose certificates come along: RFC 7515
 * with "x5c" in the header and a JSON object as payload. Strictly: one text
 * per value, and no algorithm but those listed here.
 */
#ifndef ATT_CODEC_JWS_H
#define ATT_CODEC_JWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cose.h"

enum {
	ATT_JWS_MAX = 65536, /* bytes of text */
	ATT_JWS_TOKEN_MAX = 1 << 20,
	ATT_JWS_X5C_MAX = 8
};

struct att_jws;

/*
 * Parses text of at most ATT_JWS_MAX bytes: three parts in base64url without
 * padding, none of them empty; header and payload JSON objects as
 * att_json_parse_object() has them; "alg" RS256 or ES256; "x5c" 1 to
 * ATT_JWS_X5C_MAX strings of base64 (RFC 4648 section 4, padded). Nothing in
 * the header may be critical (section 4.1.11), what else it says is ignored.
 * Nothing is verified yet. The caller frees *jwsp; text has to last as long.
 * ATT_ERR_JWS_MALFORMED, ATT_ERR_JWS_ALGORITHM, NO_MEMORY.
 */
enum att_err att_jws_parse(struct att_bytes text, struct att_jws **jwsp,
    struct att_reason *why) ATT_MUST_USE;
/* The same for a text of another size: at most max bytes. */
enum att_err att_jws_parse_large(struct att_bytes text, size_t max,
    struct att_jws **jwsp, struct att_reason *why) ATT_MUST_USE;
/*
 * The same for a JSON Web Token (RFC 7519) of at most ATT_JWS_TOKEN_MAX bytes:
 * "alg" RS256 alone, "x5c" may be missing, "typ" is JWT where it is there, and
 * there is no "b64".
 */
enum att_err att_jws_parse_token(struct att_bytes text, struct att_jws **jwsp,
    struct att_reason *why) ATT_MUST_USE;
void att_jws_free(struct att_jws **jwsp);

/*
 * The header, and a string in it or NULL; lent. Who signed is not to be
 * believed for what a header says of it.
 */
struct json_t;
const struct json_t *att_jws_get_header(const struct att_jws *jws);
const char *att_jws_get_header_text(
    const struct att_jws *jws, const char *name);

/* The certificates of the header as they came, the leaf first. Lent. */
size_t att_jws_get_count(const struct att_jws *jws);
struct att_bytes att_jws_get_certificate(
    const struct att_jws *jws, size_t index);

/*
 * Verifies the signature with a key of the algorithm's type and curve.
 * Errors as of att_signature_verify().
 */
enum att_err att_jws_verify(const struct att_jws *jws, EVP_PKEY *key,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Members of the payload: a string, lent, or NULL; whether it is true, the
 * JSON value and no text; an integer. Not to be believed before
 * att_jws_verify() said so.
 */
const char *att_jws_get_text(const struct att_jws *jws, const char *name);
bool att_jws_is_true(const struct att_jws *jws, const char *name);
bool att_jws_get_integer(
    const struct att_jws *jws, const char *name, int64_t *value);

/* The payload itself, a JSON object as jansson has it, lent. Likewise. */
const struct json_t *att_jws_get_payload(const struct att_jws *jws);

#endif
