/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: TPMT_PUBLIC, TPMS_ATTEST of both kinds and TPMT_SIGNATURE, each
 * of the whole input.
 */
#include <stdint.h>
#include <stdlib.h>

#include "codec/tpm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found lies within the input. */
static void
check_inside(struct att_bytes in, struct att_bytes part)
{
	if (part.len > 0 &&
	    (part.ptr < in.ptr || part.len > in.len ||
		(size_t)(part.ptr - in.ptr) > in.len - part.len))
		abort();
}

static void
check_public(struct att_bytes in)
{
	struct att_reason why = { 0 };
	struct att_tpm_public area;
	enum att_err err;

	if ((err = att_tpm_public_parse(in, &area, &why)) != ATT_OK) {
		if (err != ATT_ERR_TPM_PUBAREA || why.code != err)
			abort();
		return;
	}
	if (att_tpm_hash_find(area.name_alg) == NULL)
		abort();
	if (area.type == ATT_TPM_ALG_RSA ? area.x.len != 0
					 : area.modulus.len != 0)
		abort();
	check_inside(in, area.modulus);
	check_inside(in, area.x);
	check_inside(in, area.y);
}

static void
check_certify(struct att_bytes in)
{
	struct att_reason why = { 0 };
	struct att_tpm_certify certify;
	enum att_err err;

	if ((err = att_tpm_certify_parse(in, &certify, &why)) != ATT_OK) {
		if ((err != ATT_ERR_TPM_CERTINFO && err != ATT_ERR_TPM_MAGIC &&
			err != ATT_ERR_TPM_TYPE) ||
		    why.code != err)
			abort();
		return;
	}
	check_inside(in, certify.extra_data);
	check_inside(in, certify.name);
}

static void
check_quote(struct att_bytes in)
{
	struct att_reason why = { 0 };
	struct att_tpm_certify certify;
	struct att_tpm_quote quote;
	enum att_err err;

	if ((err = att_tpm_quote_parse(in, &quote, &why)) != ATT_OK) {
		if ((err != ATT_ERR_TPM_CERTINFO && err != ATT_ERR_TPM_MAGIC &&
			err != ATT_ERR_TPM_TYPE) ||
		    why.code != err)
			abort();
		return;
	}
	check_inside(in, quote.extra_data);
	check_inside(in, quote.pcr_digest);
	if (att_tpm_certify_parse(in, &certify, &why) == ATT_OK)
		abort(); /* one structure, two meanings */
}

static void
check_signature(struct att_bytes in)
{
	struct att_reason why = { 0 };
	struct att_tpm_signature signature;
	enum att_err err;

	if ((err = att_tpm_signature_parse(in, &signature, &why)) != ATT_OK) {
		if (err != ATT_ERR_STATEMENT_SIGNATURE || why.code != err)
			abort();
		return;
	}
	if (att_tpm_hash_find(signature.hash) == NULL ||
	    in.len != 6 + signature.bytes.len)
		abort();
	check_inside(in, signature.bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_public(att_bytes(data, size));
	check_certify(att_bytes(data, size));
	check_quote(att_bytes(data, size));
	check_signature(att_bytes(data, size));
	return 0;
}
