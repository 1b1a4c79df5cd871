/* SPDX-License-Identifier: BSD-2-Clause */
/* WebAuthn Level 3 section 7.2, with an SSH agent between here and the key. */
#include <sys/random.h>
#include <string.h>
#include <syslog.h>

#include "codec/digest.h"
#include "ssh/sk_key.h"
#include "ssh/sk_signature.h"
#include "ssh/sshsig.h"
#include "verifier/agent_login.h"
#include "verifier/candidates.h"
#include "verifier/proof.h"

/* A credential that is an SSH key, and how SSH writes it. */
struct wanted {
	const struct att_candidate *candidate;
	struct att_sk_key key; /* lent by the candidate, and by numbers */
	uint8_t numbers[ATT_SK_POINT_LEN - 1];
	struct att_buf blob;
};

/* One login. */
struct login {
	struct att_session *session;
	struct att_agent *agent;
	struct wanted wanted[ATT_AGENT_KEYS_MAX];
	size_t count;
	struct att_reason kept; /* of the most telling refusal so far */
	struct att_audit audit; /* and what goes with it */
	bool is_cued;
};

static const char *
get_socket(const struct att_session *session)
{
	switch (session->opts->agent_socket) {
	case ATT_AGENT_SOCKET_PAM:
		return session->start.agent_socket;
	case ATT_AGENT_SOCKET_ENVIRONMENT:
		return session->start.agent_socket_shown;
	}
	return NULL;
}

enum att_err
att_agent_login_precheck(
    const struct att_session *session, struct att_reason *why)
{
	const char *path = get_socket(session);

	if (path != NULL && path[0] != '\0')
		return ATT_OK;
	return att_refuse(why, ATT_ERR_AGENT_MISSING,
	    "SSH_AUTH_SOCK is not set in %s (agent_socket)",
	    session->opts->agent_socket == ATT_AGENT_SOCKET_PAM
		? "the environment of PAM"
		: "what the application shows of its environment");
}

/* --- Which keys ---------------------------------------------------------- */

/* Credentials for other logins than by SSH are none of an agent's. */
static enum att_err
want(struct login *login, const struct att_candidate *candidate,
    struct att_reason *why)
{
	struct wanted *wanted = &login->wanted[login->count];
	const char *rp_id = candidate->record->rp_id;
	enum att_err r;

	if (!candidate->is_accepted || !att_sk_is_application(rp_id))
		return ATT_OK;
	if (login->count == ATT_AGENT_KEYS_MAX)
		return att_refuse_plain(why, ATT_ERR_TOO_LARGE);
	wanted->candidate = candidate;
	if ((r = att_sk_key_make(&candidate->verdict.key, rp_id,
		 wanted->numbers, &wanted->key, why)) != ATT_OK)
		return r;
	att_buf_init(&wanted->blob, ATT_AGENT_KEY_MAX);
	login->count++;
	return att_refuse_plain(
	    why, att_sk_key_put_blob(&wanted->key, &wanted->blob));
}

static enum att_err
want_all(struct login *login, const struct att_candidates *candidates,
    struct att_reason *why)
{
	enum att_err r;

	for (size_t i = 0; i < candidates->count; i++)
		if ((r = want(login, &candidates->list[i], why)) != ATT_OK)
			return r;
	if (login->count == 0)
		return att_refuse(why, ATT_ERR_AGENT_NO_KEY,
		    "no credential of %s that is accepted is an SSH key; "
		    "register one with: attestctl ssh enroll",
		    login->session->start.user);
	return ATT_OK;
}

static enum att_err
find(struct login *login, struct att_agent_found *found, struct att_reason *why)
{
	struct att_agent_find find = { .count = login->count };
	const char *path = get_socket(login->session);
	enum att_err r;

	for (size_t i = 0; i < login->count; i++)
		find.keys[i] = att_buf_get(&login->wanted[i].blob);
	if ((r = att_agent_open(login->agent, login->session, path, why)) !=
		ATT_OK ||
	    (r = att_agent_find(
		 login->agent, login->session, &find, found, why)) != ATT_OK)
		return r;
	att_session_log(login->session, LOG_DEBUG,
	    "the SSH agent at %s has %zu of %zu keys", path, found->count,
	    login->count);
	if (found->count == 0)
		return att_refuse(why, ATT_ERR_AGENT_NO_KEY,
		    "the SSH agent at %s has none of the %zu SSH keys that are "
		    "registered for %s and accepted",
		    path, login->count, login->session->start.user);
	return ATT_OK;
}

/* --- A signature --------------------------------------------------------- */

