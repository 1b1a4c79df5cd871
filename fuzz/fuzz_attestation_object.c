/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes the judgement of registrations: 32 bytes of client data hash, then
 * the attestation object. The RP ID is always "forge.example".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attestation/verify.h"
#include "codec/digest.h"
#include "mutate_object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge(const struct att_evidence *evidence, const struct att_options *opts)
{
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_attestation_verify(
	    evidence, opts, &(struct att_trust){ 0 }, &verdict, &why);
	if (err != why.code || (err != ATT_OK && why.text[0] == '\0'))
		abort();
	/* Nobody is trusted: only what asks for no trust may pass. */
	if (err == ATT_OK &&
	    (opts->attestation == ATT_ATTESTATION_REQUIRED ||
		!verdict.has_type || verdict.type > ATT_TYPE_SELF ||
		verdict.key.algorithm == NULL || verdict.has_anchor))
		abort();
	att_verdict_reset(&verdict);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_options opts = {
		.formats = (1U << ATT_FORMAT_COUNT) - 1,
		.min_rsa_bits = 2048,
		.mds = ATT_MDS_USE,
		.min_certification = ATT_CERTIFICATION_NONE,
	};
	struct att_evidence evidence = { .time = 1767225600 };

	if (size < 32)
		return 0;
	if (att_sha256(att_bytes_text("forge.example"), evidence.rp_id_hash) !=
	    ATT_OK)
		abort();
	memcpy(evidence.client_data_hash, data, 32);
	evidence.attestation_object = att_bytes(data + 32, size - 32);
	opts.attestation = ATT_ATTESTATION_REQUIRED;
	judge(&evidence, &opts);
	opts.attestation = ATT_ATTESTATION_NONE;
	opts.cbor_key_order = ATT_KEY_ORDER_ANY;
	opts.backup_eligible = true;
	opts.tpm_sha1 = true;
	judge(&evidence, &opts);
	return 0;
}
