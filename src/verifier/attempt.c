/* SPDX-License-Identifier: BSD-2-Clause */
/* Challenges that are shown, and the lines that come back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "remote/line.h"
#include "verifier/attempt.h"

enum {
	REGISTRATION_S = 600, /* somebody may have to carry it by mail */
	CALLER_S = 30,	      /* for all that does not wait for a person */
	PROMPT_MAX = ATT_LINE_CHALLENGE_MAX + 1024,
};

_Static_assert((int)ATT_REMOTE_HOST_MAX == (int)ATT_HOST_NAME_MAX &&
		   (int)PROMPT_MAX <= (int)ATT_PROMPT_MAX &&
		   (int)ATT_LINE_REGISTRATION_MAX <= (int)ATT_ANSWER_MAX,
    "a session and its messages have to have room for an attempt");

enum att_err
att_attempt_find_host(struct att_session *session, struct att_reason *why)
{
	const char *configured = session->opts->remote_host;
	char *name = session->host_name;
	size_t size = sizeof(session->host_name);

	if (configured[0] != '\0')
		snprintf(name, size, "%s", configured);
	else if (gethostname(name, size) != 0)
		return att_refuse(why, ATT_ERR_SYSTEM,
		    "this host does not say what its name is");
	name[size - 1] = '\0';
	if (att_remote_is_host(name))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "\"%s\" cannot be shown as the name of this host: expected "
	    "letters, digits, \".\", \"_\", \"-\" and \":\"; set remote_host",
	    name);
}

enum att_err
att_attempt_begin(const struct att_session *session, enum att_remote_kind kind,
    struct att_remote_challenge *challenge, struct att_reason *why)
{
	*challenge = (struct att_remote_challenge){
		.kind = kind,
		.host = session->host_name,
		.user = session->start.user,
		.rp_id = session->opts->rp_id,
		.user_verification = session->opts->user_verification,
		.seconds = kind == ATT_REMOTE_LOGIN
			       ? session->opts->remote_timeout
			       : REGISTRATION_S,
	};
	if (!att_remote_is_user(challenge->user))
		return att_refuse(why, ATT_ERR_STORE_BAD_USER,
		    "a key at another machine cannot be asked for a user "
		    "whose name has quotes or control characters");
	if (getrandom(challenge->random, sizeof(challenge->random), 0) !=
	    (ssize_t)sizeof(challenge->random))
		return att_refuse_plain(why, ATT_ERR_SYSTEM);
	return ATT_OK;
}

/* One prompt, the line in it on a line of its own: it is to be copied. */
static enum att_err
compose(const struct att_remote_challenge *challenge, struct att_buf *text,
    uint8_t id[ATT_REMOTE_ID_LEN])
{
	bool is_minutes = challenge->seconds % 60 == 0;
	uint32_t time =
	    is_minutes ? challenge->seconds / 60 : challenge->seconds;
	enum att_err r;

	if ((r = att_buf_printf(text,
		 "The security key has to answer from your own machine, within "
		 "%u %s%s.\n"
		 "1. There, run:  attestctl respond\n"
		 "2. Paste this line into it, and touch the key:\n\n",
		 time, is_minutes ? "minute" : "second",
		 time == 1 ? "" : "s")) != ATT_OK ||
	    (r = att_remote_challenge_print(challenge, text, id)) != ATT_OK)
		return r;
	return att_buf_printf(
	    text, "\n\n3. Paste the line that it prints here.\nResponse: ");
}

static enum att_err
ask(struct att_session *session, struct att_buf *text, char **answerp)
{
	enum att_err r;

	*answerp = NULL;
	if ((r = att_buf_put_u8(text, '\0')) != ATT_OK)
		return r;
	att_session_expect(session, CALLER_S);
	return att_session_ask_shown(session, (const char *)text->ptr, answerp);
}

static enum att_err
check(const struct att_remote_challenge *challenge, const uint8_t *id,
    const struct att_remote_response *response, int64_t took_ms,
    struct att_reason *why)
{
	if (memcmp(response->id, id, ATT_REMOTE_ID_LEN) != 0)
		return att_refuse(why, ATT_ERR_RESPONSE_CHALLENGE,
		    "the response is to another challenge: of another host, "
		    "of another user, or of an attempt that is over; answer "
		    "the one that is shown");
	if (took_ms > (int64_t)challenge->seconds * 1000)
		return att_refuse(why, ATT_ERR_RESPONSE_LATE,
		    "the response came after %lld seconds, later than the %u "
		    "that it may take",
		    (long long)(took_ms / 1000), challenge->seconds);
	return ATT_OK;
}

enum att_err
att_attempt_ask(struct att_session *session,
    const struct att_remote_challenge *challenge,
    struct att_remote_response *response, struct att_reason *why)
{
	uint8_t id[ATT_REMOTE_ID_LEN];
	struct att_buf text;
	int64_t began, took;
	char *answer = NULL;
	enum att_err r;

	*response = (struct att_remote_response){ 0 };
	att_buf_init(&text, PROMPT_MAX);
	began = att_clock_ms();
	if ((r = compose(challenge, &text, id)) == ATT_OK)
		r = ask(session, &text, &answer);
	took = att_clock_ms() - began;
	att_buf_reset(&text);
	if (r == ATT_ERR_TOO_LARGE)
		return att_refuse(why, r,
		    "%s has more credentials than a challenge can name; "
		    "remove some",
		    session->start.user);
	if (r == ATT_OK && (r = att_remote_response_read(att_bytes_text(answer),
				challenge->kind, response, why)) == ATT_OK)
		r = check(challenge, id, response, took, why);
	free(answer);
	return att_refuse_plain(why, r);
}
