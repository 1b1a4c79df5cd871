/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What OpenSSH keeps in files and sends, in the types of RFC 4251 section 5.
 *
 * base/buf.h reads and writes numbers and strings; here is what it has not.
 * Everything is lent by the bytes that are read, and errors are
 * ATT_ERR_MESSAGE_MALFORMED: whoever knows what is being read gives it a name.
 */
#ifndef ATT_SSH_WIRE_H
#define ATT_SSH_WIRE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/* A string that has to be exactly this text. */
enum att_err att_ssh_get_expected(
    struct att_reader *r, const char *text) ATT_MUST_USE;

/* A string of min to max bytes. */
enum att_err att_ssh_get_sized(struct att_reader *r, size_t min, size_t max,
    struct att_bytes *out) ATT_MUST_USE;

/*
 * An mpint that is not negative, in its shortest form: the magnitude without
 * the zero byte of the sign, of at most max bytes; empty for zero.
 */
enum att_err att_ssh_get_mpint(
    struct att_reader *r, size_t max, struct att_bytes *out) ATT_MUST_USE;

/*
 * Appends an mpint of a magnitude, leading zeros of which are left away.
 * ATT_ERR_NO_MEMORY, TOO_LARGE.
 */
enum att_err att_ssh_put_mpint(
    struct att_buf *buf, struct att_bytes magnitude) ATT_MUST_USE;

#endif
