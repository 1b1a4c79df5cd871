/* SPDX-License-Identifier: BSD-2-Clause */
/* GET_ASSERTION and MAKE_CREDENTIAL: what an authenticator is asked for. */
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/device.h"
#include "wire/fields.h"

enum {
	RP_ID_MAX = 253,
	USER_NAME_MAX = 256,
};

/* rp_id and user_name are const for those who encode. */
static void
free_text(const char **textp)
{
	free((void *)(uintptr_t)*textp);
	*textp = NULL;
}

static enum att_err
get_text(struct att_reader *r, size_t max, const char **outp)
{
	char *text;
	enum att_err err;

	err = att_field_get_text(r, 1, max, &text);
	*outp = text;
	return err;
}

/* How to verify the user: a PIN stands there if, and only if, it is used. */
static enum att_err
put_uv(struct att_buf *out, enum att_uv_mode uv, const char pin[])
{
	size_t len = strnlen(pin, ATT_PIN_MAX + 1);
	enum att_err r;

	if ((uv == ATT_UV_PIN) != (len > 0))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((r = att_field_put_choice(out, uv, ATT_UV_NONE, ATT_UV_PIN)) !=
	    ATT_OK)
		return r;
	return att_field_put_bytes(out, att_bytes(pin, len), 0, ATT_PIN_MAX);
}

static enum att_err
get_uv(struct att_reader *r, enum att_uv_mode *uv, char pin[])
{
	struct att_bytes text;
	enum att_err err;
	uint8_t mode;

	if ((err = att_field_get_choice(r, ATT_UV_NONE, ATT_UV_PIN, &mode)) !=
		ATT_OK ||
	    (err = att_field_get_bytes(r, 0, ATT_PIN_MAX, &text)) != ATT_OK)
		return err;
	if ((mode == ATT_UV_PIN) != (text.len > 0))
		return ATT_ERR_MESSAGE_MALFORMED;
	if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	*uv = mode;
	if (text.len > 0)
		memcpy(pin, text.ptr, text.len);
	pin[text.len] = '\0';
	return ATT_OK;
}

static enum att_err
put_ids(struct att_buf *out, const struct att_bytes *ids, size_t count,
    uint32_t min)
{
	enum att_err r;

	r = att_field_put_number(out, count, min, ATT_ALLOW_MAX);
	for (size_t i = 0; r == ATT_OK && i < count; i++)
		r = att_field_put_bytes(out, ids[i], 1, ATT_CREDENTIAL_ID_MAX);
	return r;
}

static enum att_err
get_ids(
    struct att_reader *r, struct att_bytes *ids, uint32_t min, size_t *countp)
{
	enum att_err err;
	uint32_t count;

	*countp = 0;
	err = att_field_get_number(r, min, ATT_ALLOW_MAX, &count);
	for (size_t i = 0; err == ATT_OK && i < count; i++)
		err = att_field_get_bytes(r, 1, ATT_CREDENTIAL_ID_MAX, &ids[i]);
	if (err == ATT_OK)
		*countp = count;
	return err;
}

void
att_get_assertion_reset(struct att_get_assertion *request)
{
	if (request->batches != NULL)
		for (size_t i = 0; i < request->batch_count; i++)
			free_text(&request->batches[i].rp_id);
	free(request->batches);
	explicit_bzero(request, sizeof(*request));
}

static enum att_err
put_batches(struct att_buf *out, const struct att_get_assertion *request)
{
	enum att_err r;

	r = att_field_put_number(out, request->batch_count, 1, ATT_BATCHES_MAX);
	for (size_t i = 0; r == ATT_OK && i < request->batch_count; i++) {
		const struct att_allow_batch *batch = &request->batches[i];

		if ((r = att_field_put_text(out, batch->rp_id, 1, RP_ID_MAX)) ==
		    ATT_OK)
			r = put_ids(out, batch->ids, batch->count, 1);
	}
	return r;
}

