/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-verifier: makes one decision and ends. It is started by the PAM
 * module or by attestctl with a channel as descriptor 0, locks itself down
 * before it reads a credential, a certificate or a byte of a device, and is
 * the only program that can say PAM_SUCCESS.
 */
#include <syslog.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <security/_pam_types.h>

#include "base/file.h"
#include "base/lockdown.h"
#include "store/store.h"
#include "verifier/agent_login.h"
#include "verifier/audit.h"
#include "verifier/authenticators.h"
#include "verifier/gate.h"
#include "verifier/login.h"
#include "verifier/registration.h"
#include "verifier/respond.h"
#include "verifier/responder.h"
#include "verifier/session.h"
#include "verifier/ssh_registration.h"
#include "verifier/ssh_session.h"

enum {
	CHANNEL = 0,
	STORE_MODE = 0755,
};

/* What a phase does; the slots, if there, are called in this order. */
struct phase {
	bool needs_authenticator;
	bool writes_store;
	bool needs_no_file; /* neither the configuration's nor any other */
	enum att_err (*precheck)(
	    struct att_session *session, struct att_reason *why);
	enum att_err (*decide)(struct att_session *session,
	    struct att_authenticators *set, struct att_reason *why);
};

/* A way that is not here is refused. */
static enum att_err
decide_login(struct att_session *session, struct att_authenticators *set,
    struct att_reason *why)
{
	enum att_err r;

	if ((r = att_ssh_session_judge(session, why)) != ATT_OK)
		return r;
	switch (att_login_get_way(session)) {
	case ATT_LOGIN_LOCAL:
		return att_login_decide(session, set, why);
	case ATT_LOGIN_REMOTE:
		return att_respond_decide(session, why);
	case ATT_LOGIN_AGENT:
		return att_agent_login_decide(session, session->agent, why);
	}
	return att_refuse(why, ATT_ERR_USAGE,
	    "no key can be asked where this login wants it");
}

/* Here only what sshd said is judged, and the host before it. */
static enum att_err
decide_ssh(struct att_session *session, struct att_authenticators *set,
    struct att_reason *why)
{
	(void)set;
	return att_ssh_session_judge(session, why);
}

/* PAM asks whether a registration could begin, and that is known. */
static enum att_err
decide_nothing(struct att_session *session, struct att_authenticators *set,
    struct att_reason *why)
{
	(void)session;
	(void)set;
	(void)why;
	return ATT_OK;
}

/* A phase that is not here is refused. */
static const struct phase phases[] = {
	[ATT_PHASE_AUTH] = { true, false, false, att_login_precheck,
	    decide_login },
	[ATT_PHASE_ACCOUNT] = { false, false, false, NULL, decide_ssh },
	[ATT_PHASE_PRELIM] = { false, false, false, att_registration_precheck,
	    decide_nothing },
	[ATT_PHASE_PASSWORD] = { true, true, false, att_registration_precheck,
	    att_registration_run },
	[ATT_PHASE_ENROLL] = { true, true, false, att_registration_precheck,
	    att_registration_run },
	[ATT_PHASE_SESSION] = { false, false, false, NULL, decide_ssh },
	[ATT_PHASE_SSH_ENROLL] = { false, true, false,
	    att_ssh_registration_precheck, att_ssh_registration_run },
	[ATT_PHASE_RESPOND] = { true, false, true, NULL, att_responder_run },
};

/* Is a key at this machine to be asked? */
static bool
needs_authenticator(
    const struct att_session *session, const struct phase *phase)
{
	if (session->start.phase == ATT_PHASE_AUTH)
		return att_login_get_way(session) == ATT_LOGIN_LOCAL;
	return phase->needs_authenticator && !session->start.is_remote;
}

/* Is the caller's SSH agent to be asked? */
static bool
needs_agent(const struct att_session *session)
{
	return session->start.phase == ATT_PHASE_AUTH &&
	       att_login_get_way(session) == ATT_LOGIN_AGENT;
}

