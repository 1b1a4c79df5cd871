/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of the process of the SSH agent, and answers of such an agent. */
#include <string.h>

#include "seeds.h"
#include "ssh/sk_key.h"
#include "ssh/wire.h"
#include "wire/agent.h"
#include "wire/channel.h"

enum {
	IDENTITIES_ANSWER = 12,
	SIGN_RESPONSE = 14,
	FLAGS = 1,
	COUNTER = 7,
};

static void
write_message(const char *name, enum att_err err, struct att_buf *message)
{
	if (err == ATT_OK)
		write_seed_of("agent_message", name, message);
}

static void
write_messages(void)
{
	const struct att_agent_open open = { 30, 1000, 100, "/tmp/ssh-1/2" };
	const struct att_agent_found found = { { 0, 3 }, 2 };
	const struct att_agent_failed failed = { ATT_AGENT_REFUSED, "no" };
	struct att_agent_find find = { .count = 2 };
	struct att_buf out;

	find.keys[0] = att_bytes("one", 3);
	find.keys[1] = att_bytes("two", 3);
	att_buf_init(&out, ATT_MESSAGE_MAX);
	write_message("open", att_agent_open_encode(&open, &out), &out);
	write_message("ready", att_agent_ready_encode(&out), &out);
	write_message("find", att_agent_find_encode(&find, &out), &out);
	write_message("found", att_agent_found_encode(&found, &out), &out);
	write_message(
	    "sign", att_agent_sign_encode(1, att_bytes("data", 4), &out), &out);
	write_message("signature",
	    att_agent_signature_encode(att_bytes("blob", 4), &out), &out);
	write_message("failed", att_agent_failed_encode(&failed, &out), &out);
}

static void
write_list(void)
{
	struct att_buf out;

	att_buf_init(&out, ATT_MESSAGE_MAX);
	if (att_buf_put_u8(&out, IDENTITIES_ANSWER) == ATT_OK &&
	    att_buf_put_u32(&out, 2) == ATT_OK &&
	    att_buf_put_cstring(&out, "one") == ATT_OK &&
	    att_buf_put_cstring(&out, "a comment") == ATT_OK &&
	    att_buf_put_cstring(&out, "another") == ATT_OK &&
	    att_buf_put_cstring(&out, "") == ATT_OK)
		write_seed_of("agent_answer", "list", &out);
	att_buf_reset(&out);
}

static void
write_signature(const char *name, enum att_sk_kind kind, struct att_bytes inner)
{
	struct att_buf blob, out;

	att_buf_init(&blob, ATT_MESSAGE_MAX);
	att_buf_init(&out, ATT_MESSAGE_MAX);
	if (att_buf_put_cstring(&blob, att_sk_key_type(kind)) == ATT_OK &&
	    att_buf_put_string(&blob, inner) == ATT_OK &&
	    att_buf_put_u8(&blob, FLAGS) == ATT_OK &&
	    att_buf_put_u32(&blob, COUNTER) == ATT_OK &&
	    att_buf_put_u8(&out, SIGN_RESPONSE) == ATT_OK &&
	    att_buf_put_string(&out, att_buf_get(&blob)) == ATT_OK)
		write_seed_of("agent_answer", name, &out);
	att_buf_reset(&blob);
	att_buf_reset(&out);
}

void
write_agent(void)
{
	static const uint8_t number[64] = { 0x81, 1 };
	struct att_buf inner;

	write_messages();
	write_list();
	write_seed("agent_answer", "failure", att_bytes("\5", 1));
	write_signature("ed25519", ATT_SK_ED25519, att_bytes(number, 64));
	att_buf_init(&inner, ATT_MESSAGE_MAX);
	if (att_ssh_put_mpint(&inner, att_bytes(number, 32)) == ATT_OK &&
	    att_ssh_put_mpint(&inner, att_bytes(number + 1, 31)) == ATT_OK)
		write_signature("ecdsa", ATT_SK_ECDSA, att_buf_get(&inner));
	att_buf_reset(&inner);
}
