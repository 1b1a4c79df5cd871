/* SPDX-License-Identifier: BSD-2-Clause */
/* The attestation object as an envelope: WebAuthn Level 3 section 6.5.4. */
#ifndef ATT_CODEC_ATTOBJ_H
#define ATT_CODEC_ATTOBJ_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/* More than any authenticator sends; a larger object is refused. */
enum {
	ATT_ATTESTATION_OBJECT_MAX = 65536
};

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
