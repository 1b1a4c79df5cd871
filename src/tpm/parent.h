/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The storage key that a wrapped key is below: a persistent one, or that of a
 * hierarchy, by the template that draft-bottomley-tpm2-keys (section 3.1.8) has
 * for it: elliptic curve, or RSA where a file says so.
 */
#ifndef TPM_PARENT_H
#define TPM_PARENT_H

#include <stdbool.h>
#include <stdint.h>

#include <tss2/tss2_esys.h>

struct tpm_parent {
	ESYS_TR handle;
	bool is_transient;
};

/*
 * handle is that of a persistent key or of a hierarchy, which may have no
 * password. tpm_parent_close() on every path.
 */
TSS2_RC tpm_parent_open(ESYS_CONTEXT *esys, TPM2_HANDLE handle, bool is_rsa,
    struct tpm_parent *parent);
void tpm_parent_close(ESYS_CONTEXT *esys, struct tpm_parent *parent);

/* Is it the handle of a hierarchy that has storage keys? */
bool tpm_parent_is_hierarchy(TPM2_HANDLE handle);

#endif
