/* SPDX-License-Identifier: BSD-2-Clause */
/* authenticatorClientPIN, CTAP 2.1 section 6.5 */
#include <string.h>

#include <openssl/crypto.h>

#include "ctap2.h"
#include "keys.h"

#define PADDED_PIN 64
#define PIN_MIN_POINTS 4
#define PIN_FAILURES_MAX 3

enum {
	KEY_PROTOCOL = 1,
	KEY_SUBCOMMAND,
	KEY_KEY_AGREEMENT,
	KEY_PIN_UV_AUTH_PARAM,
	KEY_NEW_PIN_ENC,
	KEY_PIN_HASH_ENC,
	KEY_PERMISSIONS = 0x09,
	KEY_RP_ID = 0x0a,
};

enum {
	GET_PIN_RETRIES = 0x01,
	GET_KEY_AGREEMENT = 0x02,
	SET_PIN = 0x03,
	CHANGE_PIN = 0x04,
	GET_PIN_TOKEN = 0x05,
	GET_TOKEN_USING_UV = 0x06,
	GET_UV_RETRIES = 0x07,
	GET_TOKEN_USING_PIN = 0x09,
};

/* One request and the secret shared with its platform. */
struct exchange {
	struct softkey *sk;
	const cbor_item_t *map;
	int64_t subcommand;
	int64_t protocol;
	struct pin_shared shared;
};

static enum ctap_status
agree(struct exchange *x)
{
	const cbor_item_t *peer = cbor_find_int(x->map, KEY_KEY_AGREEMENT);

	if (peer == NULL || x->protocol == 0)
		return CTAP_MISSING_PARAMETER;
	if (!pin_agree(&x->sk->pin, x->protocol, peer, &x->shared))
		return CTAP_INVALID_PARAMETER;
	return CTAP_OK;
}

/* pinUvAuthParam over newPinEnc, and pinHashEnc where a PIN changes */
static enum ctap_status
check_param(const struct exchange *x, const struct view *parts, size_t count)
{
	struct buf message = { 0 };
	struct view param;
	bool is_good;

	if (!cbor_read_bytes(
		cbor_find_int(x->map, KEY_PIN_UV_AUTH_PARAM), &param))
		return CTAP_MISSING_PARAMETER;
	for (size_t i = 0; i < count; i++)
		buf_put(&message, parts[i].data, parts[i].len);
	is_good = pin_verify(x->protocol, x->shared.hmac_key, &message, &param);
	buf_free(&message);
	return is_good ? CTAP_OK : CTAP_PIN_AUTH_INVALID;
}

static size_t
count_points(const uint8_t *pin, size_t len)
{
	size_t points = 0;

	for (size_t i = 0; i < len; i++)
		points += (pin[i] & 0xc0) != 0x80;
	return points;
}

static enum ctap_status
store_new_pin(struct exchange *x, const struct view *enc)
{
	struct buf pin = { 0 };
	enum ctap_status status = CTAP_PIN_POLICY_VIOLATION;
	size_t len;

	if (!pin_decrypt(&x->shared, enc, &pin) || pin.len != PADDED_PIN) {
		buf_free(&pin);
		return CTAP_INVALID_PARAMETER;
	}
	len = strnlen((const char *)pin.data, pin.len);
	if (len < PADDED_PIN && count_points(pin.data, len) >= PIN_MIN_POINTS) {
		state_set_pin(x->sk->state, pin.data, len);
		state_save(x->sk->state);
		x->sk->pin.token_protocol = 0;
		status = CTAP_OK;
	}
	buf_free(&pin);
	return status;
}

static enum ctap_status
set_pin(struct exchange *x, struct buf *out)
{
	struct view enc;
	enum ctap_status status;

	(void)out;
	if (!cbor_read_bytes(cbor_find_int(x->map, KEY_NEW_PIN_ENC), &enc))
		return CTAP_MISSING_PARAMETER;
	if (x->sk->state->has_pin)
		return CTAP_PIN_AUTH_INVALID;
	if ((status = agree(x)) != CTAP_OK ||
	    (status = check_param(x, &enc, 1)) != CTAP_OK)
		return status;
	return store_new_pin(x, &enc);
}

