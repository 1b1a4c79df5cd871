/* SPDX-License-Identifier: BSD-2-Clause */
/* Registration: WebAuthn Level 3 section 7.1 with the verifier as RP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <time.h>

#include <security/pam_modules.h>

#include "attestation/verify.h"
#include "codec/clientdata.h"
#include "codec/digest.h"
#include "ssh/sk_key.h"
#include "store/store.h"
#include "verifier/attempt.h"
#include "verifier/candidates.h"
#include "verifier/ceremony.h"
#include "verifier/label.h"
#include "verifier/login.h"
#include "verifier/pin.h"
#include "verifier/registration.h"
#include "verifier/user_id.h"

/* COSE algorithms that our requests ask for (wire/device.h). */
static const int32_t algorithms[] = { -7, -8, -257 };

/* One registration. */
struct registration {
	struct att_session *session;
	struct att_candidates *existing; /* empty: the first one */
	struct att_record record;
	const struct att_candidate *proven;    /* NULL: none had to be */
	struct att_remote_challenge challenge; /* where the key is elsewhere */
	struct att_make_credential request;
	struct att_verdict verdict;
};

/*
 * Root may register for everybody, but only when root asks by itself: a
 * program that has an expired token changed at login runs as root for the
 * user. attestctl has no more rights than whoever runs it: who may write the
 * store may enroll.
 */
static bool
is_privileged(const struct att_session *session)
{
	const struct att_start *start = &session->start;

	if (start->phase == ATT_PHASE_ENROLL)
		return true;
	return start->uid == 0 &&
	       (start->flags & PAM_CHANGE_EXPIRED_AUTHTOK) == 0;
}

enum att_err
att_registration_precheck(struct att_session *session, struct att_reason *why)
{
	const struct att_options *opts = session->opts;
	enum att_err r;

	if (att_session_is_remote(session))
		return att_refuse(why, ATT_ERR_REMOTE_CALLER,
		    "the caller is at %s; an authenticator at this machine is "
		    "never registered for a remote caller",
		    att_session_get_rhost(session));
	/* Records of SSH keys have another form (FORMAT.md). */
	if (att_sk_is_application(opts->rp_id))
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "rp_id: \"%s\" is for SSH keys, which attestctl ssh enroll "
		    "registers; expected another RP ID, such as pam_attest",
		    opts->rp_id);
	if (session->start.label != NULL &&
	    (r = att_label_check(session->start.label, why)) != ATT_OK)
		return r;
	if (session->start.is_remote &&
	    (r = att_attempt_find_host(session, why)) != ATT_OK)
		return r;
	if (is_privileged(session) ||
	    opts->self_enroll == ATT_SELF_ENROLL_ALWAYS)
		return ATT_OK;
	if (opts->self_enroll == ATT_SELF_ENROLL_NEVER)
		return att_refuse(why, ATT_ERR_SELF_ENROLL_REFUSED,
		    "self_enroll = never: only root may register "
		    "authenticators");
	r = att_store_probe(opts->credentials_dir, session->start.user, why);
	if (r == ATT_ERR_STORE_NO_USER)
		return ATT_OK;
	if (r != ATT_OK)
		return r;
	return att_refuse(why, ATT_ERR_SELF_ENROLL_REFUSED,
	    "self_enroll = first: %s has a credential already",
	    session->start.user);
}

/*
 * The nonce of a record. For a key at another machine it says which host the
 * person was shown.
 */
static enum att_err
make_nonce(const struct registration *reg, uint8_t nonce[ATT_NONCE_LEN])
{
	if (reg->session->start.is_remote)
		return att_remote_registration_nonce(&reg->challenge, nonce);
	return getrandom(nonce, ATT_NONCE_LEN, 0) == ATT_NONCE_LEN
		   ? ATT_OK
		   : ATT_ERR_SYSTEM;
}

/* Nonce, challenge and client data: what the record will prove. */
static enum att_err
prepare_client_data(struct registration *reg)
{
	struct att_record *record = &reg->record;
	uint8_t challenge[ATT_CHALLENGE_LEN];
	char *json = NULL;
	enum att_err r;

	if ((r = make_nonce(reg, record->nonce)) != ATT_OK ||
	    (r = att_registration_challenge(record->rp_id,
		 reg->session->start.user, record->nonce, challenge)) !=
		ATT_OK ||
	    (r = att_client_data_make(
		 "webauthn.create", challenge, record->rp_id, &json)) != ATT_OK)
		return r;
	record->client_data = (uint8_t *)json;
	record->client_data_len = strlen(json);
	return att_sha256(att_bytes_text(json), reg->request.client_data_hash);
}

