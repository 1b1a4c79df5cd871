/* SPDX-License-Identifier: BSD-2-Clause */
/* authenticatorCredentialManagement, CTAP 2.1 section 6.8 */
#include <stdlib.h>
#include <string.h>

#include "ctap2.h"
#include "keys.h"

/* What may still be stored: softkey has no limit and names this. */
#define REMAINING 100

enum {
	KEY_SUBCOMMAND = 1,
	KEY_PARAMS,
	KEY_PROTOCOL,
	KEY_PIN_UV_AUTH_PARAM,
};

enum {
	PARAM_RP_ID_HASH = 1,
	PARAM_CREDENTIAL_ID,
};

/* The token authenticates subcommand || parameters. A canonical request
 * is the same bytes when it is encoded again. */
static enum ctap_status
check_token(struct softkey *sk, const cbor_item_t *map, int64_t subcommand)
{
	const cbor_item_t *params = cbor_find_int(map, KEY_PARAMS);
	const struct pin_session *pin = &sk->pin;
	struct buf message = { 0 };
	unsigned char *bytes = NULL;
	size_t size = 0;
	struct view param;
	bool is_good;

	if (!cbor_read_bytes(cbor_find_int(map, KEY_PIN_UV_AUTH_PARAM), &param))
		return CTAP_PUAT_REQUIRED;
	buf_put_u8(&message, (uint8_t)subcommand);
	if (params != NULL)
		size = cbor_serialize_alloc(params, &bytes, &size);
	buf_put(&message, bytes, size);
	is_good = pin->token_protocol != 0 &&
		  pin_verify(pin->token_protocol, pin->token, &message, &param);
	free(bytes);
	buf_free(&message);
	if (!is_good || (pin->permissions & PERMIT_MANAGE) == 0)
		return CTAP_PIN_AUTH_INVALID;
	return CTAP_OK;
}

static size_t
count_resident(const struct state *state)
{
	size_t n = 0;

	for (size_t i = 0; i < state->count; i++)
		n += state->credentials[i]->resident;
	return n;
}

static enum ctap_status
get_metadata(struct softkey *sk, const cbor_item_t *params, struct buf *out)
{
	(void)params;
	cbor_put_map(out, 2);
	cbor_put_int(out, 1);
	cbor_put_int(out, (int64_t)count_resident(sk->state));
	cbor_put_int(out, 2);
	cbor_put_int(out, REMAINING);
	return CTAP_OK;
}

/* Each RP is listed at its first resident credential. */
static bool
is_first_of_rp(const struct state *state, size_t i)
{
	const struct credential *cred = state->credentials[i];

	if (!cred->resident)
		return false;
	for (size_t j = 0; j < i; j++)
		if (state->credentials[j]->resident &&
		    memcmp(state->credentials[j]->rp_id_hash, cred->rp_id_hash,
			SHA256_LEN) == 0)
			return false;
	return true;
}

static bool
is_of_listed_rp(const struct softkey *sk, size_t i)
{
	const struct credential *cred = sk->state->credentials[i];

	return cred->resident && memcmp(cred->rp_id_hash,
				     sk->listing.rp_id_hash, SHA256_LEN) == 0;
}

static enum ctap_status
put_rp(struct softkey *sk, struct buf *out, size_t total)
{
	struct listing *listing = &sk->listing;
	const struct credential *cred;

	while (listing->position < sk->state->count &&
	       !is_first_of_rp(sk->state, listing->position))
		listing->position++;
	if (listing->position >= sk->state->count)
		return CTAP_NO_CREDENTIALS;
	cred = sk->state->credentials[listing->position++];
	cbor_put_map(out, 2 + (size_t)(total != 0));
	cbor_put_int(out, 3);
	cbor_put_map(out, 1);
	cbor_put_text(out, "id");
	cbor_put_text(out, (const char *)cred->rp_id.data);
	cbor_put_int(out, 4);
	cbor_put_bytes(out, cred->rp_id_hash, SHA256_LEN);
	if (total != 0) {
		cbor_put_int(out, 5);
		cbor_put_int(out, (int64_t)total);
	}
	return CTAP_OK;
}

static enum ctap_status
begin_rps(struct softkey *sk, const cbor_item_t *params, struct buf *out)
{
	size_t total = 0;

	(void)params;
	for (size_t i = 0; i < sk->state->count; i++)
		total += is_first_of_rp(sk->state, i);
	sk->listing = (struct listing){ .kind = LISTING_RPS };
	return put_rp(sk, out, total);
}

