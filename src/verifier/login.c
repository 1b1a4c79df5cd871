/* SPDX-License-Identifier: BSD-2-Clause */
/* Login: WebAuthn Level 3 section 7.2 with the verifier as relying party. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>

#include "attestation/assertion.h"
#include "codec/clientdata.h"
#include "codec/digest.h"
#include "store/store.h"
#include "verifier/allow_list.h"
#include "verifier/ceremony.h"
#include "verifier/login.h"
#include "verifier/pin.h"

/* One assertion ceremony. */
struct login {
	struct att_session *session;
	const struct att_candidates *candidates;
	struct att_allow_list list;
	struct att_get_assertion request;
	const struct att_candidate *proven;
};

enum att_login_way
att_login_get_way(const struct att_session *session)
{
	if (session->opts->agent == ATT_AGENT_SK)
		return ATT_LOGIN_AGENT;
	if (session->opts->remote == ATT_REMOTE_RESPOND &&
	    att_session_is_remote(session))
		return ATT_LOGIN_REMOTE;
	return ATT_LOGIN_LOCAL;
}

enum att_err
att_login_precheck(struct att_session *session, struct att_reason *why)
{
	if (att_login_get_way(session) == ATT_LOGIN_LOCAL &&
	    att_session_is_remote(session))
		return att_refuse(why, ATT_ERR_REMOTE_CALLER,
		    "the caller is at %s; an authenticator at this machine is "
		    "never asked for a remote caller",
		    session->start.rhost);
	return att_store_probe(
	    session->opts->credentials_dir, session->start.user, why);
}

/*
 * A fresh challenge for this attempt alone. The client data names the
 * configured RP ID; which credential's RP ID signs is in authData.
 */
static enum att_err
hash_challenge(const char *rp_id, uint8_t hash[32])
{
	uint8_t challenge[ATT_CHALLENGE_LEN];

	if (getrandom(challenge, sizeof(challenge), 0) !=
	    (ssize_t)sizeof(challenge))
		return ATT_ERR_SYSTEM;
	return att_client_data_hash("webauthn.get", challenge, rp_id, hash);
}

static enum att_err
prepare(struct login *login)
{
	struct att_get_assertion *request = &login->request;
	enum att_err r;

	if ((r = att_allow_list_make(login->candidates, &login->list)) !=
	    ATT_OK)
		return r;
	request->batches = login->list.batches;
	request->batch_count = login->list.count;
	return hash_challenge(
	    login->session->opts->rp_id, request->client_data_hash);
}

static enum att_err
encode(void *arg, enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out)
{
	struct login *login = arg;
	struct att_get_assertion *request = &login->request;
	enum att_err r;

	request->up = up;
	request->uv = uv;
	att_pin_put(request->pin, pin);
	r = att_get_assertion_encode(request, out);
	att_pin_wipe(request->pin);
	return r;
}

/* What an answer is verified against; lends from all three. */
static enum att_err
expect(const struct login *login, const struct att_candidate *candidate,
    const struct att_assertion_answer *answer, struct att_assertion *assertion)
{
	*assertion = (struct att_assertion){
		.key = &candidate->verdict.key,
		.require_uv = candidate->require_uv,
		.ecdsa_encoding = login->session->opts->ecdsa_encoding,
		.auth_data = answer->auth_data,
		.signature = answer->signature,
	};
	memcpy(assertion->client_data_hash, login->request.client_data_hash,
	    sizeof(assertion->client_data_hash));
	return att_sha256(
	    att_bytes_text(candidate->record->rp_id), assertion->rp_id_hash);
}

/* The answer, and the credential it is by: one of those asked for. */
static enum att_err
read_answer(const struct login *login, struct att_bytes message,
    struct att_assertion_answer *answer, const struct att_candidate **candidate,
    struct att_reason *why)
{
	if (att_assertion_decode(message, answer) != ATT_OK)
		return att_refuse(why, ATT_ERR_DEVICE_FAILED,
		    "the authenticator process sent a malformed ASSERTION");
	*candidate = att_allow_list_find(&login->list, login->candidates,
	    answer->batch, answer->credential_id);
	if (*candidate == NULL)
		return att_refuse(why, ATT_ERR_ASSERTION_CREDENTIAL,
		    "the authenticator answered for a credential that was not "
		    "asked for");
	return ATT_OK;
}

static enum att_err
recognise(void *arg, struct att_bytes message, struct att_reason *why)
{
	const struct login *login = arg;
	const struct att_candidate *candidate;
	struct att_assertion_answer answer;
	struct att_assertion assertion;
	enum att_err r;

	if ((r = read_answer(login, message, &answer, &candidate, why)) !=
		ATT_OK ||
	    (r = expect(login, candidate, &answer, &assertion)) != ATT_OK)
		return r;
	return att_assertion_recognise(&assertion, why);
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

static enum att_err
judge(void *arg, struct att_bytes message, struct att_reason *why)
{
	struct login *login = arg;
	const struct att_candidate *candidate;
	struct att_assertion_answer answer;
	struct att_assertion_facts facts;
	struct att_assertion assertion;
	enum att_err r;

	if ((r = read_answer(login, message, &answer, &candidate, why)) !=
	    ATT_OK)
		return r;
	audit_facts(login->session, candidate, NULL);
	if ((r = expect(login, candidate, &answer, &assertion)) != ATT_OK ||
	    (r = att_assertion_verify(&assertion, &facts, why)) != ATT_OK)
		return r;
	audit_facts(login->session, candidate, &facts);
	if ((r = check_counter(
		 login->session, candidate, facts.sign_count, why)) != ATT_OK)
		return r;
	login->proven = candidate;
	return ATT_OK;
}

enum att_err
att_login_prove(struct att_session *session,
    const struct att_candidates *candidates, struct att_authenticators *set,
    const struct att_candidate **provenp, struct att_reason *why)
{
	struct login login = { .session = session, .candidates = candidates };
	const struct att_ceremony ceremony = {
		.cue = "Touch your security key.",
		.can_look = true,
		.encode = encode,
		.recognise = recognise,
		.judge = judge,
		.arg = &login,
	};
	enum att_err r;

	*provenp = NULL;
	memset(&session->audit, 0, sizeof(session->audit));
	if ((r = prepare(&login)) != ATT_OK)
		return att_refuse_plain(why, r);
	if ((r = att_ceremony_run(&ceremony, session, set, why)) != ATT_OK)
		return r;
	*provenp = login.proven;
	return ATT_OK;
}

enum att_err
att_login_decide(struct att_session *session, struct att_authenticators *set,
    struct att_reason *why)
{
	struct att_candidates candidates;
	const struct att_candidate *proven;
	enum att_err r;

	if ((r = att_candidates_load(session, &candidates, why)) == ATT_OK &&
	    (r = att_candidates_check(&candidates, why)) == ATT_OK)
		r = att_login_prove(session, &candidates, set, &proven, why);
	att_candidates_reset(&candidates);
	return r;
}