static const struct phase *
find_phase(enum att_phase phase)
{
	if ((size_t)phase >= sizeof(phases) / sizeof(phases[0]) ||
	    phases[phase].decide == NULL)
		return NULL;
	return &phases[phase];
}

/*
 * Landlock rules need folders that exist. Whoever may not make them will be
 * told by what needs them, if anything does.
 */
static void
make_folders(const struct att_options *opts, bool writes_store)
{
	int fd;

	(void)!att_counter_prepare(opts->state_dir, NULL);
	if (writes_store && att_folder_make(opts->credentials_dir, STORE_MODE,
				&fd, NULL) == ATT_OK)
		close(fd);
}

/* From here on: the paths of the configuration, no network, no new program. */
static enum att_err
lock_down_paths(struct att_session *session, const struct phase *phase,
    bool *is_enforced, struct att_reason *why)
{
	const struct att_options *opts = session->opts;
	const struct att_lockdown_path paths[] = {
		{ opts->roots_dir, ATT_ACCESS_READ },
		{ opts->intermediates_dir, ATT_ACCESS_READ },
		{ opts->mds_dir, ATT_ACCESS_READ },
		{ opts->credentials_dir,
		    phase->writes_store ? ATT_ACCESS_WRITE : ATT_ACCESS_READ },
		{ opts->state_dir, ATT_ACCESS_WRITE },
	};

	if (phase->needs_no_file)
		return att_lockdown_paths(NULL, 0, is_enforced, why);
	make_folders(opts, phase->writes_store);
	return att_lockdown_paths(
	    paths, sizeof(paths) / sizeof(paths[0]), is_enforced, why);
}

static enum att_err
lock_down(struct att_session *session, const struct phase *phase,
    struct att_reason *why)
{
	bool is_enforced;
	enum att_err r;

	if ((r = att_lockdown_forget_ids(why)) != ATT_OK ||
	    (r = lock_down_paths(session, phase, &is_enforced, why)) != ATT_OK)
		return r;
	if (!is_enforced)
		att_session_log(session, LOG_NOTICE,
		    "this kernel has no Landlock; going on with the other "
		    "restrictions");
	return att_lockdown_system_calls(ATT_LOCKDOWN_VERIFIER, why);
}

/* A folder that was misspelt must not look like one that is empty. */
static enum att_err
check_folders(const struct att_options *opts, struct att_reason *why)
{
	static const char *const folders[] = { "credentials_dir", "roots_dir",
		"intermediates_dir" };
	enum att_err r;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if ((r = att_options_check_folder(opts, folders[i], why)) !=
		    ATT_OK)
			return r;
	return ATT_OK;
}

/* What may refuse by itself; then what needs to be outside the lock-down. */
static enum att_err
prepare(struct att_session *session, const struct phase *phase,
    struct att_authenticators *set, struct att_reason *why)
{
	enum att_err r;

	if (phase->precheck != NULL &&
	    ((r = check_folders(session->opts, why)) != ATT_OK ||
		(r = phase->precheck(session, why)) != ATT_OK))
		return r;
	if (needs_agent(session))
		return att_agent_start(session->agent, why);
	if (!needs_authenticator(session, phase))
		return ATT_OK;
	return att_authenticators_start(set, why);
}

/* Most sessions are of nobody's interest, and that is known by now. */
static bool
is_idle(const struct att_session *session)
{
	return session->start.phase == ATT_PHASE_SESSION &&
	       session->opts->ssh_keys == ATT_SSH_KEYS_OFF;
}

/*
 * The host comes first: on one that is refused nobody learns who has a
 * credential, and no stack goes on because somebody has none.
 */
static enum att_err
decide(struct att_session *session, struct att_authenticators *set,
    struct att_gate *gate, struct att_reason *why)
{
	const struct phase *phase = find_phase(session->start.phase);
	struct att_reason unprepared = { .code = ATT_OK };
	enum att_err prepared, r;