/* What is signed, for this attempt alone, and its hash. */
static enum att_err
make_challenge(const struct login *login, struct att_buf *data,
    uint8_t client_data_hash[32])
{
	const struct att_start *start = &login->session->start;
	struct att_sshsig_challenge challenge = {
		.host = login->session->host_name,
		.service = start->service != NULL ? start->service : "",
		.user = start->user,
	};
	enum att_err r;

	if (getrandom(challenge.nonce, sizeof(challenge.nonce), 0) !=
	    (ssize_t)sizeof(challenge.nonce))
		return ATT_ERR_SYSTEM;
	if ((r = att_sshsig_put_challenge(&challenge, data)) != ATT_OK)
		return r;
	return att_sha256(att_buf_get(data), client_data_hash);
}

static enum att_err
judge(const struct login *login, const struct wanted *wanted,
    struct att_bytes blob, struct att_proof *proof, struct att_reason *why)
{
	struct att_sk_signature signature;
	enum att_err r;

	if ((r = att_sk_signature_parse(blob, &wanted->key, &signature, why)) !=
	    ATT_OK)
		return r;
	proof->candidate = wanted->candidate;
	proof->auth_data =
	    att_bytes(signature.auth_data, sizeof(signature.auth_data));
	proof->signature =
	    att_bytes(signature.signature, signature.signature_len);
	return att_proof_judge(login->session, proof, why);
}

static enum att_err
try(struct login *login, size_t key, bool *is_answer, struct att_reason *why)
{
	struct att_agent_signing signing = { .key = key };
	struct att_proof proof = { 0 };
	struct att_buf data;
	enum att_err r;

	*is_answer = false;
	att_buf_init(&data, ATT_AGENT_DATA_MAX);
	r = make_challenge(login, &data, proof.client_data_hash);
	if (r != ATT_OK) {
		r = att_refuse_plain(why, r);
		goto out;
	}
	signing.data = att_buf_get(&data);
	if ((r = att_agent_sign(login->agent, login->session, &signing, why)) !=
	    ATT_OK)
		goto out;
	*is_answer = true;
	r = judge(login, &login->wanted[key], signing.signature, &proof, why);
	att_buf_reset(&signing.message);
out:
	att_buf_reset(&data);
	return r;
}

/*
 * Somebody answered for a key and did not prove it, which the log has to know
 * even if another one does.
 */
static void
note_refused(
    struct login *login, const struct wanted *wanted, struct att_reason *why)
{
	att_session_log(login->session, LOG_WARNING,
	    "the answer of the SSH agent as \"%s\" was refused: %s: %s",
	    wanted->candidate->record->label, att_err_code(why->code),
	    why->text);
	login->kept = *why;
	login->audit = login->session->audit;
}

static void
cue(struct login *login)
{
	if (!login->is_cued && login->session->opts->cue)
		att_session_info(login->session, "%s",
		    "Touch the security key that your SSH agent uses.");
	login->is_cued = true;
}

/* May another key be asked after this? */
static bool
is_for_next(bool is_answer, enum att_err r)
{
	return is_answer ? att_err_is_refusal(r) && r != ATT_ERR_COUNTER
			 : r == ATT_ERR_AGENT_REFUSED;
}

/* One key after the other: an agent does one thing at a time, too. */
static enum att_err
sign(struct login *login, const struct att_agent_found *found,
    struct att_reason *why)
{
	enum att_err r = ATT_ERR_AGENT_NO_KEY;
	bool is_answer;

	for (size_t i = 0; i < found->count; i++) {
		cue(login);
		r = try(login, found->keys[i], &is_answer, why);
		if (r == ATT_OK)
			return r;
		if (is_answer)
			note_refused(
			    login, &login->wanted[found->keys[i]], why);
		if (!is_for_next(is_answer, r))
			break;
	}
	/* What a key signed says more than that another one did not. */
	if (login->kept.code != ATT_OK &&
	    (r == ATT_ERR_AGENT_REFUSED || r == ATT_ERR_AGENT_TIMEOUT)) {
		*why = login->kept;
		login->session->audit = login->audit;
	}
	return att_refuse_plain(why, why->code != ATT_OK ? why->code : r);
}

static enum att_err
prove(struct login *login, const struct att_candidates *candidates,
    struct att_reason *why)
{
	struct att_agent_found found;
	enum att_err r;

	/* What candidates are refused for is in the log by now. */
	memset(&login->session->audit, 0, sizeof(login->session->audit));
	*why = (struct att_reason){ .code = ATT_OK };
	if ((r = want_all(login, candidates, why)) == ATT_OK &&
	    (r = find(login, &found, why)) == ATT_OK)
		r = sign(login, &found, why);
	for (size_t i = 0; i < login->count; i++)
		att_buf_reset(&login->wanted[i].blob);
	return r;
}

enum att_err
att_agent_login_decide(struct att_session *session, struct att_agent *agent,
    struct att_reason *why)
{
	struct login login = { .session = session, .agent = agent };
	struct att_candidates candidates;
	enum att_err r;

	if ((r = att_candidates_load(session, &candidates, why)) == ATT_OK &&
	    (r = att_candidates_choose(&candidates, false, why)) == ATT_OK)
		r = prove(&login, &candidates, why);
	att_candidates_reset(&candidates);
	return r;
}
