/* SPDX-License-Identifier: BSD-2-Clause */
/* Answering a challenge: WebAuthn Level 3 sections 6.3.2 and 6.3.3, as client.
 */
#include <string.h>

#include "codec/clientdata.h"
#include "remote/challenge.h"
#include "remote/line.h"
#include "remote/response.h"
#include "store/record.h"
#include "verifier/ceremony.h"
#include "verifier/pin.h"
#include "verifier/responder.h"
#include "verifier/user_id.h"

enum {
	TIMEOUT_MAX_S = 300, /* as option timeout allows */
};

_Static_assert((int)ATT_REMOTE_OBJECT_MAX == (int)ATT_RECORD_OBJECT_MAX,
    "a record and a response have to hold the same objects");

/* One challenge and its answer. */
struct responder {
	struct att_session *session;
	struct att_remote_challenge challenge;
	struct att_get_assertion login;
	struct att_make_credential registration;
	struct att_remote_response response;
	struct att_buf line; /* of the response, NUL-terminated */
};

/* --- What the person is shown --------------------------------------------- */

/* Those that every reader of the manual page expects. */
static bool
is_usual(const char *rp_id)
{
	return strcmp(rp_id, "pam_attest") == 0 || strcmp(rp_id, "ssh:") == 0;
}

static void
show_rp_id(struct att_session *session, const char *rp_id)
{
	if (!is_usual(rp_id))
		att_session_info(session,
		    "It is about keys that were registered for \"%s\".", rp_id);
}

/* Each name on a line of its own: none can be pushed out by another one. */
static void
show(const struct responder *responder)
{
	const struct att_remote_challenge *challenge = &responder->challenge;
	struct att_session *session = responder->session;

	att_session_info(session, "%s for \"%s\" on \"%s\".",
	    challenge->kind == ATT_REMOTE_LOGIN
		? "A login"
		: "The registration of a security key",
	    challenge->user, challenge->host);
	show_rp_id(session, challenge->rp_id);
	for (size_t i = 0; i < challenge->batch_count; i++)
		if (strcmp(challenge->batches[i].rp_id, challenge->rp_id) != 0)
			show_rp_id(session, challenge->batches[i].rp_id);
}

/* --- What is asked for ---------------------------------------------------- */

/* The one thing that is ever signed: client data of ours, with these names. */
static enum att_err
hash_client_data(const struct att_remote_challenge *challenge, uint8_t out[32])
{
	uint8_t hash[32], nonce[32];
	enum att_err r;

	if (challenge->kind == ATT_REMOTE_LOGIN) {
		if ((r = att_remote_login_challenge(challenge, hash)) != ATT_OK)
			return r;
		return att_client_data_hash(
		    "webauthn.get", hash, challenge->rp_id, out);
	}
	if ((r = att_remote_registration_nonce(challenge, nonce)) != ATT_OK ||
	    (r = att_registration_challenge(
		 challenge->rp_id, challenge->user, nonce, hash)) != ATT_OK)
		return r;
	return att_client_data_hash(
	    "webauthn.create", hash, challenge->rp_id, out);
}

static enum att_err
prepare_login(struct responder *responder)
{
	const struct att_remote_challenge *challenge = &responder->challenge;

	responder->login = (struct att_get_assertion){
		.batches = challenge->batches,
		.batch_count = challenge->batch_count,
	};
	return hash_client_data(challenge, responder->login.client_data_hash);
}

static enum att_err
prepare_registration(struct responder *responder)
{
	const struct att_remote_challenge *challenge = &responder->challenge;
	struct att_make_credential *request = &responder->registration;
	enum att_err r;

	*request = (struct att_make_credential){
		.rp_id = challenge->rp_id,
		.user_name = challenge->user,
	};
	if (challenge->batch_count > 0) {
		request->exclude_count = challenge->batches[0].count;
		memcpy(request->exclude, challenge->batches[0].ids,
		    sizeof(request->exclude));
	}
	if ((r = att_user_id_make(challenge->user, request->user_id)) != ATT_OK)
		return r;
	return hash_client_data(challenge, request->client_data_hash);
}

static enum att_err
encode_login(void *arg, enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out)
{
	struct responder *responder = arg;

	return att_pin_encode_assertion(&responder->login, uv, pin, up, out);
}

static enum att_err
encode_registration(void *arg, enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out)
{
	struct responder *responder = arg;

	return att_pin_encode_registration(
	    &responder->registration, uv, pin, up, out);
}

/* --- What comes back ------------------------------------------------------ */

