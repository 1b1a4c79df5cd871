/* SPDX-License-Identifier: BSD-2-Clause */
/* CTAP2: from a message to its command and back. */
#include <string.h>

#include "ctap2.h"
#include "keys.h"

struct command {
	uint8_t number;
	bool has_map; /* the request is a map, else it is empty */
	enum ctap_status (*run)(
	    struct softkey *, const cbor_item_t *, struct buf *);
};

static const struct command commands[] = {
	{ CTAP_MAKE_CREDENTIAL, true, ctap2_make_credential },
	{ CTAP_GET_ASSERTION, true, ctap2_get_assertion },
	{ CTAP_GET_NEXT_ASSERTION, false, ctap2_get_next_assertion },
	{ CTAP_GET_INFO, false, ctap2_get_info },
	{ CTAP_CLIENT_PIN, true, ctap2_client_pin },
	{ CTAP_RESET, false, ctap2_reset },
	{ CTAP_CREDENTIAL_MANAGEMENT, true, ctap2_credential_management },
	{ CTAP_CREDENTIAL_MANAGEMENT_PREVIEW, true,
	    ctap2_credential_management },
	{ CTAP_SELECTION, false, ctap2_selection },
};

static const struct command *
find_command(uint8_t number)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].number == number)
			return &commands[i];
	return NULL;
}

static enum ctap_status
run_command(struct softkey *sk, const struct command *command,
    const struct view *payload, struct buf *out)
{
	enum ctap_status status;
	cbor_item_t *map;

	if (command->number != CTAP_GET_NEXT_ASSERTION)
		sk->next.count = 0;
	if (command->run != ctap2_credential_management)
		sk->listing.kind = LISTING_NONE;
	if (!command->has_map)
		return payload->len == 0 ? command->run(sk, NULL, out)
					 : CTAP_INVALID_LENGTH;
	if ((map = cbor_parse_all(payload->data, payload->len)) == NULL)
		return CTAP_INVALID_CBOR;
	if (cbor_isa_map(map))
		status = command->run(sk, map, out);
	else
		status = CTAP_CBOR_UNEXPECTED_TYPE;
	cbor_decref(&map);
	return status;
}

enum ctap_status
ctap2_handle(
    struct softkey *sk, const uint8_t *data, size_t len, struct buf *out)
{
	const struct command *command;
	enum ctap_status status;
	struct view payload;

	buf_put_u8(out, CTAP_OK);
	if (len == 0) {
		status = CTAP_INVALID_LENGTH;
	} else if ((command = find_command(data[0])) == NULL) {
		status = CTAP_INVALID_COMMAND;
	} else {
		payload = (struct view){ data + 1, len - 1 };
		status = run_command(sk, command, &payload, out);
	}
	if (status != CTAP_OK)
		out->len = 1;
	out->data[0] = (uint8_t)status;
	return status;
}

enum ctap_status
ctap2_selection(struct softkey *sk, const cbor_item_t *request, struct buf *out)
{
	(void)request;
	(void)out;
	return presence_ask(sk);
}

/* Section 6.6. A real key wants this soon after power-up; softkey has no
 * power-up and takes it at any time. */
enum ctap_status
ctap2_reset(struct softkey *sk, const cbor_item_t *request, struct buf *out)
{
	enum ctap_status status = presence_ask(sk);

	(void)request;
	(void)out;
	if (status != CTAP_OK)
		return status;
	state_reset(sk->state);
	state_save(sk->state);
	pin_session_start(&sk->pin);
	return CTAP_OK;
}

bool
read_option(
    const cbor_item_t *options, const char *name, bool fallback, bool *found)
{
	bool v = fallback;
	bool has = cbor_read_bool(cbor_find_text(options, name), &v);

	if (found != NULL)
		*found = has;
	return v;
}

static uint8_t
faulty_flags(const struct softkey *sk, uint8_t flags)
{
	if (has_fault(sk, FAULT_UP_CLEAR))
		flags &= (uint8_t)~FLAG_UP;
	if (has_fault(sk, FAULT_UV_CLEAR))
		flags &= (uint8_t)~FLAG_UV;
	if (has_fault(sk, FAULT_AT_CLEAR))
		flags &= (uint8_t)~FLAG_AT;
	return flags;
}

static void
put_public_key(struct softkey *sk, struct buf *out, EVP_PKEY *key)
{
	static const uint8_t es256[] = { 0xa5, 0x01, 0x02, 0x03, 0x26 };
	static const uint8_t esp256 = 0x28;
	size_t start = out->len;

	key_put_cose(out, key);
	if (has_fault(sk, FAULT_OFF_CURVE_KEY))
		out->data[out->len - 1] ^= 0x01;
	if (has_fault(sk, FAULT_WRONG_ALGORITHM) &&
	    memcmp(out->data + start, es256, sizeof(es256)) == 0)
		out->data[start + sizeof(es256) - 1] = esp256;
}

static void
put_attested(struct softkey *sk, struct buf *out, const struct auth_data *data)
{
	uint8_t *aaguid = buf_grow(out, AAGUID_LEN);

	memcpy(aaguid, data->aaguid, AAGUID_LEN);
	if (has_fault(sk, FAULT_WRONG_AAGUID))
		aaguid[0] ^= 0xff;
	buf_put_be16(out, (uint16_t)data->cred->id_len);
	buf_put(out, data->cred->id, data->cred->id_len);
	put_public_key(sk, out, data->cred->key);
}

void
auth_data_put(struct softkey *sk, struct buf *out, const struct auth_data *data)
{
	uint8_t *hash = buf_grow(out, SHA256_LEN);

	memcpy(hash, data->rp_id_hash, SHA256_LEN);
	if (has_fault(sk, FAULT_WRONG_RPIDHASH))
		hash[0] ^= 0xff;
	buf_put_u8(out, faulty_flags(sk, data->flags));
	buf_put_be32(out, data->counter);
	if (data->aaguid != NULL)
		put_attested(sk, out, data);
	if (data->extensions != NULL)
		buf_put(out, data->extensions->data, data->extensions->len);
}

void
descriptor_put(struct buf *out, const uint8_t *id, size_t len)
{
	cbor_put_map(out, 2);
	cbor_put_text(out, "id");
	cbor_put_bytes(out, id, len);
	cbor_put_text(out, "type");
	cbor_put_text(out, "public-key");
}

static void
put_text_if_set(struct buf *out, const char *key, const struct blob *blob)
{
	if (blob->len == 0)
		return;
	cbor_put_text(out, key);
	cbor_put_text(out, (const char *)blob->data);
}

void
user_put(struct buf *out, const struct credential *cred, bool with_names)
{
	size_t names = with_names
			   ? (size_t)(cred->user_name.len != 0) +
				 (size_t)(cred->user_display_name.len != 0)
			   : 0;

	cbor_put_map(out, 1 + names);
	cbor_put_text(out, "id");
	cbor_put_bytes(out, cred->user_id.data, cred->user_id.len);
	if (!with_names)
		return;
	put_text_if_set(out, "name", &cred->user_name);
	put_text_if_set(out, "displayName", &cred->user_display_name);
}
