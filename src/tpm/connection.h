/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to the TPM, and what this process may do once it is open. */
#ifndef TPM_CONNECTION_H
#define TPM_CONNECTION_H

#include <tss2/tss2_esys.h>

#include "base/err.h"

struct tpm_connection {
	TSS2_TCTI_CONTEXT *tcti;
	ESYS_CONTEXT *esys;
};

/*
 * Loads what the configuration of the TCTI names ("device:/dev/tpmrm0"),
 * opens it, and locks the process down. Nothing has been read of a TPM then,
 * but the few bytes by which the TCTI of a device sees whether it may read a
 * response in parts. tpm_disconnect() on every path.
 * ATT_ERR_TPM_UNAVAILABLE with what to do, ATT_ERR_SANDBOX.
 */
enum att_err tpm_connect(const char *conf, struct tpm_connection *connection,
    struct att_reason *why) ATT_MUST_USE;
void tpm_disconnect(struct tpm_connection *connection);

#endif
