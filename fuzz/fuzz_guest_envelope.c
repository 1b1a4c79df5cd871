/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the answer of /attest/AzureGuest, opened with zeros as key:
 * what has another tag does not open.
 */
#include <stdint.h>
#include <stdlib.h>

#include "codec/jws.h"
#include "maa/guest_envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_opening(struct att_guest_envelope *envelope)
{
	static const uint8_t key[32];
	struct att_reason why = { 0 };
	struct att_buf out;
	enum att_err err;

	att_buf_init(&out, ATT_JWS_TOKEN_MAX);
	err = att_guest_envelope_open(
	    envelope, att_bytes(key, envelope->key_len), &out, &why);
	if (err == ATT_OK) {
		if (out.len != envelope->sealed.len)
			abort();
		att_buf_reset(&out);
		envelope->tag[0] ^= 1;
		err = att_guest_envelope_open(
		    envelope, att_bytes(key, envelope->key_len), &out, &why);
	}
	if (err != ATT_ERR_MAA_ANSWER || out.len != 0 || why.code != err)
		abort();
	att_buf_reset(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_guest_envelope envelope;
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_guest_envelope_parse(att_bytes(data, size), &envelope, &why);
	if (err != ATT_OK) {
		if (err != ATT_ERR_MAA_ANSWER || why.code != err ||
		    envelope.sealed.ptr != NULL ||
		    envelope.wrapped_key.ptr != NULL)
			abort();
		return 0;
	}
	if ((envelope.key_len != 16 && envelope.key_len != 24 &&
		envelope.key_len != 32) ||
	    envelope.sealed.len == 0 || envelope.wrapped_key.len == 0 ||
	    envelope.wrapped_key.len > ATT_ENVELOPE_KEY_MAX)
		abort();
	check_opening(&envelope);
	att_guest_envelope_reset(&envelope);
	return 0;
}
