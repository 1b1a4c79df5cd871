/* SPDX-License-Identifier: BSD-2-Clause */
/* The registration of an SSH key: WebAuthn Level 3 section 7.1. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ssh/key_options.h"
#include "store/challenges.h"
#include "store/store.h"
#include "verifier/candidates.h"
#include "verifier/label.h"
#include "verifier/ssh_challenge.h"
#include "verifier/ssh_registration.h"
#include "wire/ssh_enrolment.h"

enum {
	WAIT_S = 30, /* beyond what two locks may take */
};

/* One registration. */
struct ssh_registration {
	struct att_session *session;
	struct att_ssh_enrolment asked; /* lent by the session */
	struct att_ssh_presented presented;
	struct att_credentials existing;
	struct att_trust trust;
	struct att_challenges_file file;
	struct att_ssh_found found;
	struct att_record record;
};

enum att_err
att_ssh_registration_precheck(
    struct att_session *session, struct att_reason *why)
{
	const char *label = session->start.label;
	enum att_err r;

	if (label != NULL && (r = att_label_check(label, why)) != ATT_OK)
		return r;
	return att_challenges_prepare(session->opts->state_dir, why);
}

static enum att_err
read_asked(struct ssh_registration *reg, struct att_reason *why)
{
	const struct att_start *start = &reg->session->start;
	enum att_err r;

	r = att_ssh_enrolment_decode(
	    att_bytes(start->payload, start->payload_len), &reg->asked);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	return att_ssh_presented_read(reg->asked.public_key,
	    reg->asked.attestation, &reg->presented, why);
}

/* Options in any order become the one text that a record may have. */
static enum att_err
put_options(struct ssh_registration *reg, struct att_reason *why)
{
	struct att_ssh_options options;
	struct att_buf text;
	enum att_err r;
	size_t len;

	if (reg->asked.options.len == 0)
		return ATT_OK;
	att_buf_init(&text, ATT_SSH_OPTIONS_MAX + 1);
	if ((r = att_ssh_options_parse(reg->asked.options, &options, why)) ==
		ATT_OK &&
	    (r = att_ssh_options_print(&options, &text, why)) == ATT_OK &&
	    (r = att_buf_put_u8(&text, '\0')) == ATT_OK)
		r = att_buf_take(
		    &text, (uint8_t **)&reg->record.ssh_options, &len);
	att_ssh_options_reset(&options);
	att_buf_reset(&text);
	return att_refuse_plain(why, r);
}

static enum att_err
load_existing(struct ssh_registration *reg, struct att_reason *why)
{
	enum att_err r;

	r = att_store_load(reg->session->opts->credentials_dir,
	    reg->session->start.user, &reg->existing, why);
	if (r == ATT_ERR_STORE_NO_USER)
		r = ATT_OK;
	return r;
}

/* Finds the challenge and judges: what every use of the key will judge. */
static enum att_err
judge(struct ssh_registration *reg, struct att_reason *why)
{
	struct att_session *session = reg->session;
	const struct att_ssh_judgement judgement = {
		.presented = &reg->presented,
		.opts = session->opts,
		.trust = &reg->trust,
		.time = reg->record.time,
	};
	const struct att_ssh_search search = {
		.judgement = &judgement,
		.state_dir = session->opts->state_dir,
		.user = session->start.user,
		.challenges = &reg->file.challenges,
		.given =
		    reg->asked.has_challenge ? &reg->asked.challenge : NULL,
	};
	enum att_err r;

	r = att_ssh_search_run(&search, &reg->found, why);
	att_candidate_audit(session, reg->record.label, &reg->found.verdict);
	return r;
}

static enum att_err
copy(struct att_bytes bytes, uint8_t **ptrp, size_t *lenp)
{
	if ((*ptrp = malloc(bytes.len)) == NULL)
		return ATT_ERR_NO_MEMORY;
	memcpy(*ptrp, bytes.ptr, bytes.len);
	*lenp = bytes.len;
	return ATT_OK;
}

