/* SPDX-License-Identifier: BSD-2-Clause */
/* The encodings of ECDSA signatures: Ecdsa-Sig-Value, RFC 3279 2.2.3. */
#ifndef ATT_CODEC_ECDSA_H
#define ATT_CODEC_ECDSA_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/*
 * Appends the DER of a signature from its two numbers, unsigned and big
 * endian. ATT_ERR_NO_MEMORY.
 */
enum att_err att_ecdsa_encode(
    struct att_bytes r, struct att_bytes s, struct att_buf *out) ATT_MUST_USE;

/*
 * Is it in DER, the one form that a signature has there? Two numbers that are
 * not negative, and nothing left over.
 */
bool att_ecdsa_is_der(struct att_bytes signature);

/*
 * Appends the DER of a signature in what devices have for it: lengths in more
 * octets than needed, numbers with zeros in front, or without the one that
 * keeps them from being negative. Both numbers are read as unsigned; nothing
 * may be left over, and indefinite lengths are refused.
 * ATT_ERR_SIGNATURE_ENCODING, ATT_ERR_NO_MEMORY.
 */
enum att_err att_ecdsa_encode_anew(
    struct att_bytes ber, struct att_buf *out) ATT_MUST_USE;

#endif
