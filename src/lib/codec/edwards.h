/* SPDX-License-Identifier: BSD-2-Clause */
/* Public keys of Ed25519 and Ed448: RFC 8032 sections 5.1 and 5.2. */
#ifndef ATT_CODEC_EDWARDS_H
#define ATT_CODEC_EDWARDS_H

#include "base/bytes.h"
#include "base/err.h"

/*
 * Is this the one encoding of a point of the curve, and not of one of the few
 * of small order, under which anybody can make signatures? OpenSSL takes any
 * bytes for a key. pkey_id is EVP_PKEY_ED25519 or EVP_PKEY_ED448, and point
 * has the size of its keys.
 * ATT_ERR_COSE_NOT_ON_CURVE, ATT_ERR_COSE_WEAK, NO_MEMORY, CRYPTO.
 */
enum att_err att_edwards_check(
    int pkey_id, struct att_bytes point) ATT_MUST_USE;

#endif
