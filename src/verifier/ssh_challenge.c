/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the challenge that an attestation of ssh-keygen was made over. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "verifier/ssh_challenge.h"

enum {
	CHALLENGE_LEN = 32,
	/* Of other users, each of which takes a signature or two. */
	OTHERS_MAX = 512,
};

/* One search, on its way. */
struct search {
	const struct att_ssh_search *asked;
	struct att_ssh_found *found;
	time_t now;
	unsigned int left; /* of other users */
	struct att_reason *why;
};

void
att_ssh_found_reset(struct att_ssh_found *found)
{
	att_verdict_reset(&found->verdict);
	att_buf_reset(&found->object);
}

static enum att_err
judge(struct search *s, struct att_bytes challenge, struct att_reason *why)
{
	return att_ssh_attestation_judge(s->asked->judgement, challenge,
	    &s->found->object, &s->found->verdict, why);
}

/*
 * Is it this challenge? Either it is the one that was given, or the signature
 * verifies over it: what is wrong beside that is not asked here.
 */
static bool
is_meant(
    struct search *s, const struct att_challenge *challenge, const char *user)
{
	uint8_t bytes[CHALLENGE_LEN];
	struct att_bytes made = att_bytes(bytes, sizeof(bytes));

	if (att_challenge_get_bytes(challenge, user, bytes) != ATT_OK)
		return false;
	if (s->asked->given != NULL)
		return att_bytes_is_equal(made, *s->asked->given);
	return judge(s, made, NULL) != ATT_ERR_STATEMENT_SIGNATURE;
}

/* --- What is wrong with it ----------------------------------------------- */

static enum att_err
refuse_spent(struct search *s, const struct att_challenge *challenge)
{
	char text[ATT_UTC_SHOWN];

	if (att_challenge_get_state(challenge, s->now) == ATT_CHALLENGE_USED)
		return att_refuse(s->why, ATT_ERR_SSH_CHALLENGE_USED,
		    "the challenge of the attestation was used at %s; issue "
		    "another one and make another key: attestctl ssh "
		    "challenge '%s'",
		    att_clock_show_utc(challenge->used, text), s->asked->user);
	return att_refuse(s->why, ATT_ERR_SSH_CHALLENGE_EXPIRED,
	    "the challenge of the attestation expired at %s; issue another "
	    "one and make another key: attestctl ssh challenge '%s'",
	    att_clock_show_utc(challenge->expires, text), s->asked->user);
}

static enum att_err
try_other(void *arg, const char *user, const struct att_challenges *challenges)
{
	struct search *s = arg;

	for (size_t i = 0; i < challenges->count; i++) {
		if (s->left == 0)
			return ATT_OK;
		s->left--;
		if (is_meant(s, &challenges->list[i], user))
			return att_refuse(s->why,
			    ATT_ERR_SSH_CHALLENGE_OTHER_USER,
			    "the challenge of the attestation was issued for "
			    "%s, not for %s",
			    user, s->asked->user);
	}
	return ATT_OK;
}

static size_t
count_pending(const struct search *s)
{
	const struct att_challenges *challenges = s->asked->challenges;
	size_t count = 0;

	for (size_t i = 0; i < challenges->count; i++)
		count += att_challenge_get_state(&challenges->list[i],
			     s->now) == ATT_CHALLENGE_PENDING;
	return count;
}

static enum att_err
refuse_unknown(struct search *s)
{
	const char *user = s->asked->user;
	size_t pending = count_pending(s);

	if (s->asked->given != NULL)
		return att_refuse(s->why, ATT_ERR_SSH_CHALLENGE_UNKNOWN,
		    "the challenge was not issued here, or long ago; issue "
		    "one: attestctl ssh challenge '%s'",
		    user);
	if (pending == 0)
		return att_refuse(s->why, ATT_ERR_SSH_CHALLENGE_UNKNOWN,
		    "no challenge is pending for %s; issue one: attestctl ssh "
		    "challenge '%s'",
		    user, user);
	return att_refuse(s->why, ATT_ERR_SSH_CHALLENGE_UNKNOWN,
	    "the signature of the attestation verifies over none of the %zu "
	    "challenge(s) that are pending for %s: it was made over another "
	    "one, or changed",
	    pending, user);
}

