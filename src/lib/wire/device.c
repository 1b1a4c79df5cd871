/* SPDX-License-Identifier: BSD-2-Clause */
/* The small messages between the verifier and authenticator processes. */
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/device.h"
#include "wire/fields.h"

enum {
	AUTH_DATA_MIN = 37, /* WebAuthn 6.1: rpIdHash, flags, signCount */
};

void
att_paths_reset(struct att_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->paths[i]);
	free(paths->paths);
	*paths = (struct att_paths){ 0 };
}

enum att_err
att_open_encode(const struct att_paths *paths, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_OPEN)) != ATT_OK)
		return r;
	r = att_field_put_number(out, paths->count, 0, ATT_DEVICES_MAX);
	for (size_t i = 0; r == ATT_OK && i < paths->count; i++)
		r = att_field_put_text(
		    out, paths->paths[i], 1, ATT_DEVICE_PATH_MAX);
	return r;
}

static enum att_err
get_paths(struct att_reader *r, struct att_paths *paths)
{
	enum att_err err;
	uint32_t count;

	if ((err = att_field_get_number(r, 0, ATT_DEVICES_MAX, &count)) !=
	    ATT_OK)
		return err;
	if (count > 0 &&
	    (paths->paths = calloc(count, sizeof(*paths->paths))) == NULL)
		return ATT_ERR_NO_MEMORY;
	while (paths->count < count) {
		if ((err = att_field_get_text(r, 1, ATT_DEVICE_PATH_MAX,
			 &paths->paths[paths->count])) != ATT_OK)
			return err;
		paths->count++;
	}
	return att_reader_end(r);
}

enum att_err
att_open_decode(struct att_bytes message, struct att_paths *paths)
{
	struct att_reader r;
	enum att_err err;

	*paths = (struct att_paths){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_OPEN, &r)) == ATT_OK)
		err = get_paths(&r, paths);
	if (err != ATT_OK)
		att_paths_reset(paths);
	return err;
}

enum att_err
att_device_encode(const char *path, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_DEVICE)) != ATT_OK)
		return r;
	return att_field_put_text(out, path, 1, ATT_DEVICE_PATH_MAX);
}

enum att_err
att_device_decode(struct att_bytes message, char **pathp)
{
	struct att_reader r;
	enum att_err err;

	*pathp = NULL;
	if ((err = att_field_begin(message, ATT_MESSAGE_DEVICE, &r)) !=
		ATT_OK ||
	    (err = att_field_get_text(&r, 1, ATT_DEVICE_PATH_MAX, pathp)) !=
		ATT_OK)
		return err;
	if ((err = att_reader_end(&r)) != ATT_OK) {
		free(*pathp);
		*pathp = NULL;
	}
	return err;
}

enum att_err
att_devices_end_encode(uint32_t count, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_DEVICES_END)) != ATT_OK)
		return r;
	return att_field_put_number(out, count, 0, ATT_DEVICES_MAX);
}

enum att_err
att_devices_end_decode(struct att_bytes message, uint32_t *count)
{
	struct att_reader r;
	enum att_err err;

	*count = 0;
	if ((err = att_field_begin(message, ATT_MESSAGE_DEVICES_END, &r)) !=
		ATT_OK ||
	    (err = att_field_get_number(&r, 0, ATT_DEVICES_MAX, count)) !=
		ATT_OK)
		return err;
	if ((err = att_reader_end(&r)) != ATT_OK)
		*count = 0;
	return err;
}

static bool
is_printable(struct att_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7e)
			return false;
	return true;
}

/* A name or a detail: at most ATT_DEVICE_NAME_MAX printable characters. */
static enum att_err
put_name(struct att_buf *out, const char name[ATT_DEVICE_NAME_MAX + 1])
{
	struct att_bytes text;

	text = att_bytes(name, strnlen(name, ATT_DEVICE_NAME_MAX + 1));
	if (!is_printable(text))
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_field_put_bytes(out, text, 0, ATT_DEVICE_NAME_MAX);
}

static enum att_err
get_name(struct att_reader *r, char name[ATT_DEVICE_NAME_MAX + 1])
{
	struct att_bytes text;
	enum att_err err;

	if ((err = att_field_get_bytes(r, 0, ATT_DEVICE_NAME_MAX, &text)) !=
	    ATT_OK)
		return err;
	if (!is_printable(text))
		return ATT_ERR_MESSAGE_MALFORMED;
	if (text.len > 0)
		memcpy(name, text.ptr, text.len);
	name[text.len] = '\0';
	return ATT_OK;
}

enum att_err
att_ready_encode(const struct att_ready *ready, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_READY)) != ATT_OK ||
	    (r = put_name(out, ready->name)) != ATT_OK ||
	    (r = att_buf_put_u8(out, ready->is_fido2 ? 1 : 0)) != ATT_OK ||
	    (r = att_buf_put_u8(out, ready->has_uv ? 1 : 0)) != ATT_OK ||
	    (r = att_field_put_choice(out, ready->pin, ATT_PIN_UNSUPPORTED,
		 ATT_PIN_SET)) != ATT_OK ||
	    (r = att_buf_put_u8(out, ready->pin_retries)) != ATT_OK)
		return r;
	return att_buf_put(out, ready->aaguid, sizeof(ready->aaguid));
}

