/* SPDX-License-Identifier: BSD-2-Clause */
/* Login by keyboard-interactive: the key is where the person is. */
#include <string.h>

#include "codec/clientdata.h"
#include "verifier/allow_list.h"
#include "verifier/attempt.h"
#include "verifier/proof.h"
#include "verifier/respond.h"

/* A credential of the list, over client data that only we could expect. */
static enum att_err
judge(struct att_session *session, const struct att_remote_challenge *challenge,
    const struct att_remote_response *response, struct att_proof *proof,
    struct att_reason *why)
{
	uint8_t hash[32];
	enum att_err r;

	if (proof->candidate == NULL)
		return att_refuse(why, ATT_ERR_ASSERTION_CREDENTIAL,
		    "the response is by a credential that was not asked for");
	proof->auth_data = response->auth_data;
	proof->signature = response->signature;
	if ((r = att_remote_login_challenge(challenge, hash)) != ATT_OK ||
	    (r = att_client_data_hash("webauthn.get", hash, challenge->rp_id,
		 proof->client_data_hash)) != ATT_OK)
		return att_refuse_plain(why, r);
	return att_proof_judge(session, proof, why);
}

static enum att_err
prove(struct att_session *session, const struct att_candidates *candidates,
    struct att_reason *why)
{
	struct att_remote_challenge challenge;
	struct att_remote_response response;
	struct att_proof proof = { 0 };
	struct att_allow_list list;
	enum att_err r;

	memset(&session->audit, 0, sizeof(session->audit));
	if ((r = att_attempt_begin(
		 session, ATT_REMOTE_LOGIN, &challenge, why)) != ATT_OK)
		return r;
	if ((r = att_allow_list_make(candidates, &list)) != ATT_OK)
		return att_refuse_plain(why, r);
	challenge.batches = list.batches;
	challenge.batch_count = list.count;
	r = att_attempt_ask(session, &challenge, &response, why);
	if (r == ATT_OK) {
		proof.candidate = att_allow_list_find_at(
		    &list, candidates, response.batch, response.index);
		r = judge(session, &challenge, &response, &proof, why);
	}
	att_remote_response_reset(&response);
	return r;
}

enum att_err
att_respond_decide(struct att_session *session, struct att_reason *why)
{
	struct att_candidates candidates;
	enum att_err r;

	if ((r = att_candidates_load(session, &candidates, why)) == ATT_OK &&
	    (r = att_candidates_choose(&candidates, true, why)) == ATT_OK)
		r = prove(session, &candidates, why);
	att_candidates_reset(&candidates);
	return r;
}
