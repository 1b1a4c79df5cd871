/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256, FIPS 180-4. */
#ifndef ATT_CODEC_DIGEST_H
#define ATT_CODEC_DIGEST_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/* The digest of bytes; zeroes on an error. ATT_ERR_CRYPTO. */
enum att_err att_sha256(
    struct att_bytes bytes, uint8_t digest[32]) ATT_MUST_USE;

#endif
