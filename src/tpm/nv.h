/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates that lie in the TPM beside their keys. */
#ifndef TPM_NV_H
#define TPM_NV_H

#include <tss2/tss2_esys.h>

#include "base/bytes.h"
#include "base/err.h"
#include "wire/tpm_talk.h"

/* Indices: TCG EK Credential Profile 2.2.1.4; Azure's, of its vTPMs. */
enum {
	TPM_NV_EK_CERTIFICATE = 0x01c00002, /* RSA 2048 */
	TPM_NV_AIK_CERTIFICATE = 0x01c101d0,
};

struct tpm_certificate {
	uint8_t ptr[ATT_TPM_CERTIFICATE_MAX];
	size_t len;
};

/*
 * The certificate of that key, DER without what fills the index; empty when
 * there is none that anybody may read, or another key's.
 * ATT_ERR_TPM_UNAVAILABLE.
 */
enum att_err tpm_nv_read_certificate(ESYS_CONTEXT *esys, TPM2_HANDLE index,
    const TPM2B_PUBLIC *key, struct tpm_certificate *certificate,
    struct att_reason *why) ATT_MUST_USE;

#endif
