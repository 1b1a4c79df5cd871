/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a TPM said, judged before it is sent: a service refuses what is wrong
 * in few words, and some of it cannot see at all (the attributes of the AIK).
 * Clauses are of TPM 2.0 Library, Part 2, revision 01.38.
 */
#ifndef ATT_MAA_TPM_CHECK_H
#define ATT_MAA_TPM_CHECK_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "codec/tpm.h"

/* The two keys as they were read; lent by the evidence. */
struct att_tpm_checked {
	struct att_tpm_public aik;
	struct att_tpm_public key;
};

/*
 * The AIK: RSA of 2048 bits or more, made in its TPM and never leaving it, for
 * nothing but what a TPM made (restricted, sign), not by SHA-1; its
 * certificate, if there is one, is of this key. The quote: what a TPM made,
 * of that kind, for this challenge, signed by the AIK; the PCR values are
 * those that were quoted, all of them, in that order. The key: RSA, made in
 * its TPM and never leaving it, signs anything by RSAPSS and SHA-256 or by
 * what it is told; certified by the AIK under its name, for this challenge.
 * ATT_ERR_TPM_EVIDENCE with what is wrong; NO_MEMORY, CRYPTO.
 */
enum att_err att_tpm_evidence_check(const struct att_tpm_evidence *evidence,
    struct att_bytes challenge, struct att_tpm_checked *checked,
    struct att_reason *why) ATT_MUST_USE;

/*
 * The same for AzureGuest: the AK may be any that is for quotes alone (that of
 * a virtual machine is made by its host), there is no challenge, and the
 * certified key is one to decrypt with.
 */
enum att_err att_tpm_guest_check(const struct att_tpm_guest_evidence *evidence,
    struct att_tpm_checked *checked, struct att_reason *why) ATT_MUST_USE;

#endif