static enum ctap_status
check_blocked(const struct state *state)
{
	if (!state->has_pin)
		return CTAP_PIN_NOT_SET;
	if (state->pin_retries == 0)
		return CTAP_PIN_BLOCKED;
	if (state->pin_failures >= PIN_FAILURES_MAX)
		return CTAP_PIN_AUTH_BLOCKED;
	return CTAP_OK;
}

/* A wrong PIN costs the key agreement key, too (6.5.5.7.2 step 12). */
static enum ctap_status
count_failure(struct softkey *sk)
{
	sk->state->pin_failures++;
	pin_session_start(&sk->pin);
	if (sk->state->pin_retries == 0)
		return CTAP_PIN_BLOCKED;
	if (sk->state->pin_failures >= PIN_FAILURES_MAX)
		return CTAP_PIN_AUTH_BLOCKED;
	return CTAP_PIN_INVALID;
}

static enum ctap_status
check_pin(struct exchange *x)
{
	struct state *state = x->sk->state;
	struct buf hash = { 0 };
	struct view enc;
	bool is_right;

	if (!cbor_read_bytes(cbor_find_int(x->map, KEY_PIN_HASH_ENC), &enc))
		return CTAP_MISSING_PARAMETER;
	state->pin_retries--;
	state_save(state);
	is_right = pin_decrypt(&x->shared, &enc, &hash) &&
		   hash.len == PIN_HASH_LEN &&
		   CRYPTO_memcmp(hash.data, state->pin_hash, PIN_HASH_LEN) == 0;
	buf_free(&hash);
	if (!is_right)
		return count_failure(x->sk);
	state->pin_retries = PIN_RETRIES_MAX;
	state->pin_failures = 0;
	state_save(state);
	return CTAP_OK;
}

static enum ctap_status
change_pin(struct exchange *x, struct buf *out)
{
	struct view parts[2];
	enum ctap_status status;

	(void)out;
	if (!cbor_read_bytes(
		cbor_find_int(x->map, KEY_NEW_PIN_ENC), &parts[0]) ||
	    !cbor_read_bytes(
		cbor_find_int(x->map, KEY_PIN_HASH_ENC), &parts[1]))
		return CTAP_MISSING_PARAMETER;
	if ((status = check_blocked(x->sk->state)) != CTAP_OK ||
	    (status = agree(x)) != CTAP_OK ||
	    (status = check_param(x, parts, 2)) != CTAP_OK ||
	    (status = check_pin(x)) != CTAP_OK)
		return status;
	return store_new_pin(x, &parts[0]);
}

static void
put_token(struct exchange *x, unsigned int permissions, struct buf *out)
{
	struct buf plain = { 0 };
	struct buf enc = { 0 };

	pin_session_new_token(&x->sk->pin, x->protocol, permissions);
	buf_put(&plain, x->sk->pin.token, PIN_TOKEN_LEN);
	pin_encrypt(&x->shared, &plain, &enc);
	cbor_put_map(out, 1);
	cbor_put_int(out, 2);
	cbor_put_bytes(out, enc.data, enc.len);
	buf_free(&plain);
	buf_free(&enc);
}

/* Permissions that make sense here; MAKE and GET need an RP ID. */
static enum ctap_status
read_permissions(const struct exchange *x, unsigned int *permissions)
{
	const unsigned int known = PERMIT_MAKE | PERMIT_GET | PERMIT_MANAGE;
	int64_t v;

	*permissions = 0;
	if (!cbor_read_int(cbor_find_int(x->map, KEY_PERMISSIONS), &v))
		return CTAP_MISSING_PARAMETER;
	if (v <= 0 || v > UINT8_MAX)
		return CTAP_INVALID_PARAMETER;
	if (((unsigned int)v & ~known) != 0)
		return CTAP_UNAUTHORIZED_PERMISSION;
	if (((unsigned int)v & (PERMIT_MAKE | PERMIT_GET)) != 0 &&
	    cbor_find_int(x->map, KEY_RP_ID) == NULL)
		return CTAP_MISSING_PARAMETER;
	*permissions = (unsigned int)v;
	return CTAP_OK;
}