static const char *
enrolled_by(const struct att_session *session)
{
	return is_privileged(session) && session->start.uid == 0 ? "root"
								 : "self";
}

static enum att_err
prepare(struct registration *reg, struct att_reason *why)
{
	const struct att_session *session = reg->session;
	struct att_record *record = &reg->record;
	enum att_err r;

	if ((r = att_label_choose(session, &reg->existing->credentials,
		 &record->label, why)) != ATT_OK ||
	    (session->start.is_remote &&
		(r = att_attempt_begin(session, ATT_REMOTE_REGISTRATION,
		     &reg->challenge, why)) != ATT_OK))
		return r;
	record->rp_id = strdup(session->opts->rp_id);
	record->enrolled_by = strdup(enrolled_by(session));
	if (record->rp_id == NULL || record->enrolled_by == NULL)
		return ATT_ERR_NO_MEMORY;
	if ((r = prepare_client_data(reg)) != ATT_OK ||
	    (r = att_user_id_make(session->start.user, reg->request.user_id)) !=
		ATT_OK)
		return r;
	reg->request.rp_id = record->rp_id;
	reg->request.user_name = session->start.user;
	for (size_t i = 0; i < reg->existing->count; i++) {
		struct att_bytes id =
		    reg->existing->list[i].verdict.credential_id;

		if (id.len > 0 && reg->request.exclude_count < ATT_ALLOW_MAX)
			reg->request.exclude[reg->request.exclude_count++] = id;
	}
	return ATT_OK;
}

static enum att_err
encode(void *arg, enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out)
{
	struct registration *reg = arg;

	return att_pin_encode_registration(&reg->request, uv, pin, up, out);
}

/* WebAuthn 7.1 step 20: an algorithm that was asked for. */
static enum att_err
check_algorithm(int32_t algorithm, struct att_reason *why)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i] == algorithm)
			return ATT_OK;
	return att_refuse(why, ATT_ERR_COSE_ALGORITHM,
	    "the credential has COSE algorithm %d, which was not asked for",
	    (int)algorithm);
}

static enum att_err
keep_attestation_object(
    struct registration *reg, struct att_bytes attestation_object)
{
	struct att_record *record = &reg->record;

	free(record->attestation_object);
	record->attestation_object = malloc(attestation_object.len);
	if (record->attestation_object == NULL)
		return ATT_ERR_NO_MEMORY;
	memcpy(record->attestation_object, attestation_object.ptr,
	    attestation_object.len);
	record->attestation_object_len = attestation_object.len;
	return ATT_OK;
}

/* The new record is judged exactly as every login will judge it. */
static enum att_err
judge_object(struct registration *reg, struct att_bytes attestation_object,
    struct att_reason *why)
{
	struct att_session *session = reg->session;
	struct att_evidence evidence;
	enum att_err r;

	if ((r = keep_attestation_object(reg, attestation_object)) != ATT_OK)
		return r;
	reg->record.time = time(NULL);
	if ((r = att_record_get_evidence(
		 &reg->record, session->start.user, &evidence, why)) != ATT_OK)
		return r;
	evidence.require_uv =
	    session->opts->user_verification == ATT_USER_VERIFICATION_REQUIRED;
	r = att_attestation_verify(&evidence, session->opts,
	    &reg->existing->trust, &reg->verdict, why);
	att_candidate_audit(session, reg->record.label, &reg->verdict);
	if (r != ATT_OK)
		return r;
	return check_algorithm(reg->verdict.algorithm, why);
}

static enum att_err
judge(void *arg, struct att_bytes message, struct att_reason *why)
{
	struct att_bytes attestation_object;

	if (att_credential_decode(message, &attestation_object) != ATT_OK ||
	    attestation_object.len == 0)
		return att_refuse(why, ATT_ERR_DEVICE_FAILED,
		    "the authenticator process sent a malformed CREDENTIAL");
	return judge_object(arg, attestation_object, why);
}

