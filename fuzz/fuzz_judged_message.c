/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process that judges says to "attestctl audit": whatever is taken has
 * one encoding, and can be printed.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/judged_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum att_err
encode(const struct att_judged_message *message, struct att_buf *out)
{
	switch (message->kind) {
	case ATT_JUDGED_CREDENTIAL:
		return att_judged_encode(&message->judged, out);
	case ATT_JUDGED_FAILURE:
		return att_judged_encode_failure(&message->judged.why, out);
	default:
		return att_judged_encode_stale(out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_judged_message message;
	struct att_buf again;
	json_t *json;

	if (att_judged_decode(att_bytes(data, size), "alice", &message) !=
	    ATT_OK)
		return 0;
	att_buf_init(&again, 1 << 16);
	if (encode(&message, &again) != ATT_OK || again.len != size ||
	    memcmp(again.ptr, data, size) != 0)
		abort();
	if (message.kind == ATT_JUDGED_CREDENTIAL) {
		if ((json = att_judged_json(&message.judged)) == NULL)
			abort();
		json_decref(json);
	}
	att_buf_reset(&again);
	att_judged_message_reset(&message);
	return 0;
}
