/* SPDX-License-Identifier: BSD-2-Clause */
/* FETCH, PART, BODY and FETCHED. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/fetch.h"
#include "wire/fields.h"

enum {
	METHOD_MIN = 1,
	URL_MIN = sizeof("http://h") - 1,
	STATUS_MIN = 100,
	STATUS_MAX = 599,
};

/* --- What may stand in a request ------------------------------------------ */

static bool
has_scheme(const char *url, const char *scheme)
{
	return strncmp(url, scheme, strlen(scheme)) == 0;
}

static bool
is_url(const char *text, bool may_be_http)
{
	if (!has_scheme(text, "https://") &&
	    !(may_be_http && has_scheme(text, "http://")))
		return false;
	for (; *text != '\0'; text++) {
		if (*text <= ' ' || *text > '~')
			return false;
	}
	return true;
}

/* RFC 9110 section 5.6.2; a method is one, too, of capital letters here. */
static bool
is_token(const char *text, const char *characters)
{
	return text[0] != '\0' && text[strspn(text, characters)] == '\0';
}

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME_CHARACTERS CAPITALS "abcdefghijklmnopqrstuvwxyz0123456789-_"

bool
att_header_is_valid(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	for (size_t i = 0; i < len; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return false;
	}
	return len <= max;
}

static bool
is_header(const struct att_http_header *header)
{
	return is_token(header->name, NAME_CHARACTERS) &&
	       att_header_is_valid(header->value, ATT_FETCH_VALUE_MAX);
}

/* All that a text itself can be wrong in; lengths are checked by fields.h. */
static bool
is_request(const struct att_fetch *fetch)
{
	const struct att_http_request *request = &fetch->request;

	if (!is_token(request->method, CAPITALS) ||
	    !is_url(request->url, request->is_platform) ||
	    (fetch->proxy[0] != '\0' && !is_url(fetch->proxy, true)))
		return false;
	/* The platform is this machine or its link: no proxy is between. */
	if (request->is_platform && fetch->proxy[0] != '\0')
		return false;
	for (size_t i = 0; i < request->header_count; i++)
		if (!is_header(&request->headers[i]))
			return false;
	return true;
}

/* --- FETCH ---------------------------------------------------------------- */

static enum att_err
put_headers(struct att_buf *out, const struct att_http_request *request)
{
	enum att_err err;

	err = att_field_put_number(
	    out, request->header_count, 0, ATT_FETCH_HEADERS_MAX);
	for (size_t i = 0; i < request->header_count && err == ATT_OK; i++) {
		err = att_field_put_text(
		    out, request->headers[i].name, 1, ATT_FETCH_NAME_MAX);
		if (err == ATT_OK)
			err = att_field_put_text(out, request->headers[i].value,
			    0, ATT_FETCH_VALUE_MAX);
	}
	return err;
}

static enum att_err
put_numbers(struct att_buf *out, const struct att_fetch *fetch)
{
	const struct att_http_request *request = &fetch->request;
	enum att_err err;

	if ((err = att_field_put_number(
		 out, request->seconds, 1, ATT_FETCH_SECONDS_MAX)) != ATT_OK ||
	    (err = att_field_put_number(out, request->connect_seconds, 1,
		 ATT_FETCH_CONNECT_MAX)) != ATT_OK ||
	    (err = att_field_put_number(out, request->max, 1, UINT32_MAX)) !=
		ATT_OK ||
	    (err = att_field_put_number(
		 out, fetch->ca.len, 0, ATT_FETCH_CA_MAX)) != ATT_OK)
		return err;
	return att_field_put_number(
	    out, request->body.len, 0, ATT_FETCH_SENT_MAX);
}

enum att_err
att_fetch_encode(const struct att_fetch *fetch, struct att_buf *out)
{
	const struct att_http_request *request = &fetch->request;
	enum att_err err;

	if (!is_request(fetch))
		return ATT_ERR_MESSAGE_MALFORMED;
	if (request->body.len > ATT_FETCH_SENT_MAX ||
	    fetch->ca.len > ATT_FETCH_CA_MAX)
		return ATT_ERR_TOO_LARGE;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_FETCH)) != ATT_OK ||
	    (err = att_buf_put_u8(out, ATT_FETCH_VERSION)) != ATT_OK ||
	    (err = att_buf_put_u8(out, request->is_platform)) != ATT_OK ||
	    (err = att_buf_put_u8(out, fetch->is_download)) != ATT_OK ||
	    (err = att_field_put_text(out, request->method, METHOD_MIN,
		 ATT_FETCH_METHOD_MAX)) != ATT_OK ||
	    (err = att_field_put_text(
		 out, request->url, URL_MIN, ATT_FETCH_URL_MAX)) != ATT_OK ||
	    (err = put_headers(out, request)) != ATT_OK ||
	    (err = att_field_put_text(
		 out, fetch->proxy, 0, ATT_FETCH_URL_MAX)) != ATT_OK)
		return err;
	return put_numbers(out, fetch);
}

