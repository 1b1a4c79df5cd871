/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A login by a security key that the caller's SSH agent can have sign, wherever
 * that key is.
 */
#ifndef ATT_VERIFIER_AGENT_LOGIN_H
#define ATT_VERIFIER_AGENT_LOGIN_H

#include "base/err.h"
#include "verifier/agent.h"
#include "verifier/session.h"

/*
 * Refuses a caller who names no agent where the options say that it is named.
 * ATT_ERR_AGENT_MISSING.
 */
enum att_err att_agent_login_precheck(
    const struct att_session *session, struct att_reason *why) ATT_MUST_USE;

/*
 * The decision, after the lock-down: loads and judges the credentials, asks the
 * agent which of the SSH keys among them it has, has these sign a fresh
 * challenge, one after the other, and judges the first answer that is good as
 * one of a key at this machine is judged. No other key is ever asked for.
 * ATT_OK means that every configured check passed. Errors of
 * att_candidates_load() and _check(), att_agent_open(), att_proof_judge();
 * ATT_ERR_AGENT_NO_KEY.
 */
enum att_err att_agent_login_decide(struct att_session *session,
    struct att_agent *agent, struct att_reason *why) ATT_MUST_USE;

#endif
