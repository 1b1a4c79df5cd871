/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request of version 2 (attReqV2) for a report of a TPM: a JWS in compact
 * form (RFC 7515), signed by request_key. As Microsoft documents it; the
 * "att_type" beside "att_data" is documented for version 1, and inferred here.
 */
#ifndef ATT_MAA_TPM_REQUEST_H
#define ATT_MAA_TPM_REQUEST_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "maa/measured.h"
#include "maa/tpm_check.h"

/* What a request says; all lent. */
struct att_tpm_request_parts {
	const char *rp_id;
	struct att_bytes rp_data;
	struct att_bytes challenge;
	const char *service_context; /* as it came */
	const struct att_tpm_evidence *evidence;
	const struct att_tpm_checked *keys; /* of the evidence */
	const struct att_tpm_logs *logs;
};

/*
 * Appends what is to be signed: header, ".", payload. ATT_ERR_TOO_LARGE,
 * NO_MEMORY.
 */
enum att_err att_tpm_request_put(const struct att_tpm_request_parts *parts,
    struct att_buf *out) ATT_MUST_USE;

#endif
