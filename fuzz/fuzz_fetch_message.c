/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between attestctl and the fetcher, each by the decoder of its
 * type. What is accepted has one encoding, and its texts can stand in lines of
 * HTTP.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "one_encoding.h"
#include "wire/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const char *text)
{
	if (strpbrk(text, "\r\n") != NULL)
		abort();
}

/* What PART messages would bring is as long as FETCH said. */
static enum att_err
fetch_again(struct att_bytes in, struct att_buf *out)
{
	static uint8_t parts[ATT_FETCH_SENT_MAX];
	struct att_fetch_received received;
	const struct att_http_request *request = &received.fetch.request;
	enum att_err err;

	if ((err = att_fetch_decode(in, &received)) != ATT_OK)
		return err;
	check_line(request->url);
	check_line(request->method);
	for (size_t i = 0; i < request->header_count; i++) {
		check_line(request->headers[i].name);
		check_line(request->headers[i].value);
	}
	if (!request->is_platform && strncmp(request->url, "https://", 8) != 0)
		abort();
	received.fetch.ca = att_bytes(parts, received.ca_len);
	received.fetch.request.body = att_bytes(parts, received.body_len);
	if (att_fetch_encode(&received.fetch, out) != ATT_OK)
		abort();
	att_fetch_received_reset(&received);
	return ATT_OK;
}

static enum att_err
part_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes part;
	enum att_err err;

	if ((err = att_part_decode(in, &part)) != ATT_OK)
		return err;
	if (att_part_encode(part, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
body_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes part;
	enum att_err err;
	uint32_t expected;

	if ((err = att_body_decode(in, &part, &expected)) != ATT_OK)
		return err;
	if (att_body_encode(part, expected, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
fetched_again(struct att_bytes in, struct att_buf *out)
{
	struct att_fetched fetched;
	enum att_err err;

	if ((err = att_fetched_decode(in, &fetched)) != ATT_OK)
		return err;
	check_line(fetched.head.content_type);
	check_line(fetched.head.challenge);
	check_line(fetched.head.modified);
	if (att_fetched_encode(&fetched, out) != ATT_OK)
		abort();
	return ATT_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz_again_fn *const again[] = { fetch_again, part_again,
		body_again, fetched_again };

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		fuzz_check_encoding(att_bytes(data, size), again[i]);
	return 0;
}
