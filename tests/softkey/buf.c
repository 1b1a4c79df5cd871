/* SPDX-License-Identifier: BSD-2-Clause */
/* A byte buffer that grows, for messages, certificates and signatures. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fatal.h"

uint8_t *
buf_grow(struct buf *b, size_t len)
{
	size_t cap = b->cap != 0 ? b->cap : 64;
	uint8_t *data;

	if (len > SIZE_MAX / 4 - b->len)
		fatal("out of memory");
	while (cap < b->len + len)
		cap *= 2;
	if (cap != b->cap) {
		if ((data = realloc(b->data, cap)) == NULL)
			fatal("out of memory");
		b->data = data;
		b->cap = cap;
	}
	data = b->data + b->len;
	b->len += len;
	return data;
}

void
buf_put(struct buf *b, const void *data, size_t len)
{
	if (len != 0)
		memcpy(buf_grow(b, len), data, len);
}

void
buf_put_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void
buf_put_be16(struct buf *b, uint16_t v)
{
	buf_put_u8(b, (uint8_t)(v >> 8));
	buf_put_u8(b, (uint8_t)v);
}

void
buf_put_be32(struct buf *b, uint32_t v)
{
	buf_put_be16(b, (uint16_t)(v >> 16));
	buf_put_be16(b, (uint16_t)v);
}

void
buf_free(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->cap);
	free(b->data);
	*b = (struct buf){ 0 };
}

int
buf_read_file(struct buf *b, const char *path)
{
	uint8_t chunk[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int saved;

	if (fd < 0)
		return -1;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_put(b, chunk, (size_t)n);
	saved = errno;
	close(fd);
	errno = saved;
	return n == 0 ? 0 : -1;
}
