/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd says of the key that it let in, and what the store says of it. */
#include <string.h>

#include "verifier/ssh_session.h"

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
judge_lines(struct att_session *session, struct att_reason *why)
{
	session->is_key_judged = true;
	return att_refuse(why, ATT_ERR_SSH_KEY_UNKNOWN,
	    "no SSH key is registered for %s", session->start.user);
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
