/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the two halves of "attestctl verify": judging and printing. */
#ifndef ATT_ATTESTCTL_CMD_VERIFY_H
#define ATT_ATTESTCTL_CMD_VERIFY_H

#include "attestation/verify.h"
#include "attestctl/command.h"
#include "base/err.h"

/*
 * Prints what was found to standard output: a JSON object with always the
 * same keys (null for what is not known), or a block of text for people. err
 * is what att_attestation_verify() returned. Returns ATT_EXIT_DONE or
 * ATT_EXIT_REFUSED by err, or ATT_EXIT_UNKNOWN, with the reason printed, when
 * it could not.
 */
enum att_exit att_verdict_print_json(const struct att_verdict *verdict,
    enum att_err err, const struct att_reason *why);
enum att_exit att_verdict_print_text(const struct att_verdict *verdict,
    enum att_err err, const struct att_reason *why);

#endif