static void
tell_success(struct registration *reg)
{
	struct att_session *session = reg->session;

	att_session_info(session,
	    "Registered \"%s\" for %s: %s attestation (%s) of model %s%s%s.",
	    reg->record.label, session->start.user,
	    att_attestation_type_name(reg->verdict.type),
	    att_format_name(reg->verdict.format), session->audit.aaguid,
	    reg->verdict.has_anchor ? ", vouched for by " : "",
	    reg->verdict.has_anchor ? reg->verdict.anchor.subject : "");
}

/* Stores the record if what allowed it still holds (att_store_add()). */
static enum att_err
store_record(const struct registration *reg, struct att_reason *why)
{
	const struct att_session *session = reg->session;
	struct att_store_expectation expected = {
		.is_first = reg->proven == NULL,
	};

	if (reg->proven != NULL)
		expected.proven_id = reg->proven->verdict.credential_id;
	return att_store_add(session->opts->credentials_dir,
	    session->start.user, &reg->record,
	    is_privileged(session) ? NULL : &expected, why);
}

/* Asks every key at this machine. */
static enum att_err
ask_here(struct registration *reg, struct att_authenticators *set,
    struct att_reason *why)
{
	const struct att_ceremony ceremony = {
		.cue = "Touch the security key to register it.",
		.pin_always = true,
		.encode = encode,
		.judge = judge,
		.arg = reg,
	};

	return att_ceremony_run(&ceremony, reg->session, set, why);
}

/* Asks whoever is at the machine with the key, through the caller. */
static enum att_err
ask_elsewhere(struct registration *reg, struct att_reason *why)
{
	struct att_allow_batch excluded = { .rp_id = reg->record.rp_id,
		.count = reg->request.exclude_count };
	struct att_remote_response response;
	enum att_err r;

	memcpy(excluded.ids, reg->request.exclude, sizeof(excluded.ids));
	reg->challenge.batches = &excluded;
	reg->challenge.batch_count = excluded.count > 0 ? 1 : 0;
	if ((r = att_attempt_ask(
		 reg->session, &reg->challenge, &response, why)) == ATT_OK)
		r = judge_object(reg, response.attestation_object, why);
	att_remote_response_reset(&response);
	reg->challenge.batches = NULL;
	return r;
}

static enum att_err
register_one(struct registration *reg, struct att_authenticators *set,
    struct att_reason *why)
{
	struct att_session *session = reg->session;
	enum att_err r;

	memset(&session->audit, 0, sizeof(session->audit));
	if ((r = prepare(reg, why)) != ATT_OK)
		return att_refuse_plain(why, r);
	r = session->start.is_remote ? ask_elsewhere(reg, why)
				     : ask_here(reg, set, why);
	if (r != ATT_OK || (r = store_record(reg, why)) != ATT_OK)
		return att_refuse_plain(why, r);
	tell_success(reg);
	return ATT_OK;
}

/*
 * What the user has already. A user without credentials has none that could
 * be proven or excluded; what is trusted is needed in any case.
 */
static enum att_err
load_existing(struct att_session *session, struct att_candidates *existing,
    struct att_reason *why)
{
	enum att_err r = att_candidates_load(session, existing, why);

	if (r != ATT_ERR_STORE_NO_USER)
		return r;
	att_candidates_reset(existing);
	return att_candidates_open_trust(session, &existing->trust, why);
}

static enum att_err
prove_existing(struct registration *reg, struct att_authenticators *set,
    struct att_reason *why)
{
	struct att_session *session = reg->session;
	enum att_err r;

	if (is_privileged(session) || reg->existing->count == 0)
		return ATT_OK;
	if ((r = att_candidates_choose(reg->existing, false, why)) != ATT_OK)
		return r;
	att_session_info(
	    session, "First prove a security key that you have already.");
	return att_login_prove(session, reg->existing, set, &reg->proven, why);
}

enum att_err
att_registration_run(struct att_session *session,
    struct att_authenticators *set, struct att_reason *why)
{
	struct att_candidates existing;
	struct registration reg = { .session = session, .existing = &existing };
	enum att_err r;

	if ((r = load_existing(session, &existing, why)) == ATT_OK &&
	    (r = prove_existing(&reg, set, why)) == ATT_OK)
		r = register_one(&reg, set, why);
	att_verdict_reset(&reg.verdict);
	att_record_reset(&reg.record);
	att_candidates_reset(&existing);
	return r;
}
