/* SPDX-License-Identifier: BSD-2-Clause */
/* Attestation format "packed", WebAuthn section 8.2 */
#include "attest.h"
#include "cbor_io.h"
#include "keys.h"
#include "softkey.h"

static void
put_alg_and_sig(struct buf *out, const struct attest_input *in, EVP_PKEY *key)
{
	struct buf message = { 0 };
	struct buf sig = { 0 };

	buf_put(&message, in->auth_data->data, in->auth_data->len);
	buf_put(&message, in->client_data_hash, SHA256_LEN);
	sign_answer(in->sk, &sig, key, &message);
	cbor_put_text(out, "alg");
	cbor_put_int(out, key_alg(key));
	cbor_put_text(out, "sig");
	cbor_put_bytes(out, sig.data, sig.len);
	buf_free(&sig);
	buf_free(&message);
}

void
attest_put_packed(struct buf *out, const struct attest_input *in)
{
	cbor_put_map(out, 3);
	put_alg_and_sig(out, in, in->attester->key);
	attest_put_x5c(out, in->attester, CHAIN_MAX);
}

void
attest_put_packed_self(struct buf *out, const struct attest_input *in)
{
	cbor_put_map(out, 2);
	put_alg_and_sig(out, in, in->cred->key);
}
