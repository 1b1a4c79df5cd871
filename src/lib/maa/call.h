/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request to the attestation service, sent and answered. For the sources
 * of this folder only.
 */
#ifndef ATT_MAA_CALL_H
#define ATT_MAA_CALL_H

#include "maa/client.h"

/* All lent. */
struct att_maa_operation {
	const char *method;
	const char *path;
	const char *accept;
	bool has_version;      /* api-version is in the query */
	bool needs_token;      /* Authorization, if there is a credential */
	struct att_bytes body; /* JSON; ptr NULL: none */
	size_t max;	       /* bytes of the answer */
};

struct att_maa_answer {
	struct att_http_response response;
	struct json_t *root; /* of its body; NULL unless it is a success */
	struct att_maa_error error;
	char asked[ATT_MAA_URL_MAX + 16]; /* "GET URL", for messages */
};

/*
 * Sends it, also again; ATT_OK for an answer with status 200 that is an object
 * of JSON. Errors as of the operations (maa/client.h). The caller resets
 * *answer in any case.
 */
enum att_err att_maa_call(const struct att_maa *maa,
    const struct att_maa_operation *operation, struct att_maa_answer *answer,
    struct att_reason *why) ATT_MUST_USE;
void att_maa_answer_reset(struct att_maa_answer *answer);

/* ATT_ERR_MAA_ANSWER: "POST URL: expected EXPECTED (request ID)". */
enum att_err att_maa_answer_refuse(const struct att_maa_answer *answer,
    const char *expected, struct att_reason *why) ATT_MUST_USE;

#endif
