/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes base64url and base64: what decodes has this one text and no other. */
#include <stdint.h>
#include <stdlib.h>

#include "codec/base64url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_padded(struct att_bytes text)
{
	struct att_buf buf;
	uint8_t *ptr;
	size_t len;

	if (att_base64_decode(text, 4096, &ptr, &len) != ATT_OK)
		return;
	att_buf_init(&buf, text.len);
	if (att_base64_encode(att_bytes(ptr, len), &buf) != ATT_OK ||
	    !att_bytes_is_equal(att_buf_get(&buf), text))
		abort();
	att_buf_reset(&buf);
	free(ptr);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_bytes text = att_bytes(data, size);
	struct att_buf buf;
	uint8_t *ptr;
	size_t len;

	check_padded(text);
	if (att_base64url_decode(text, 4096, &ptr, &len) != ATT_OK) {
		if (ptr != NULL || len != 0)
			abort();
		return 0;
	}
	att_buf_init(&buf, size);
	if (att_base64url_encode(att_bytes(ptr, len), &buf) != ATT_OK ||
	    !att_bytes_is_equal(att_buf_get(&buf), text))
		abort();
	att_buf_reset(&buf);
	free(ptr);
	return 0;
}