/* --- The search ---------------------------------------------------------- */

/*
 * Over a challenge that nobody has seen no signature verifies: any other
 * refusal is not about the challenge. Without a signature (the format "none")
 * it may even be accepted, and then none is meant more than another.
 */
static enum att_err
judge_over_none(struct search *s, bool *is_signed)
{
	uint8_t bytes[CHALLENGE_LEN];
	enum att_err err;

	*is_signed = false;
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return att_refuse_plain(s->why, ATT_ERR_SYSTEM);
	err = judge(s, att_bytes(bytes, sizeof(bytes)), s->why);
	*is_signed = err == ATT_ERR_STATEMENT_SIGNATURE;
	return *is_signed ? ATT_OK : err;
}

static enum att_err
check_application(struct search *s, const struct att_challenge *challenge)
{
	const char *application = s->asked->judgement->presented->application;

	if (strcmp(challenge->application, application) == 0)
		return ATT_OK;
	return att_refuse(s->why, ATT_ERR_SSH_APPLICATION,
	    "the challenge was issued for the application \"%s\", the SSH "
	    "public key is for \"%s\"",
	    challenge->application, application);
}

/* The challenge is the one at index: judged for good. */
static enum att_err
judge_over(struct search *s, size_t index)
{
	const struct att_challenge *challenge =
	    &s->asked->challenges->list[index];
	uint8_t *bytes = s->found->challenge;
	enum att_err err;

	s->found->index = index;
	if ((err = check_application(s, challenge)) != ATT_OK)
		return err;
	err = att_challenge_get_bytes(challenge, s->asked->user, bytes);
	if (err != ATT_OK)
		return att_refuse_plain(s->why, err);
	err = judge(s, att_bytes(bytes, CHALLENGE_LEN), s->why);
	if (err == ATT_ERR_STATEMENT_SIGNATURE)
		return att_refuse(s->why, err,
		    "the attestation was made over another challenge than the "
		    "one given, or changed");
	return err;
}

static enum att_err
search(struct search *s, bool is_pending, bool *is_over)
{
	const struct att_challenges *challenges = s->asked->challenges;

	*is_over = true;
	for (size_t i = 0; i < challenges->count; i++) {
		const struct att_challenge *challenge = &challenges->list[i];

		if ((att_challenge_get_state(challenge, s->now) ==
			ATT_CHALLENGE_PENDING) == is_pending &&
		    is_meant(s, challenge, s->asked->user))
			return is_pending ? judge_over(s, i)
					  : refuse_spent(s, challenge);
	}
	*is_over = false;
	return ATT_OK;
}

static enum att_err
search_all(struct search *s, bool is_signed)
{
	const struct att_challenges_walk walk = { s->asked->state_dir,
		s->asked->user, try_other, s };
	enum att_err err;
	bool is_over;

	err = search(s, true, &is_over);
	if (is_over)
		return err;
	/* Every challenge is as good as any to what was not signed. */
	if (is_signed || s->asked->given != NULL) {
		err = search(s, false, &is_over);
		if (is_over)
			return err;
		err = att_challenges_each_other(&walk);
		if (err == ATT_ERR_SSH_CHALLENGE_OTHER_USER)
			return err;
	}
	return refuse_unknown(s);
}

enum att_err
att_ssh_search_run(const struct att_ssh_search *search,
    struct att_ssh_found *found, struct att_reason *why)
{
	struct search s = { .asked = search,
		.found = found,
		.now = search->judgement->time,
		.left = OTHERS_MAX,
		.why = why };
	enum att_err err;
	bool is_signed;

	*found = (struct att_ssh_found){ 0 };
	att_buf_init(&found->object, ATT_RECORD_OBJECT_MAX);
	if ((err = judge_over_none(&s, &is_signed)) != ATT_OK)
		return err;
	return search_all(&s, is_signed);
}
