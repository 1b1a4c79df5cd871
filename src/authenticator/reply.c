/* SPDX-License-Identifier: BSD-2-Clause */
/* A second look at replies: CTAP 2.1 sections 6.1.2, 6.2.2, 8 and 11.2.4. */
#include <assert.h>
#include <string.h>

#include <fido.h>

#include "base/bytes.h"
#include "codec/cbor.h"
#include "hid.h"
#include "reply.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	FIELDS_MAX = 8
};

static const struct att_cbor_field make_credential_fields[] = {
	{ .number = 1, .type = ATT_CBOR_TEXT },	 /* fmt */
	{ .number = 2, .type = ATT_CBOR_BYTES }, /* authData */
	{ .number = 3, .type = ATT_CBOR_ANY },	 /* attStmt */
	{ .number = 4, .type = ATT_CBOR_SIMPLE, .is_optional = true },
	{ .number = 5, .type = ATT_CBOR_BYTES, .is_optional = true },
	{ .number = 6, .type = ATT_CBOR_MAP, .is_optional = true },
};

static const struct att_cbor_field get_assertion_fields[] = {
	{ .number = 1, .type = ATT_CBOR_MAP, .is_optional = true },
	{ .number = 2, .type = ATT_CBOR_BYTES }, /* authData */
	{ .number = 3, .type = ATT_CBOR_BYTES }, /* signature */
	{ .number = 4, .type = ATT_CBOR_MAP, .is_optional = true },
	{ .number = 5, .type = ATT_CBOR_UINT, .is_optional = true },
	{ .number = 6, .type = ATT_CBOR_SIMPLE, .is_optional = true },
	{ .number = 7, .type = ATT_CBOR_BYTES, .is_optional = true },
	{ .number = 8, .type = ATT_CBOR_MAP, .is_optional = true },
};

static_assert(COUNT(make_credential_fields) <= FIELDS_MAX &&
		  COUNT(get_assertion_fields) <= FIELDS_MAX,
    "a reply has more members than read_map() has room for");

static const struct {
	uint8_t command;
	struct att_cbor_schema schema;
} replies[] = {
	{ CTAP_CBOR_MAKECRED,
	    { "reply to MakeCredential", ATT_ERR_CBOR_MALFORMED,
		COUNT(make_credential_fields), make_credential_fields } },
	{ CTAP_CBOR_ASSERT,
	    { "reply to GetAssertion", ATT_ERR_CBOR_MALFORMED,
		COUNT(get_assertion_fields), get_assertion_fields } },
	{ CTAP_CBOR_NEXT_ASSERT,
	    { "reply to GetNextAssertion", ATT_ERR_CBOR_MALFORMED,
		COUNT(get_assertion_fields), get_assertion_fields } },
};

/* NULL for a reply that is not looked at. */
static const struct att_cbor_schema *
find_schema(uint8_t command)
{
	for (size_t i = 0; i < COUNT(replies); i++)
		if (replies[i].command == command)
			return &replies[i].schema;
	return NULL;
}

void
att_reply_note_request(struct att_reply *reply, const uint8_t *packet)
{
	if ((packet[ATT_PACKET_CMD] & CTAP_FRAME_INIT) == 0)
		return;
	reply->want = reply->have = 0;
	reply->command = 0;
	reply->has_credential = false;
	memcpy(reply->channel, packet, sizeof(reply->channel));
	if (packet[ATT_PACKET_CMD] == (CTAP_FRAME_INIT | CTAP_CMD_CBOR) &&
	    find_schema(packet[ATT_PACKET_DATA]) != NULL)
		reply->command = packet[ATT_PACKET_DATA];
}

static void
append(struct att_reply *reply, const uint8_t *data, size_t len)
{
	size_t left = reply->want - reply->have;

	if (len > left)
		len = left;
	memcpy(reply->bytes + reply->have, data, len);
	reply->have += len;
}

/* An error status is followed by nothing, as a rule, and decides nothing. */
static bool
is_success(const struct att_reply *reply)
{
	return reply->have > 0 && reply->bytes[0] == FIDO_OK;
}

static bool
read_map(const struct att_reply *reply, uint8_t command, struct att_cbor *doc,
    const struct att_cbor_item *values[FIELDS_MAX])
{
	if (att_cbor_read(att_bytes(reply->bytes + 1, reply->have - 1),
		ATT_CBOR_CANONICAL_ORDER, doc, NULL) != ATT_OK)
		return false;
	return att_cbor_get_fields(doc, &doc->items[0], find_schema(command),
		   values, NULL) == ATT_OK;
}

/* The reply is whole. */
static bool
finish(struct att_reply *reply, uint8_t command)
{
	const struct att_cbor_item *values[FIELDS_MAX];
	struct att_cbor doc;

	reply->command = 0;
	if (!is_success(reply))
		return true;
	if (!read_map(reply, command, &doc, values))
		return false;
	reply->has_credential = command == CTAP_CBOR_MAKECRED;
	return true;
}

bool
att_reply_get_credential(
    const struct att_reply *reply, struct att_reply_credential *out)
{
	const struct att_cbor_item *values[FIELDS_MAX];
	struct att_cbor doc;

	*out = (struct att_reply_credential){ 0 };
	if (!reply->has_credential ||
	    !read_map(reply, CTAP_CBOR_MAKECRED, &doc, values))
		return false;
	out->fmt = values[0]->value;
	out->auth_data = values[1]->value;
	out->att_stmt = values[2]->encoded;
	return true;
}

bool
att_reply_note_answer(struct att_reply *reply, const uint8_t *packet)
{
	uint8_t command = packet[ATT_PACKET_CMD];
	uint8_t request = reply->command;

	if (request == 0 ||
	    memcmp(packet, reply->channel, sizeof(reply->channel)) != 0)
		return true;
	if ((command & CTAP_FRAME_INIT) == 0) {
		append(reply, packet + ATT_PACKET_MORE_DATA,
		    ATT_HID_REPORT - ATT_PACKET_MORE_DATA);
	} else if (command == (CTAP_FRAME_INIT | CTAP_CMD_CBOR)) {
		reply->have = 0;
		reply->want = (size_t)packet[ATT_PACKET_COUNT_HIGH] << 8 |
			      packet[ATT_PACKET_COUNT_LOW];
		if (reply->want > sizeof(reply->bytes))
			reply->want = 0;
		append(reply, packet + ATT_PACKET_DATA,
		    ATT_HID_REPORT - ATT_PACKET_DATA);
	}
	if (reply->want == 0 || reply->have < reply->want)
		return true;
	return finish(reply, request);
}
