/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TPM2_MakeCredential without a TPM: TPM 2.0 Library, Part 1, clause 24. What
 * is made can be opened by nobody but the TPM of an endorsement key, and by
 * that only if the key of the Name is in it.
 */
#ifndef ATT_ATTESTCTL_MAKE_CREDENTIAL_H
#define ATT_ATTESTCTL_MAKE_CREDENTIAL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_CREDENTIAL_SECRET_LEN = 32
};

struct att_credential_order {
	/* RSA, exponent 65537, names by SHA-256, protects by AES-128-CFB */
	struct att_bytes ek_modulus;
	struct att_bytes aik_name;
	const uint8_t *secret; /* ATT_CREDENTIAL_SECRET_LEN bytes */
};

/*
 * Appends TPM2B_ID_OBJECT to *credential and TPM2B_ENCRYPTED_SECRET to *seed.
 * ATT_ERR_CRYPTO, COSE_MALFORMED for what is no modulus, TOO_LARGE, NO_MEMORY,
 * SYSTEM.
 */
enum att_err att_credential_make(const struct att_credential_order *order,
    struct att_buf *credential, struct att_buf *seed) ATT_MUST_USE;

#endif
