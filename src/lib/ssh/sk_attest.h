/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ssh-keygen -O write-attestation=FILE writes: PROTOCOL.u2f, "U2F
 * attestation", and fill_attestation_blob() of ssh-sk.c.
 *
 *	string "ssh-sk-attest-v01"
 *	string attestation certificate (DER; empty without one)
 *	string enrollment signature (empty without an attestation)
 *	string authenticator data, encoded as a CBOR byte string
 *	uint32 reserved flags, 0
 *	string reserved, empty
 *
 * The file says neither the format of the statement nor its algorithm, and of
 * a chain it has the first certificate only.
 */
#ifndef ATT_SSH_SK_ATTEST_H
#define ATT_SSH_SK_ATTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_SK_ATTEST_MAX = 16384 /* bytes of a file */
};

/* All lent by the bytes that were read. */
struct att_sk_attest {
	struct att_bytes certificate; /* empty: none */
	struct att_bytes signature;   /* empty: no attestation */
	struct att_bytes auth_data;   /* as it was signed */
};

/*
 * Reads a file to its last byte; zeroes on an error. What is in the parts is
 * not looked at, but that there is no certificate without a signature.
 * ATT_ERR_SSH_ATTESTATION_VERSION for v00, which OpenSSH before 8.4 wrote: it
 * lacks authenticator data, so nothing in it can be verified; and for what is
 * no such file at all. ATT_ERR_SSH_ATTESTATION_MALFORMED.
 */
enum att_err att_sk_attest_parse(struct att_bytes file,
    struct att_sk_attest *attest, struct att_reason *why) ATT_MUST_USE;

/* What the file may be a part of. */
enum att_sk_statement {
	ATT_SK_PACKED,
	ATT_SK_FIDO_U2F,
	ATT_SK_NONE,
};

/*
 * Appends the attestation object (WebAuthn Level 3 section 6.5.4) that the
 * file would be of in that format; algorithm is the one of the statement, for
 * packed only. Nothing is judged.
 * ATT_ERR_SSH_ATTESTATION_MALFORMED for a format that the parts are not of;
 * ATT_ERR_NO_MEMORY, TOO_LARGE.
 */
enum att_err att_sk_attest_make_object(const struct att_sk_attest *attest,
    enum att_sk_statement statement, int32_t algorithm,
    struct att_buf *out) ATT_MUST_USE;

#endif
