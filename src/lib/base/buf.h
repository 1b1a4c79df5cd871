/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounded buffers: a growing one to write into, a cursor to read from.
 *
 * Numbers are big endian, strings are a uint32 length and that many bytes, as
 * in SSH (RFC 4251 section 5). A buffer never grows past its limit; a cursor
 * never reads past its end and refuses rather than truncates. Memory of a
 * buffer is wiped before it is freed or moved, so secrets may pass through.
 */
#ifndef ATT_BASE_BUF_H
#define ATT_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct att_buf {
	uint8_t *ptr;
	size_t len;
	size_t size;  /* allocated */
	size_t limit; /* len never exceeds it */
};

/* An empty buffer that may hold up to limit bytes; nothing is allocated. */
void att_buf_init(struct att_buf *buf, size_t limit);

/* Wipes and frees the memory; the buffer is empty and usable again. */
void att_buf_reset(struct att_buf *buf);

/* The bytes written so far, lent until the next call that changes buf. */
struct att_bytes att_buf_get(const struct att_buf *buf);

/*
 * Moves the memory out: the caller frees *ptrp with free(). buf is empty
 * afterwards. *ptrp is never NULL on success, even for no bytes.
 * ATT_ERR_NO_MEMORY.
 */
enum att_err att_buf_take(
    struct att_buf *buf, uint8_t **ptrp, size_t *lenp) ATT_MUST_USE;

/*
 * Appending. ATT_ERR_TOO_LARGE past the limit, ATT_ERR_NO_MEMORY; buf is
 * unchanged then.
 */
enum att_err att_buf_put(
    struct att_buf *buf, const void *ptr, size_t len) ATT_MUST_USE;
enum att_err att_buf_put_u8(struct att_buf *buf, uint8_t v) ATT_MUST_USE;
enum att_err att_buf_put_u16(struct att_buf *buf, uint16_t v) ATT_MUST_USE;
enum att_err att_buf_put_u32(struct att_buf *buf, uint32_t v) ATT_MUST_USE;
enum att_err att_buf_put_u64(struct att_buf *buf, uint64_t v) ATT_MUST_USE;
enum att_err att_buf_put_string(
    struct att_buf *buf, struct att_bytes v) ATT_MUST_USE;
enum att_err att_buf_put_cstring(
    struct att_buf *buf, const char *v) ATT_MUST_USE;
/* Text without the terminating NUL, formatted as by printf. */
enum att_err att_buf_printf(struct att_buf *buf, const char *fmt, ...)
    ATT_PRINTF(2, 3) ATT_MUST_USE;

/* A cursor over borrowed bytes. */
struct att_reader {
	const uint8_t *ptr;
	size_t left;
};

struct att_reader att_reader(struct att_bytes bytes);

/*
 * Reading. ATT_ERR_MESSAGE_MALFORMED when fewer bytes are left than asked
 * for; *out is zeroed then and the cursor does not move. What is returned is
 * lent by the bytes under the cursor; no bytes lie there, too, and not at NULL,
 * so that they may be copied.
 */
enum att_err att_reader_get(
    struct att_reader *r, size_t len, struct att_bytes *out) ATT_MUST_USE;
enum att_err att_reader_get_u8(struct att_reader *r, uint8_t *out) ATT_MUST_USE;
enum att_err att_reader_get_u16(
    struct att_reader *r, uint16_t *out) ATT_MUST_USE;
enum att_err att_reader_get_u32(
    struct att_reader *r, uint32_t *out) ATT_MUST_USE;
enum att_err att_reader_get_u64(
    struct att_reader *r, uint64_t *out) ATT_MUST_USE;
/* At most max bytes; a longer length is malformed. */
enum att_err att_reader_get_string(
    struct att_reader *r, size_t max, struct att_bytes *out) ATT_MUST_USE;
/*
 * As above into a fresh NUL-terminated copy that the caller frees with
 * free(). A NUL byte inside is malformed. Also ATT_ERR_NO_MEMORY.
 */
enum att_err att_reader_get_cstring(
    struct att_reader *r, size_t max, char **out) ATT_MUST_USE;
/* ATT_ERR_MESSAGE_MALFORMED unless every byte was read. */
enum att_err att_reader_end(const struct att_reader *r) ATT_MUST_USE;

#endif
