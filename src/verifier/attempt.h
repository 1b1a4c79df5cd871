/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An attempt that a key at another machine is to answer: a challenge is shown
 * to the person in one prompt, and one line is typed, or pasted, in return. All
 * of it is in the memory of this process, which makes one decision: there is
 * nothing that a second answer could be to.
 */
#ifndef ATT_VERIFIER_ATTEMPT_H
#define ATT_VERIFIER_ATTEMPT_H

#include <stdint.h>

#include "base/err.h"
#include "remote/challenge.h"
#include "remote/response.h"
#include "verifier/session.h"

/*
 * Which host this is, by option remote_host or else by the system, goes into
 * session->host_name. To be called before the lock-down. ATT_ERR_CONF_VALUE
 * for a name that nobody could be shown, SYSTEM.
 */
enum att_err att_attempt_find_host(
    struct att_session *session, struct att_reason *why) ATT_MUST_USE;

/*
 * A challenge for the session's user on this host, with fresh random bytes;
 * everything in it is lent. ATT_ERR_STORE_BAD_USER for a user whose name
 * nobody could be shown, SYSTEM.
 */
enum att_err att_attempt_begin(const struct att_session *session,
    enum att_remote_kind kind, struct att_remote_challenge *challenge,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Shows it, and waits. The response is whole, to this challenge, and came in
 * time; what it says is still to be judged. The caller resets it.
 * ATT_ERR_RESPONSE_*, CONVERSATION, CANCELLED, PEER_*, TOO_LARGE, ...
 */
enum att_err att_attempt_ask(struct att_session *session,
    const struct att_remote_challenge *challenge,
    struct att_remote_response *response, struct att_reason *why) ATT_MUST_USE;

#endif
