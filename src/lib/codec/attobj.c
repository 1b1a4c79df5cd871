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

static enum att_err
put_int(int32_t value, struct att_buf *out)
{
	uint8_t head[HEAD_MAX];
	size_t len;

	if (value < 0)
		len = cbor_encode_negint(
		    (uint64_t)(-1 - (int64_t)value), head, sizeof(head));
	else
		len = cbor_encode_uint((uint64_t)value, head, sizeof(head));
	return att_buf_put(out, head, len);
}

static enum att_err
put_certificates(struct att_bytes certificate, struct att_buf *out)
{
	uint8_t head[HEAD_MAX];
	enum att_err err;

	if ((err = put_text(att_bytes_text("x5c"), out)) != ATT_OK ||
	    (err = att_buf_put(out, head,
		 cbor_encode_array_start(1, head, sizeof(head)))) != ATT_OK)
		return err;
	return put_bytes(certificate, out);
}

/* In canonical order as it stands: all keys have three letters. */
enum att_err
att_statement_encode(
    const struct att_statement_parts *parts, struct att_buf *out)
{
	bool has_sig = parts->sig.len > 0;
	bool has_alg = has_sig && parts->has_alg;
	bool has_x5c = has_sig && parts->certificate.len > 0;
	uint8_t head[HEAD_MAX];
	size_t count = (size_t)has_alg + has_sig + has_x5c;
	enum att_err err;

	err = att_buf_put(
	    out, head, cbor_encode_map_start(count, head, sizeof(head)));
	if (err == ATT_OK && has_alg &&
	    (err = put_text(att_bytes_text("alg"), out)) == ATT_OK)
		err = put_int(parts->alg, out);
	if (err == ATT_OK && has_sig &&
	    (err = put_text(att_bytes_text("sig"), out)) == ATT_OK)
		err = put_bytes(parts->sig, out);
	if (err == ATT_OK && has_x5c)
		err = put_certificates(parts->certificate, out);
	return err;
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