static enum att_err
get_ready(struct att_reader *r, struct att_ready *ready)
{
	enum att_err err;
	uint8_t pin;

	if ((err = get_name(r, ready->name)) != ATT_OK ||
	    (err = att_field_get_bool(r, &ready->is_fido2)) != ATT_OK ||
	    (err = att_field_get_bool(r, &ready->has_uv)) != ATT_OK ||
	    (err = att_field_get_choice(
		 r, ATT_PIN_UNSUPPORTED, ATT_PIN_SET, &pin)) != ATT_OK ||
	    (err = att_reader_get_u8(r, &ready->pin_retries)) != ATT_OK ||
	    (err = att_field_get_array(
		 r, sizeof(ready->aaguid), ready->aaguid)) != ATT_OK)
		return err;
	ready->pin = pin;
	return att_reader_end(r);
}

enum att_err
att_ready_decode(struct att_bytes message, struct att_ready *ready)
{
	struct att_reader r;
	enum att_err err;

	*ready = (struct att_ready){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_READY, &r)) == ATT_OK)
		err = get_ready(&r, ready);
	if (err != ATT_OK)
		*ready = (struct att_ready){ 0 };
	return err;
}

enum att_err
att_assertion_encode(
    const struct att_assertion_answer *answer, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_ASSERTION)) != ATT_OK ||
	    (r = att_field_put_number(
		 out, answer->batch, 0, ATT_BATCHES_MAX - 1)) != ATT_OK ||
	    (r = att_field_put_bytes(out, answer->credential_id, 1,
		 ATT_CREDENTIAL_ID_MAX)) != ATT_OK ||
	    (r = att_field_put_bytes(out, answer->auth_data, AUTH_DATA_MIN,
		 ATT_MESSAGE_MAX)) != ATT_OK)
		return r;
	return att_field_put_bytes(out, answer->signature, 1, ATT_MESSAGE_MAX);
}

static enum att_err
get_assertion_answer(struct att_reader *r, struct att_assertion_answer *answer)
{
	enum att_err err;

	if ((err = att_field_get_number(
		 r, 0, ATT_BATCHES_MAX - 1, &answer->batch)) != ATT_OK ||
	    (err = att_field_get_bytes(r, 1, ATT_CREDENTIAL_ID_MAX,
		 &answer->credential_id)) != ATT_OK ||
	    (err = att_field_get_bytes(r, AUTH_DATA_MIN, ATT_MESSAGE_MAX,
		 &answer->auth_data)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 1, ATT_MESSAGE_MAX, &answer->signature)) != ATT_OK)
		return err;
	return att_reader_end(r);
}

enum att_err
att_assertion_decode(
    struct att_bytes message, struct att_assertion_answer *answer)
{
	struct att_reader r;
	enum att_err err;

	*answer = (struct att_assertion_answer){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_ASSERTION, &r)) ==
	    ATT_OK)
		err = get_assertion_answer(&r, answer);
	if (err != ATT_OK)
		*answer = (struct att_assertion_answer){ 0 };
	return err;
}

enum att_err
att_credential_encode(struct att_bytes attestation_object, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_CREDENTIAL)) != ATT_OK)
		return r;
	return att_field_put_bytes(out, attestation_object, 1, ATT_MESSAGE_MAX);
}

enum att_err
att_credential_decode(
    struct att_bytes message, struct att_bytes *attestation_object)
{
	struct att_reader r;
	enum att_err err;

	*attestation_object = att_bytes(NULL, 0);
	if ((err = att_field_begin(message, ATT_MESSAGE_CREDENTIAL, &r)) !=
		ATT_OK ||
	    (err = att_field_get_bytes(
		 &r, 1, ATT_MESSAGE_MAX, attestation_object)) != ATT_OK)
		return err;
	if ((err = att_reader_end(&r)) != ATT_OK)
		*attestation_object = att_bytes(NULL, 0);
	return err;
}

enum att_err
att_failed_encode(const struct att_failed *failed, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_FAILED)) != ATT_OK ||
	    (r = att_field_put_choice(out, failed->failure,
		 ATT_FAILURE_NO_CREDENTIALS, ATT_FAILURE_COUNT - 1)) !=
		ATT_OK ||
	    (r = att_buf_put_u32(out, failed->ctap_status)) != ATT_OK ||
	    (r = att_buf_put_u8(out, failed->pin_retries)) != ATT_OK)
		return r;
	return put_name(out, failed->detail);
}

static enum att_err
get_failed(struct att_reader *r, struct att_failed *failed)
{
	enum att_err err;
	uint8_t failure;

	if ((err = att_field_get_choice(r, ATT_FAILURE_NO_CREDENTIALS,
		 ATT_FAILURE_COUNT - 1, &failure)) != ATT_OK ||
	    (err = att_reader_get_u32(r, &failed->ctap_status)) != ATT_OK ||
	    (err = att_reader_get_u8(r, &failed->pin_retries)) != ATT_OK ||
	    (err = get_name(r, failed->detail)) != ATT_OK)
		return err;
	failed->failure = failure;
	return att_reader_end(r);
}

enum att_err
att_failed_decode(struct att_bytes message, struct att_failed *failed)
{
	struct att_reader r;
	enum att_err err;

	*failed = (struct att_failed){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_FAILED, &r)) == ATT_OK)
		err = get_failed(&r, failed);
	if (err != ATT_OK)
		*failed = (struct att_failed){ 0 };
	return err;
}
