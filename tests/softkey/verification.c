/* SPDX-License-Identifier: BSD-2-Clause */
/* User verification inside MakeCredential and GetAssertion. */
#include <string.h>

#include "ctap2.h"

/* Section 6.1.2 step 1: a platform that wants to know which key is meant */
static enum ctap_status
answer_probe(struct softkey *sk)
{
	enum ctap_status status = presence_ask(sk);

	if (status != CTAP_OK)
		return status;
	return sk->state->has_pin ? CTAP_PIN_INVALID : CTAP_PIN_NOT_SET;
}

static enum ctap_status
check_token(struct softkey *sk, const struct verification *v, int64_t protocol,
    const struct view *param)
{
	struct pin_session *pin = &sk->pin;
	struct buf message = { 0 };
	bool is_good;

	buf_put(&message, v->client_data_hash.data, v->client_data_hash.len);
	is_good = pin->token_protocol == protocol &&
		  pin_verify(protocol, pin->token, &message, param);
	buf_free(&message);
	if (!is_good || (pin->permissions & v->permission) == 0)
		return CTAP_PIN_AUTH_INVALID;
	if (pin->has_rp_id &&
	    memcmp(pin->rp_id_hash, v->rp_id_hash, SHA256_LEN) != 0)
		return CTAP_PIN_AUTH_INVALID;
	memcpy(pin->rp_id_hash, v->rp_id_hash, SHA256_LEN);
	pin->has_rp_id = true;
	return CTAP_OK;
}

enum ctap_status
verification_built_in(struct softkey *sk)
{
	enum ctap_status status;

	if (sk->state->uv_retries == 0)
		return CTAP_UV_BLOCKED;
	if ((status = presence_ask(sk)) != CTAP_OK)
		return status;
	if (sk->opt->uv == UV_FAIL) {
		sk->state->uv_retries--;
		return sk->state->uv_retries == 0 ? CTAP_UV_BLOCKED
						  : CTAP_UV_INVALID;
	}
	sk->state->uv_retries = UV_RETRIES_MAX;
	return CTAP_OK;
}

enum ctap_status
verification_run(
    struct softkey *sk, const struct verification *v, bool *verified)
{
	enum ctap_status status = CTAP_OK;
	struct view param;
	int64_t protocol;

	*verified = false;
	if (v->param != NULL) {
		if (!cbor_read_bytes(v->param, &param))
			return CTAP_CBOR_UNEXPECTED_TYPE;
		if (param.len == 0)
			return answer_probe(sk);
		if (!cbor_read_int(v->protocol, &protocol))
			return CTAP_MISSING_PARAMETER;
		if (!pin_protocol_is_known(protocol))
			return CTAP_INVALID_PARAMETER;
		status = check_token(sk, v, protocol, &param);
	} else if (v->uv) {
		if (sk->opt->uv == UV_NONE)
			return CTAP_INVALID_OPTION;
		status = verification_built_in(sk);
	} else {
		return CTAP_OK;
	}
	*verified = status == CTAP_OK;
	return status;
}

void
verification_spend_token(struct softkey *sk)
{
	sk->pin.permissions = 0;
}