static enum att_err
get_headers(struct att_reader *r, struct att_fetch_received *received)
{
	char *name = NULL, *value = NULL;
	enum att_err err;
	uint32_t count;

	err = att_field_get_number(r, 0, ATT_FETCH_HEADERS_MAX, &count);
	received->fetch.request.headers = received->headers;
	for (uint32_t i = 0; i < count && err == ATT_OK; i++) {
		if ((err = att_field_get_text(
			 r, 1, ATT_FETCH_NAME_MAX, &name)) != ATT_OK)
			break;
		received->headers[i].name = name;
		received->fetch.request.header_count = i + 1;
		err = att_field_get_text(r, 0, ATT_FETCH_VALUE_MAX, &value);
		if (err == ATT_OK)
			received->headers[i].value = value;
	}
	return err;
}

static enum att_err
get_numbers(struct att_reader *r, struct att_fetch_received *received)
{
	uint32_t seconds, connect, max, ca, body;
	enum att_err err;

	if ((err = att_field_get_number(
		 r, 1, ATT_FETCH_SECONDS_MAX, &seconds)) != ATT_OK ||
	    (err = att_field_get_number(
		 r, 1, ATT_FETCH_CONNECT_MAX, &connect)) != ATT_OK ||
	    (err = att_field_get_number(r, 1, UINT32_MAX, &max)) != ATT_OK ||
	    (err = att_field_get_number(r, 0, ATT_FETCH_CA_MAX, &ca)) !=
		ATT_OK ||
	    (err = att_field_get_number(r, 0, ATT_FETCH_SENT_MAX, &body)) !=
		ATT_OK)
		return err;
	received->fetch.request.seconds = seconds;
	received->fetch.request.connect_seconds = connect;
	received->fetch.request.max = max;
	received->ca_len = ca;
	received->body_len = body;
	att_buf_init(&received->ca, ca);
	att_buf_init(&received->body, body);
	return ATT_OK;
}

static enum att_err
get_fetch(struct att_reader *r, struct att_fetch_received *received)
{
	struct att_fetch *fetch = &received->fetch;
	enum att_err err;
	uint8_t version;

	if ((err = att_field_get_choice(r, ATT_FETCH_VERSION, ATT_FETCH_VERSION,
		 &version)) != ATT_OK ||
	    (err = att_field_get_bool(r, &fetch->request.is_platform)) !=
		ATT_OK ||
	    (err = att_field_get_bool(r, &fetch->is_download)) != ATT_OK ||
	    (err = att_field_get_text(r, METHOD_MIN, ATT_FETCH_METHOD_MAX,
		 &received->method)) != ATT_OK ||
	    (err = att_field_get_text(
		 r, URL_MIN, ATT_FETCH_URL_MAX, &received->url)) != ATT_OK ||
	    (err = get_headers(r, received)) != ATT_OK ||
	    (err = att_field_get_text(
		 r, 0, ATT_FETCH_URL_MAX, &received->proxy)) != ATT_OK ||
	    (err = get_numbers(r, received)) != ATT_OK)
		return err;
	fetch->request.method = received->method;
	fetch->request.url = received->url;
	fetch->proxy = received->proxy;
	if (!is_request(fetch))
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_reader_end(r);
}

enum att_err
att_fetch_decode(struct att_bytes message, struct att_fetch_received *received)
{
	struct att_reader r;
	enum att_err err;

	*received = (struct att_fetch_received){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_FETCH, &r);
	if (err == ATT_OK)
		err = get_fetch(&r, received);
	if (err != ATT_OK)
		att_fetch_received_reset(received);
	return err;
}

bool
att_fetch_received_is_whole(const struct att_fetch_received *received)
{
	return received->ca.len == received->ca_len &&
	       received->body.len == received->body_len;
}

enum att_err
att_fetch_received_take(
    struct att_fetch_received *received, struct att_bytes part)
{
	size_t left = received->ca_len - received->ca.len;
	size_t of_ca = part.len < left ? part.len : left;
	enum att_err err;

	if ((err = att_buf_put(&received->ca, part.ptr, of_ca)) != ATT_OK ||
	    (err = att_buf_put(&received->body, part.ptr + of_ca,
		 part.len - of_ca)) != ATT_OK)
		return err == ATT_ERR_TOO_LARGE ? ATT_ERR_MESSAGE_MALFORMED
						: err;
	if (att_fetch_received_is_whole(received)) {
		received->fetch.ca = att_buf_get(&received->ca);
		received->fetch.request.body = att_buf_get(&received->body);
	}
	return ATT_OK;
}

static void
free_text(const char **textp)
{
	char *text = (char *)(uintptr_t)*textp;

	*textp = NULL;
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

void
att_fetch_received_reset(struct att_fetch_received *received)
{
	for (size_t i = 0; i < ATT_FETCH_HEADERS_MAX; i++) {
		free_text(&received->headers[i].name);
		free_text(&received->headers[i].value);
	}
	free(received->method);
	free(received->url);
	free(received->proxy);
	att_buf_reset(&received->ca);
	att_buf_reset(&received->body);
	*received = (struct att_fetch_received){ 0 };
}

/* --- PART and BODY -------------------------------------------------------- */

enum att_err
att_part_encode(struct att_bytes part, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_PART)) != ATT_OK)
		return err;
	return att_field_put_bytes(out, part, 1, ATT_FETCH_PART_MAX);
}

