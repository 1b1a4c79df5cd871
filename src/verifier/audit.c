/* SPDX-License-Identifier: BSD-2-Clause */
/* The audit line for the log, the next step for the person. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "attestation/authdata.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log_field.h"
#include "verifier/audit.h"

enum {
	AUDIT_MAX = 4300, /* seven values and what is between them */
};

static enum att_err
put_item(struct att_buf *line, const char *name, const char *value)
{
	return att_log_field_put(line, name, value != NULL ? value : "");
}

/* What has a fixed form comes first: nothing a person chose can hide it. */
static enum att_err
put_facts(struct att_buf *line, const struct att_session *session,
    const char *verdict, enum att_err err)
{
	const struct att_audit *audit = &session->audit;
	char expires[ATT_UTC_SHOWN];
	enum att_err r;

	if ((r = att_buf_printf(line, "%s: phase=%s reason=%s", verdict,
		 att_phase_name(session->start.phase), att_err_code(err))) !=
	    ATT_OK)
		return r;
	if (audit->aaguid[0] != '\0' &&
	    (r = att_buf_printf(line, " aaguid=%s", audit->aaguid)) != ATT_OK)
		return r;
	if (audit->format != NULL &&
	    (r = att_buf_printf(line, " format=%s", audit->format)) != ATT_OK)
		return r;
	if (audit->has_flags &&
	    (r = att_buf_printf(line, " up=%d uv=%d",
		 (audit->flags & ATT_FLAG_UP) != 0,
		 (audit->flags & ATT_FLAG_UV) != 0)) != ATT_OK)
		return r;
	if (audit->has_counter && (r = att_buf_printf(line, " counter=%" PRIu32,
				       audit->counter)) != ATT_OK)
		return r;
	if (session->host.type != NULL)
		return att_buf_printf(line, " host=%s expires=%s",
		    session->host.type,
		    att_clock_show_utc(session->host.expires, expires));
	return ATT_OK;
}

static enum att_err
compose(struct att_buf *line, const struct att_session *session,
    const char *verdict, enum att_err err, const struct att_reason *why)
{
	const struct att_start *start = &session->start;
	const struct att_audit *audit = &session->audit;
	enum att_err r;

	if ((r = put_facts(line, session, verdict, err)) != ATT_OK ||
	    (r = put_item(line, "service", start->service)) != ATT_OK ||
	    (r = put_item(line, "user", start->user)) != ATT_OK ||
	    (r = put_item(line, "rhost", start->rhost)) != ATT_OK)
		return r;
	if (audit->label[0] != '\0' &&
	    (r = att_log_field_put(line, "label", audit->label)) != ATT_OK)
		return r;
	if (audit->anchor[0] != '\0' &&
	    (r = att_log_field_put(line, "anchor", audit->anchor)) != ATT_OK)
		return r;
	if (session->host.type != NULL && (r = att_log_field_put(line, "issuer",
					       session->host.issuer)) != ATT_OK)
		return r;
	if (err == ATT_OK)
		return ATT_OK;
	return att_log_field_put(line, "text",
	    why->code == err && why->text[0] != '\0' ? why->text
						     : att_err_text(err));
}

static void
log_verdict(struct att_session *session, int priority, const char *verdict,
    enum att_err err, const struct att_reason *why)
{
	struct att_buf line;

	att_buf_init(&line, AUDIT_MAX);
	/* A line that does not fit is logged as far as it goes. */
	(void)!compose(&line, session, verdict, err, why);
	att_session_log(
	    session, priority, "%.*s", (int)line.len, (const char *)line.ptr);
	att_buf_reset(&line);
}

void
att_audit_log(
    struct att_session *session, enum att_err err, const struct att_reason *why)
{
	if (err == ATT_OK)
		log_verdict(session, LOG_INFO, "accepted", err, why);
	else
		log_verdict(session, LOG_NOTICE, "refused", err, why);
}

void
att_audit_report(
    struct att_session *session, enum att_err err, const struct att_reason *why)
{
	log_verdict(session, LOG_WARNING, "would be refused", err, why);
}

/*
 * Sentences for people. NULL: nothing to say (a stack may ignore it, or it
 * has been said). What is not listed gets the sentence of its category.
 */
