/* SPDX-License-Identifier: BSD-2-Clause */
/* The attestation object taken apart: WebAuthn Level 3 section 6.5.4. */
#ifndef ATT_ATTESTATION_OBJECT_H
#define ATT_ATTESTATION_OBJECT_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "conf/options.h"

/* Everything but doc is lent by the bytes that were parsed or by doc. */
struct att_object {
	enum att_format format;
	const struct att_cbor_item *statement; /* attStmt, a map or an array */
	struct att_bytes auth_data;
	struct att_cbor doc;
};

/*
 * Parses an attestation object: exactly fmt, attStmt and authData, in
 * canonical CBOR; order lets the client have put keys in another order.
 * ATT_ERR_TOO_LARGE, ATT_ERR_CBOR_*, ATT_ERR_ATTOBJ_MALFORMED,
 * ATT_ERR_FORMAT_UNKNOWN.
 */
enum att_err att_object_parse(struct att_bytes in, enum att_cbor_order order,
    struct att_object *object, struct att_reason *why) ATT_MUST_USE;

/*
 * The format that the text fmt of what names, case-sensitive as section 8.1
 * wants. ATT_ERR_FORMAT_UNKNOWN.
 */
enum att_err att_object_find_format(const struct att_cbor_item *fmt,
    const char *what, enum att_format *format,
    struct att_reason *why) ATT_MUST_USE;

#endif
