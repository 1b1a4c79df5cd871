/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an SSH agent answers, by the process that asks it; and a signature in
 * it, by the verifier, as one of each kind of key.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "codec/ecdsa.h"
#include "ssh/sk_signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_list(struct att_bytes answer)
{
	static const struct att_agent_find wanted = {
		.keys = { { (const uint8_t *)"one", 3 },
		    { (const uint8_t *)"two", 3 } },
		.count = 2,
	};
	struct att_agent_found found;
	struct att_reason why = { 0 };
	enum att_err err = agent_read_list(answer, &wanted, &found, &why);

	if (err != ATT_OK) {
		if (found.count != 0 || why.code != err ||
		    (err != ATT_ERR_AGENT_MALFORMED &&
			err != ATT_ERR_AGENT_REFUSED))
			abort();
		return;
	}
	if (found.count > 2)
		abort();
	for (size_t i = 0; i < found.count; i++)
		if (memmem(answer.ptr, answer.len,
			wanted.keys[found.keys[i]].ptr, 3) == NULL)
			abort();
}

/* What is accepted has the one form that is verified. */
static void
check_form(const struct att_sk_signature *signature, enum att_sk_kind kind)
{
	const struct att_bytes bytes =
	    att_bytes(signature->signature, signature->signature_len);

	if (kind == ATT_SK_ED25519 ? bytes.len != 64 : !att_ecdsa_is_der(bytes))
		abort();
}

static void
check_blob(struct att_bytes blob, enum att_sk_kind kind)
{
	const struct att_sk_key key = {
		.kind = kind,
		.application = att_bytes("ssh:", 4),
	};
	struct att_sk_signature signature;
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_sk_signature_parse(blob, &key, &signature, &why);
	if (err == ATT_OK)
		check_form(&signature, kind);
	else if (why.code != err || signature.signature_len != 0)
		abort();
}

static void
check_signature(struct att_bytes answer)
{
	struct att_reason why = { 0 };
	struct att_bytes blob;
	enum att_err err = agent_read_signature(answer, &blob, &why);

	if (err != ATT_OK) {
		if (blob.len != 0 || why.code != err)
			abort();
		return;
	}
	if (blob.len == 0 || blob.len > ATT_AGENT_SIGNATURE_MAX)
		abort();
	check_blob(blob, ATT_SK_ECDSA);
	check_blob(blob, ATT_SK_ED25519);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_list(att_bytes(data, size));
	check_signature(att_bytes(data, size));
	return 0;
}
