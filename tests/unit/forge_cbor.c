/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing CBOR for tests. */
#include <stdlib.h>

#include <cbor.h>

#include "forge.h"

void
forge_put_raw(struct att_buf *out, const void *ptr, size_t len)
{
	if (att_buf_put(out, ptr, len) != ATT_OK)
		abort();
}

void
forge_put_byte(struct att_buf *out, uint8_t v)
{
	forge_put_raw(out, &v, 1);
}

void
forge_put_int(struct att_buf *out, int64_t v)
{
	uint8_t head[9];
	size_t len;

	if (v >= 0)
		len = cbor_encode_uint((uint64_t)v, head, sizeof(head));
	else
		len =
		    cbor_encode_negint((uint64_t)(-1 - v), head, sizeof(head));
	forge_put_raw(out, head, len);
}

void
forge_put_bytes(struct att_buf *out, struct att_bytes v)
{
	uint8_t head[9];

	forge_put_raw(
	    out, head, cbor_encode_bytestring_start(v.len, head, sizeof(head)));
	forge_put_raw(out, v.ptr, v.len);
}

void
forge_put_text(struct att_buf *out, const char *v)
{
	struct att_bytes text = att_bytes_text(v);
	uint8_t head[9];

	forge_put_raw(
	    out, head, cbor_encode_string_start(text.len, head, sizeof(head)));
	forge_put_raw(out, text.ptr, text.len);
}

void
forge_put_array(struct att_buf *out, size_t count)
{
	uint8_t head[9];

	forge_put_raw(
	    out, head, cbor_encode_array_start(count, head, sizeof(head)));
}

void
forge_put_map(struct att_buf *out, size_t count)
{
	uint8_t head[9];

	forge_put_raw(
	    out, head, cbor_encode_map_start(count, head, sizeof(head)));
}
