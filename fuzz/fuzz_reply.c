/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes how replies of a security key are put together from reports: packets
 * of 64 bytes with one byte before each, odd for one that goes to the key.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "authenticator/hid.h"
#include "authenticator/reply.h"
#include "codec/attobj.h"
#include "codec/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A part of a credential lies in what the key has sent so far. */
static void
check_slice(const struct att_reply *reply, struct att_bytes part)
{
	if (part.len > reply->have)
		abort();
	if (part.len > 0 &&
	    (part.ptr < reply->bytes ||
		part.ptr + part.len > reply->bytes + reply->have))
		abort();
}

/* What goes to the verifier is canonical, however hostile the parts are. */
static void
check_object(const struct att_reply_credential *credential)
{
	struct att_buf object;
	struct att_cbor doc;

	att_buf_init(&object, ATT_ATTESTATION_OBJECT_MAX);
	if (att_attestation_object_encode(credential->fmt, credential->att_stmt,
		credential->auth_data, &object) != ATT_OK ||
	    att_cbor_read(att_buf_get(&object), ATT_CBOR_CANONICAL_ORDER, &doc,
		NULL) != ATT_OK ||
	    doc.items[0].number != 3 ||
	    !att_bytes_is_equal(doc.items[2].value, credential->fmt) ||
	    !att_bytes_is_equal(doc.items[4].encoded, credential->att_stmt))
		abort();
	att_buf_reset(&object);
}

static void
check_credential(const struct att_reply *reply)
{
	struct att_reply_credential credential;

	if (!att_reply_get_credential(reply, &credential))
		return;
	/* Only a whole reply that reports success has one. */
	if (reply->have != reply->want || reply->bytes[0] != 0)
		abort();
	check_slice(reply, credential.fmt);
	check_slice(reply, credential.auth_data);
	check_slice(reply, credential.att_stmt);
	check_object(&credential);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reply reply = { 0 };
	uint8_t packet[ATT_HID_REPORT];
	size_t len;
	bool is_request;

	while (size > 0) {
		is_request = (data[0] & 1) != 0;
		data++;
		size--;
		len = size < sizeof(packet) ? size : sizeof(packet);
		memset(packet, 0, sizeof(packet));
		memcpy(packet, data, len);
		data += len;
		size -= len;
		if (is_request)
			att_reply_note_request(&reply, packet);
		else
			(void)att_reply_note_answer(&reply, packet);
		if (reply.have > reply.want || reply.want > ATT_REPLY_MAX)
			abort();
		check_credential(&reply);
	}
	return 0;
}