static const struct {
	enum att_err err;
	const char *sentence;
} sentences[] = {
	{ ATT_ERR_STORE_NO_USER, NULL },
	{ ATT_ERR_STORE_BAD_USER, NULL },
	{ ATT_ERR_CANCELLED, "Cancelled." },
	{ ATT_ERR_PIN_BLOCKED, NULL },
	{ ATT_ERR_CONVERSATION, NULL },
	{ ATT_ERR_PIN_INVALID, NULL },
	{ ATT_ERR_TIMEOUT, "No security key was touched in time." },
	{ ATT_ERR_NO_AUTHENTICATOR,
	    "No security key is connected. Connect yours and try again." },
	{ ATT_ERR_WRONG_AUTHENTICATOR,
	    "The connected security key is not registered for you. Connect "
	    "the one that is and try again." },
	{ ATT_ERR_ALREADY_REGISTERED,
	    "This security key is registered already." },
	{ ATT_ERR_SEVERAL_AUTHENTICATORS,
	    "Several security keys with a PIN are connected. Leave only the "
	    "one to register." },
	{ ATT_ERR_PIN_NOT_SET,
	    "This login needs a security key with a PIN. Set one up "
	    "(fido2-token -S) and try again." },
	{ ATT_ERR_UV_REFUSED,
	    "The security key did not recognise you. Try again." },
	{ ATT_ERR_UV_MISSING,
	    "The security key did not verify you, and this login needs it." },
	{ ATT_ERR_DEVICE_BUSY,
	    "Another program is using the security key. Close it and try "
	    "again." },
	{ ATT_ERR_REMOTE_CALLER,
	    "A security key at this machine cannot be used from another one." },
	{ ATT_ERR_AGENT_MISSING,
	    "No SSH agent can be asked. Log in with yours forwarded (ssh -A) "
	    "and try again." },
	{ ATT_ERR_AGENT_NOT_OWNED,
	    "The SSH agent that SSH_AUTH_SOCK names is not yours." },
	{ ATT_ERR_AGENT_UNREACHABLE,
	    "Your SSH agent cannot be reached. Log in again with it forwarded "
	    "(ssh -A)." },
	{ ATT_ERR_AGENT_MALFORMED,
	    "Your SSH agent gave an answer that cannot be used." },
	{ ATT_ERR_AGENT_NO_KEY,
	    "Your SSH agent has no security key that is registered for you." },
	{ ATT_ERR_AGENT_REFUSED,
	    "Your SSH agent did not sign. Connect your security key, and touch "
	    "it when asked." },
	{ ATT_ERR_AGENT_TIMEOUT, "Your SSH agent did not answer in time." },
	{ ATT_ERR_RESPONSE_MALFORMED,
	    "That is not the line that \"attestctl respond\" prints. Try "
	    "again." },
	{ ATT_ERR_RESPONSE_DAMAGED,
	    "That line is not whole. Try again, and copy all of it, once." },
	{ ATT_ERR_RESPONSE_CHALLENGE,
	    "That line answers another challenge. Try again with the one that "
	    "is shown." },
	{ ATT_ERR_RESPONSE_LATE, "That took too long. Try again." },
	{ ATT_ERR_CHALLENGE_MALFORMED,
	    "That is not the line that a host shows." },
	{ ATT_ERR_CHALLENGE_DAMAGED,
	    "That line is not whole. Copy all of it, once." },
	{ ATT_ERR_SELF_ENROLL_REFUSED,
	    "You may not register a security key yourself. Ask your "
	    "administrator." },
	{ ATT_ERR_ATTESTATION_WITHDRAWN,
	    "Your security key is registered, but its model is no longer "
	    "accepted. Ask your administrator for another one." },
	{ ATT_ERR_COUNTER,
	    "This security key may have been copied. Stop using it and tell "
	    "your administrator." },
};

static const char *
category_sentence(enum att_err err)
{
	switch (att_err_category(err)) {
	case ATT_CATEGORY_config:
		return "Security keys are not set up correctly on this "
		       "machine. Ask your administrator.";
	case ATT_CATEGORY_system:
	case ATT_CATEGORY_bug:
		return "The security key could not be checked. Ask your "
		       "administrator.";
	default:
		return "The security key was not accepted.";
	}
}

/* Whoever is at the door cannot mend the host, and did nothing wrong. */
static const char *
host_sentence(enum att_err err)
{
	switch (att_err_category(err)) {
	case ATT_CATEGORY_config:
	case ATT_CATEGORY_system:
	case ATT_CATEGORY_bug:
		return "How this machine was started could not be checked. "
		       "Ask your administrator.";
	default:
		return "This machine has not proven how it was started, so "
		       "nobody can log in. Ask your administrator.";
	}
}

static const char *
find_sentence(const struct att_session *session, enum att_err err)
{
	if (session->is_host_refused)
		return host_sentence(err);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (sentences[i].err == err)
			return sentences[i].sentence;
	return category_sentence(err);
}

/*
 * Whoever registers a key learns the reason: it says which key to get. So does
 * whoever answers a challenge, who has no log.
 */
static bool
is_registering(const struct att_session *session)
{
	return session->start.phase == ATT_PHASE_ENROLL ||
	       session->start.phase == ATT_PHASE_PASSWORD ||
	       session->start.phase == ATT_PHASE_RESPOND;
}

/*
 * Files that an administrator presents are right or wrong: there is nothing to
 * touch or to try again, and nobody else to ask.
 */
static bool
is_about_files(const struct att_session *session)
{
	return session->start.phase == ATT_PHASE_SSH_ENROLL;
}

void
att_audit_tell(
    struct att_session *session, enum att_err err, const struct att_reason *why)
{
	const char *sentence = find_sentence(session, err);

	if (is_about_files(session)) {
		att_session_error(session, "%s (%s)",
		    why->code == err && why->text[0] != '\0'
			? why->text
			: att_err_text(err),
		    att_err_code(err));
		return;
	}
	if (sentence == NULL)
		return;
	att_session_error(session, "%s", sentence);
	if (is_registering(session) && why->code == err && why->text[0] != '\0')
		att_session_error(
		    session, "Reason: %s (%s).", why->text, att_err_code(err));
}
