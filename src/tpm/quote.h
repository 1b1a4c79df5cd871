/* SPDX-License-Identifier: BSD-2-Clause */
/* PCRs, and what an AIK says of them and of other keys. */
#ifndef TPM_QUOTE_H
#define TPM_QUOTE_H

#include "base/tpm_evidence.h"
#include "tpm/key.h"
#include "tpm/structure.h"

struct tpm_quote_request {
	uint32_t pcrs;
	bool has_sha1; /* the SHA-1 bank as well, if the TPM has it */
	struct att_bytes challenge;
};

/* A quote and the values that it is about; lent by itself. */
struct tpm_quoted {
	size_t bank_count;
	struct att_tpm_pcr_bank banks[ATT_TPM_BANKS_MAX];
	uint8_t digests[ATT_TPM_BANKS_MAX]
		       [ATT_TPM_PCR_COUNT * ATT_TPM_SHA256_LEN];
	TPM2B_DIGEST pcr_digest; /* as in the quote: SHA-256 of all values */
	struct tpm_blob attested;
	TPMT_SIGNATURE signature;
};

/*
 * Reads the PCRs and has the AIK quote them; again, when one of them changed
 * in between. The quote is one of a TPM, for the challenge, and about just
 * these values. ATT_ERR_TPM_EVIDENCE, TPM_UNAVAILABLE, CRYPTO.
 */
enum att_err tpm_quote(ESYS_CONTEXT *esys, const struct tpm_key *aik,
    const struct tpm_quote_request *request, struct tpm_quoted *quoted,
    struct att_reason *why) ATT_MUST_USE;

/* What an AIK says of a key, for the challenge. */
struct tpm_certified {
	struct att_bytes challenge; /* in */
	struct tpm_blob attested;
	TPMT_SIGNATURE signature;
};
enum att_err tpm_certify(ESYS_CONTEXT *esys, const struct tpm_key *aik,
    const struct tpm_key *key, struct tpm_certified *certified,
    struct att_reason *why) ATT_MUST_USE;

#endif
