/* SPDX-License-Identifier: BSD-2-Clause */
/* base64url without padding, RFC 4648 section 5, and base64, section 4. */
#ifndef ATT_CODEC_BASE64URL_H
#define ATT_CODEC_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends the text of bytes. ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE. */
enum att_err att_base64url_encode(
    struct att_bytes bytes, struct att_buf *out) ATT_MUST_USE;

/* The same of base64 with its padding, without line breaks. */
enum att_err att_base64_encode(
    struct att_bytes bytes, struct att_buf *out) ATT_MUST_USE;

/*
 * Decodes text strictly: no padding, no blanks, unused bits zero. The caller
 * frees *ptrp with free(); it is not NULL on success, even for no bytes.
 * ATT_ERR_BASE64URL, ATT_ERR_TOO_LARGE past max decoded bytes, NO_MEMORY.
 */
enum att_err att_base64url_decode(struct att_bytes text, size_t max,
    uint8_t **ptrp, size_t *lenp) ATT_MUST_USE;

/*
 * Decodes base64 with its padding as strictly: one text per value, no blanks,
 * at least one byte. The caller frees *ptrp with free(). Errors likewise.
 */
enum att_err att_base64_decode(struct att_bytes text, size_t max,
    uint8_t **ptrp, size_t *lenp) ATT_MUST_USE;

#endif
