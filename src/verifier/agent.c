/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking the process of the SSH agent, for no longer than the options say. */
#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "verifier/agent.h"
#include "wire/channel.h"

#define AGENT_PROGRAM ATT_PROGRAMSDIR "/pam_attest-agent"

enum {
	CALLER_MARGIN_S = 10, /* what the caller waits beyond our own limit */
	REAP_MS = 150,
};

void
att_agent_init(struct att_agent *agent)
{
	*agent = (struct att_agent){ 0 };
	att_child_init(&agent->child);
}

enum att_err
att_agent_start(struct att_agent *agent, struct att_reason *why)
{
	return att_child_start(&agent->child, AGENT_PROGRAM, why);
}

void
att_agent_reset(struct att_agent *agent)
{
	att_child_end(&agent->child, REAP_MS);
	att_agent_init(agent);
}

/* What the process says of a failure; the text is of an agent's making. */
static enum att_err
refuse_failed(struct att_bytes message, struct att_reason *why)
{
	static const enum att_err errors[] = {
		[ATT_AGENT_UNREACHABLE] = ATT_ERR_AGENT_UNREACHABLE,
		[ATT_AGENT_NOT_OWNED] = ATT_ERR_AGENT_NOT_OWNED,
		[ATT_AGENT_MALFORMED] = ATT_ERR_AGENT_MALFORMED,
		[ATT_AGENT_REFUSED] = ATT_ERR_AGENT_REFUSED,
		[ATT_AGENT_BROKEN] = ATT_ERR_SYSTEM,
	};
	struct att_agent_failed failed;

	if (att_agent_failed_decode(message, &failed) != ATT_OK)
		return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
		    "the process of the SSH agent sent a malformed message");
	return att_refuse(why, errors[failed.failure], "%s", failed.text);
}

static enum att_err
refuse_gone(struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
	    "the process of the SSH agent ended without an answer");
}

/* The caller comes first: somebody may want to stop. */
static enum att_err
wait_for_answer(const struct att_agent *agent, struct att_session *session,
    struct att_reason *why)
{
	struct pollfd fds[] = {
		{ .fd = session->fd, .events = POLLIN },
		{ .fd = agent->child.channel, .events = POLLIN },
	};

	while (att_clock_ms() < agent->deadline) {
		if (poll(fds, 2, att_clock_ms_until(agent->deadline)) < 0) {
			if (errno == EINTR)
				continue;
			return att_refuse_plain(why, ATT_ERR_SYSTEM);
		}
		if (fds[0].revents != 0)
			return att_refuse_plain(
			    why, att_session_interrupted(session));
		if (fds[1].revents != 0)
			return ATT_OK;
	}
	return att_refuse(why, ATT_ERR_AGENT_TIMEOUT,
	    "the SSH agent did not answer within %u seconds",
	    session->opts->timeout);
}

/* Sends what was encoded, and receives a message of that type. */
static enum att_err
ask(struct att_agent *agent, struct att_session *session, uint8_t type,
    struct att_buf *message, struct att_reason *why)
{
	enum att_err r;

	r = att_channel_send(agent->child.channel, message, -1);
	if (r == ATT_ERR_PEER_GONE)
		return refuse_gone(why);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	if ((r = wait_for_answer(agent, session, why)) != ATT_OK)
		return r;
	r = att_channel_receive(agent->child.channel, 0, message, NULL);
	if (r == ATT_ERR_PEER_GONE)
		return refuse_gone(why);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	if (message->ptr[0] != type)
		return refuse_failed(att_buf_get(message), why);
	return ATT_OK;
}

/* What the process may not say is as if the agent had said it. */
static enum att_err
check_decoded(enum att_err r, struct att_reason *why)
{
	if (r != ATT_ERR_MESSAGE_MALFORMED)
		return att_refuse_plain(why, r);
	return att_refuse(why, ATT_ERR_AGENT_MALFORMED,
	    "the process of the SSH agent sent a malformed message");
}

enum att_err
att_agent_open(struct att_agent *agent, struct att_session *session,
    const char *path, struct att_reason *why)
{
	unsigned int timeout = session->opts->timeout;
	const struct att_agent_open open = {
		.seconds = timeout,
		.uid = session->start.uid,
		.gid = session->start.gid,
		.path = path,
	};
	struct att_buf message;
	enum att_err r;

	agent->deadline = att_clock_ms() + (int64_t)timeout * 1000;
	att_session_expect(session, timeout + CALLER_MARGIN_S);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = att_agent_open_encode(&open, &message)) != ATT_OK)
		r = att_refuse(why, ATT_ERR_AGENT_NOT_OWNED,
		    "the caller or the socket has a name that none can have");
	else if ((r = ask(agent, session, ATT_MESSAGE_AGENT_READY, &message,
		      why)) == ATT_OK)
		r = check_decoded(
		    att_agent_ready_decode(att_buf_get(&message)), why);
	att_buf_reset(&message);
	return r;
}

/* Only what was looked for can have been found. */
static enum att_err
read_found(struct att_bytes message, const struct att_agent_find *find,
    struct att_agent_found *found)
{
	enum att_err r;

	if ((r = att_agent_found_decode(message, found)) != ATT_OK)
		return r;
	if (found->count > 0 && found->keys[found->count - 1] >= find->count) {
		*found = (struct att_agent_found){ 0 };
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return ATT_OK;
}

enum att_err
att_agent_find(struct att_agent *agent, struct att_session *session,
    const struct att_agent_find *find, struct att_agent_found *found,
    struct att_reason *why)
{
	struct att_buf message;
	enum att_err r;

	*found = (struct att_agent_found){ 0 };
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = att_agent_find_encode(find, &message)) != ATT_OK)
		r = att_refuse_plain(why, r);
	else if ((r = ask(agent, session, ATT_MESSAGE_AGENT_FOUND, &message,
		      why)) == ATT_OK)
		r = check_decoded(
		    read_found(att_buf_get(&message), find, found), why);
	att_buf_reset(&message);
	return r;
}

enum att_err
att_agent_sign(struct att_agent *agent, struct att_session *session,
    struct att_agent_signing *signing, struct att_reason *why)
{
	struct att_buf *message = &signing->message;
	enum att_err r;

	signing->signature = att_bytes(NULL, 0);
	att_buf_init(message, ATT_MESSAGE_MAX);
	if ((r = att_agent_sign_encode(signing->key, signing->data, message)) !=
	    ATT_OK)
		r = att_refuse_plain(why, r);
	else if ((r = ask(agent, session, ATT_MESSAGE_AGENT_SIGNATURE, message,
		      why)) == ATT_OK)
		r = check_decoded(
		    att_agent_signature_decode(
			att_buf_get(message), &signing->signature),
		    why);
	if (r != ATT_OK)
		att_buf_reset(message);
	return r;
}
