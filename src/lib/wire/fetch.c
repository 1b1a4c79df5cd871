/* SPDX-License-Identifier: BSD-2-Clause */
/* FETCH, BODY and FETCHED. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/fetch.h"
#include "wire/fields.h"

static const char scheme[] = "https://";

bool
att_validator_is_valid(const char *text)
{
	size_t len = strnlen(text, ATT_FETCH_VALIDATOR_MAX + 1);

	for (size_t i = 0; i < len; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return false;
	}
	return len <= ATT_FETCH_VALIDATOR_MAX;
}

static bool
is_url(const char *text)
{
	if (strncmp(text, scheme, sizeof(scheme) - 1) != 0)
		return false;
	for (; *text != '\0'; text++) {
		if (*text <= ' ' || *text > '~')
			return false;
	}
	return true;
}

/* Text of at most max bytes, into a field that is one longer. */
static enum att_err
get_into(struct att_reader *r, size_t max, char *out)
{
	struct att_bytes bytes;
	enum att_err err;

	if ((err = att_field_get_bytes(r, 0, max, &bytes)) != ATT_OK)
		return err;
	if (memchr(bytes.ptr, '\0', bytes.len) != NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	memcpy(out, bytes.ptr, bytes.len);
	out[bytes.len] = '\0';
	return ATT_OK;
}

static enum att_err
put_validators(struct att_buf *out, const struct att_validators *validators)
{
	enum att_err err;

	if (!att_validator_is_valid(validators->etag) ||
	    !att_validator_is_valid(validators->modified))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_field_put_text(
		 out, validators->etag, 0, ATT_FETCH_VALIDATOR_MAX)) != ATT_OK)
		return err;
	return att_field_put_text(
	    out, validators->modified, 0, ATT_FETCH_VALIDATOR_MAX);
}

static enum att_err
get_validators(struct att_reader *r, struct att_validators *validators)
{
	enum att_err err;

	if ((err = get_into(r, ATT_FETCH_VALIDATOR_MAX, validators->etag)) !=
		ATT_OK ||
	    (err = get_into(
		 r, ATT_FETCH_VALIDATOR_MAX, validators->modified)) != ATT_OK)
		return err;
	return att_validator_is_valid(validators->etag) &&
		       att_validator_is_valid(validators->modified)
		   ? ATT_OK
		   : ATT_ERR_MESSAGE_MALFORMED;
}

/* --- FETCH --------------------------------------------------------------- */

enum att_err
att_fetch_encode(const struct att_fetch *fetch, struct att_buf *out)
{
	enum att_err err;

	if (!is_url(fetch->url) || fetch->max == 0)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_FETCH)) != ATT_OK ||
	    (err = att_buf_put_u8(out, ATT_FETCH_VERSION)) != ATT_OK ||
	    (err = att_field_put_text(out, fetch->url, sizeof(scheme),
		 ATT_FETCH_URL_MAX)) != ATT_OK ||
	    (err = att_field_put_bytes(out, fetch->ca, 0, ATT_FETCH_CA_MAX)) !=
		ATT_OK ||
	    (err = put_validators(out, &fetch->have)) != ATT_OK)
		return err;
	return att_buf_put_u32(out, fetch->max);
}

static enum att_err
get_fetch(struct att_reader *r, char **urlp, struct att_fetch *fetch)
{
	enum att_err err;
	uint8_t version;

	if ((err = att_field_get_choice(r, ATT_FETCH_VERSION, ATT_FETCH_VERSION,
		 &version)) != ATT_OK ||
	    (err = att_field_get_text(
		 r, sizeof(scheme), ATT_FETCH_URL_MAX, urlp)) != ATT_OK)
		return err;
	if (!is_url(*urlp))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_field_get_bytes(r, 0, ATT_FETCH_CA_MAX, &fetch->ca)) !=
		ATT_OK ||
	    (err = get_validators(r, &fetch->have)) != ATT_OK ||
	    (err = att_field_get_number(r, 1, UINT32_MAX, &fetch->max)) !=
		ATT_OK)
		return err;
	return att_reader_end(r);
}

enum att_err
att_fetch_decode(struct att_bytes message, char **urlp, struct att_fetch *fetch)
{
	struct att_reader r;
	enum att_err err;

	*urlp = NULL;
	*fetch = (struct att_fetch){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_FETCH, &r);
	if (err == ATT_OK)
		err = get_fetch(&r, urlp, fetch);
	if (err != ATT_OK) {
		free(*urlp);
		*urlp = NULL;
		*fetch = (struct att_fetch){ 0 };
	}
	fetch->url = *urlp;
	return err;
}

/* --- BODY ---------------------------------------------------------------- */

enum att_err
att_body_encode(struct att_bytes part, uint32_t expected, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_BODY)) != ATT_OK ||
	    (err = att_buf_put_u32(out, expected)) != ATT_OK)
		return err;
	return att_field_put_bytes(out, part, 1, ATT_FETCH_BODY_MAX);
}

enum att_err
att_body_decode(
    struct att_bytes message, struct att_bytes *part, uint32_t *expected)
{
	struct att_reader r;
	enum att_err err;

	*part = att_bytes(NULL, 0);
	*expected = 0;
	if ((err = att_field_begin(message, ATT_MESSAGE_BODY, &r)) != ATT_OK ||
	    (err = att_reader_get_u32(&r, expected)) != ATT_OK ||
	    (err = att_field_get_bytes(&r, 1, ATT_FETCH_BODY_MAX, part)) !=
		ATT_OK ||
	    (err = att_reader_end(&r)) != ATT_OK) {
		*part = att_bytes(NULL, 0);
		*expected = 0;
	}
	return err;
}

/* --- FETCHED ------------------------------------------------------------- */

enum att_err
att_fetched_encode(const struct att_fetched *fetched, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_FETCHED)) != ATT_OK ||
	    (err = att_field_put_choice(out, fetched->result, ATT_FETCHED_WHOLE,
		 ATT_FETCHED_FAILED)) != ATT_OK ||
	    (err = put_validators(out, &fetched->validators)) != ATT_OK)
		return err;
	return att_field_put_text(out, fetched->text, 0, ATT_FETCH_TEXT_MAX);
}

static enum att_err
get_fetched(struct att_reader *r, struct att_fetched *fetched)
{
	enum att_err err;
	uint8_t result;

	if ((err = att_field_get_choice(r, ATT_FETCHED_WHOLE,
		 ATT_FETCHED_FAILED, &result)) != ATT_OK ||
	    (err = get_validators(r, &fetched->validators)) != ATT_OK ||
	    (err = get_into(r, ATT_FETCH_TEXT_MAX, fetched->text)) != ATT_OK)
		return err;
	fetched->result = (enum att_fetched_result)result;
	return att_reader_end(r);
}

enum att_err
att_fetched_decode(struct att_bytes message, struct att_fetched *fetched)
{
	struct att_reader r;
	enum att_err err;

	*fetched = (struct att_fetched){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_FETCHED, &r);
	if (err == ATT_OK)
		err = get_fetched(&r, fetched);
	if (err != ATT_OK)
		*fetched = (struct att_fetched){ 0 };
	return err;
}