enum att_err
att_get_assertion_encode(
    const struct att_get_assertion *request, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_GET_ASSERTION)) != ATT_OK ||
	    (r = att_buf_put(out, request->client_data_hash,
		 sizeof(request->client_data_hash))) != ATT_OK ||
	    (r = att_buf_put_u8(out, request->up ? 1 : 0)) != ATT_OK ||
	    (r = put_uv(out, request->uv, request->pin)) != ATT_OK)
		return r;
	return put_batches(out, request);
}

static enum att_err
get_batches(struct att_reader *r, struct att_get_assertion *request)
{
	enum att_err err;
	uint32_t count;

	if ((err = att_field_get_number(r, 1, ATT_BATCHES_MAX, &count)) !=
	    ATT_OK)
		return err;
	request->batches = calloc(count, sizeof(*request->batches));
	if (request->batches == NULL)
		return ATT_ERR_NO_MEMORY;
	request->batch_count = count;
	for (size_t i = 0; i < count; i++) {
		struct att_allow_batch *batch = &request->batches[i];

		if ((err = get_text(r, RP_ID_MAX, &batch->rp_id)) != ATT_OK ||
		    (err = get_ids(r, batch->ids, 1, &batch->count)) != ATT_OK)
			return err;
	}
	return att_reader_end(r);
}

static enum att_err
get_assertion_request(struct att_reader *r, struct att_get_assertion *request)
{
	enum att_err err;

	if ((err = att_field_get_array(r, sizeof(request->client_data_hash),
		 request->client_data_hash)) != ATT_OK ||
	    (err = att_field_get_bool(r, &request->up)) != ATT_OK ||
	    (err = get_uv(r, &request->uv, request->pin)) != ATT_OK)
		return err;
	return get_batches(r, request);
}

enum att_err
att_get_assertion_decode(
    struct att_bytes message, struct att_get_assertion *request)
{
	struct att_reader r;
	enum att_err err;

	*request = (struct att_get_assertion){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_GET_ASSERTION, &r)) ==
	    ATT_OK)
		err = get_assertion_request(&r, request);
	if (err != ATT_OK)
		att_get_assertion_reset(request);
	return err;
}

void
att_make_credential_reset(struct att_make_credential *request)
{
	free_text(&request->rp_id);
	free_text(&request->user_name);
	explicit_bzero(request, sizeof(*request));
}

enum att_err
att_make_credential_encode(
    const struct att_make_credential *request, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_MAKE_CREDENTIAL)) != ATT_OK ||
	    (r = att_buf_put(out, request->client_data_hash,
		 sizeof(request->client_data_hash))) != ATT_OK ||
	    (r = att_field_put_text(out, request->rp_id, 1, RP_ID_MAX)) !=
		ATT_OK ||
	    (r = att_buf_put(
		 out, request->user_id, sizeof(request->user_id))) != ATT_OK ||
	    (r = att_field_put_text(
		 out, request->user_name, 1, USER_NAME_MAX)) != ATT_OK ||
	    (r = put_uv(out, request->uv, request->pin)) != ATT_OK)
		return r;
	return put_ids(out, request->exclude, request->exclude_count, 0);
}

static enum att_err
get_credential_request(
    struct att_reader *r, struct att_make_credential *request)
{
	enum att_err err;

	if ((err = att_field_get_array(r, sizeof(request->client_data_hash),
		 request->client_data_hash)) != ATT_OK ||
	    (err = get_text(r, RP_ID_MAX, &request->rp_id)) != ATT_OK ||
	    (err = att_field_get_array(
		 r, sizeof(request->user_id), request->user_id)) != ATT_OK ||
	    (err = get_text(r, USER_NAME_MAX, &request->user_name)) != ATT_OK ||
	    (err = get_uv(r, &request->uv, request->pin)) != ATT_OK ||
	    (err = get_ids(r, request->exclude, 0, &request->exclude_count)) !=
		ATT_OK)
		return err;
	return att_reader_end(r);
}

enum att_err
att_make_credential_decode(
    struct att_bytes message, struct att_make_credential *request)
{
	struct att_reader r;
	enum att_err err;

	*request = (struct att_make_credential){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_MAKE_CREDENTIAL, &r)) ==
	    ATT_OK)
		err = get_credential_request(&r, request);
	if (err != ATT_OK)
		att_make_credential_reset(request);
	return err;
}
