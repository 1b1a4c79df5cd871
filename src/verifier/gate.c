/* SPDX-License-Identifier: BSD-2-Clause */
/* The host gate. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <security/_pam_types.h>

#include "base/clock.h"
#include "verifier/audit.h"
#include "verifier/gate.h"

enum {
	MARGIN_SECONDS = 5, /* beside what the TPM may take */
};

/* Which phases a value of host_phase gates. */
static bool
is_gated(enum att_choice_host_phase option, enum att_phase phase)
{
	switch (phase) {
	case ATT_PHASE_AUTH:
		return option != ATT_HOST_PHASE_ACCOUNT;
	case ATT_PHASE_ACCOUNT:
		return option != ATT_HOST_PHASE_AUTH;
	default:
		return false;
	}
}

/* --- Before the lock-down ------------------------------------------------ */

void
att_gate_init(struct att_gate *gate)
{
	memset(gate, 0, sizeof(*gate));
	att_host_init(&gate->host);
}

void
att_gate_open(struct att_gate *gate, const struct att_session *session)
{
	const struct att_options *opts = session->opts;

	if (opts->host == ATT_HOST_OFF ||
	    !is_gated(opts->host_phase, session->start.phase))
		return;
	gate->is_asked = true;
	gate->unready = att_host_open(&gate->host, opts, NULL, &gate->why);
}

void
att_gate_close(struct att_gate *gate)
{
	att_host_close(&gate->host);
	att_gate_init(gate);
}

/* --- The judgement ---------------------------------------------------------
 */

static void
audit_token(struct att_session *session, const struct att_token_verdict *found)
{
	struct att_audit_host *host = &session->host;

	host->type = att_token_type_name(found->type);
	host->expires = found->exp;
	snprintf(host->issuer, sizeof(host->issuer), "%s", found->issuer);
}

static enum att_err
judge(
    struct att_gate *gate, struct att_session *session, struct att_reason *why)
{
	struct att_host_verdict verdict;
	char expired[ATT_UTC_SHOWN];
	enum att_err r;

	if (gate->unready != ATT_OK) {
		*why = gate->why;
		return gate->unready;
	}
	att_session_expect(
	    session, session->opts->host_tpm_timeout + MARGIN_SECONDS);
	r = att_host_judge(&gate->host, session->opts, &verdict, why);
	if (verdict.is_token_accepted)
		audit_token(session, &verdict.token);
	if (r == ATT_OK && verdict.token.in_grace)
		att_session_log(session, LOG_WARNING,
		    "the host token expired at %s and is accepted for the time "
		    "of host_grace: have the host attested again",
		    att_clock_show_utc(verdict.token.exp, expired));
	return r;
}

enum att_err
att_gate_judge(
    struct att_gate *gate, struct att_session *session, struct att_reason *why)
{
	enum att_err r;

	if (!gate->is_asked)
		return ATT_OK;
	r = judge(gate, session, why);
	session->is_host_refused =
	    r != ATT_OK && session->opts->host != ATT_HOST_REPORT;
	if (r == ATT_OK || session->is_host_refused)
		return r;
	att_audit_report(session, r, why);
	*why = (struct att_reason){ .code = ATT_OK };
	return ATT_OK;
}

uint32_t
att_gate_pam_code(enum att_err err)
{
	switch (att_err_category(err)) {
	case ATT_CATEGORY_config:
	case ATT_CATEGORY_system:
	case ATT_CATEGORY_bug:
		return (uint32_t)att_err_pam(err);
	default:
		return PAM_PERM_DENIED;
	}
}
