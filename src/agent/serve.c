/* SPDX-License-Identifier: BSD-2-Clause */
/* From AGENT_OPEN to the end of the channel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/exchange.h"
#include "agent/protocol.h"
#include "agent/serve.h"
#include "agent/socket.h"
#include "base/lockdown.h"
#include "wire/channel.h"

enum {
	WAIT_SECONDS = 900, /* for AGENT_OPEN: a login lasts no longer */
	SLACK_SECONDS = 1,  /* beyond what the verifier waits */
};

/* What is known of one talk. */
struct talk {
	struct agent_connection connection;
	struct att_buf asked_for; /* AGENT_FIND, which lends the keys */
	struct att_agent_find wanted;
	struct att_agent_found found;
};

/* Sends what was encoded, if it was. */
static enum att_err
send_message(enum att_err encoded, struct att_buf *message)
{
	enum att_err err = encoded;

	if (err == ATT_OK)
		err = att_channel_send(STDIN_FILENO, message, -1);
	att_buf_reset(message);
	return err;
}

static enum att_agent_failure
find_failure(enum att_err err)
{
	switch (err) {
	case ATT_ERR_AGENT_UNREACHABLE:
		return ATT_AGENT_UNREACHABLE;
	case ATT_ERR_AGENT_NOT_OWNED:
		return ATT_AGENT_NOT_OWNED;
	case ATT_ERR_AGENT_MALFORMED:
		return ATT_AGENT_MALFORMED;
	case ATT_ERR_AGENT_REFUSED:
		return ATT_AGENT_REFUSED;
	default:
		return ATT_AGENT_BROKEN;
	}
}

static enum att_err
send_failed(enum att_err failure, struct att_reason *why)
{
	struct att_agent_failed failed = { .failure = find_failure(failure) };
	struct att_buf message;

	(void)!att_refuse_plain(why, failure);
	snprintf(failed.text, sizeof(failed.text), "%.*s", ATT_AGENT_TEXT_MAX,
	    why->text);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	return send_message(
	    att_agent_failed_encode(&failed, &message), &message);
}

/* --- What is asked ------------------------------------------------------- */

static enum att_err
list(struct talk *talk, struct att_reason *why)
{
	struct att_buf request, answer, message;
	enum att_err err;

	att_buf_init(&request, AGENT_MESSAGE_MAX);
	att_buf_init(&answer, AGENT_MESSAGE_MAX);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = agent_put_list(&request)) == ATT_OK &&
	    (err = agent_exchange(&talk->connection, &request, &answer, why)) ==
		ATT_OK &&
	    (err = agent_read_list(att_buf_get(&answer), &talk->wanted,
		 &talk->found, why)) == ATT_OK)
		err = send_message(
		    att_agent_found_encode(&talk->found, &message), &message);
	att_buf_reset(&answer);
	att_buf_reset(&request);
	return err;
}

/* The keys are asked for once: AGENT_SIGN names them by their place. */
static enum att_err
find(struct talk *talk, struct att_bytes message, struct att_reason *why)
{
	enum att_err err;

	if (talk->wanted.count > 0)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put(&talk->asked_for, message.ptr, message.len)) !=
		ATT_OK ||
	    (err = att_agent_find_decode(
		 att_buf_get(&talk->asked_for), &talk->wanted)) != ATT_OK)
		return err;
	return list(talk, why);
}

static bool
is_found(const struct talk *talk, size_t key)
{
	return memchr(talk->found.keys, (int)key, talk->found.count) != NULL;
}

static enum att_err
sign(struct talk *talk, struct att_bytes message, struct att_reason *why)
{
	struct att_buf request, answer, reply;
	struct att_bytes data, signature;
	enum att_err err;
	size_t key;

	if ((err = att_agent_sign_decode(message, &key, &data)) != ATT_OK)
		return err;
	if (!is_found(talk, key))
		return ATT_ERR_MESSAGE_MALFORMED;
	att_buf_init(&request, AGENT_MESSAGE_MAX);
	att_buf_init(&answer, AGENT_MESSAGE_MAX);
	att_buf_init(&reply, ATT_MESSAGE_MAX);
	if ((err = agent_put_sign(talk->wanted.keys[key], data, &request)) ==
		ATT_OK &&
	    (err = agent_exchange(&talk->connection, &request, &answer, why)) ==
		ATT_OK &&
	    (err = agent_read_signature(
		 att_buf_get(&answer), &signature, why)) == ATT_OK)
		err = send_message(
		    att_agent_signature_encode(signature, &reply), &reply);
	att_buf_reset(&answer);
	att_buf_reset(&request);
	return err;
}

