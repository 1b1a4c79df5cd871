/* SPDX-License-Identifier: BSD-2-Clause */
/* The vendors of TPMs: TCG TPM Vendor ID Registry, version 1.07. */
#ifndef ATT_TRUST_TPM_VENDORS_H
#define ATT_TRUST_TPM_VENDORS_H

#include <stdint.h>

/* The name that the registry gives a vendor ID; NULL if it has none. Static. */
const char *att_tpm_vendor_find(uint32_t id);

#endif