static void
bind_token(struct exchange *x)
{
	struct pin_session *pin = &x->sk->pin;
	struct view rp_id;

	if (!cbor_read_text(cbor_find_int(x->map, KEY_RP_ID), &rp_id))
		return;
	sha256(rp_id.data, rp_id.len, pin->rp_id_hash);
	pin->has_rp_id = true;
}

static enum ctap_status
get_pin_token(struct exchange *x, struct buf *out)
{
	unsigned int permissions = PERMIT_MAKE | PERMIT_GET;
	enum ctap_status status;

	if (x->subcommand == GET_TOKEN_USING_PIN &&
	    (status = read_permissions(x, &permissions)) != CTAP_OK)
		return status;
	if ((status = check_blocked(x->sk->state)) != CTAP_OK ||
	    (status = agree(x)) != CTAP_OK ||
	    (status = check_pin(x)) != CTAP_OK)
		return status;
	put_token(x, permissions, out);
	if (x->subcommand == GET_TOKEN_USING_PIN)
		bind_token(x);
	return CTAP_OK;
}

static enum ctap_status
get_uv_token(struct exchange *x, struct buf *out)
{
	unsigned int permissions;
	enum ctap_status status;

	if (x->sk->opt->uv == UV_NONE)
		return CTAP_INVALID_SUBCOMMAND;
	if ((status = read_permissions(x, &permissions)) != CTAP_OK ||
	    (status = agree(x)) != CTAP_OK ||
	    (status = verification_built_in(x->sk)) != CTAP_OK)
		return status;
	put_token(x, permissions, out);
	bind_token(x);
	return CTAP_OK;
}

static enum ctap_status
get_pin_retries(struct exchange *x, struct buf *out)
{
	const struct state *state = x->sk->state;

	cbor_put_map(out, 2);
	cbor_put_int(out, 3);
	cbor_put_int(out, state->pin_retries);
	cbor_put_int(out, 4);
	cbor_put_bool(out, state->pin_failures >= PIN_FAILURES_MAX);
	return CTAP_OK;
}

static enum ctap_status
get_uv_retries(struct exchange *x, struct buf *out)
{
	if (x->sk->opt->uv == UV_NONE)
		return CTAP_INVALID_SUBCOMMAND;
	cbor_put_map(out, 1);
	cbor_put_int(out, 5);
	cbor_put_int(out, x->sk->state->uv_retries);
	return CTAP_OK;
}

static enum ctap_status
get_key_agreement(struct exchange *x, struct buf *out)
{
	if (x->protocol == 0)
		return CTAP_MISSING_PARAMETER;
	cbor_put_map(out, 1);
	cbor_put_int(out, 1);
	pin_put_agreement(out, &x->sk->pin);
	return CTAP_OK;
}

struct subcommand {
	int64_t number;
	enum ctap_status (*run)(struct exchange *, struct buf *);
};

static const struct subcommand subcommands[] = {
	{ GET_PIN_RETRIES, get_pin_retries },
	{ GET_KEY_AGREEMENT, get_key_agreement },
	{ SET_PIN, set_pin },
	{ CHANGE_PIN, change_pin },
	{ GET_PIN_TOKEN, get_pin_token },
	{ GET_TOKEN_USING_UV, get_uv_token },
	{ GET_UV_RETRIES, get_uv_retries },
	{ GET_TOKEN_USING_PIN, get_pin_token },
};

enum ctap_status
ctap2_client_pin(struct softkey *sk, const cbor_item_t *map, struct buf *out)
{
	struct exchange x = { .sk = sk, .map = map };
	enum ctap_status status = CTAP_INVALID_SUBCOMMAND;

	if (!cbor_read_int(cbor_find_int(map, KEY_SUBCOMMAND), &x.subcommand))
		return CTAP_MISSING_PARAMETER;
	if (cbor_read_int(cbor_find_int(map, KEY_PROTOCOL), &x.protocol) &&
	    !pin_protocol_is_known(x.protocol))
		return CTAP_INVALID_PARAMETER;
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]);
	     i++)
		if (subcommands[i].number == x.subcommand)
			status = subcommands[i].run(&x, out);
	explicit_bzero(&x.shared, sizeof(x.shared));
	return status;
}
