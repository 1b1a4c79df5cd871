/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd says of the key that it let in, and what the store says of it. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "login/ssh_credential.h"
#include "ssh/auth_info.h"
#include "ssh/sk_key.h"
#include "verifier/candidates.h"
#include "verifier/ssh_session.h"

/* What became of the credentials that one key is. */
struct judgement {
	struct att_session *session;
	bool is_accepted;
	struct att_reason refusal; /* of the last that was refused */
};

/*
 * sshd names the terminal so before there is one. An application that is not
 * sshd has no keys to tell of.
 */
static bool
is_ssh(const struct att_session *session)
{
	const char *tty = session->start.tty;

	return session->start.ssh_auth_info != NULL ||
	       (tty != NULL && strcmp(tty, "ssh") == 0);
}

/* Only when the session is opened sshd has said all. */
static enum att_err
judge_nothing_said(const struct att_session *session, struct att_reason *why)
{
	if (session->start.phase != ATT_PHASE_SESSION || !is_ssh(session))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_SSH_AUTH_INFO,
	    "SSH_AUTH_INFO_0 is %s when the session is opened: ssh_keys = "
	    "attested needs OpenSSH 7.8 or later",
	    session->start.ssh_auth_info == NULL ? "not set" : "empty");
}

static enum att_err
open_trust(void *arg, struct att_trust *trust, struct att_reason *why)
{
	struct judgement *judgement = arg;

	return att_candidates_open_trust(judgement->session, trust, why);
}

/* What it signed, and how, only sshd knows. */
static void
audit(struct att_session *session, const struct att_ssh_credential *credential)
{
	att_candidate_audit(
	    session, credential->record->label, &credential->verdict);
	session->audit.has_flags = session->audit.has_counter = false;
}

static enum att_err
take(void *arg, const struct att_ssh_credential *credential,
    struct att_reason *why)
{
	struct judgement *judgement = arg;

	(void)why;
	if (judgement->is_accepted)
		return ATT_OK;
	audit(judgement->session, credential);
	if (credential->err == ATT_OK)
		judgement->is_accepted = true;
	else
		judgement->refusal = credential->why;
	return ATT_OK;
}

static enum att_err
refuse_unknown(const struct att_session *session, const struct att_sk_key *key,
    struct att_reason *why)
{
	char fingerprint[ATT_SK_FINGERPRINT_SIZE];
	enum att_err r;

	if ((r = att_sk_key_fingerprint(key, fingerprint)) != ATT_OK)
		return att_refuse_plain(why, r);
	return att_refuse(why, ATT_ERR_SSH_KEY_UNKNOWN,
	    "the key %s %s is not registered for %s; register it with "
	    "attestctl ssh enroll",
	    att_sk_key_type(key->kind), fingerprint, session->start.user);
}

static enum att_err
judge_key(struct att_session *session, const struct att_sk_key *key,
    struct att_reason *why)
{
	struct judgement judgement = { .session = session };
	const struct att_ssh_question question = {
		.opts = session->opts,
		.user = session->start.user,
		.wanted = key,
		.open_trust = open_trust,
		.take = take,
		.arg = &judgement,
	};
	enum att_err r = att_ssh_credential_ask(&question, why);

	if (r == ATT_ERR_STORE_NO_USER || r == ATT_ERR_SSH_KEY_UNKNOWN)
		return refuse_unknown(session, key, why);
	if (r != ATT_OK || judgement.is_accepted)
		return r;
	return att_refuse(why, ATT_ERR_ATTESTATION_WITHDRAWN, "%s: %s",
	    att_err_code(judgement.refusal.code), judgement.refusal.text);
}

static enum att_err
judge_method(struct att_session *session, const struct att_ssh_method *method,
    struct att_reason *why)
{
	struct att_sk_line line;
	enum att_err r;

	if ((r = att_sk_words_parse(
		 method->key_type, method->key, &line, why)) != ATT_OK)
		return r;
	r = judge_key(session, &line.key, why);
	att_sk_line_reset(&line);
	return r;
}

static enum att_err
judge_lines(struct att_session *session, struct att_reason *why)
{
	struct att_bytes rest = att_bytes_text(session->start.ssh_auth_info);
	struct att_ssh_method method;
	enum att_err r;

	while (rest.len > 0) {
		if ((r = att_ssh_auth_info_next(&rest, &method, why)) != ATT_OK)
			return r;
		if (!method.is_publickey)
			continue;
		session->is_key_judged = true;
		if ((r = judge_method(session, &method, why)) != ATT_OK)
			return r;
	}
	return ATT_OK;
}

enum att_err
att_ssh_session_judge(struct att_session *session, struct att_reason *why)
{
	const char *info = session->start.ssh_auth_info;

	if (session->opts->ssh_keys == ATT_SSH_KEYS_OFF)
		return ATT_OK;
	if (info == NULL || info[0] == '\0')
		return judge_nothing_said(session, why);
	return judge_lines(session, why);
}
