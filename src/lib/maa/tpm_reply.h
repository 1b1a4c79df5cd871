/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two answers of /attest/Tpm, each with and without "payload" around it
 * (maa/tpm_exchange.h says why).
 */
#ifndef ATT_MAA_TPM_REPLY_H
#define ATT_MAA_TPM_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

/* Owned. */
struct att_tpm_challenge {
	uint8_t *bytes; /* 1 to ATT_TPM_CHALLENGE_MAX */
	size_t len;
	char *service_context; /* opaque; not empty */
};

/*
 * Reads the first one. Zeroed on an error; the caller resets it.
 * ATT_ERR_MAA_ANSWER, NO_MEMORY.
 */
enum att_err att_tpm_challenge_read(struct att_bytes answer,
    struct att_tpm_challenge *challenge, struct att_reason *why) ATT_MUST_USE;
void att_tpm_challenge_reset(struct att_tpm_challenge *challenge);

/*
 * Reads the second one: appends the report, a compact JWS with this rp_data in
 * it, of which nothing else is judged. ATT_ERR_MAA_ANSWER, JWS_MALFORMED,
 * JWS_ALGORITHM, TOO_LARGE, NO_MEMORY.
 */
enum att_err att_tpm_report_read(struct att_bytes answer,
    struct att_bytes rp_data, struct att_buf *token,
    struct att_reason *why) ATT_MUST_USE;

#endif
