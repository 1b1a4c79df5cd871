/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between the verifier and the process of the TPM, each by the
 * decoder of its type; what is accepted has one encoding. An answer is judged,
 * too: what it holds is of a TPM, which may say anything.
 */
#include <stdint.h>
#include <stdlib.h>

#include "one_encoding.h"
#include "token/binding.h"
#include "wire/tpm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum att_err
request_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_request request;
	enum att_err err;
	char *tcti;

	if ((err = att_tpm_request_decode(in, &tcti, &request)) != ATT_OK)
		return err;
	if (att_tpm_request_encode(&request, out) != ATT_OK)
		abort();
	free(tcti);
	return ATT_OK;
}

/* Nobody can answer a challenge that is not in the input. */
static void
judge(const struct att_tpm_answer *answer)
{
	struct att_binding binding = { .kind = ATT_BINDING_REQUEST_KEY,
		.where = "/cnf/jwk",
		.modulus = { 0xc5 },
		.modulus_len = 256,
		.exponent = { 1, 0, 1 },
		.exponent_len = 3 };
	struct att_binding_challenge challenge = { 0 };
	struct att_proven proven = {
		.public_area = answer->public_area,
		.attested = answer->attested,
		.signature = answer->signature,
		.plaintext = answer->text,
	};
	struct att_reason why = { 0 };

	binding.modulus[255] = 1;
	for (int i = 0; i < ATT_PROOF_COUNT; i++) {
		proven.proof = (enum att_proof)i;
		if (att_binding_check_proof(
			&binding, &challenge, &proven, &why) == ATT_OK)
			abort();
	}
	(void)!att_binding_check_start(answer->up_ms,
	    &(struct att_binding_times){ .now = 1000, .issued = 1 }, &why);
}

static enum att_err
answer_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_answer answer;
	enum att_err err;

	if ((err = att_tpm_answer_decode(in, &answer)) != ATT_OK)
		return err;
	if (att_tpm_answer_encode(&answer, out) != ATT_OK)
		abort();
	judge(&answer);
	return ATT_OK;
}

static enum att_err
failed_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_failed failed;
	enum att_err err;

	if ((err = att_tpm_failed_decode(in, &failed)) != ATT_OK)
		return err;
	if (att_tpm_failed_encode(&failed, out) != ATT_OK)
		abort();
	return ATT_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz_again_fn *const again[] = { request_again, answer_again,
		failed_again };

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		fuzz_check_encoding(att_bytes(data, size), again[i]);
	return 0;
}
