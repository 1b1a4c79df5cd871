/* SPDX-License-Identifier: BSD-2-Clause */
/* The key that a request names: where it is in the TPM, if it is there. */
#ifndef TPM_KEY_H
#define TPM_KEY_H

#include <stdbool.h>

#include <tss2/tss2_esys.h>

#include "base/err.h"
#include "wire/tpm.h"

struct tpm_key {
	ESYS_TR handle;
	TPM2B_PUBLIC *public_part; /* owned */
	bool is_transient;	   /* in the memory of the TPM for us alone */
	ESYS_TR session;	   /* its policy, fulfilled; or ESYS_TR_NONE */
};

/*
 * Looks for the key by its numbers: among the persistent keys, else as the
 * wrapped key that the request brings, which is loaded; with pcrs it is made
 * anew. tpm_key_release() on every path, also after an error.
 * ATT_ERR_BINDING_KEY when the TPM does not have it; ATT_ERR_TPM_UNAVAILABLE,
 * NO_MEMORY.
 */
enum att_err tpm_key_find(ESYS_CONTEXT *esys,
    const struct att_tpm_request *request, struct tpm_key *key,
    struct att_reason *why) ATT_MUST_USE;

/* Leaves nothing of it in the memory of the TPM. */
void tpm_key_release(ESYS_CONTEXT *esys, struct tpm_key *key);

/* --- For the sources of this folder --------------------------------------- */

/* Is it the RSA key of the request? */
bool tpm_key_is_it(
    const TPMT_PUBLIC *area, const struct att_tpm_request *request);

/* The key that the request brings. Errors as above. */
enum att_err tpm_key_load_wrapped(ESYS_CONTEXT *esys,
    const struct att_tpm_request *request, struct tpm_key *key,
    struct att_reason *why) ATT_MUST_USE;

/* The structures of a wrapped key; false when it is malformed. */
struct tpm_parts {
	TPM2B_PUBLIC public_part;
	TPM2B_PRIVATE private_part;
};
bool tpm_parts_read(
    const struct att_tpm_wrapped *wrapped, struct tpm_parts *parts);

/*
 * The key that the guest library of Azure makes for one boot, bound to the
 * present values of these PCRs. Its session is ready to be used once.
 */
TSS2_RC tpm_key_make_ephemeral(
    ESYS_CONTEXT *esys, uint32_t pcrs, struct tpm_key *key);

/* Those PCRs of the SHA-256 bank, as TPML_PCR_SELECTION. */
TPML_PCR_SELECTION tpm_select_pcrs(uint32_t pcrs);

#endif
