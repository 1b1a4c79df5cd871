/* SPDX-License-Identifier: BSD-2-Clause */
/* Building attestation objects with libcbor's encoders. */
#include <cbor.h>

#include "codec/attobj.h"

enum {
	HEAD_MAX = 9
};

static enum att_err
put_text(struct att_bytes text, struct att_buf *out)
{
	uint8_t head[HEAD_MAX];
	enum att_err err;

	err = att_buf_put(
	    out, head, cbor_encode_string_start(text.len, head, sizeof(head)));
	return err != ATT_OK ? err : att_buf_put(out, text.ptr, text.len);
}

static enum att_err
put_bytes(struct att_bytes bytes, struct att_buf *out)
{
	uint8_t head[HEAD_MAX];
	enum att_err err;

	err = att_buf_put(out, head,
	    cbor_encode_bytestring_start(bytes.len, head, sizeof(head)));
	return err != ATT_OK ? err : att_buf_put(out, bytes.ptr, bytes.len);
}

enum att_err
att_attestation_object_encode(struct att_bytes fmt, struct att_bytes att_stmt,
    struct att_bytes auth_data, struct att_buf *out)
{
	uint8_t head[HEAD_MAX];
	enum att_err err;

	if ((err = att_buf_put(out, head,
		 cbor_encode_map_start(3, head, sizeof(head)))) != ATT_OK ||
	    (err = put_text(att_bytes_text("fmt"), out)) != ATT_OK ||
	    (err = put_text(fmt, out)) != ATT_OK ||
	    (err = put_text(att_bytes_text("attStmt"), out)) != ATT_OK ||
	    (err = att_buf_put(out, att_stmt.ptr, att_stmt.len)) != ATT_OK ||
	    (err = put_text(att_bytes_text("authData"), out)) != ATT_OK)
		return err;
	return put_bytes(auth_data, out);
}
