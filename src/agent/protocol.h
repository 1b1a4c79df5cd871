/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to an SSH agent and the reading of its answers, whole, with nothing
 * left over: draft-ietf-sshm-ssh-agent, sections 4 and 7. Of what agents can
 * do, these are the two requests that are ever made.
 */
#ifndef AGENT_PROTOCOL_H
#define AGENT_PROTOCOL_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/agent.h"

enum {
	AGENT_IDENTITIES_MAX = 2048, /* as OpenSSH has it */
};

/* SSH_AGENTC_REQUEST_IDENTITIES */
enum att_err agent_put_list(struct att_buf *out) ATT_MUST_USE;

/*
 * SSH_AGENT_IDENTITIES_ANSWER: which of the wanted keys are among them.
 * ATT_ERR_AGENT_MALFORMED, AGENT_REFUSED.
 */
enum att_err agent_read_list(struct att_bytes answer,
    const struct att_agent_find *wanted, struct att_agent_found *found,
    struct att_reason *why) ATT_MUST_USE;

/* SSH_AGENTC_SIGN_REQUEST, without flags. */
enum att_err agent_put_sign(struct att_bytes key, struct att_bytes data,
    struct att_buf *out) ATT_MUST_USE;

/*
 * SSH_AGENT_SIGN_RESPONSE: the signature blob, of at most
 * ATT_AGENT_SIGNATURE_MAX bytes, lent by the answer. ATT_ERR_AGENT_MALFORMED,
 * AGENT_REFUSED.
 */
enum att_err agent_read_signature(struct att_bytes answer,
    struct att_bytes *signature, struct att_reason *why) ATT_MUST_USE;

#endif
