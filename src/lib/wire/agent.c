/* SPDX-License-Identifier: BSD-2-Clause */
/* AGENT_OPEN to AGENT_FAILED. */
#include <stdlib.h>
#include <string.h>

#include "wire/agent.h"
#include "wire/channel.h"
#include "wire/fields.h"
#include "wire/login.h"

/* Of a user or group; the number above it stands for none. */
#define ID_MAX (UINT32_MAX - 1)

/* --- AGENT_OPEN ---------------------------------------------------------- */

enum att_err
att_agent_open_encode(const struct att_agent_open *open, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_AGENT_OPEN)) != ATT_OK ||
	    (err = att_buf_put_u8(out, ATT_AGENT_VERSION)) != ATT_OK ||
	    (err = att_field_put_number(
		 out, open->seconds, 1, ATT_DEADLINE_MAX)) != ATT_OK ||
	    (err = att_field_put_number(out, open->uid, 0, ID_MAX)) != ATT_OK ||
	    (err = att_field_put_number(out, open->gid, 0, ID_MAX)) != ATT_OK)
		return err;
	return att_field_put_text(out, open->path, 1, ATT_AGENT_PATH_MAX);
}

static enum att_err
get_open(struct att_reader *r, char **pathp, struct att_agent_open *open)
{
	uint8_t version;
	enum att_err err;

	if ((err = att_field_get_choice(r, ATT_AGENT_VERSION, ATT_AGENT_VERSION,
		 &version)) != ATT_OK ||
	    (err = att_field_get_number(
		 r, 1, ATT_DEADLINE_MAX, &open->seconds)) != ATT_OK ||
	    (err = att_field_get_number(r, 0, ID_MAX, &open->uid)) != ATT_OK ||
	    (err = att_field_get_number(r, 0, ID_MAX, &open->gid)) != ATT_OK ||
	    (err = att_field_get_text(r, 1, ATT_AGENT_PATH_MAX, pathp)) !=
		ATT_OK)
		return err;
	return att_reader_end(r);
}

enum att_err
att_agent_open_decode(
    struct att_bytes message, char **pathp, struct att_agent_open *open)
{
	struct att_reader r;
	enum att_err err;

	*pathp = NULL;
	*open = (struct att_agent_open){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_AGENT_OPEN, &r);
	if (err == ATT_OK)
		err = get_open(&r, pathp, open);
	if (err != ATT_OK) {
		free(*pathp);
		*pathp = NULL;
		*open = (struct att_agent_open){ 0 };
	}
	open->path = *pathp;
	return err;
}

/* --- AGENT_READY --------------------------------------------------------- */

enum att_err
att_agent_ready_encode(struct att_buf *out)
{
	return att_buf_put_u8(out, ATT_MESSAGE_AGENT_READY);
}

enum att_err
att_agent_ready_decode(struct att_bytes message)
{
	struct att_reader r;
	enum att_err err;

	err = att_field_begin(message, ATT_MESSAGE_AGENT_READY, &r);
	return err == ATT_OK ? att_reader_end(&r) : err;
}

/* --- AGENT_FIND ---------------------------------------------------------- */

enum att_err
att_agent_find_encode(const struct att_agent_find *find, struct att_buf *out)
{
	enum att_err err;

	if (find->count > ATT_AGENT_KEYS_MAX)
		return ATT_ERR_TOO_LARGE;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_AGENT_FIND)) != ATT_OK ||
	    (err = att_field_put_choice(out, (unsigned int)find->count, 1,
		 ATT_AGENT_KEYS_MAX)) != ATT_OK)
		return err;
	for (size_t i = 0; i < find->count; i++)
		if ((err = att_field_put_bytes(
			 out, find->keys[i], 1, ATT_AGENT_KEY_MAX)) != ATT_OK)
			return err;
	return ATT_OK;
}

static enum att_err
get_find(struct att_reader *r, struct att_agent_find *find)
{
	uint8_t count;
	enum att_err err;

	if ((err = att_field_get_choice(r, 1, ATT_AGENT_KEYS_MAX, &count)) !=
	    ATT_OK)
		return err;
	for (size_t i = 0; i < count; i++)
		if ((err = att_field_get_bytes(
			 r, 1, ATT_AGENT_KEY_MAX, &find->keys[i])) != ATT_OK)
			return err;
	find->count = count;
	return att_reader_end(r);
}

enum att_err
att_agent_find_decode(struct att_bytes message, struct att_agent_find *find)
{
	struct att_reader r;
	enum att_err err;

	*find = (struct att_agent_find){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_AGENT_FIND, &r);
	if (err == ATT_OK)
		err = get_find(&r, find);
	if (err != ATT_OK)
		*find = (struct att_agent_find){ 0 };
	return err;
}

/* --- AGENT_FOUND --------------------------------------------------------- */

/* Each once, and of those that may have been asked for. */
static bool
is_rising(const struct att_agent_found *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->keys[i] >= ATT_AGENT_KEYS_MAX ||
		    (i > 0 && found->keys[i] <= found->keys[i - 1]))
			return false;
	return true;
}

enum att_err
att_agent_found_encode(const struct att_agent_found *found, struct att_buf *out)
{
	enum att_err err;

	if (found->count > ATT_AGENT_KEYS_MAX)
		return ATT_ERR_TOO_LARGE;
	if (!is_rising(found))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_AGENT_FOUND)) != ATT_OK)
		return err;
	return att_field_put_bytes(
	    out, att_bytes(found->keys, found->count), 0, ATT_AGENT_KEYS_MAX);
}

