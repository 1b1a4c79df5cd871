/* SPDX-License-Identifier: BSD-2-Clause */
/* A login: an assertion by a registered key that is accepted today. */
#ifndef ATT_VERIFIER_LOGIN_H
#define ATT_VERIFIER_LOGIN_H

#include "base/err.h"
#include "verifier/authenticators.h"
#include "verifier/candidates.h"
#include "verifier/session.h"

/* Where the key is that answers. */
enum att_login_way {
	ATT_LOGIN_LOCAL,  /* at this machine */
	ATT_LOGIN_REMOTE, /* where a remote caller is: remote = respond */
	ATT_LOGIN_AGENT,  /* behind the caller's SSH agent: agent = sk */
};
enum att_login_way att_login_get_way(const struct att_session *session);

/*
 * Refuses what needs no look into any file: a remote caller who would need a
 * key at this machine, a user without a file in the store. Called before
 * anything is started.
 */
enum att_err att_login_precheck(
    struct att_session *session, struct att_reason *why) ATT_MUST_USE;

/*
 * The decision, after the lock-down: loads and judges the credentials, asks
 * the authenticators, verifies the assertion and its counter. ATT_OK means
 * that every configured check passed.
 */
enum att_err att_login_decide(struct att_session *session,
    struct att_authenticators *set, struct att_reason *why) ATT_MUST_USE;

/*
 * As above with credentials that are loaded already; *provenp is the one that
 * signed, lent by candidates.
 */
enum att_err att_login_prove(struct att_session *session,
    const struct att_candidates *candidates, struct att_authenticators *set,
    const struct att_candidate **provenp, struct att_reason *why) ATT_MUST_USE;

#endif
