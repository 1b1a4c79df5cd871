/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer of who does not give out an access token, RFC 6749 section 5.2:
 * of AAD with its numbers (AADSTS), or of an identity endpoint.
 */
#ifndef ATT_MAA_OAUTH_ERROR_H
#define ATT_MAA_OAUTH_ERROR_H

#include "base/http.h"

enum {
	ATT_OAUTH_ID_LEN = 36, /* of a correlation ID, a UUID */
};

/*
 * What such an answer says, as far as it may be shown: nothing that the other
 * side words freely, since it might repeat a secret.
 */
struct att_oauth_error {
	char error[41];				/* a-z and "_", or "" */
	int64_t number;				/* AADSTS; 0: none */
	char correlation[ATT_OAUTH_ID_LEN + 1]; /* or "" */
};

/* Reads a body; what is not of its form is left out. Never fails. */
void att_oauth_error_read(struct att_bytes body, struct att_oauth_error *error);

/*
 * Refuses for an answer of AAD whose status is not 200, in one line with what
 * to do about it where that is known. ATT_ERR_MAA_CREDENTIAL; or
 * ATT_ERR_MAA_UNREACHABLE where asking later may help, ATT_ERR_MAA_ANSWER for
 * a status that neither grants nor refuses.
 */
enum att_err att_oauth_refuse_aad(const struct att_http_response *response,
    struct att_reason *why) ATT_MUST_USE;

/* The same of an identity endpoint, called what. */
enum att_err att_oauth_refuse_identity(const char *what,
    const struct att_http_response *response,
    struct att_reason *why) ATT_MUST_USE;

/* What is known about a number; NULL for others. Static. */
const char *att_oauth_get_remedy(int64_t number);

/* The first number that a text of AAD's or of its clients names; 0: none. */
int64_t att_oauth_find_number(struct att_bytes text);

#endif
