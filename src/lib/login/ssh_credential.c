/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding and judging the credential that an SSH key is. */
#include <stdlib.h>

#include "codec/cose.h"
#include "login/needs_uv.h"
#include "login/ssh_credential.h"
#include "store/store.h"

/* What is opened on the way, and how far it went. */
struct search {
	const struct att_ssh_question *question;
	struct att_credentials credentials;
	struct att_trust trust;
	bool has_trust;
	bool has_found;
};

static enum att_err
open_trust(struct search *search, struct att_reason *why)
{
	const struct att_ssh_question *question = search->question;
	enum att_err r;

	if (search->has_trust)
		return ATT_OK;
	/* It is to be closed even if it could not be opened as a whole. */
	search->has_trust = true;
	r = question->open_trust != NULL
		? question->open_trust(question->arg, &search->trust, why)
		: att_trust_open(question->opts, &search->trust, why);
	return att_refuse_plain(why, r);
}

/*
 * Whether a record is about the wanted key, before anything of it has been
 * verified. A record that cannot be read is nobody's key.
 */
static bool
is_about(const struct att_record *record, const struct att_sk_key *wanted)
{
	struct att_bytes id, cose;
	uint8_t numbers[ATT_SK_POINT_LEN - 1];
	struct att_cose_key key;
	struct att_sk_key found;

	if (!att_sk_is_application(record->rp_id))
		return false;
	if (wanted == NULL)
		return true;
	return att_record_get_credential(record, &id, &cose, NULL) == ATT_OK &&
	       att_cose_key_parse(cose, NULL, &key, NULL) == ATT_OK &&
	       att_sk_key_make(&key, record->rp_id, numbers, &found, NULL) ==
		   ATT_OK &&
	       att_sk_key_is_equal(&found, wanted);
}

static enum att_err
verify(const struct search *search, struct att_ssh_credential *credential)
{
	const struct att_ssh_question *question = search->question;
	const struct att_record *record = credential->record;
	struct att_reason *why = &credential->why;
	struct att_evidence evidence;
	enum att_err r;

	if ((r = att_record_get_evidence(
		 record, question->user, &evidence, why)) != ATT_OK ||
	    (r = att_attestation_verify(&evidence, question->opts,
		 &search->trust, &credential->verdict, why)) != ATT_OK ||
	    (r = att_sk_key_make(&credential->verdict.key, record->rp_id,
		 credential->numbers, &credential->key, why)) != ATT_OK)
		return att_refuse_plain(why, r);
	/* The key that was proven, not the one that was looked for. */
	if (question->wanted != NULL &&
	    !att_sk_key_is_equal(&credential->key, question->wanted))
		return att_refuse(why, ATT_ERR_INTERNAL,
		    "the key that was verified is not the one of the record");
	credential->require_uv = att_login_needs_uv(
	    question->opts, record->rp_id, &credential->verdict);
	return ATT_OK;
}

static enum att_err
judge(struct search *search, const struct att_record *record,
    struct att_reason *why)
{
	struct att_ssh_credential credential = { .record = record };
	enum att_err r;

	search->has_found = true;
	if ((r = open_trust(search, why)) != ATT_OK)
		return r;
	credential.err = verify(search, &credential);
	if (credential.err != ATT_OK &&
	    !att_err_is_refusal(credential.err)) /* not about it alone */
		r = att_refuse(why, credential.err, "%s", credential.why.text);
	else
		r = search->question->take(
		    search->question->arg, &credential, why);
	att_verdict_reset(&credential.verdict);
	return att_refuse_plain(why, r);
}

static enum att_err
look_through(struct search *search, struct att_reason *why)
{
	const struct att_ssh_question *question = search->question;
	const struct att_credentials *all = &search->credentials;
	enum att_err r;

	for (size_t i = 0; i < all->count; i++) {
		const struct att_record *record = &all->records[i];

		if (is_about(record, question->wanted) &&
		    (r = judge(search, record, why)) != ATT_OK)
			return r;
	}
	if (search->has_found)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_SSH_KEY_UNKNOWN,
	    "user \"%s\" has no such credential in %s; register the key: "
	    "attestctl ssh enroll '%s'",
	    question->user, question->opts->credentials_dir, question->user);
}

enum att_err
att_ssh_credential_ask(
    const struct att_ssh_question *question, struct att_reason *why)
{
	struct search search = { .question = question };
	enum att_err r;

	if ((r = att_store_load(question->opts->credentials_dir, question->user,
		 &search.credentials, why)) == ATT_OK)
		r = look_through(&search, why);
	if (search.has_trust)
		att_trust_close(&search.trust);
	att_credentials_reset(&search.credentials);
	return att_refuse_plain(why, r);
}
