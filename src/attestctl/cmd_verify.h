/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the two halves of "attestctl verify": judging and printing. */
#ifndef ATT_ATTESTCTL_CMD_VERIFY_H
#define ATT_ATTESTCTL_CMD_VERIFY_H

#include <stdbool.h>

#include "attestation/verify.h"
#include "base/err.h"

/*
 * Prints what was found to standard output: one JSON object on one line with
 * always the same keys (null for what is not known), or a block of text for
 * people. err is what att_attestation_verify() returned. ATT_ERR_NO_MEMORY,
 * ATT_ERR_SYSTEM when standard output cannot be written.
 */
enum att_err att_verdict_print_json(const struct att_verdict *verdict,
    enum att_err err, const struct att_reason *why) ATT_MUST_USE;
enum att_err att_verdict_print_text(const struct att_verdict *verdict,
    enum att_err err, const struct att_reason *why) ATT_MUST_USE;

#endif
