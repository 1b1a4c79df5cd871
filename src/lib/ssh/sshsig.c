/* SPDX-License-Identifier: BSD-2-Clause */
/* The message and the SSHSIG around it. */
#include <string.h>

#include "codec/digest.h"
#include "ssh/sshsig.h"

#define DOMAIN "pam_attest agent v1"

enum {
	PREAMBLE_LEN = 6,
};
static const char preamble[] = "SSHSIG";

/* With the zero byte that ends it: no name holds one. */
static struct att_bytes
with_end(const char *text)
{
	return att_bytes(text, strlen(text) + 1);
}

enum att_err
att_sshsig_put_challenge(
    const struct att_sshsig_challenge *challenge, struct att_buf *out)
{
	const struct att_bytes parts[] = {
		with_end(DOMAIN),
		with_end(challenge->host),
		with_end(challenge->service),
		with_end(challenge->user),
		att_bytes(challenge->nonce, sizeof(challenge->nonce)),
	};
	struct att_digest digest;
	enum att_err err;

	if ((err = att_digest(NULL, "SHA512", parts,
		 sizeof(parts) / sizeof(parts[0]), &digest)) != ATT_OK ||
	    (err = att_buf_put(out, preamble, PREAMBLE_LEN)) != ATT_OK ||
	    (err = att_buf_put_cstring(out, ATT_SSHSIG_NAMESPACE)) != ATT_OK ||
	    (err = att_buf_put_cstring(out, "")) != ATT_OK || /* reserved */
	    (err = att_buf_put_cstring(out, "sha512")) != ATT_OK)
		return err;
	return att_buf_put_string(out, att_bytes(digest.bytes, digest.len));
}
