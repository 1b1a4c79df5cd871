/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to the attestation service as bytes. Fields that hold bytes are
 * base64url without padding.
 */
#ifndef ATT_MAA_REQUEST_H
#define ATT_MAA_REQUEST_H

#include "base/buf.h"
#include "base/bytes.h"

enum {
	ATT_MAA_URL_MAX = 2048,
	/* A message of a TPM has logs of a host in it, encoded twice. */
	ATT_MAA_BODY_MAX = 64 << 20,
};

/* What an enclave made of data, or was given at its start. */
struct att_maa_held {
	struct att_bytes data;
	bool is_set;
	bool is_json; /* the service parses it; else it is bytes */
};

/* All lent. */
struct att_maa_enclave {
	struct att_bytes evidence; /* a quote (SGX), a report (Open Enclave) */
	struct att_maa_held runtime;
	struct att_maa_held init_time;
	const char *draft_policy; /* NULL: none; the token is unsigned then */
	const char *nonce;	  /* NULL: none; comes back as a claim */
};

/*
 * Writes URL PATH ?api-version=VERSION, NUL-terminated; version may be NULL.
 * What cannot stand in a query (RFC 3986 section 3.4) is escaped.
 * ATT_ERR_TOO_LARGE.
 */
enum att_err att_maa_request_make_url(const char *url, const char *path,
    const char *version, char out[ATT_MAA_URL_MAX + 1]) ATT_MUST_USE;

/* {"NAME": bytes}. ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE. */
enum att_err att_maa_request_put_bytes(
    const char *name, struct att_bytes bytes, struct att_buf *out) ATT_MUST_USE;

/*
 * {name: evidence, "runtimeData": {"data", "dataType"}, "initTimeData",
 * "draftPolicyForAttestation", "nonce"}. ATT_ERR_NO_MEMORY,
 * ATT_ERR_TOO_LARGE; ATT_ERR_USAGE for text that is not UTF-8.
 */
enum att_err att_maa_request_put_enclave(const char *name,
    const struct att_maa_enclave *enclave, struct att_buf *out) ATT_MUST_USE;

/* A fresh random UUID (RFC 9562 section 5.4), and a NUL. ATT_ERR_SYSTEM. */
enum att_err att_maa_request_make_id(char text[37]) ATT_MUST_USE;

#endif
