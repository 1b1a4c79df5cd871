/* SPDX-License-Identifier: BSD-2-Clause */
/* The conversation with whoever started the verifier. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/text.h"
#include "conf/layers.h"
#include "verifier/session.h"
#include "wire/channel.h"

enum {
	START_WAIT_MS = 5000,
	LOG_MAX = 4000,
	TEXT_MAX = 1024, /* a reason, or a user and a host, whole */
};

static void
send_message(
    struct att_session *session, enum att_err encoded, struct att_buf *message)
{
	if (session->broken == ATT_OK && encoded != ATT_OK)
		session->broken = encoded;
	if (session->broken == ATT_OK)
		session->broken = att_channel_send(session->fd, message, -1);
	att_buf_reset(message);
}

static void
send_text(struct att_session *session, uint8_t type, const char *text)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	send_message(session, att_text_encode(type, text, &message), &message);
}

/* Escaped, like every text that leaves the verifier. */
ATT_PRINTF(2, 0)
static void
format_text(char text[TEXT_MAX], const char *fmt, va_list ap)
{
	char raw[TEXT_MAX];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	att_text_escape(text, TEXT_MAX, raw);
}

void
att_session_info(struct att_session *session, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	format_text(text, fmt, ap);
	va_end(ap);
	send_text(session, ATT_MESSAGE_INFO, text);
}

void
att_session_error(struct att_session *session, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	format_text(text, fmt, ap);
	va_end(ap);
	send_text(session, ATT_MESSAGE_ERROR, text);
}

void
att_session_log(struct att_session *session, int priority, const char *fmt, ...)
{
	char raw[LOG_MAX], text[LOG_MAX];
	struct att_buf message;
	va_list ap;

	if (priority == LOG_DEBUG &&
	    (session->opts == NULL || !session->opts->debug))
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	att_text_escape(text, sizeof(text), raw);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	send_message(session, att_log_encode((uint8_t)priority, text, &message),
	    &message);
}

void
att_session_expect(struct att_session *session, unsigned int seconds)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	send_message(session, att_deadline_encode(seconds, &message), &message);
}

void
att_session_finish(struct att_session *session, uint32_t pam_code)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	send_message(session,
	    att_code_encode(ATT_MESSAGE_RESULT, pam_code, &message), &message);
}

static enum att_err
receive_start(struct att_session *session)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = att_channel_receive(session->fd,
		 att_clock_ms() + START_WAIT_MS, &message, NULL)) == ATT_OK)
		r = att_start_decode(att_buf_get(&message), &session->start);
	att_buf_reset(&message);
	return r;
}

/*
 * Whoever answers a challenge needs no configuration: what counts is that of
 * the host which asks, and the challenge says it, with the user.
 */
static enum att_err
read_options(struct att_session *session, struct att_reason *why)
{
	const struct att_start *start = &session->start;
	const char *const *arguments = (const char *const *)start->arguments;

	if (start->phase == ATT_PHASE_RESPOND)
		return att_options_parse_words(
		    session->opts, arguments, start->argument_count, why);
	if (start->user == NULL)
		return att_refuse(
		    why, ATT_ERR_STORE_BAD_USER, "the caller named no user");
	return att_options_read_arguments(
	    session->opts, arguments, start->argument_count, why);
}

enum att_err
att_session_begin(struct att_session *session, int fd, struct att_reason *why)
{
	enum att_err r;

	*session = (struct att_session){ .fd = fd };
	if ((r = receive_start(session)) != ATT_OK)
		return att_refuse(why, r, "START: %s", att_err_text(r));
	if ((r = att_options_new(&session->opts)) != ATT_OK)
		return att_refuse_plain(why, r);
	return read_options(session, why);
}

void
att_session_reset(struct att_session *session)
{
	att_options_free(&session->opts);
	att_start_reset(&session->start);
}

/* What an answer message says. */
static enum att_err
decode_answer(struct att_bytes message, char **answerp)
{
	uint32_t code;

	*answerp = NULL;
	switch (message.len > 0 ? message.ptr[0] : 0) {
	case ATT_MESSAGE_ANSWER:
		return att_text_decode(message, ATT_MESSAGE_ANSWER, answerp);
	case ATT_MESSAGE_CANCEL:
		return message.len == 1 ? ATT_ERR_CANCELLED
					: ATT_ERR_MESSAGE_MALFORMED;
	case ATT_MESSAGE_NO_ANSWER:
		if (att_code_decode(message, ATT_MESSAGE_NO_ANSWER, &code) ==
		    ATT_OK)
			return ATT_ERR_CONVERSATION;
		return ATT_ERR_MESSAGE_MALFORMED;
	default:
		return ATT_ERR_MESSAGE_MALFORMED;
	}
}

static enum att_err
ask(struct att_session *session, bool echo, const char *text, char **answerp)
{
	struct att_buf message;
	enum att_err r;

	*answerp = NULL;
	att_buf_init(&message, ATT_MESSAGE_MAX);
	send_message(
	    session, att_prompt_encode(echo, text, &message), &message);
	if ((r = session->broken) != ATT_OK)
		return r;
	if ((r = att_channel_receive(session->fd, -1, &message, NULL)) ==
	    ATT_OK)
		r = decode_answer(att_buf_get(&message), answerp);
	att_buf_reset(&message);
	return r;
}

enum att_err
att_session_ask(struct att_session *session, const char *text, char **answerp)
{
	return ask(session, false, text, answerp);
}

enum att_err
att_session_ask_shown(
    struct att_session *session, const char *text, char **answerp)
{
	return ask(session, true, text, answerp);
}

void
att_session_respond(struct att_session *session, const char *line)
{
	send_text(session, ATT_MESSAGE_RESPONSE, line);
}

enum att_err
att_session_interrupted(struct att_session *session)
{
	struct att_buf message;
	char *answer = NULL;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = att_channel_receive(session->fd, 0, &message, NULL)) ==
		ATT_OK &&
	    (r = decode_answer(att_buf_get(&message), &answer)) !=
		ATT_ERR_CANCELLED)
		r = ATT_ERR_MESSAGE_MALFORMED;
	if (answer != NULL)
		explicit_bzero(answer, strlen(answer));
	free(answer);
	att_buf_reset(&message);
	return r;
}

bool
att_session_is_remote(const struct att_session *session)
{
	const struct att_start *start = &session->start;

	/* sshd does not set PAM_RHOST for a peer that it cannot name. */
	return (start->rhost != NULL && start->rhost[0] != '\0') ||
	       (start->tty != NULL && strcmp(start->tty, "ssh") == 0);
}

const char *
att_session_get_rhost(const struct att_session *session)
{
	const char *rhost = session->start.rhost;

	return rhost != NULL && rhost[0] != '\0' ? rhost : "an unknown place";
}