static enum ctap_status
next_rp(struct softkey *sk, const cbor_item_t *params, struct buf *out)
{
	(void)params;
	if (sk->listing.kind != LISTING_RPS)
		return CTAP_NOT_ALLOWED;
	return put_rp(sk, out, 0);
}

static enum ctap_status
put_credential(struct softkey *sk, struct buf *out, size_t total)
{
	struct listing *listing = &sk->listing;
	const struct credential *cred;

	while (listing->position < sk->state->count &&
	       !is_of_listed_rp(sk, listing->position))
		listing->position++;
	if (listing->position >= sk->state->count)
		return CTAP_NO_CREDENTIALS;
	cred = sk->state->credentials[listing->position++];
	cbor_put_map(out, 4 + (size_t)(total != 0));
	cbor_put_int(out, 6);
	user_put(out, cred, true);
	cbor_put_int(out, 7);
	descriptor_put(out, cred->id, cred->id_len);
	cbor_put_int(out, 8);
	key_put_cose(out, cred->key);
	if (total != 0) {
		cbor_put_int(out, 9);
		cbor_put_int(out, (int64_t)total);
	}
	cbor_put_int(out, 0x0a);
	cbor_put_int(out, cred->protection);
	return CTAP_OK;
}

static enum ctap_status
begin_credentials(
    struct softkey *sk, const cbor_item_t *params, struct buf *out)
{
	struct view hash;
	size_t total = 0;

	if (!cbor_read_bytes(cbor_find_int(params, PARAM_RP_ID_HASH), &hash))
		return CTAP_MISSING_PARAMETER;
	if (hash.len != SHA256_LEN)
		return CTAP_INVALID_LENGTH;
	sk->listing = (struct listing){ .kind = LISTING_CREDENTIALS };
	memcpy(sk->listing.rp_id_hash, hash.data, SHA256_LEN);
	for (size_t i = 0; i < sk->state->count; i++)
		total += is_of_listed_rp(sk, i);
	return put_credential(sk, out, total);
}

static enum ctap_status
next_credential(struct softkey *sk, const cbor_item_t *params, struct buf *out)
{
	(void)params;
	if (sk->listing.kind != LISTING_CREDENTIALS)
		return CTAP_NOT_ALLOWED;
	return put_credential(sk, out, 0);
}

static enum ctap_status
delete_credential(
    struct softkey *sk, const cbor_item_t *params, struct buf *out)
{
	const cbor_item_t *descriptor =
	    cbor_find_int(params, PARAM_CREDENTIAL_ID);
	struct view id;

	(void)out;
	if (!cbor_read_bytes(cbor_find_text(descriptor, "id"), &id))
		return CTAP_MISSING_PARAMETER;
	for (size_t i = 0; i < sk->state->count; i++) {
		const struct credential *cred = sk->state->credentials[i];

		if (!cred->resident || cred->id_len != id.len ||
		    memcmp(cred->id, id.data, id.len) != 0)
			continue;
		state_remove(sk->state, i);
		state_save(sk->state);
		return CTAP_OK;
	}
	return CTAP_NO_CREDENTIALS;
}

struct subcommand {
	int64_t number;
	bool goes_on; /* needs no token: it continues a listing */
	enum ctap_status (*run)(
	    struct softkey *, const cbor_item_t *, struct buf *);
};

static const struct subcommand subcommands[] = {
	{ 0x01, false, get_metadata },
	{ 0x02, false, begin_rps },
	{ 0x03, true, next_rp },
	{ 0x04, false, begin_credentials },
	{ 0x05, true, next_credential },
	{ 0x06, false, delete_credential },
};

static const struct subcommand *
find_subcommand(int64_t number)
{
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]);
	     i++)
		if (subcommands[i].number == number)
			return &subcommands[i];
	return NULL;
}

enum ctap_status
ctap2_credential_management(
    struct softkey *sk, const cbor_item_t *map, struct buf *out)
{
	const struct subcommand *sub;
	enum ctap_status status;
	int64_t number;

	if (!cbor_read_int(cbor_find_int(map, KEY_SUBCOMMAND), &number))
		return CTAP_MISSING_PARAMETER;
	if ((sub = find_subcommand(number)) == NULL)
		return CTAP_INVALID_SUBCOMMAND;
	if (!sub->goes_on) {
		sk->listing.kind = LISTING_NONE;
		if ((status = check_token(sk, map, number)) != CTAP_OK)
			return status;
	}
	return sub->run(sk, cbor_find_int(map, KEY_PARAMS), out);
}
