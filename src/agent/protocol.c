/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages of an SSH agent: draft-ietf-sshm-ssh-agent, section 7.1. */
#include "agent/exchange.h"
#include "agent/protocol.h"

enum {
	FAILURE = 5,
	REQUEST_IDENTITIES = 11,
	IDENTITIES_ANSWER = 12,
	SIGN_REQUEST = 13,
	SIGN_RESPONSE = 14,
};

static enum att_err
refuse_malformed(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
	    "the SSH agent's %s is malformed", what);
}

/* A cursor behind the type, which is the expected one. */
static enum att_err
begin(struct att_bytes answer, uint8_t expected, struct att_reader *r,
    struct att_reason *why)
{
	uint8_t type;

	*r = att_reader(answer);
	if (att_reader_get_u8(r, &type) != ATT_OK)
		return refuse_malformed(why, "answer");
	if (type == FAILURE && att_reader_end(r) == ATT_OK)
		return att_refuse(why, ATT_ERR_AGENT_REFUSED,
		    expected == SIGN_RESPONSE
			? "the SSH agent did not sign: its security key is "
			  "not connected or was not touched, or its owner "
			  "said no"
			: "the SSH agent does not list its keys");
	if (type != expected)
		return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
		    "the SSH agent answered with a message of type %u, "
		    "expected %u",
		    type, expected);
	return ATT_OK;
}

/* --- Which keys ---------------------------------------------------------- */

enum att_err
agent_put_list(struct att_buf *out)
{
	return att_buf_put_u8(out, REQUEST_IDENTITIES);
}

static void
mark(const struct att_agent_find *wanted, struct att_bytes key,
    bool has[ATT_AGENT_KEYS_MAX])
{
	for (size_t i = 0; i < wanted->count; i++)
		if (att_bytes_is_equal(wanted->keys[i], key))
			has[i] = true;
}

static enum att_err
read_identities(struct att_reader *r, const struct att_agent_find *wanted,
    bool has[ATT_AGENT_KEYS_MAX])
{
	struct att_bytes key, comment;
	uint32_t count;
	enum att_err err;

	if ((err = att_reader_get_u32(r, &count)) != ATT_OK)
		return err;
	if (count > AGENT_IDENTITIES_MAX)
		return ATT_ERR_MESSAGE_MALFORMED;
	for (; count > 0; count--) {
		if ((err = att_reader_get_string(r, AGENT_MESSAGE_MAX, &key)) !=
			ATT_OK ||
		    (err = att_reader_get_string(
			 r, AGENT_MESSAGE_MAX, &comment)) != ATT_OK)
			return err;
		mark(wanted, key, has);
	}
	return att_reader_end(r);
}

enum att_err
agent_read_list(struct att_bytes answer, const struct att_agent_find *wanted,
    struct att_agent_found *found, struct att_reason *why)
{
	bool has[ATT_AGENT_KEYS_MAX] = { false };
	struct att_reader r;
	enum att_err err;

	*found = (struct att_agent_found){ 0 };
	if ((err = begin(answer, IDENTITIES_ANSWER, &r, why)) != ATT_OK)
		return err;
	if (read_identities(&r, wanted, has) != ATT_OK)
		return refuse_malformed(why, "list of keys");
	for (size_t i = 0; i < wanted->count; i++)
		if (has[i])
			found->keys[found->count++] = (uint8_t)i;
	return ATT_OK;
}

/* --- A signature --------------------------------------------------------- */

enum att_err
agent_put_sign(struct att_bytes key, struct att_bytes data, struct att_buf *out)
{
	const uint32_t flags = 0;
	enum att_err err;

	if ((err = att_buf_put_u8(out, SIGN_REQUEST)) != ATT_OK ||
	    (err = att_buf_put_string(out, key)) != ATT_OK ||
	    (err = att_buf_put_string(out, data)) != ATT_OK)
		return err;
	return att_buf_put_u32(out, flags);
}

enum att_err
agent_read_signature(struct att_bytes answer, struct att_bytes *signature,
    struct att_reason *why)
{
	struct att_reader r;
	enum att_err err;

	*signature = att_bytes(NULL, 0);
	if ((err = begin(answer, SIGN_RESPONSE, &r, why)) != ATT_OK)
		return err;
	if (att_reader_get_string(&r, ATT_AGENT_SIGNATURE_MAX, signature) !=
		ATT_OK ||
	    signature->len == 0 || att_reader_end(&r) != ATT_OK) {
		*signature = att_bytes(NULL, 0);
		return refuse_malformed(why, "signature");
	}
	return ATT_OK;
}
