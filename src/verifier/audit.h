/* SPDX-License-Identifier: BSD-2-Clause */
/* What the log and the person learn of a decision. */
#ifndef ATT_VERIFIER_AUDIT_H
#define ATT_VERIFIER_AUDIT_H

#include "base/err.h"
#include "verifier/session.h"

/* The one audit line of a decision; err is ATT_OK if it was accepted. */
void att_audit_log(struct att_session *session, enum att_err err,
    const struct att_reason *why);

/*
 * The same line for what is only reported: "would be refused", as a warning.
 * The decision has its own line.
 */
void att_audit_report(struct att_session *session, enum att_err err,
    const struct att_reason *why);

/* One sentence for the person about a refusal: what to do next. */
void att_audit_tell(struct att_session *session, enum att_err err,
    const struct att_reason *why);

#endif
