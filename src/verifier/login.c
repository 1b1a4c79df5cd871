/* SPDX-License-Identifier: BSD-2-Clause */
/* Login: WebAuthn Level 3 section 7.2 with the verifier as relying party. */
#include <string.h>
#include <sys/random.h>

#include "codec/clientdata.h"
#include "store/store.h"
#include "verifier/allow_list.h"
#include "verifier/agent_login.h"
#include "verifier/attempt.h"
#include "verifier/ceremony.h"
#include "verifier/login.h"
#include "verifier/pin.h"
#include "verifier/proof.h"

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
	enum att_login_way way = att_login_get_way(session);
	enum att_err r;

	if (way == ATT_LOGIN_LOCAL && att_session_is_remote(session))
		return att_refuse(why, ATT_ERR_REMOTE_CALLER,
		    "the caller is at %s; an authenticator at this machine is "
		    "never asked for a remote caller",
		    att_session_get_rhost(session));
	r = att_store_probe(
	    session->opts->credentials_dir, session->start.user, why);
	if (r == ATT_OK && way == ATT_LOGIN_AGENT)
		r = att_agent_login_precheck(session, why);
	if (r == ATT_OK && way != ATT_LOGIN_LOCAL)
		r = att_attempt_find_host(session, why);
	return r;
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

	return att_pin_encode_assertion(&login->request, uv, pin, up, out);
}

/* What an answer says, by one of the credentials that were asked for. */
static enum att_err
read_answer(const struct login *login, struct att_bytes message,
    struct att_proof *proof, struct att_reason *why)
{
	struct att_assertion_answer answer;

	if (att_assertion_decode(message, &answer) != ATT_OK)
		return att_refuse(why, ATT_ERR_DEVICE_FAILED,
		    "the authenticator process sent a malformed ASSERTION");
	*proof = (struct att_proof){
		.candidate = att_allow_list_find(&login->list,
		    login->candidates, answer.batch, answer.credential_id),
		.auth_data = answer.auth_data,
		.signature = answer.signature,
	};
	memcpy(proof->client_data_hash, login->request.client_data_hash,
	    sizeof(proof->client_data_hash));
	if (proof->candidate == NULL)
		return att_refuse(why, ATT_ERR_ASSERTION_CREDENTIAL,
		    "the authenticator answered for a credential that was not "
		    "asked for");
	return ATT_OK;
}

static enum att_err
recognise(void *arg, struct att_bytes message, struct att_reason *why)
{
	const struct login *login = arg;
	struct att_proof proof;
	enum att_err r;

	if ((r = read_answer(login, message, &proof, why)) != ATT_OK)
		return r;
	return att_proof_recognise(login->session, &proof, why);
}

static enum att_err
judge(void *arg, struct att_bytes message, struct att_reason *why)
{
	struct login *login = arg;
	struct att_proof proof;
	enum att_err r;

	if ((r = read_answer(login, message, &proof, why)) != ATT_OK ||
	    (r = att_proof_judge(login->session, &proof, why)) != ATT_OK)
		return r;
	login->proven = proof.candidate;
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
	    (r = att_candidates_choose(&candidates, false, why)) == ATT_OK)
		r = att_login_prove(session, &candidates, set, &proven, why);
	att_candidates_reset(&candidates);
	return r;
}
