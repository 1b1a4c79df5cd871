/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages to and from the process of the SSH agent, each by the decoder of
 * its type; what is accepted has one encoding.
 */
#include <stdint.h>
#include <stdlib.h>

#include "one_encoding.h"
#include "wire/agent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(enum att_err err)
{
	if (err != ATT_OK)
		abort();
}

/* Root would stay what it is: setresuid(2). */
static enum att_err
open_again(struct att_bytes in, struct att_buf *out)
{
	struct att_agent_open open;
	enum att_err err;
	char *path;

	if ((err = att_agent_open_decode(in, &path, &open)) != ATT_OK)
		return err;
	if (open.uid == UINT32_MAX || open.gid == UINT32_MAX)
		abort();
	must(att_agent_open_encode(&open, out));
	free(path);
	return ATT_OK;
}

static enum att_err
ready_again(struct att_bytes in, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_agent_ready_decode(in)) == ATT_OK)
		must(att_agent_ready_encode(out));
	return err;
}

static enum att_err
find_again(struct att_bytes in, struct att_buf *out)
{
	struct att_agent_find find;
	enum att_err err;

	if ((err = att_agent_find_decode(in, &find)) == ATT_OK)
		must(att_agent_find_encode(&find, out));
	return err;
}

static enum att_err
found_again(struct att_bytes in, struct att_buf *out)
{
	struct att_agent_found found;
	enum att_err err;

	if ((err = att_agent_found_decode(in, &found)) == ATT_OK)
		must(att_agent_found_encode(&found, out));
	return err;
}

static enum att_err
sign_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes data;
	enum att_err err;
	size_t key;

	if ((err = att_agent_sign_decode(in, &key, &data)) == ATT_OK)
		must(att_agent_sign_encode(key, data, out));
	return err;
}

static enum att_err
signature_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes signature;
	enum att_err err;

	if ((err = att_agent_signature_decode(in, &signature)) == ATT_OK)
		must(att_agent_signature_encode(signature, out));
	return err;
}

static enum att_err
failed_again(struct att_bytes in, struct att_buf *out)
{
	struct att_agent_failed failed;
	enum att_err err;

	if ((err = att_agent_failed_decode(in, &failed)) == ATT_OK)
		must(att_agent_failed_encode(&failed, out));
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz_again_fn *const again[] = {
		open_again,
		ready_again,
		find_again,
		found_again,
		sign_again,
		signature_again,
		failed_again,
	};

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		fuzz_check_encoding(att_bytes(data, size), again[i]);
	return 0;
}
