/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole program but main(). */
#ifndef TPM_ANSWER_H
#define TPM_ANSWER_H

/*
 * Takes TPM_REQUEST from descriptor 0, connects, locks the process down, does
 * what is asked, leaves nothing in the TPM, and answers. The exit status of
 * the process: a failure only where nothing could be answered.
 */
int tpm_run(void);

#endif
