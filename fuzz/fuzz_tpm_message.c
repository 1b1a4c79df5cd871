/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages to and from the process of the TPM, each by the decoder of its
 * type; what is accepted has one encoding. An answer to the verifier is judged,
 * too: what it holds is of a TPM, which may say anything.
 */
#include <stdint.h>
#include <stdlib.h>

#include "one_encoding.h"
#include "token/binding.h"
#include "wire/tpm.h"
#include "wire/tpm_talk.h"

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

/* --- A talk --------------------------------------------------------------- */

static void
must(enum att_err err)
{
	if (err != ATT_OK)
		abort();
}

static enum att_err
open_again(struct att_bytes in, struct att_buf *out)
{
	enum att_err err;
	char *tcti;

	if ((err = att_tpm_open_decode(in, &tcti)) == ATT_OK)
		must(att_tpm_open_encode(tcti, out));
	free(tcti);
	return err;
}

static enum att_err
opened_again(struct att_bytes in, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_tpm_opened_decode(in)) == ATT_OK)
		must(att_tpm_opened_encode(out));
	return err;
}

static enum att_err
sign_again(struct att_bytes in, struct att_buf *out)
{
	uint8_t digest[ATT_TPM_DIGEST_LEN];
	enum att_err err;

	if ((err = att_tpm_sign_decode(in, digest)) == ATT_OK)
		must(att_tpm_sign_encode(digest, out));
	return err;
}

static enum att_err
decrypt_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes cipher;
	enum att_err err;

	if ((err = att_tpm_decrypt_decode(in, &cipher)) == ATT_OK)
		must(att_tpm_decrypt_encode(cipher, out));
	return err;
}

static enum att_err
bytes_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes bytes;
	enum att_err err;

	if ((err = att_tpm_bytes_decode(in, &bytes)) == ATT_OK)
		must(att_tpm_bytes_encode(bytes, out));
	return err;
}

static enum att_err
attest_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_attest attest;
	enum att_err err;

	if ((err = att_tpm_attest_decode(in, &attest)) == ATT_OK)
		must(att_tpm_attest_encode(&attest, out));
	return err;
}

static enum att_err
evidence_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_evidence evidence;
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_evidence_decode(in, &evidence, &made);
	if (err == ATT_OK)
		must(att_tpm_evidence_encode(&evidence, &made, out));
	return err;
}

static enum att_err
guest_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_guest guest;
	enum att_err err;

	if ((err = att_tpm_guest_decode(in, &guest)) == ATT_OK)
		must(att_tpm_guest_encode(&guest, out));
	return err;
}

static enum att_err
guest_evidence_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_guest_evidence evidence;
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_guest_evidence_decode(in, &evidence, &made);
	if (err == ATT_OK)
		must(att_tpm_guest_evidence_encode(&evidence, &made, out));
	return err;
}

static enum att_err
endorse_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_key aik;
	enum att_err err;

	if ((err = att_tpm_endorse_decode(in, &aik)) == ATT_OK)
		must(att_tpm_endorse_encode(&aik, out));
	return err;
}

static enum att_err
endorsement_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_endorsement endorsement;
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_endorsement_decode(in, &endorsement, &made);
	if (err == ATT_OK)
		must(att_tpm_endorsement_encode(&endorsement, &made, out));
	return err;
}

static enum att_err
activate_again(struct att_bytes in, struct att_buf *out)
{
	struct att_tpm_activate activate;
	enum att_err err;

	if ((err = att_tpm_activate_decode(in, &activate)) == ATT_OK)
		must(att_tpm_activate_encode(&activate, out));
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz_again_fn *const again[] = {
		request_again,
		answer_again,
		failed_again,
		open_again,
		opened_again,
		sign_again,
		decrypt_again,
		bytes_again,
		attest_again,
		evidence_again,
		guest_again,
		guest_evidence_again,
		endorse_again,
		endorsement_again,
		activate_again,
	};

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		fuzz_check_encoding(att_bytes(data, size), again[i]);
	return 0;
}
