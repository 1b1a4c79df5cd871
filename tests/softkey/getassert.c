/* SPDX-License-Identifier: BSD-2-Clause */
/* authenticatorGetAssertion and GetNextAssertion, CTAP 2.1 section 6.2, 6.3 */
#include <string.h>

#include "ctap2.h"
#include "keys.h"

enum {
	KEY_RP_ID = 1,
	KEY_CLIENT_DATA_HASH,
	KEY_ALLOW_LIST,
	KEY_EXTENSIONS,
	KEY_OPTIONS,
	KEY_PIN_UV_AUTH_PARAM,
	KEY_PIN_UV_AUTH_PROTOCOL,
};

struct request {
	const cbor_item_t *map;
	bool has_list;
	bool up;
	bool verified;
	struct verification v;
};

static enum ctap_status
read_request(struct softkey *sk, struct request *r)
{
	const cbor_item_t *options = cbor_find_int(r->map, KEY_OPTIONS);
	const cbor_item_t *list = cbor_find_int(r->map, KEY_ALLOW_LIST);
	struct view rp_id;
	bool has_rk;

	if (!cbor_read_text(cbor_find_int(r->map, KEY_RP_ID), &rp_id) ||
	    !cbor_read_bytes(cbor_find_int(r->map, KEY_CLIENT_DATA_HASH),
		&r->v.client_data_hash))
		return CTAP_MISSING_PARAMETER;
	if (r->v.client_data_hash.len != SHA256_LEN)
		return CTAP_INVALID_LENGTH;
	sha256(rp_id.data, rp_id.len, r->v.rp_id_hash);
	(void)read_option(options, "rk", false, &has_rk);
	if (has_rk)
		return CTAP_UNSUPPORTED_OPTION;
	r->up = read_option(options, "up", true, NULL);
	r->v.uv = read_option(options, "uv", false, NULL);
	r->v.param = cbor_find_int(r->map, KEY_PIN_UV_AUTH_PARAM);
	r->v.protocol = cbor_find_int(r->map, KEY_PIN_UV_AUTH_PROTOCOL);
	r->v.permission = PERMIT_GET;
	r->has_list = cbor_count(list) != 0;
	if (sk->opt->max_creds_in_list != 0 &&
	    cbor_count(list) > (size_t)sk->opt->max_creds_in_list)
		return CTAP_LIMIT_EXCEEDED;
	return CTAP_OK;
}

static void
remember(struct next_assertion *next, const struct credential *cred)
{
	if (next->count == NEXT_MAX)
		return;
	memcpy(next->ids[next->count], cred->id, cred->id_len);
	next->id_lens[next->count] = cred->id_len;
	next->count++;
}

/* Section 12.1: what an unverified user may not use */
static bool
is_hidden(const struct credential *cred, const struct request *r)
{
	if (r->verified)
		return false;
	return cred->protection == PROTECT_UV ||
	       (cred->protection == PROTECT_UV_OR_LIST && !r->has_list);
}

/* The first credential of the list that is ours. */
static void
find_listed(struct softkey *sk, const struct request *r)
{
	const cbor_item_t *list = cbor_find_int(r->map, KEY_ALLOW_LIST);
	struct credential *cred;
	struct view id;

	for (size_t i = 0; i < cbor_count(list); i++) {
		if (!cbor_read_bytes(
			cbor_find_text(cbor_at(list, i), "id"), &id))
			continue;
		cred = state_find(sk->state, id.data, id.len, r->v.rp_id_hash);
		if (cred != NULL && !is_hidden(cred, r)) {
			remember(&sk->next, cred);
			return;
		}
	}
}

/* All resident ones of the RP, newest first. */
static void
find_resident(struct softkey *sk, const struct request *r)
{
	for (size_t i = sk->state->count; i-- > 0;) {
		const struct credential *cred = sk->state->credentials[i];

		if (cred->resident && !is_hidden(cred, r) &&
		    memcmp(cred->rp_id_hash, r->v.rp_id_hash, SHA256_LEN) == 0)
			remember(&sk->next, cred);
	}
}

