/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer of who gives out access tokens: RFC 6749 section 5.1, and what
 * Azure makes of it.
 */
#ifndef ATT_MAA_ACCESS_TOKEN_H
#define ATT_MAA_ACCESS_TOKEN_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_ACCESS_TOKEN_MAX = 16384,  /* bytes of text */
	ATT_ACCESS_ANSWER_MAX = 65536, /* bytes of an answer with one */
	/* Those of AAD last for an hour, of identities for up to a day. */
	ATT_ACCESS_SECONDS_MAX = 31 * 86400,
};

/* A secret, and when it ends, in seconds since 1970. */
struct att_access_token {
	char *text; /* owned */
	int64_t end;
};

/* What the members are called. */
struct att_access_form {
	const char *token;
	const char *type;
};
extern const struct att_access_form att_access_form_oauth; /* RFC 6749 */
extern const struct att_access_form att_access_form_cli;   /* Azure CLI */

/*
 * Reads one: a JSON object with a token that is a token68 (RFC 9110 section
 * 11.2), of the type Bearer where it says a type, and with "expires_in" or
 * "expires_on", seconds from now and since 1970: numbers, or texts of one. The
 * token ends later than now, and within ATT_ACCESS_SECONDS_MAX. What else it
 * says is not looked at. ATT_ERR_MAA_ANSWER with what is wrong and nothing of
 * the answer, ATT_ERR_NO_MEMORY; *token is zero then.
 */
enum att_err att_access_token_parse(const struct att_access_form *form,
    struct att_bytes answer, int64_t now, struct att_access_token *token,
    struct att_reason *why) ATT_MUST_USE;

/* Wipes it. */
void att_access_token_reset(struct att_access_token *token);

#endif
