/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SSH keys of security keys: a blob, a certificate, a line. A plain key that is
 * read is written again byte for byte, and so is the base64 of a line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/sk_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_refusal(const struct att_sk_key *key, enum att_err err,
    const struct att_reason *why)
{
	if (why->code != err || why->text[0] == '\0' ||
	    key->public_key.len != 0 || key->application.len != 0)
		abort();
}

static void
check_blob(struct att_bytes in)
{
	char fingerprint[ATT_SK_FINGERPRINT_SIZE];
	struct att_reason why = { 0 };
	struct att_sk_key key, again;
	struct att_buf out;
	enum att_err err;

	err = att_sk_key_parse_certified(in, &key, &why);
	if (err != ATT_OK) {
		check_refusal(&key, err, &why);
		return;
	}
	att_buf_init(&out, ATT_SK_BLOB_MAX);
	if (att_sk_key_put_blob(&key, &out) != ATT_OK ||
	    att_sk_key_parse(att_buf_get(&out), &again, NULL) != ATT_OK ||
	    !att_sk_key_is_equal(&key, &again) ||
	    att_sk_key_fingerprint(&key, fingerprint) != ATT_OK ||
	    strlen(fingerprint) != sizeof(fingerprint) - 1)
		abort();
	if (!key.is_certified && !att_bytes_is_equal(in, att_buf_get(&out)))
		abort();
	if ((att_sk_key_parse(in, &again, NULL) == ATT_OK) == key.is_certified)
		abort();
	att_buf_reset(&out);
}

static void
check_line(struct att_bytes in)
{
	struct att_reason why = { 0 };
	struct att_sk_line line;
	struct att_buf out;
	enum att_err err;

	err = att_sk_line_parse(in, &line, &why);
	if (err != ATT_OK) {
		check_refusal(&line.key, err, &why);
		return;
	}
	att_buf_init(&out, ATT_SK_LINE_MAX);
	if (att_sk_key_put_line(&line.key, &out) != ATT_OK)
		abort();
	/* Whatever stands between them, and behind them. */
	if (memmem(in.ptr, in.len,
		out.ptr + strlen(att_sk_key_type(line.key.kind)) + 1,
		out.len - strlen(att_sk_key_type(line.key.kind)) - 1) == NULL)
		abort();
	att_buf_reset(&out);
	att_sk_line_reset(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_blob(att_bytes(data, size));
	check_line(att_bytes(data, size));
	return 0;
}
