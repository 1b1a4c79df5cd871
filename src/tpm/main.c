/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-tpm: asks the TPM of this host one thing for the verifier, and
 * decides nothing. It is the only program that reads what a TPM says.
 */
#include "tpm/answer.h"

int
main(void)
{
	return tpm_run();
}
