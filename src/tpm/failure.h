/* SPDX-License-Identifier: BSD-2-Clause */
/* What a TPM, or the way to it, answered instead of doing what it was asked. */
#ifndef TPM_FAILURE_H
#define TPM_FAILURE_H

#include <tss2/tss2_common.h>

#include "base/err.h"

/*
 * Sets *why to what was done, what the code means and what helps, and returns
 * err; but ATT_ERR_TPM_UNAVAILABLE when it is not the TPM that speaks, or one
 * that does nothing at all.
 */
enum att_err tpm_refuse(struct att_reason *why, enum att_err err,
    const char *what, TSS2_RC rc) ATT_MUST_USE;

/*
 * The response code as Part 2 of the TPM library has it: without the layer
 * that handed it on and without the number of the parameter, handle or
 * session it is about. 0 when it is not of a TPM.
 */
TSS2_RC tpm_response_code(TSS2_RC rc);

#endif
