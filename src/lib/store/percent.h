/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Percent-encoding with one form per value, for file names and fields.
 *
 * Bytes of [A-Za-z0-9_-], and "." unless it is the first one, stand for
 * themselves; every other byte is "%" and two upper-case hexadecimal digits.
 */
#ifndef ATT_STORE_PERCENT_H
#define ATT_STORE_PERCENT_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/* Appends the encoded text. ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE. */
enum att_err att_percent_encode(
    struct att_bytes bytes, struct att_buf *out) ATT_MUST_USE;

/*
 * Decodes text that is not empty into a fresh string that the caller frees
 * with free(). Anything that att_percent_encode() would not have made, and a
 * NUL byte, is ATT_ERR_STORE_MALFORMED; so is more than max decoded bytes.
 */
enum att_err att_percent_decode(
    struct att_bytes text, size_t max, char **out) ATT_MUST_USE;

#endif
