/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who this host is to AAD: access tokens for the attestation service, by the
 * kind of credential that maa_credential names.
 *
 * Secrets come from files that nobody else can read, or from the platform,
 * never from the environment. They are read when a token is asked for, and
 * wiped after; tokens are kept in memory alone. None of them is ever in a
 * reason.
 */
#ifndef ATT_MAA_CREDENTIAL_H
#define ATT_MAA_CREDENTIAL_H

#include "base/http.h"
#include "conf/options.h"
#include "maa/retry.h"

enum {
	/* A token is not used in its last seconds: it may end on its way. */
	ATT_CREDENTIAL_MARGIN = 300,
	/* As much of a token is not shown; a word may begin like a token. */
	ATT_CREDENTIAL_PART = 16,
};

struct att_credential;

/*
 * Makes what opts say; *credentialp is NULL for maa_credential = none. opts
 * has to last as long. Nothing is asked or read yet, but names that go into
 * URLs are looked at. From here on jansson wipes what it frees, in the whole
 * process. The caller frees *credentialp. ATT_ERR_CONF_VALUE with the option,
 * ATT_ERR_NO_MEMORY.
 */
enum att_err att_credential_open(const struct att_options *opts,
    struct att_credential **credentialp, struct att_reason *why) ATT_MUST_USE;

/* Wipes all that it has. */
void att_credential_free(struct att_credential **credentialp);

/* Another clock, for tests; lent. */
void att_credential_set_time(
    struct att_credential *credential, const struct att_maa_time *time);

/*
 * Lends an access token until the next call: the one that it has, or a new one
 * if that has ended or ends within ATT_CREDENTIAL_MARGIN. Asks as
 * att_retry_exchange() does, maa_retries times more. A token consists of
 * characters of a token68, so it may go into a header as it is.
 *
 * ATT_ERR_MAA_CREDENTIAL with what is wrong with the credential and what to
 * do, ATT_ERR_FILE_* of its files, ATT_ERR_MAA_UNREACHABLE where nobody
 * answers or asking later may help, ATT_ERR_MAA_ANSWER for an answer that is
 * none, ATT_ERR_TOO_LARGE, ATT_ERR_SPAWN, ATT_ERR_CRYPTO, ATT_ERR_NO_MEMORY,
 * and others of http.
 */
enum att_err att_credential_get_token(struct att_credential *credential,
    const struct att_http *http, const char **tokenp,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Does the text have the beginning of the token that it has in it? credential
 * may be NULL. For who shows texts of whom the token was shown to.
 */
bool att_credential_is_in(
    const struct att_credential *credential, const char *text);

/* Drops the token that it has: the service did not like it. */
void att_credential_forget_token(struct att_credential *credential);

#endif
