/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between attestctl and the fetcher, each by the decoder of its
 * type. What is accepted has one encoding, and what it is recognized by can
 * stand in a line of a request.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const char *text)
{
	if (strlen(text) > ATT_FETCH_VALIDATOR_MAX ||
	    strpbrk(text, "\r\n") != NULL)
		abort();
}

static enum att_err
fetch_again(struct att_bytes in, struct att_buf *out)
{
	struct att_fetch fetch;
	enum att_err err;
	char *url;

	if ((err = att_fetch_decode(in, &url, &fetch)) != ATT_OK)
		return err;
	check_line(fetch.have.etag);
	check_line(fetch.have.modified);
	if (strncmp(url, "https://", 8) != 0 ||
	    att_fetch_encode(&fetch, out) != ATT_OK)
		abort();
	free(url);
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
	check_line(fetched.validators.etag);
	check_line(fetched.validators.modified);
	if (att_fetched_encode(&fetched, out) != ATT_OK)
		abort();
	return ATT_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static enum att_err (*const again[])(struct att_bytes,
	    struct att_buf *) = { fetch_again, body_again, fetched_again };
	const struct att_bytes in = att_bytes(data, size);

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
		struct att_buf out;

		att_buf_init(&out, ATT_MESSAGE_MAX);
		if (again[i](in, &out) == ATT_OK &&
		    (out.len != size || memcmp(out.ptr, data, size) != 0))
			abort();
		att_buf_reset(&out);
	}
	return 0;
}