static enum att_err
fill_record(struct ssh_registration *reg)
{
	const struct att_ssh_found *found = &reg->found;
	struct att_record *record = &reg->record;
	enum att_err r;

	record->rp_id = strdup(reg->presented.application);
	record->enrolled_by =
	    strdup(reg->session->start.uid == 0 ? "root" : "self");
	if (record->rp_id == NULL || record->enrolled_by == NULL)
		return ATT_ERR_NO_MEMORY;
	memcpy(record->nonce, reg->file.challenges.list[found->index].nonce,
	    sizeof(record->nonce));
	r = copy(att_bytes(found->challenge, sizeof(found->challenge)),
	    &record->client_data, &record->client_data_len);
	if (r != ATT_OK)
		return r;
	return copy(att_buf_get(&found->object), &record->attestation_object,
	    &record->attestation_object_len);
}

/*
 * Used up first: whatever happens between the two, a challenge that is lost
 * costs a command, and one that is good twice is none.
 */
static enum att_err
store(struct ssh_registration *reg, struct att_reason *why)
{
	struct att_session *session = reg->session;
	enum att_err r;

	if ((r = fill_record(reg)) != ATT_OK)
		return att_refuse_plain(why, r);
	if ((r = att_challenges_use(&reg->file, reg->found.index,
		 reg->record.time, why)) != ATT_OK)
		return r;
	return att_store_add(session->opts->credentials_dir,
	    session->start.user, &reg->record, NULL, why);
}

static void
tell_success(struct ssh_registration *reg)
{
	const struct att_verdict *verdict = &reg->found.verdict;
	struct att_session *session = reg->session;
	char fingerprint[ATT_SK_FINGERPRINT_SIZE];

	if (att_sk_key_fingerprint(&reg->presented.line.key, fingerprint) !=
	    ATT_OK)
		return;
	att_session_info(session,
	    "Registered \"%s\" for %s: %s for \"%s\", %s attestation (%s) of "
	    "model %s%s%s.",
	    reg->record.label, session->start.user, fingerprint,
	    reg->record.rp_id, att_attestation_type_name(verdict->type),
	    att_format_name(verdict->format), session->audit.aaguid,
	    verdict->has_anchor ? ", vouched for by " : "",
	    verdict->has_anchor ? verdict->anchor.subject : "");
}

static enum att_err
register_key(struct ssh_registration *reg, struct att_reason *why)
{
	struct att_session *session = reg->session;
	enum att_err r;

	att_session_expect(session, WAIT_S);
	reg->record.time = time(NULL);
	if ((r = read_asked(reg, why)) != ATT_OK ||
	    (r = put_options(reg, why)) != ATT_OK ||
	    (r = load_existing(reg, why)) != ATT_OK ||
	    (r = att_label_choose(
		 session, &reg->existing, &reg->record.label, why)) != ATT_OK ||
	    (r = att_candidates_open_trust(session, &reg->trust, why)) !=
		ATT_OK ||
	    (r = att_challenges_open(session->opts->state_dir,
		 session->start.user, &reg->file, why)) != ATT_OK ||
	    (r = judge(reg, why)) != ATT_OK || (r = store(reg, why)) != ATT_OK)
		return r;
	tell_success(reg);
	return ATT_OK;
}

enum att_err
att_ssh_registration_run(struct att_session *session,
    struct att_authenticators *set, struct att_reason *why)
{
	struct ssh_registration reg = { .session = session };
	enum att_err r;

	(void)set;
	att_kept_init(&reg.file.kept);
	r = register_key(&reg, why);
	att_ssh_found_reset(&reg.found);
	att_record_reset(&reg.record);
	att_challenges_close(&reg.file);
	att_trust_close(&reg.trust);
	att_credentials_reset(&reg.existing);
	att_ssh_presented_reset(&reg.presented);
	return r;
}
