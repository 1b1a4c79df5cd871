/* SPDX-License-Identifier: BSD-2-Clause */
/* The attestation object as an envelope: WebAuthn Level 3 section 6.5.4. */
#ifndef ATT_CODEC_ATTOBJ_H
#define ATT_CODEC_ATTOBJ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/* More than any authenticator sends; a larger object is refused. */
enum {
	ATT_ATTESTATION_OBJECT_MAX = 65536
};

/* What a statement of packed, fido-u2f or none is made of; all lent. */
struct att_statement_parts {
	bool has_alg;
	int32_t alg;
	struct att_bytes sig;	      /* empty: there is none */
	struct att_bytes certificate; /* the only one of x5c; empty: no x5c */
};

/*
 * Appends the canonical CBOR map of those of "alg", "sig" and "x5c" that are
 * there (WebAuthn Level 3 sections 8.2, 8.6, 8.7); without a signature, none
 * of them is. ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE.
 */
enum att_err att_statement_encode(
    const struct att_statement_parts *parts, struct att_buf *out) ATT_MUST_USE;

/*
 * Appends the canonical CBOR map {"fmt": fmt, "attStmt": att_stmt,
 * "authData": auth_data}. fmt is text that may hold anything, even NUL;
 * att_stmt is one CBOR item already and goes in as it is; auth_data is raw
 * authenticator data.
 * ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE.
 */
enum att_err att_attestation_object_encode(struct att_bytes fmt,
    struct att_bytes att_stmt, struct att_bytes auth_data,
    struct att_buf *out) ATT_MUST_USE;

#endif
