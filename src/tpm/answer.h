/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole program but main(). */
#ifndef TPM_ANSWER_H
#define TPM_ANSWER_H

#include "base/err.h"

/*
 * Takes TPM_REQUEST from descriptor 0, connects, locks the process down, does
 * what is asked, leaves nothing in the TPM, and answers; or takes TPM_OPEN and
 * what follows it (talk.h). The exit status of the process: a failure only
 * where nothing could be answered.
 */
int tpm_run(void);

/* TPM_FAILED. Errors of att_channel_send(). */
enum att_err tpm_send_failed(
    enum att_err failure, struct att_reason *why) ATT_MUST_USE;

#endif