/* The line is made while what it is made of is there. */
static enum att_err
print_response(struct responder *responder, struct att_reason *why)
{
	enum att_err r;

	att_buf_reset(&responder->line);
	if ((r = att_remote_response_print(
		 &responder->response, &responder->line)) == ATT_OK)
		r = att_buf_put_u8(&responder->line, '\0');
	if (r == ATT_ERR_TOO_LARGE)
		return att_refuse(why, r,
		    "the answer of the security key does not fit into a line "
		    "that can be pasted");
	return att_refuse_plain(why, r);
}

/* Which credential of the challenge it is that the answer names. */
static enum att_err
find(struct responder *responder, const struct att_assertion_answer *answer,
    struct att_reason *why)
{
	const struct att_remote_challenge *challenge = &responder->challenge;
	const struct att_allow_batch *batch;

	if (answer->batch < challenge->batch_count) {
		batch = &challenge->batches[answer->batch];
		for (size_t i = 0; i < batch->count; i++) {
			if (!att_bytes_is_equal(
				batch->ids[i], answer->credential_id))
				continue;
			responder->response.batch = (uint8_t)answer->batch;
			responder->response.index = (uint8_t)i;
			return ATT_OK;
		}
	}
	return att_refuse(why, ATT_ERR_ASSERTION_CREDENTIAL,
	    "the authenticator answered for a credential that was not asked "
	    "for");
}

static enum att_err
read_assertion(struct responder *responder, struct att_bytes message,
    struct att_reason *why)
{
	struct att_assertion_answer answer;

	if (att_assertion_decode(message, &answer) != ATT_OK)
		return att_refuse(why, ATT_ERR_DEVICE_FAILED,
		    "the authenticator process sent a malformed ASSERTION");
	responder->response.auth_data = answer.auth_data;
	responder->response.signature = answer.signature;
	return find(responder, &answer, why);
}

/*
 * There is no public key here to verify the look by: that it names a
 * credential of the challenge is all that is known of the key whose PIN is
 * asked for, and the person sees its name.
 */
static enum att_err
recognise(void *arg, struct att_bytes message, struct att_reason *why)
{
	return read_assertion(arg, message, why);
}

/* Whether it is any good is for the host to say, which knows the key. */
static enum att_err
judge_login(void *arg, struct att_bytes message, struct att_reason *why)
{
	enum att_err r;

	if ((r = read_assertion(arg, message, why)) != ATT_OK)
		return r;
	return print_response(arg, why);
}

static enum att_err
judge_registration(void *arg, struct att_bytes message, struct att_reason *why)
{
	struct responder *responder = arg;
	struct att_bytes *object = &responder->response.attestation_object;

	if (att_credential_decode(message, object) != ATT_OK ||
	    object->len == 0)
		return att_refuse(why, ATT_ERR_DEVICE_FAILED,
		    "the authenticator process sent a malformed CREDENTIAL");
	return print_response(responder, why);
}

/* --- The whole ------------------------------------------------------------ */

static enum att_err
ask(struct responder *responder, struct att_authenticators *set,
    struct att_reason *why)
{
	bool is_login = responder->challenge.kind == ATT_REMOTE_LOGIN;
	const struct att_ceremony ceremony = {
		.cue = "If you want that now, touch your security key; else "
		       "press Ctrl-C.",
		.can_look = is_login,
		.pin_always = !is_login,
		.encode = is_login ? encode_login : encode_registration,
		.recognise = recognise,
		.judge = is_login ? judge_login : judge_registration,
		.arg = responder,
	};
	struct att_options *opts = responder->session->opts;
	enum att_err r;

	opts->user_verification = responder->challenge.user_verification;
	opts->timeout = responder->challenge.seconds < TIMEOUT_MAX_S
			    ? responder->challenge.seconds
			    : TIMEOUT_MAX_S;
	if ((r = is_login ? prepare_login(responder)
			  : prepare_registration(responder)) != ATT_OK)
		return att_refuse_plain(why, r);
	return att_ceremony_run(&ceremony, responder->session, set, why);
}

enum att_err
att_responder_run(struct att_session *session, struct att_authenticators *set,
    struct att_reason *why)
{
	struct responder responder = { .session = session };
	enum att_err r;

	att_buf_init(&responder.line, ATT_LINE_REGISTRATION_MAX + 1);
	if ((r = att_remote_challenge_read(
		 att_bytes(session->start.payload, session->start.payload_len),
		 &responder.challenge, responder.response.id, why)) == ATT_OK) {
		responder.response.kind = responder.challenge.kind;
		show(&responder);
		r = ask(&responder, set, why);
	}
	if (r == ATT_OK)
		att_session_respond(session, (const char *)responder.line.ptr);
	att_buf_reset(&responder.line);
	att_remote_challenge_reset(&responder.challenge);
	return r;
}
