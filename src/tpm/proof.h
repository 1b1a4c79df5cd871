/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to a challenge, by a key that was found. */
#ifndef TPM_PROOF_H
#define TPM_PROOF_H

#include "tpm/key.h"

/* An answer, and what it lends. */
struct tpm_proof {
	struct att_tpm_answer answer;
	uint8_t public_area[ATT_TPM_BLOB_MAX];
	uint8_t signature[ATT_TPM_BLOB_MAX];
	TPM2B_ATTEST *attested;
	TPM2B_PUBLIC_KEY_RSA *text;
};

/*
 * What request wants of the key: its public part, or a quote by a restricted
 * key, a signature by any other that signs, or the challenge decrypted by an
 * ephemeral one. tpm_proof_reset() on every path.
 * ATT_ERR_BINDING_PROOF, ATT_ERR_TPM_UNAVAILABLE, CRYPTO.
 */
enum att_err tpm_prove(ESYS_CONTEXT *esys,
    const struct att_tpm_request *request, const struct tpm_key *key,
    struct tpm_proof *proof, struct att_reason *why) ATT_MUST_USE;
void tpm_proof_reset(struct tpm_proof *proof);

#endif