static enum att_err
answer_one(struct talk *talk, struct att_bytes message, struct att_reason *why)
{
	switch (message.ptr[0]) {
	case ATT_MESSAGE_AGENT_FIND:
		return find(talk, message, why);
	case ATT_MESSAGE_AGENT_SIGN:
		return sign(talk, message, why);
	default:
		return ATT_ERR_MESSAGE_MALFORMED;
	}
}

/*
 * A refusal is an answer like others, and the next key may be asked for. After
 * anything else the stream is nowhere, and the process ends.
 */
static enum att_err
converse(struct talk *talk)
{
	struct att_reason why = { 0 };
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	while ((err = att_channel_receive(STDIN_FILENO, -1, &message, NULL)) ==
	       ATT_OK) {
		err = answer_one(talk, att_buf_get(&message), &why);
		if (err != ATT_OK && err != ATT_ERR_PEER_GONE &&
		    send_failed(err, &why) != ATT_OK)
			err = ATT_ERR_PEER_GONE;
		if (err != ATT_OK && err != ATT_ERR_AGENT_REFUSED)
			break;
	}
	att_buf_reset(&message);
	return err;
}

/* --- The way to there ---------------------------------------------------- */

/* No file, no socket but these two, and little memory. */
static enum att_err
lock_down(struct att_reason *why)
{
	static const struct att_lockdown_limits limits = {
		.cpu_seconds = 10,
		.memory = 64 << 20,
		.descriptors = 16,
	};
	bool is_enforced;
	enum att_err err;

	if ((err = att_lockdown_limits(&limits, why)) != ATT_OK ||
	    (err = att_lockdown_paths(NULL, 0, &is_enforced, why)) != ATT_OK)
		return err;
	return att_lockdown_system_calls(ATT_LOCKDOWN_AGENT, why);
}

static enum att_err
prepare(const struct att_agent_open *open, struct talk *talk,
    struct att_reason *why)
{
	const struct agent_place place = {
		.path = open->path,
		.uid = open->uid,
		.channel = STDIN_FILENO,
	};
	enum att_err err;

	if ((err = att_lockdown_become(open->uid, open->gid, why)) != ATT_OK ||
	    (err = agent_connect(&place, &talk->connection.fd, why)) != ATT_OK)
		return err;
	return lock_down(why);
}

/* Who could not become the caller does nothing but to say so. */
static enum att_err
serve(const struct att_agent_open *open)
{
	struct talk talk = { .connection = { -1, STDIN_FILENO } };
	struct att_reason why = { 0 };
	struct att_buf message;
	enum att_err err;

	att_buf_init(&talk.asked_for, ATT_MESSAGE_MAX);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = prepare(open, &talk, &why)) != ATT_OK)
		err = send_failed(err, &why);
	else if ((err = send_message(
		      att_agent_ready_encode(&message), &message)) == ATT_OK)
		err = converse(&talk);
	att_buf_reset(&talk.asked_for);
	if (talk.connection.fd >= 0)
		close(talk.connection.fd);
	return err;
}

/* AGENT_OPEN, of the verifier, which is who this process is until then. */
static enum att_err
run_talk(struct att_bytes message)
{
	struct att_agent_open open;
	char *path = NULL;
	enum att_err err;

	if ((err = att_agent_open_decode(message, &path, &open)) != ATT_OK)
		return err;
	att_lockdown_deadline(open.seconds + SLACK_SECONDS);
	err = serve(&open);
	free(path);
	return err;
}

int
agent_run(void)
{
	struct att_reason why = { 0 };
	struct att_buf message;
	enum att_err err;

	if (att_lockdown_begin_with_ids(&why) != ATT_OK) {
		fprintf(stderr, "pam_attest-agent: %s\n", why.text);
		return EXIT_FAILURE;
	}
	att_lockdown_deadline(WAIT_SECONDS);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_channel_receive(STDIN_FILENO, -1, &message, NULL);
	if (err == ATT_OK)
		err = run_talk(att_buf_get(&message));
	att_buf_reset(&message);
	return err == ATT_OK || err == ATT_ERR_PEER_GONE ? EXIT_SUCCESS
							 : EXIT_FAILURE;
}
