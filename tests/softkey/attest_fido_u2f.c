/* SPDX-License-Identifier: BSD-2-Clause */
/* Attestation format "fido-u2f", WebAuthn section 8.6 */
#include "attest.h"
#include "cbor_io.h"
#include "keys.h"
#include "softkey.h"

void
attest_put_u2f_message(struct buf *out, const struct credential *cred,
    const uint8_t *client_data_hash)
{
	buf_put_u8(out, 0);
	buf_put(out, cred->rp_id_hash, SHA256_LEN);
	buf_put(out, client_data_hash, SHA256_LEN);
	buf_put(out, cred->id, cred->id_len);
	key_put_point(out, cred->key);
}

void
attest_put_fido_u2f(struct buf *out, const struct attest_input *in)
{
	struct buf message = { 0 };
	struct buf sig = { 0 };

	attest_put_u2f_message(&message, in->cred, in->client_data_hash);
	sign_answer(in->sk, &sig, in->attester->key, &message);
	cbor_put_map(out, 2);
	cbor_put_text(out, "sig");
	cbor_put_bytes(out, sig.data, sig.len);
	attest_put_x5c(out, in->attester, 1);
	buf_free(&sig);
	buf_free(&message);
}
