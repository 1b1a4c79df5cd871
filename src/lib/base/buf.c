/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded buffers and cursors. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum {
	FIRST_SIZE = 256
};

void
att_buf_init(struct att_buf *buf, size_t limit)
{
	*buf = (struct att_buf){ .limit = limit };
}

void
att_buf_reset(struct att_buf *buf)
{
	if (buf->ptr != NULL)
		explicit_bzero(buf->ptr, buf->size);
	free(buf->ptr);
	att_buf_init(buf, buf->limit);
}

struct att_bytes
att_buf_get(const struct att_buf *buf)
{
	return att_bytes(buf->ptr, buf->len);
}

/* Never realloc: it would leave a copy of a secret behind. */
static enum att_err
reserve(struct att_buf *buf, size_t more)
{
	size_t size;
	uint8_t *ptr;

	if (more > buf->limit || buf->len > buf->limit - more)
		return ATT_ERR_TOO_LARGE;
	if (buf->ptr != NULL && buf->size - buf->len >= more)
		return ATT_OK;
	size = buf->size < FIRST_SIZE ? FIRST_SIZE : buf->size;
	while (size - buf->len < more)
		size *= 2;
	if ((ptr = malloc(size)) == NULL)
		return ATT_ERR_NO_MEMORY;
	if (buf->ptr != NULL) {
		memcpy(ptr, buf->ptr, buf->len);
		explicit_bzero(buf->ptr, buf->size);
		free(buf->ptr);
	}
	buf->ptr = ptr;
	buf->size = size;
	return ATT_OK;
}

enum att_err
att_buf_take(struct att_buf *buf, uint8_t **ptrp, size_t *lenp)
{
	enum att_err r;

	*ptrp = NULL;
	*lenp = 0;
	if ((r = reserve(buf, 0)) != ATT_OK)
		return r;
	*ptrp = buf->ptr;
	*lenp = buf->len;
	att_buf_init(buf, buf->limit);
	return ATT_OK;
}

enum att_err
att_buf_put(struct att_buf *buf, const void *ptr, size_t len)
{
	enum att_err r;

	if ((r = reserve(buf, len)) != ATT_OK)
		return r;
	if (len > 0)
		memcpy(buf->ptr + buf->len, ptr, len);
	buf->len += len;
	return ATT_OK;
}

static enum att_err
put_number(struct att_buf *buf, uint64_t v, size_t len)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(v >> (8 * (len - 1 - i)));
	return att_buf_put(buf, bytes, len);
}

enum att_err
att_buf_put_u8(struct att_buf *buf, uint8_t v)
{
	return put_number(buf, v, 1);
}

enum att_err
att_buf_put_u16(struct att_buf *buf, uint16_t v)
{
	return put_number(buf, v, 2);
}

enum att_err
att_buf_put_u32(struct att_buf *buf, uint32_t v)
{
	return put_number(buf, v, 4);
}

enum att_err
att_buf_put_u64(struct att_buf *buf, uint64_t v)
{
	return put_number(buf, v, 8);
}

enum att_err
att_buf_put_string(struct att_buf *buf, struct att_bytes v)
{
	enum att_err r;

	if (v.len > UINT32_MAX)
		return ATT_ERR_TOO_LARGE;
	if ((r = reserve(buf, 4 + v.len)) != ATT_OK ||
	    (r = att_buf_put_u32(buf, (uint32_t)v.len)) != ATT_OK)
		return r;
	return att_buf_put(buf, v.ptr, v.len);
}

enum att_err
att_buf_put_cstring(struct att_buf *buf, const char *v)
{
	return att_buf_put_string(buf, att_bytes_text(v));
}

enum att_err
att_buf_printf(struct att_buf *buf, const char *fmt, ...)
{
	char *text = NULL;
	enum att_err r;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		return ATT_ERR_NO_MEMORY;
	r = att_buf_put(buf, text, (size_t)len);
	explicit_bzero(text, (size_t)len);
	free(text);
	return r;
}

struct att_reader
att_reader(struct att_bytes bytes)
{
	return (struct att_reader){ .ptr = bytes.ptr, .left = bytes.len };
}

enum att_err
att_reader_get(struct att_reader *r, size_t len, struct att_bytes *out)
{
	*out = att_bytes(NULL, 0);
	if (len > r->left)
		return ATT_ERR_MESSAGE_MALFORMED;
	*out = att_bytes(r->ptr, len);
	if (len == 0)
		return ATT_OK;
	r->ptr += len;
	r->left -= len;
	return ATT_OK;
}

static enum att_err
get_number(struct att_reader *r, size_t len, uint64_t *out)
{
	struct att_bytes bytes;
	enum att_err err;

	*out = 0;
	if ((err = att_reader_get(r, len, &bytes)) != ATT_OK)
		return err;
	for (size_t i = 0; i < len; i++)
		*out = *out << 8 | bytes.ptr[i];
	return ATT_OK;
}

enum att_err
att_reader_get_u8(struct att_reader *r, uint8_t *out)
{
	uint64_t v;
	enum att_err err = get_number(r, 1, &v);

	*out = (uint8_t)v;
	return err;
}

enum att_err
att_reader_get_u16(struct att_reader *r, uint16_t *out)
{
	uint64_t v;
	enum att_err err = get_number(r, 2, &v);

	*out = (uint16_t)v;
	return err;
}

enum att_err
att_reader_get_u32(struct att_reader *r, uint32_t *out)
{
	uint64_t v;
	enum att_err err = get_number(r, 4, &v);

	*out = (uint32_t)v;
	return err;
}

enum att_err
att_reader_get_u64(struct att_reader *r, uint64_t *out)
{
	return get_number(r, 8, out);
}

enum att_err
att_reader_get_string(struct att_reader *r, size_t max, struct att_bytes *out)
{
	struct att_reader before = *r;
	enum att_err err;
	uint32_t len;

	*out = att_bytes(NULL, 0);
	if ((err = att_reader_get_u32(r, &len)) != ATT_OK)
		return err;
	if (len > max || (err = att_reader_get(r, len, out)) != ATT_OK) {
		*r = before;
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return ATT_OK;
}

enum att_err
att_reader_get_cstring(struct att_reader *r, size_t max, char **out)
{
	struct att_reader before = *r;
	struct att_bytes bytes;
	enum att_err err;

	*out = NULL;
	if ((err = att_reader_get_string(r, max, &bytes)) != ATT_OK)
		return err;
	if (bytes.len > 0 && memchr(bytes.ptr, '\0', bytes.len) != NULL) {
		*r = before;
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	if ((*out = malloc(bytes.len + 1)) == NULL)
		return ATT_ERR_NO_MEMORY;
	if (bytes.len > 0)
		memcpy(*out, bytes.ptr, bytes.len);
	(*out)[bytes.len] = '\0';
	return ATT_OK;
}

enum att_err
att_reader_end(const struct att_reader *r)
{
	return r->left == 0 ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED;
}