	if (phase == NULL)
		return att_refuse(why, ATT_ERR_USAGE, "no phase %d here",
		    (int)session->start.phase);
	att_session_log(session, LOG_DEBUG,
	    "phase %s for %s, service %s, called by uid %u",
	    att_phase_name(session->start.phase),
	    session->start.user != NULL ? session->start.user : "-",
	    session->start.service != NULL ? session->start.service : "-",
	    (unsigned int)session->start.uid);
	if (is_idle(session))
		return ATT_OK;
	/* Nobody but the process of the agent becomes somebody else. */
	if (!needs_agent(session) &&
	    (r = att_lockdown_forget_ids(why)) != ATT_OK)
		return r;
	att_gate_open(gate, session);
	prepared = prepare(session, phase, set, &unprepared);
	if (prepared != ATT_OK && !gate->is_asked) {
		*why = unprepared;
		return prepared;
	}
	if ((r = lock_down(session, phase, why)) != ATT_OK)
		return r;
	att_session_log(session, LOG_DEBUG, "locked down");
	if ((r = att_gate_judge(gate, session, why)) != ATT_OK)
		return r;
	if (prepared != ATT_OK) {
		*why = unprepared;
		return prepared;
	}
	if (needs_authenticator(session, phase) &&
	    (r = att_authenticators_open(set, &session->opts->device, why)) !=
		ATT_OK)
		return r;
	return phase->decide(session, set, why);
}

/*
 * An account phase without a host gate decides nothing, unless sshd said by
 * which key somebody comes and that was to be judged.
 */
static bool
is_undecided(const struct att_session *session, const struct att_gate *gate)
{
	return session->start.phase == ATT_PHASE_ACCOUNT && !gate->is_asked &&
	       !session->is_key_judged;
}

/*
 * The one place where a decision becomes a PAM code: PAM_SUCCESS after every
 * configured check, PAM_IGNORE for an account phase without a host gate.
 */
static uint32_t
result_code(const struct att_session *session, const struct att_gate *gate,
    enum att_err err)
{
	if (err != ATT_OK && session->is_host_refused)
		return att_gate_pam_code(err);
	if (err != ATT_OK || session->broken != ATT_OK)
		return (uint32_t)att_err_pam(
		    err != ATT_OK ? err : session->broken);
	if (is_undecided(session, gate))
		return PAM_IGNORE;
	return PAM_SUCCESS;
}

/* Where nothing was decided there is nothing to audit. */
static bool
is_silent(const struct att_session *session, const struct att_gate *gate,
    enum att_err err)
{
	if (err != ATT_OK)
		return false;
	if (session->start.phase == ATT_PHASE_SESSION)
		return !session->is_key_judged;
	return is_undecided(session, gate) ||
	       session->start.phase == ATT_PHASE_PRELIM;
}

int
main(void)
{
	struct att_reason why = { .code = ATT_OK };
	struct att_authenticators set;
	struct att_session session;
	struct att_agent agent;
	struct att_gate gate;
	enum att_err r;

	if (att_lockdown_begin_with_ids(&why) != ATT_OK)
		return 1;
	att_lockdown_deadline(ATT_CEREMONY_SECONDS);
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	att_authenticators_init(&set);
	att_gate_init(&gate);
	att_agent_init(&agent);
	r = att_session_begin(&session, CHANNEL, &why);
	session.agent = &agent;
	if (r == ATT_OK)
		r = decide(&session, &set, &gate, &why);
	if (!is_silent(&session, &gate, r)) {
		att_audit_log(&session, r, &why);
		if (r != ATT_OK)
			att_audit_tell(&session, r, &why);
	}
	att_session_finish(&session, result_code(&session, &gate, r));
	/* The caller has its answer; it does not wait for the devices. */
	att_gate_close(&gate);
	att_agent_reset(&agent);
	att_authenticators_reset(&set);
	att_session_reset(&session);
	return 0;
}