static enum att_err
get_found(struct att_reader *r, struct att_agent_found *found)
{
	struct att_bytes keys;
	enum att_err err;

	if ((err = att_field_get_bytes(r, 0, ATT_AGENT_KEYS_MAX, &keys)) !=
		ATT_OK ||
	    (err = att_reader_end(r)) != ATT_OK)
		return err;
	memcpy(found->keys, keys.ptr, keys.len);
	found->count = keys.len;
	return is_rising(found) ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED;
}

enum att_err
att_agent_found_decode(struct att_bytes message, struct att_agent_found *found)
{
	struct att_reader r;
	enum att_err err;

	*found = (struct att_agent_found){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_AGENT_FOUND, &r);
	if (err == ATT_OK)
		err = get_found(&r, found);
	if (err != ATT_OK)
		*found = (struct att_agent_found){ 0 };
	return err;
}

/* --- AGENT_SIGN ---------------------------------------------------------- */

enum att_err
att_agent_sign_encode(size_t key, struct att_bytes data, struct att_buf *out)
{
	enum att_err err;

	if (key >= ATT_AGENT_KEYS_MAX)
		return ATT_ERR_TOO_LARGE;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_AGENT_SIGN)) != ATT_OK ||
	    (err = att_field_put_choice(
		 out, (unsigned int)key, 0, ATT_AGENT_KEYS_MAX - 1)) != ATT_OK)
		return err;
	return att_field_put_bytes(out, data, 1, ATT_AGENT_DATA_MAX);
}

static enum att_err
get_sign(struct att_reader *r, size_t *key, struct att_bytes *data)
{
	uint8_t index;
	enum att_err err;

	if ((err = att_field_get_choice(
		 r, 0, ATT_AGENT_KEYS_MAX - 1, &index)) != ATT_OK ||
	    (err = att_field_get_bytes(r, 1, ATT_AGENT_DATA_MAX, data)) !=
		ATT_OK)
		return err;
	*key = index;
	return att_reader_end(r);
}

enum att_err
att_agent_sign_decode(
    struct att_bytes message, size_t *key, struct att_bytes *data)
{
	struct att_reader r;
	enum att_err err;

	*key = 0;
	*data = att_bytes(NULL, 0);
	err = att_field_begin(message, ATT_MESSAGE_AGENT_SIGN, &r);
	if (err == ATT_OK)
		err = get_sign(&r, key, data);
	if (err != ATT_OK) {
		*key = 0;
		*data = att_bytes(NULL, 0);
	}
	return err;
}

/* --- AGENT_SIGNATURE ----------------------------------------------------- */

enum att_err
att_agent_signature_encode(struct att_bytes signature, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_AGENT_SIGNATURE)) != ATT_OK)
		return err;
	return att_field_put_bytes(out, signature, 1, ATT_AGENT_SIGNATURE_MAX);
}

enum att_err
att_agent_signature_decode(
    struct att_bytes message, struct att_bytes *signature)
{
	struct att_reader r;
	enum att_err err;

	*signature = att_bytes(NULL, 0);
	if ((err = att_field_begin(message, ATT_MESSAGE_AGENT_SIGNATURE, &r)) !=
		ATT_OK ||
	    (err = att_field_get_bytes(
		 &r, 1, ATT_AGENT_SIGNATURE_MAX, signature)) != ATT_OK)
		return err;
	if ((err = att_reader_end(&r)) != ATT_OK)
		*signature = att_bytes(NULL, 0);
	return err;
}

/* --- AGENT_FAILED -------------------------------------------------------- */

enum att_err
att_agent_failed_encode(
    const struct att_agent_failed *failed, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_AGENT_FAILED)) != ATT_OK ||
	    (err = att_field_put_choice(out, failed->failure,
		 ATT_AGENT_UNREACHABLE, ATT_AGENT_BROKEN)) != ATT_OK)
		return err;
	return att_field_put_text(out, failed->text, 1, ATT_AGENT_TEXT_MAX);
}

static enum att_err
get_failed(struct att_reader *r, struct att_agent_failed *failed)
{
	struct att_bytes text;
	uint8_t failure;
	enum att_err err;

	if ((err = att_field_get_choice(r, ATT_AGENT_UNREACHABLE,
		 ATT_AGENT_BROKEN, &failure)) != ATT_OK ||
	    (err = att_field_get_bytes(r, 1, ATT_AGENT_TEXT_MAX, &text)) !=
		ATT_OK ||
	    (err = att_reader_end(r)) != ATT_OK)
		return err;
	if (memchr(text.ptr, '\0', text.len) != NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	failed->failure = (enum att_agent_failure)failure;
	memcpy(failed->text, text.ptr, text.len);
	return ATT_OK;
}

enum att_err
att_agent_failed_decode(
    struct att_bytes message, struct att_agent_failed *failed)
{
	struct att_reader r;
	enum att_err err;

	*failed = (struct att_agent_failed){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_AGENT_FAILED, &r);
	if (err == ATT_OK)
		err = get_failed(&r, failed);
	if (err != ATT_OK)
		*failed = (struct att_agent_failed){ 0 };
	return err;
}
