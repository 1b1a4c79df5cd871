/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of authorized_keys(5) for stored credentials. */
#include <syslog.h>

#include "base/hex.h"
#include "base/log_field.h"
#include "login/ssh_credential.h"
#include "ssh_keys/authorized.h"

enum {
	REFUSAL_MAX = 2000,
};

/* What is being answered. */
struct answer {
	const struct att_authorized *asked;
	char fingerprint[ATT_SK_FINGERPRINT_SIZE]; /* "": no key was offered */
	struct att_buf *out;
};

/* --- The log --------------------------------------------------------------
 */

static enum att_err
put_found(struct att_buf *line, const struct att_ssh_credential *credential)
{
	const struct att_verdict *verdict = &credential->verdict;
	char aaguid[ATT_UUID_TEXT_SIZE];
	enum att_err r = ATT_OK;

	if (verdict->has_auth_data) {
		att_uuid_print(verdict->aaguid, aaguid);
		r = att_buf_printf(line, " aaguid=%s", aaguid);
	}
	if (r == ATT_OK && verdict->has_format)
		r = att_buf_printf(
		    line, " format=%s", att_format_name(verdict->format));
	return r;
}

/* What has a fixed form comes first, as in the line of a login. */
static enum att_err
put_refusal(struct att_buf *line, const struct answer *answer,
    const struct att_ssh_credential *credential, const struct att_reason *why)
{
	enum att_err r;

	if ((r = att_buf_printf(line, "refused: phase=ssh-keys reason=%s",
		 att_err_code(why->code))) != ATT_OK ||
	    (credential != NULL &&
		(r = put_found(line, credential)) != ATT_OK) ||
	    (r = att_log_field_put(line, "user", answer->asked->user)) !=
		ATT_OK)
		return r;
	if (answer->fingerprint[0] != '\0' &&
	    (r = att_log_field_put(line, "key", answer->fingerprint)) != ATT_OK)
		return r;
	if (credential != NULL && (r = att_log_field_put(line, "label",
				       credential->record->label)) != ATT_OK)
		return r;
	return att_log_field_put(line, "text", why->text);
}

/* A line that does not fit is logged as far as it goes. */
static void
log_refusal(const struct answer *answer, int priority,
    const struct att_ssh_credential *credential, const struct att_reason *why)
{
	struct att_buf line;

	att_buf_init(&line, REFUSAL_MAX);
	(void)!put_refusal(&line, answer, credential, why);
	att_system_log_put(answer->asked->log, priority, "%.*s", (int)line.len,
	    line.len > 0 ? (const char *)line.ptr : "");
	att_buf_reset(&line);
}

/* --- The answer -----------------------------------------------------------
 */

/*
 * Never no-touch-required: without it sshd wants every signature to show a
 * touch.
 */
static enum att_err
put_line(struct att_buf *out, const struct att_ssh_credential *credential)
{
	const struct att_record *record = credential->record;
	enum att_err r = ATT_OK;

	if (credential->require_uv)
		r = att_buf_printf(out, "verify-required");
	if (r == ATT_OK && record->ssh_options != NULL)
		r = att_buf_printf(out, "%s%s",
		    credential->require_uv ? "," : "", record->ssh_options);
	if (r == ATT_OK &&
	    (credential->require_uv || record->ssh_options != NULL))
		r = att_buf_put_u8(out, ' ');
	if (r == ATT_OK)
		r = att_sk_key_put_line(&credential->key, out);
	if (r == ATT_OK)
		r = att_buf_printf(out, " %s\n", record->label);
	return r;
}

static enum att_err
take(void *arg, const struct att_ssh_credential *credential,
    struct att_reason *why)
{
	const struct answer *answer = arg;

	if (credential->err != ATT_OK) {
		log_refusal(answer, LOG_NOTICE, credential, &credential->why);
		return ATT_OK;
	}
	att_system_log_put(answer->asked->log, LOG_DEBUG,
	    "credential \"%s\" of %s is accepted%s", credential->record->label,
	    answer->asked->user,
	    credential->require_uv ? " with verification" : "");
	return att_refuse_plain(why, put_line(answer->out, credential));
}

static enum att_err
open_trust(void *arg, struct att_trust *trust, struct att_reason *why)
{
	const struct answer *answer = arg;
	const struct att_options *opts = answer->asked->opts;
	enum att_err r;

	if ((r = att_trust_open(opts, trust, why)) == ATT_OK && trust->is_stale)
		att_system_log_put(answer->asked->log, LOG_WARNING,
		    "the metadata in %s is overdue for more than %u days "
		    "(accepted: mds_stale = warn); run: attestctl mds update",
		    opts->mds_dir, opts->mds_max_age);
	return r;
}

/* Is it about the key or the user, and not about this machine? */
static bool
is_refusal(enum att_err err)
{
	return att_err_is_refusal(err) || err == ATT_ERR_STORE_NO_USER ||
	       err == ATT_ERR_STORE_BAD_USER;
}

static enum att_err
ask(struct answer *answer, const struct att_sk_key *wanted,
    struct att_reason *why)
{
	const struct att_ssh_question question = {
		.opts = answer->asked->opts,
		.user = answer->asked->user,
		.wanted = wanted,
		.open_trust = open_trust,
		.take = take,
		.arg = answer,
	};
	enum att_err r = att_ssh_credential_ask(&question, why);

	if (!is_refusal(r))
		return r;
	/* Nobody offered anything where all keys are asked for. */
	log_refusal(answer, wanted != NULL ? LOG_NOTICE : LOG_DEBUG, NULL, why);
	return ATT_OK;
}

/*
 * sshd looks for a certificate among authorities alone, and those we have none
 * of: the key inside it is judged when the session is opened (ssh_keys).
 */
static void
refuse_certificate(const struct answer *answer)
{
	struct att_reason why;

	att_reason_set(&why, ATT_ERR_SSH_KEY_TYPE,
	    "a certificate is not authorized by the key inside it; sshd "
	    "accepts one by TrustedUserCAKeys");
	log_refusal(answer, LOG_INFO, NULL, &why);
}

static enum att_err
ask_offered(struct answer *answer, const struct att_sk_line *offered,
    struct att_reason *why)
{
	enum att_err r;

	r = att_sk_key_fingerprint(&offered->key, answer->fingerprint);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	if (!offered->key.is_certified)
		return ask(answer, &offered->key, why);
	refuse_certificate(answer);
	return ATT_OK;
}

enum att_err
att_authorized_put(const struct att_authorized *authorized, struct att_buf *out,
    struct att_reason *why)
{
	struct answer answer = { .asked = authorized, .out = out };
	struct att_sk_line offered;
	enum att_err r;

	if (authorized->key == NULL)
		return ask(&answer, NULL, why);
	r = att_sk_words_parse(att_bytes_text(authorized->key_type),
	    att_bytes_text(authorized->key), &offered, why);
	if (r == ATT_OK) {
		r = ask_offered(&answer, &offered, why);
	} else if (is_refusal(r)) {
		log_refusal(&answer,
		    r == ATT_ERR_SSH_KEY_TYPE ? LOG_INFO : LOG_NOTICE, NULL,
		    why);
		r = ATT_OK;
	}
	att_sk_line_reset(&offered);
	return r;
}