enum att_err
att_part_decode(struct att_bytes message, struct att_bytes *part)
{
	struct att_reader r;
	enum att_err err;

	*part = att_bytes(NULL, 0);
	if ((err = att_field_begin(message, ATT_MESSAGE_PART, &r)) != ATT_OK ||
	    (err = att_field_get_bytes(&r, 1, ATT_FETCH_PART_MAX, part)) !=
		ATT_OK ||
	    (err = att_reader_end(&r)) != ATT_OK)
		*part = att_bytes(NULL, 0);
	return err;
}

enum att_err
att_body_encode(struct att_bytes part, uint32_t expected, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_BODY)) != ATT_OK ||
	    (err = att_buf_put_u32(out, expected)) != ATT_OK)
		return err;
	return att_field_put_bytes(out, part, 1, ATT_FETCH_PART_MAX);
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
	    (err = att_field_get_bytes(&r, 1, ATT_FETCH_PART_MAX, part)) !=
		ATT_OK ||
	    (err = att_reader_end(&r)) != ATT_OK) {
		*part = att_bytes(NULL, 0);
		*expected = 0;
	}
	return err;
}

/* --- FETCHED -------------------------------------------------------------- */

/* The headers that are kept, in the order of the message. */
#define FIELD(name, member)                                                    \
	{                                                                      \
		name, offsetof(struct att_http_response, member),              \
		    sizeof(((struct att_http_response *)NULL)->member) - 1     \
	}
static const struct kept {
	const char *name;
	size_t offset;
	size_t max;
} kept[] = {
	FIELD("Content-Type", content_type),
	FIELD("Retry-After", retry_after),
	FIELD("x-ms-request-id", request_id),
	FIELD("x-ms-maa-service-version", service_version),
	FIELD("WWW-Authenticate", challenge),
	FIELD("ETag", etag),
	FIELD("Last-Modified", modified),
};
#undef FIELD

enum {
	KEPT_COUNT = sizeof(kept) / sizeof(kept[0])
};

char *
att_fetched_find_header(
    struct att_fetched *fetched, const char *name, size_t len, size_t *max)
{
	for (size_t i = 0; i < KEPT_COUNT; i++) {
		if (strlen(kept[i].name) != len ||
		    strncasecmp(kept[i].name, name, len) != 0)
			continue;
		*max = kept[i].max;
		return (char *)&fetched->head + kept[i].offset;
	}
	*max = 0;
	return NULL;
}

static enum att_err
put_head(struct att_buf *out, const struct att_http_response *head)
{
	enum att_err err = att_buf_put_u32(out, head->status);

	for (size_t i = 0; i < KEPT_COUNT && err == ATT_OK; i++) {
		const char *text = (const char *)head + kept[i].offset;

		if (!att_header_is_valid(text, kept[i].max))
			return ATT_ERR_MESSAGE_MALFORMED;
		err = att_field_put_text(out, text, 0, kept[i].max);
	}
	return err;
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
get_head(struct att_reader *r, struct att_http_response *head)
{
	uint32_t status;
	enum att_err err = att_reader_get_u32(r, &status);

	head->status = status;
	for (size_t i = 0; i < KEPT_COUNT && err == ATT_OK; i++) {
		char *text = (char *)head + kept[i].offset;

		err = get_into(r, kept[i].max, text);
		if (err == ATT_OK && !att_header_is_valid(text, kept[i].max))
			err = ATT_ERR_MESSAGE_MALFORMED;
	}
	return err;
}

static bool
is_status(const struct att_fetched *fetched)
{
	unsigned int status = fetched->head.status;

	if (fetched->result != ATT_FETCHED_WHOLE)
		return status == 0 ||
		       (status >= STATUS_MIN && status <= STATUS_MAX);
	return status >= STATUS_MIN && status <= STATUS_MAX;
}

enum att_err
att_fetched_encode(const struct att_fetched *fetched, struct att_buf *out)
{
	enum att_err err;

	if (!is_status(fetched))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_FETCHED)) != ATT_OK ||
	    (err = att_field_put_choice(out, fetched->result, ATT_FETCHED_WHOLE,
		 ATT_FETCHED_FAILED)) != ATT_OK ||
	    (err = put_head(out, &fetched->head)) != ATT_OK)
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
	    (err = get_head(r, &fetched->head)) != ATT_OK ||
	    (err = get_into(r, ATT_FETCH_TEXT_MAX, fetched->text)) != ATT_OK)
		return err;
	fetched->result = (enum att_fetched_result)result;
	if (!is_status(fetched))
		return ATT_ERR_MESSAGE_MALFORMED;
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