/* Whatever else we have for the RP, or something made up. */
static struct credential *
wrong_credential(struct softkey *sk, const struct credential *right)
{
	struct credential *cred;

	for (size_t i = 0; i < sk->state->count; i++) {
		cred = sk->state->credentials[i];
		if (cred != right && memcmp(cred->rp_id_hash, right->rp_id_hash,
					 SHA256_LEN) == 0)
			return cred;
	}
	cred = credential_new(COSE_ES256, right->id_len);
	memcpy(cred->rp_id_hash, right->rp_id_hash, SHA256_LEN);
	cred->resident = right->resident;
	state_add(sk->state, cred);
	return cred;
}

static void
put_signed(struct softkey *sk, struct buf *out, const struct credential *cred)
{
	struct buf message = { 0 };
	struct buf sig = { 0 };
	struct auth_data data = {
		.rp_id_hash = sk->next.rp_id_hash,
		.flags = sk->next.flags,
		.counter = counter_take(sk),
	};

	auth_data_put(sk, &message, &data);
	cbor_put_int(out, 2);
	cbor_put_bytes(out, message.data, message.len);
	buf_put(&message, sk->next.client_data_hash, SHA256_LEN);
	sign_answer(sk, &sig, cred->key, &message);
	cbor_put_int(out, 3);
	cbor_put_bytes(out, sig.data, sig.len);
	buf_free(&sig);
	buf_free(&message);
}

/* The answer for the credential at next.position. */
static enum ctap_status
put_answer(struct softkey *sk, struct buf *out, size_t total)
{
	struct next_assertion *next = &sk->next;
	bool has_user;
	struct credential *cred =
	    state_find(sk->state, next->ids[next->position],
		next->id_lens[next->position], next->rp_id_hash);

	if (cred == NULL)
		return CTAP_NO_CREDENTIALS;
	next->position++;
	if (has_fault(sk, FAULT_WRONG_CREDENTIAL))
		cred = wrong_credential(sk, cred);
	has_user = cred->resident && cred->user_id.len != 0;
	cbor_put_map(out, 3 + (size_t)has_user + (size_t)(total > 1));
	cbor_put_int(out, 1);
	descriptor_put(out, cred->id, cred->id_len);
	put_signed(sk, out, cred);
	if (has_user) {
		cbor_put_int(out, 4);
		/* names only to choose between accounts of a verified user */
		user_put(
		    out, cred, next->count > 1 && (next->flags & FLAG_UV) != 0);
	}
	if (total > 1) {
		cbor_put_int(out, 5);
		cbor_put_int(out, (int64_t)total);
	}
	return CTAP_OK;
}

static enum ctap_status
ask_user(struct softkey *sk, struct request *r)
{
	enum ctap_status status;

	if (sk->opt->always_uv && r->up && r->v.param == NULL && !r->v.uv)
		return CTAP_PUAT_REQUIRED;
	status = verification_run(sk, &r->v, &r->verified);
	if (status != CTAP_OK)
		return status;
	if (r->has_list)
		find_listed(sk, r);
	else
		find_resident(sk, r);
	if (sk->next.count == 0)
		return CTAP_NO_CREDENTIALS;
	if (!r->up)
		return CTAP_OK;
	if (!r->v.uv || r->v.param != NULL)
		status = presence_ask(sk);
	if (status == CTAP_OK)
		verification_spend_token(sk);
	return status;
}

enum ctap_status
ctap2_get_assertion(struct softkey *sk, const cbor_item_t *map, struct buf *out)
{
	struct request r = { .map = map };
	struct next_assertion *next = &sk->next;
	enum ctap_status status;

	next->position = 0;
	if ((status = read_request(sk, &r)) != CTAP_OK ||
	    (status = ask_user(sk, &r)) != CTAP_OK) {
		next->count = 0;
		return status;
	}
	memcpy(next->rp_id_hash, r.v.rp_id_hash, SHA256_LEN);
	memcpy(next->client_data_hash, r.v.client_data_hash.data, SHA256_LEN);
	next->flags =
	    (uint8_t)((r.up ? FLAG_UP : 0) | (r.verified ? FLAG_UV : 0));
	return put_answer(sk, out, next->count);
}

enum ctap_status
ctap2_get_next_assertion(
    struct softkey *sk, const cbor_item_t *map, struct buf *out)
{
	(void)map;
	if (sk->next.position >= sk->next.count)
		return CTAP_NOT_ALLOWED;
	return put_answer(sk, out, 0);
}
