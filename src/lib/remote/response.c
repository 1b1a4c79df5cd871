/* SPDX-License-Identifier: BSD-2-Clause */
/* Responses: their form, strict in both directions. */
#include <stdlib.h>
#include <string.h>

#include "remote/line.h"
#include "remote/response.h"
#include "wire/fields.h"

enum {
	AUTH_DATA_MIN = 37, /* WebAuthn 6.1: rpIdHash, flags, signCount */
};

static size_t
line_max(enum att_remote_kind kind)
{
	return kind == ATT_REMOTE_LOGIN ? ATT_LINE_ASSERTION_MAX
					: ATT_LINE_REGISTRATION_MAX;
}

static enum att_err
put_assertion(const struct att_remote_response *response, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_field_put_choice(
		 out, response->batch, 0, ATT_BATCHES_MAX - 1)) != ATT_OK ||
	    (r = att_field_put_choice(
		 out, response->index, 0, ATT_ALLOW_MAX - 1)) != ATT_OK ||
	    (r = att_field_put_bytes(out, response->auth_data, AUTH_DATA_MIN,
		 ATT_LINE_ASSERTION_MAX)) != ATT_OK)
		return r;
	return att_field_put_bytes(
	    out, response->signature, 1, ATT_LINE_ASSERTION_MAX);
}

static enum att_err
put(const struct att_remote_response *response, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_field_put_choice(out, response->kind, ATT_REMOTE_LOGIN,
		 ATT_REMOTE_REGISTRATION)) != ATT_OK ||
	    (r = att_buf_put(out, response->id, ATT_REMOTE_ID_LEN)) != ATT_OK)
		return r;
	if (response->kind == ATT_REMOTE_LOGIN)
		return put_assertion(response, out);
	return att_field_put_bytes(
	    out, response->attestation_object, 1, ATT_REMOTE_OBJECT_MAX);
}

enum att_err
att_remote_response_print(
    const struct att_remote_response *response, struct att_buf *line)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, line_max(response->kind));
	if ((r = put(response, &message)) == ATT_OK)
		r = att_line_print(ATT_LINE_RESPONSE, att_buf_get(&message),
		    line_max(response->kind), line);
	att_buf_reset(&message);
	return r;
}

void
att_remote_response_reset(struct att_remote_response *response)
{
	free(response->owned);
	*response = (struct att_remote_response){ 0 };
}

static enum att_err
get_assertion(struct att_reader *r, struct att_remote_response *response)
{
	enum att_err err;

	if ((err = att_field_get_choice(
		 r, 0, ATT_BATCHES_MAX - 1, &response->batch)) != ATT_OK ||
	    (err = att_field_get_choice(
		 r, 0, ATT_ALLOW_MAX - 1, &response->index)) != ATT_OK ||
	    (err = att_field_get_bytes(r, AUTH_DATA_MIN, ATT_LINE_ASSERTION_MAX,
		 &response->auth_data)) != ATT_OK)
		return err;
	return att_field_get_bytes(
	    r, 1, ATT_LINE_ASSERTION_MAX, &response->signature);
}

static enum att_err
get(struct att_reader *r, enum att_remote_kind kind,
    struct att_remote_response *response)
{
	enum att_err err;
	uint8_t found;

	if ((err = att_field_get_choice(
		 r, (uint8_t)kind, (uint8_t)kind, &found)) != ATT_OK ||
	    (err = att_field_get_array(r, ATT_REMOTE_ID_LEN, response->id)) !=
		ATT_OK)
		return err;
	response->kind = kind;
	err = kind == ATT_REMOTE_LOGIN
		  ? get_assertion(r, response)
		  : att_field_get_bytes(r, 1, ATT_REMOTE_OBJECT_MAX,
			&response->attestation_object);
	return err == ATT_OK ? att_reader_end(r) : err;
}

enum att_err
att_remote_response_read(struct att_bytes line, enum att_remote_kind kind,
    struct att_remote_response *response, struct att_reason *why)
{
	struct att_line_message message;
	struct att_reader reader;
	enum att_err r;

	*response = (struct att_remote_response){ 0 };
	if ((r = att_line_read(ATT_LINE_RESPONSE, line, line_max(kind),
		 &message, why)) != ATT_OK)
		return r;
	response->owned = message.ptr;
	reader = att_reader(att_bytes(message.ptr, message.len));
	if ((r = get(&reader, kind, response)) == ATT_OK)
		return ATT_OK;
	att_remote_response_reset(response);
	if (r != ATT_ERR_MESSAGE_MALFORMED)
		return att_refuse_plain(why, r);
	return att_refuse(why, ATT_ERR_RESPONSE_MALFORMED,
	    "what is in the line is no response to this; give the challenge "
	    "that was shown last to \"attestctl respond\"");
}
