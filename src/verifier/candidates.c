/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading and re-judging the credentials of a user. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "login/needs_uv.h"
#include "ssh/sk_key.h"
#include "verifier/candidates.h"

void
att_candidates_reset(struct att_candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		att_verdict_reset(&candidates->list[i].verdict);
	free(candidates->list);
	att_trust_close(&candidates->trust);
	att_credentials_reset(&candidates->credentials);
	memset(candidates, 0, sizeof(*candidates));
}

static enum att_err
judge(struct att_session *session, const struct att_trust *trust,
    struct att_candidate *candidate, struct att_reason *why)
{
	struct att_evidence evidence;
	enum att_err r;

	if ((r = att_record_get_evidence(candidate->record, session->start.user,
		 &evidence, why)) != ATT_OK ||
	    (r = att_attestation_verify(&evidence, session->opts, trust,
		 &candidate->verdict, why)) != ATT_OK)
		return att_refuse_plain(why, r);
	candidate->require_uv = att_login_needs_uv(
	    session->opts, candidate->record->rp_id, &candidate->verdict);
	candidate->is_accepted = true;
	return ATT_OK;
}

static void
note_refused(struct att_session *session, struct att_candidates *candidates,
    const struct att_candidate *candidate)
{
	const struct att_reason *refusal = &candidates->refusal;

	att_candidate_audit(
	    session, candidate->record->label, &candidate->verdict);
	att_session_log(session, LOG_WARNING,
	    "credential \"%s\" of %s is not accepted: %s: %s",
	    candidate->record->label, session->start.user,
	    att_err_code(refusal->code), refusal->text);
}

static enum att_err
judge_all(struct att_session *session, struct att_candidates *candidates,
    struct att_reason *why)
{
	const struct att_credentials *creds = &candidates->credentials;
	struct att_reason *refusal = &candidates->refusal;
	enum att_err r;

	candidates->list = calloc(creds->count, sizeof(*candidates->list));
	if (candidates->list == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	candidates->count = creds->count;
	for (size_t i = 0; i < creds->count; i++) {
		struct att_candidate *candidate = &candidates->list[i];

		candidate->record = &creds->records[i];
		r = judge(session, &candidates->trust, candidate, refusal);
		if (r == ATT_OK)
			att_session_log(session, LOG_DEBUG,
			    "credential \"%s\" is accepted%s",
			    candidate->record->label,
			    candidate->require_uv ? " with verification" : "");
		else if (att_err_is_refusal(r))
			note_refused(session, candidates, candidate);
		else /* not about this record alone */
			return att_refuse(why, r, "%s", refusal->text);
	}
	return ATT_OK;
}

enum att_err
att_candidates_open_trust(struct att_session *session, struct att_trust *trust,
    struct att_reason *why)
{
	enum att_err r;

	if ((r = att_trust_open(session->opts, trust, why)) != ATT_OK)
		return r;
	if (trust->is_stale)
		att_session_log(session, LOG_WARNING,
		    "the metadata in %s is overdue for more than %u days "
		    "(accepted: mds_stale = warn); run: attestctl mds update",
		    session->opts->mds_dir, session->opts->mds_max_age);
	return ATT_OK;
}

enum att_err
att_candidates_load(struct att_session *session,
    struct att_candidates *candidates, struct att_reason *why)
{
	enum att_err r;

	memset(candidates, 0, sizeof(*candidates));
	if ((r = att_store_load(session->opts->credentials_dir,
		 session->start.user, &candidates->credentials, why)) !=
		ATT_OK ||
	    (r = att_candidates_open_trust(session, &candidates->trust, why)) !=
		ATT_OK)
		return att_refuse_plain(why, r);
	att_session_log(session, LOG_DEBUG,
	    "%s has %zu credential(s); %zu anchor(s) configured",
	    session->start.user, candidates->credentials.count,
	    att_anchors_get_count(candidates->trust.anchors));
	return judge_all(session, candidates, why);
}

static size_t
count_accepted(const struct att_candidates *candidates)
{
	size_t n = 0;

	for (size_t i = 0; i < candidates->count; i++)
		n += candidates->list[i].is_accepted;
	return n;
}

static bool
may_answer(const struct att_record *record, bool is_remote)
{
	return record->ssh_options == NULL &&
	       !(is_remote && att_sk_is_application(record->rp_id));
}

enum att_err
att_candidates_choose(
    struct att_candidates *candidates, bool is_remote, struct att_reason *why)
{
	const struct att_reason *refusal = &candidates->refusal;

	if (count_accepted(candidates) == 0)
		return att_refuse(why, ATT_ERR_ATTESTATION_WITHDRAWN, "%s: %s",
		    att_err_code(refusal->code), refusal->text);
	for (size_t i = 0; i < candidates->count; i++)
		if (!may_answer(candidates->list[i].record, is_remote))
			candidates->list[i].is_accepted = false;
	if (count_accepted(candidates) == 0)
		return att_refuse(why, ATT_ERR_SSH_KEY_ONLY,
		    "every credential that is accepted is an SSH key %s; "
		    "register one with attestctl enroll",
		    is_remote ? "for ssh itself to use"
			      : "whose options only sshd obeys");
	return ATT_OK;
}

void
att_candidate_audit(struct att_session *session, const char *label,
    const struct att_verdict *verdict)
{
	struct att_audit *audit = &session->audit;

	memset(audit, 0, sizeof(*audit));
	snprintf(audit->label, sizeof(audit->label), "%s", label);
	if (verdict->has_format)
		audit->format = att_format_name(verdict->format);
	if (verdict->has_auth_data) {
		att_uuid_print(verdict->aaguid, audit->aaguid);
		audit->has_flags = true;
		audit->flags = verdict->flags;
		audit->has_counter = true;
		audit->counter = verdict->sign_count;
	}
	if (verdict->has_anchor)
		snprintf(audit->anchor, sizeof(audit->anchor), "%s",
		    verdict->anchor.subject);
}
