/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between attestctl and the fetcher, each by the decoder of its
 * type. What is accepted has one encoding, and what it is recognized by can
 * stand in a line of a request.
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
	static fuzz_again_fn *const again[] = { fetch_again, body_again,
		fetched_again };

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		fuzz_check_encoding(att_bytes(data, size), again[i]);
	return 0;
}
