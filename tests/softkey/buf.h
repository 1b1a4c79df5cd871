/* SPDX-License-Identifier: BSD-2-Clause */
/* A byte buffer that grows, for messages, certificates and signatures. */
#ifndef SOFTKEY_BUF_H
#define SOFTKEY_BUF_H

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty buffer; buf_free makes it empty again. */
struct buf {
	uint8_t *data;
	size_t len;
	size_t cap;
};

/* Appending ends the process when memory runs out. */
void buf_put(struct buf *b, const void *data, size_t len);
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_be16(struct buf *b, uint16_t v);
void buf_put_be32(struct buf *b, uint32_t v);

/* Appends len bytes of unset content and returns where they begin. */
uint8_t *buf_grow(struct buf *b, size_t len);

/* Wipes and frees the content. */
void buf_free(struct buf *b);

/* Appends a whole file; -1 (errno set) when it cannot be read. */
int buf_read_file(struct buf *b, const char *path);

#endif
