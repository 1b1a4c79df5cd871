/* SPDX-License-Identifier: BSD-2-Clause */
/* The types of RFC 4251 section 5 that base/buf.h has not. */
#include "ssh/wire.h"

enum {
	SIGN = 0x80
};

enum att_err
att_ssh_get_sized(
    struct att_reader *r, size_t min, size_t max, struct att_bytes *out)
{
	struct att_reader start = *r;
	enum att_err err;

	err = att_reader_get_string(r, max, out);
	if (err == ATT_OK && out->len < min) {
		*r = start;
		*out = att_bytes(NULL, 0);
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return err;
}

enum att_err
att_ssh_get_expected(struct att_reader *r, const char *text)
{
	struct att_bytes expected = att_bytes_text(text);
	struct att_reader start = *r;
	struct att_bytes found;
	enum att_err err;

	err = att_reader_get_string(r, expected.len, &found);
	if (err == ATT_OK && !att_bytes_is_equal(found, expected)) {
		*r = start;
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return err;
}

/* Not negative, and no byte that could be left away. */
static bool
is_shortest(struct att_bytes number)
{
	if (number.len == 0)
		return true;
	if ((number.ptr[0] & SIGN) != 0)
		return false;
	return number.ptr[0] != 0 ||
	       (number.len > 1 && (number.ptr[1] & SIGN) != 0);
}

enum att_err
att_ssh_get_mpint(struct att_reader *r, size_t max, struct att_bytes *out)
{
	struct att_reader start = *r;
	enum att_err err;

	err = att_reader_get_string(r, max + 1, out);
	if (err == ATT_OK && is_shortest(*out)) {
		if (out->len > 0 && out->ptr[0] == 0)
			*out = att_bytes(out->ptr + 1, out->len - 1);
		if (out->len <= max)
			return ATT_OK;
	}
	*r = start;
	*out = att_bytes(NULL, 0);
	return ATT_ERR_MESSAGE_MALFORMED;
}

enum att_err
att_ssh_put_mpint(struct att_buf *buf, struct att_bytes magnitude)
{
	bool has_sign;
	enum att_err err;

	while (magnitude.len > 0 && magnitude.ptr[0] == 0)
		magnitude = att_bytes(magnitude.ptr + 1, magnitude.len - 1);
	has_sign = magnitude.len > 0 && (magnitude.ptr[0] & SIGN) != 0;
	if (magnitude.len >= UINT32_MAX)
		return ATT_ERR_TOO_LARGE;
	err = att_buf_put_u32(buf, (uint32_t)(magnitude.len + has_sign));
	if (err == ATT_OK && has_sign)
		err = att_buf_put_u8(buf, 0);
	if (err != ATT_OK)
		return err;
	return att_buf_put(buf, magnitude.ptr, magnitude.len);
}
