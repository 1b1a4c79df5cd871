/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of registered keys, judged: WebAuthn Level 3 section 7.2. */
#include <string.h>
#include <syslog.h>

#include "attestation/assertion.h"
#include "codec/digest.h"
#include "store/store.h"
#include "verifier/proof.h"

/* What the answer is verified against; lends from both. */
static enum att_err
expect(const struct att_session *session, const struct att_proof *proof,
    struct att_assertion *assertion)
{
	*assertion = (struct att_assertion){
		.key = &proof->candidate->verdict.key,
		.require_uv = proof->candidate->require_uv,
		.ecdsa_encoding = session->opts->ecdsa_encoding,
		.auth_data = proof->auth_data,
		.signature = proof->signature,
	};
	memcpy(assertion->client_data_hash, proof->client_data_hash,
	    sizeof(assertion->client_data_hash));
	return att_sha256(att_bytes_text(proof->candidate->record->rp_id),
	    assertion->rp_id_hash);
}

/* WebAuthn 6.1.1; the option says what a counter that stands still means. */
static enum att_err
check_counter(struct att_session *session,
    const struct att_candidate *candidate, uint32_t now, struct att_reason *why)
{
	struct att_counter counter = {
		.state_dir = session->opts->state_dir,
		.user = session->start.user,
		.record = candidate->record,
		.floor = candidate->verdict.sign_count,
		.now = now,
	};
	uint32_t seen;
	enum att_err r;

	if (session->opts->counter == ATT_COUNTER_IGNORE)
		return ATT_OK;
	if ((r = att_counter_advance(&counter, &seen, why)) == ATT_OK)
		return ATT_OK;
	if (r == ATT_ERR_COUNTER &&
	    session->opts->counter == ATT_COUNTER_WARN) {
		att_session_log(session, LOG_WARNING,
		    "credential \"%s\" of %s: %s: %s (accepted: counter = "
		    "warn)",
		    candidate->record->label, session->start.user,
		    att_err_code(r), why->text);
		return ATT_OK;
	}
	return r;
}

static void
audit_facts(struct att_session *session, const struct att_candidate *candidate,
    const struct att_assertion_facts *facts)
{
	struct att_audit *audit = &session->audit;

	att_candidate_audit(
	    session, candidate->record->label, &candidate->verdict);
	audit->has_flags = audit->has_counter = facts != NULL;
	if (facts == NULL)
		return;
	audit->flags = facts->flags;
	audit->counter = facts->sign_count;
}

enum att_err
att_proof_judge(struct att_session *session, const struct att_proof *proof,
    struct att_reason *why)
{
	struct att_assertion_facts facts;
	struct att_assertion assertion;
	enum att_err r;

	audit_facts(session, proof->candidate, NULL);
	if ((r = expect(session, proof, &assertion)) != ATT_OK ||
	    (r = att_assertion_verify(&assertion, &facts, why)) != ATT_OK)
		return r;
	audit_facts(session, proof->candidate, &facts);
	return check_counter(session, proof->candidate, facts.sign_count, why);
}

enum att_err
att_proof_recognise(struct att_session *session, const struct att_proof *proof,
    struct att_reason *why)
{
	struct att_assertion assertion;
	enum att_err r;

	if ((r = expect(session, proof, &assertion)) != ATT_OK)
		return r;
	return att_assertion_recognise(&assertion, why);
}
