/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a registry of attestation keys has to know of one before it challenges
 * the TPM that it is said to be in.
 */
#ifndef ATT_ATTESTCTL_ENDORSED_H
#define ATT_ATTESTCTL_ENDORSED_H

#include <time.h>

#include "base/err.h"
#include "base/tpm_evidence.h"
#include "trust/anchors.h"

/* Who vouches for endorsement keys; one of both. */
struct att_endorsed_trust {
	const struct att_anchors *authorities; /* NULL: none */
	time_t at;
	EVP_PKEY *key; /* the endorsement key is known itself; NULL: is not */
};

/*
 * Checks that the endorsement key is by the default template for RSA 2048 (TCG
 * EK Credential Profile 2.3, L-1) and is vouched for, that the AIK is one that
 * was made in a TPM, stays there, and signs only what that says, and that the
 * Name is the AIK's. *modulus, of the endorsement key, is lent by *endorsement.
 * That both keys are in one TPM, the answer to a challenge says.
 *
 * ATT_ERR_TPM_PUBAREA, TPM_KEY, TPM_ATTRIBUTES, TPM_NAME; for a certificate
 * ATT_ERR_CERTIFICATE_*, ANCHOR_UNKNOWN, ROOTS_INVALID; CRYPTO, NO_MEMORY.
 */
enum att_err att_endorsed_check(const struct att_tpm_endorsement *endorsement,
    const struct att_endorsed_trust *trust, struct att_bytes *modulus,
    struct att_reason *why) ATT_MUST_USE;

#endif
