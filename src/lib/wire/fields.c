/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of the fields of messages, checked the same way in both directions. */
#include <stdlib.h>
#include <string.h>

#include "wire/fields.h"

enum att_err
att_field_begin(struct att_bytes message, uint8_t type, struct att_reader *r)
{
	uint8_t found;

	*r = att_reader(message);
	if (att_reader_get_u8(r, &found) != ATT_OK || found != type)
		return ATT_ERR_MESSAGE_MALFORMED;
	return ATT_OK;
}

enum att_err
att_field_put_bytes(
    struct att_buf *out, struct att_bytes v, size_t min, size_t max)
{
	if (v.len < min)
		return ATT_ERR_MESSAGE_MALFORMED;
	if (v.len > max)
		return ATT_ERR_TOO_LARGE;
	return att_buf_put_string(out, v);
}

enum att_err
att_field_get_bytes(
    struct att_reader *r, size_t min, size_t max, struct att_bytes *out)
{
	enum att_err err;

	if ((err = att_reader_get_string(r, max, out)) != ATT_OK)
		return err;
	if (out->len < min) {
		*out = att_bytes(NULL, 0);
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return ATT_OK;
}

enum att_err
att_field_put_text(struct att_buf *out, const char *v, size_t min, size_t max)
{
	if (v == NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_field_put_bytes(out, att_bytes_text(v), min, max);
}

enum att_err
att_field_get_text(struct att_reader *r, size_t min, size_t max, char **outp)
{
	enum att_err err;

	if ((err = att_reader_get_cstring(r, max, outp)) != ATT_OK)
		return err;
	if (strlen(*outp) < min) {
		free(*outp);
		*outp = NULL;
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return ATT_OK;
}

enum att_err
att_field_put_choice(
    struct att_buf *out, unsigned int v, uint8_t min, uint8_t max)
{
	if (v < min || v > max)
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_buf_put_u8(out, (uint8_t)v);
}

enum att_err
att_field_get_choice(
    struct att_reader *r, uint8_t min, uint8_t max, uint8_t *out)
{
	enum att_err err;

	if ((err = att_reader_get_u8(r, out)) != ATT_OK)
		return err;
	if (*out < min || *out > max) {
		*out = 0;
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return ATT_OK;
}

enum att_err
att_field_get_bool(struct att_reader *r, bool *out)
{
	enum att_err err;
	uint8_t v;

	err = att_field_get_choice(r, 0, 1, &v);
	*out = v == 1;
	return err;
}

enum att_err
att_field_put_number(struct att_buf *out, size_t v, uint32_t min, uint32_t max)
{
	if (v < min)
		return ATT_ERR_MESSAGE_MALFORMED;
	if (v > max)
		return ATT_ERR_TOO_LARGE;
	return att_buf_put_u32(out, (uint32_t)v);
}

enum att_err
att_field_get_number(
    struct att_reader *r, uint32_t min, uint32_t max, uint32_t *out)
{
	enum att_err err;

	if ((err = att_reader_get_u32(r, out)) != ATT_OK)
		return err;
	if (*out < min || *out > max) {
		*out = 0;
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return ATT_OK;
}

enum att_err
att_field_get_array(struct att_reader *r, size_t len, uint8_t *out)
{
	struct att_bytes bytes;
	enum att_err err;

	if ((err = att_reader_get(r, len, &bytes)) != ATT_OK)
		return err;
	memcpy(out, bytes.ptr, len);
	return ATT_OK;
}
