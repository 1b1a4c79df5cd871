/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process that judges tells the one that prints: PROTOCOL.md. The
 * attestation object stays behind; nobody parses it twice.
 */
#ifndef ATT_ATTESTCTL_JUDGED_MESSAGE_H
#define ATT_ATTESTCTL_JUDGED_MESSAGE_H

#include "attestctl/judged.h"
#include "base/buf.h"

/* Appends a judged credential. ATT_ERR_TOO_LARGE, ATT_ERR_NO_MEMORY. */
enum att_err att_judged_encode(
    const struct att_judged *judged, struct att_buf *out) ATT_MUST_USE;

/* Appends that a user's credentials cannot be judged. Errors likewise. */
enum att_err att_judged_encode_failure(
    const struct att_reason *why, struct att_buf *out) ATT_MUST_USE;

/* Appends that metadata is overdue and accepted all the same. */
enum att_err att_judged_encode_stale(struct att_buf *out) ATT_MUST_USE;

enum att_judged_kind {
	ATT_JUDGED_CREDENTIAL = 1,
	ATT_JUDGED_FAILURE = 2,
	ATT_JUDGED_STALE = 3,
};

/*
 * Reads any of them. Of a failure judged has err and why alone. Without the
 * flags and the counter of the verdict, and without client data, nonce and
 * attestation object of the record. judged lends from record, user and message;
 * the caller resets *out, which must not be moved.
 * ATT_ERR_MESSAGE_MALFORMED, ATT_ERR_NO_MEMORY.
 */
struct att_judged_message {
	enum att_judged_kind kind;
	struct att_record record;
	struct att_judged judged;
};
enum att_err att_judged_decode(struct att_bytes message, const char *user,
    struct att_judged_message *out) ATT_MUST_USE;
void att_judged_message_reset(struct att_judged_message *message);

#endif
