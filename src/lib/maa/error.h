/* SPDX-License-Identifier: BSD-2-Clause */
/* What the attestation service says when it refuses. */
#ifndef ATT_MAA_ERROR_H
#define ATT_MAA_ERROR_H

#include "base/http.h"

enum {
	ATT_MAA_CODE_MAX = 63,
	ATT_MAA_MESSAGE_MAX = 299,
};

/* Texts are fit for logs and terminals (base/text.h), and cut; "" for none. */
struct att_maa_error {
	unsigned int status; /* of HTTP; 0: there was no answer */
	char code[ATT_MAA_CODE_MAX + 1];
	char message[ATT_MAA_MESSAGE_MAX + 1];
	char request_id[ATT_HTTP_TEXT_MAX + 1]; /* x-ms-request-id */
};

/*
 * Reads an answer that is no success: {"error": {"code", "message"}}, or
 * whatever else, of which the status and the request id are all that is known.
 * Line ends in the message become blanks.
 */
void att_maa_error_read(
    const struct att_http_response *response, struct att_maa_error *error);

/*
 * ATT_ERR_MAA_REFUSED with all of that, and what to do where it is known;
 * what was asked is "POST URL" or the like.
 */
enum att_err att_maa_error_refuse(const struct att_maa_error *error,
    const char *asked, struct att_reason *why) ATT_MUST_USE;

#endif
