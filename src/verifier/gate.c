/* SPDX-License-Identifier: BSD-2-Clause */
/* The host gate. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/_pam_types.h>

#include "base/clock.h"
#include "base/file.h"
#include "codec/jws.h"
#include "token/binding.h"
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

static enum att_err
read_token(struct att_gate *gate, const char *path, struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, path, path,
		ATT_JWS_TOKEN_MAX + 1 /* line break */ };
	enum att_err r;

	r = att_file_read(&file, &gate->text, &gate->len, why);
	if (r != ATT_ERR_FILE_NOT_FOUND)
		return r;
	return att_refuse(why, ATT_ERR_TOKEN_MISSING,
	    "%s: there is no such file; the host has to be attested first, "
	    "or host_token has to name where its token is",
	    path);
}

static enum att_err
open_all(struct att_gate *gate, const struct att_options *opts,
    struct att_reason *why)
{
	enum att_err r;

	if ((r = att_options_check_host(opts, why)) != ATT_OK ||
	    (r = att_token_trust_open(opts, &gate->trust, why)) != ATT_OK ||
	    (r = read_token(gate, opts->host_token, why)) != ATT_OK)
		return r;
	return att_host_tpm_start(&gate->tpm, opts, why);
}

void
att_gate_init(struct att_gate *gate)
{
	memset(gate, 0, sizeof(*gate));
	att_host_tpm_init(&gate->tpm);
}

void
att_gate_open(struct att_gate *gate, const struct att_session *session)
{
	const struct att_options *opts = session->opts;

	if (opts->host == ATT_HOST_OFF ||
	    !is_gated(opts->host_phase, session->start.phase))
		return;
	gate->is_asked = true;
	gate->unready = open_all(gate, opts, &gate->why);
}

void
att_gate_close(struct att_gate *gate)
{
	att_host_tpm_stop(&gate->tpm);
	att_token_trust_close(&gate->trust);
	free(gate->text);
	att_gate_init(gate);
}

/* --- The judgement ---------------------------------------------------------
 */

/* The key that the token names has to be in this host's TPM. */
static enum att_err
prove(struct att_gate *gate, struct att_session *session,
    const struct att_token *token, const struct att_token_verdict *verdict,
    struct att_reason *why)
{
	struct att_binding binding;
	enum att_err r;

	if (session->opts->host_binding == ATT_HOST_BINDING_NONE)
		return ATT_OK;
	if ((r = att_binding_read(token, &binding, why)) != ATT_OK)
		return r;
	att_session_expect(
	    session, session->opts->host_tpm_timeout + MARGIN_SECONDS);
	return att_host_tpm_prove(
	    &gate->tpm, session->opts, &binding, verdict->iat, why);
}

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
	struct att_token_verdict verdict;
	struct att_token *token = NULL;
	char expired[ATT_UTC_SHOWN];
	enum att_err r;

	if (gate->unready != ATT_OK) {
		*why = gate->why;
		return gate->unready;
	}
	if ((r = att_token_parse(
		 att_token_trim(att_bytes(gate->text, gate->len)), &token,
		 why)) != ATT_OK ||
	    (r = att_token_verify(
		 token, session->opts, &gate->trust, &verdict, why)) != ATT_OK)
		goto out;
	audit_token(session, &verdict);
	if ((r = prove(gate, session, token, &verdict, why)) != ATT_OK)
		goto out;
	if (verdict.in_grace)
		att_session_log(session, LOG_WARNING,
		    "the host token expired at %s and is accepted for the time "
		    "of host_grace: have the host attested again",
		    att_clock_show_utc(verdict.exp, expired));
out:
	att_token_free(&token);
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
