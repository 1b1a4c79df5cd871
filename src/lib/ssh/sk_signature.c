/* SPDX-License-Identifier: BSD-2-Clause */
/* From a signature blob of SSH to authenticator data and its signature. */
#include <string.h>

#include "codec/digest.h"
#include "codec/ecdsa.h"
#include "ssh/sk_signature.h"
#include "ssh/wire.h"

enum {
	NUMBER_MAX = 32, /* of P-256 */
	ED25519_SIGNATURE_LEN = 64,
	INNER_MAX = 2 * (4 + 1 + NUMBER_MAX),
};

/* What is read of a blob before it becomes something else. */
struct parts {
	struct att_bytes inner;
	uint8_t flags;
	uint32_t counter;
};

static enum att_err
read_parts(
    struct att_bytes blob, const struct att_sk_key *key, struct parts *parts)
{
	struct att_reader r = att_reader(blob);
	enum att_err err;

	if ((err = att_ssh_get_expected(&r, att_sk_key_type(key->kind))) !=
		ATT_OK ||
	    (err = att_ssh_get_sized(&r, 1, INNER_MAX, &parts->inner)) !=
		ATT_OK ||
	    (err = att_reader_get_u8(&r, &parts->flags)) != ATT_OK ||
	    (err = att_reader_get_u32(&r, &parts->counter)) != ATT_OK)
		return err;
	return att_reader_end(&r);
}

/* Two numbers of at least 1; what they are below is for who verifies. */
static enum att_err
put_ecdsa(struct att_bytes inner, struct att_buf *out)
{
	struct att_reader reader = att_reader(inner);
	struct att_bytes r, s;
	enum att_err err;

	if ((err = att_ssh_get_mpint(&reader, NUMBER_MAX, &r)) != ATT_OK ||
	    (err = att_ssh_get_mpint(&reader, NUMBER_MAX, &s)) != ATT_OK ||
	    (err = att_reader_end(&reader)) != ATT_OK)
		return err;
	if (r.len == 0 || s.len == 0)
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_ecdsa_encode(r, s, out);
}

static enum att_err
put_ed25519(struct att_bytes inner, struct att_buf *out)
{
	if (inner.len != ED25519_SIGNATURE_LEN)
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_buf_put(out, inner.ptr, inner.len);
}

static enum att_err
convert_signature(const struct parts *parts, const struct att_sk_key *key,
    struct att_sk_signature *signature)
{
	struct att_buf out;
	enum att_err err;

	att_buf_init(&out, sizeof(signature->signature));
	err = key->kind == ATT_SK_ECDSA ? put_ecdsa(parts->inner, &out)
					: put_ed25519(parts->inner, &out);
	if (err == ATT_OK) {
		memcpy(signature->signature, out.ptr, out.len);
		signature->signature_len = out.len;
	}
	att_buf_reset(&out);
	return err;
}

/* SHA-256 of the application, flags, counter: WebAuthn section 6.1. */
static enum att_err
make_auth_data(const struct parts *parts, const struct att_sk_key *key,
    uint8_t auth_data[ATT_SK_AUTH_DATA_LEN])
{
	uint8_t *p = auth_data;
	enum att_err err;

	if ((err = att_sha256(key->application, p)) != ATT_OK)
		return err;
	p += 32;
	*p++ = parts->flags;
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = (uint8_t)(parts->counter >> shift);
	return ATT_OK;
}

enum att_err
att_sk_signature_parse(struct att_bytes blob, const struct att_sk_key *key,
    struct att_sk_signature *signature, struct att_reason *why)
{
	struct parts parts = { 0 };
	enum att_err err;

	*signature = (struct att_sk_signature){ 0 };
	if ((err = read_parts(blob, key, &parts)) == ATT_OK &&
	    (err = convert_signature(&parts, key, signature)) == ATT_OK)
		err = make_auth_data(&parts, key, signature->auth_data);
	if (err == ATT_OK)
		return ATT_OK;
	*signature = (struct att_sk_signature){ 0 };
	if (err != ATT_ERR_MESSAGE_MALFORMED)
		return att_refuse_plain(why, err);
	return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
	    "the SSH agent's signature is not one of type %s",
	    att_sk_key_type(key->kind));
}
