/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a stored registration proves: its challenge (WebAuthn Level 3 section
 * 7.1: ours, and for this user), evidence and ID.
 */
#include <string.h>

#include "attestation/authdata.h"
#include "attestation/object.h"
#include "codec/clientdata.h"
#include "codec/digest.h"
#include "ssh/sk_key.h"
#include "store/record.h"

enum att_err
att_registration_challenge(const char *rp_id, const char *user,
    const uint8_t nonce[ATT_NONCE_LEN], uint8_t challenge[32])
{
	static const char domain[] = "pam_attest registration v1";
	struct att_buf input;
	enum att_err r;

	memset(challenge, 0, 32);
	att_buf_init(&input,
	    sizeof(domain) + ATT_RP_ID_MAX + ATT_USER_MAX + ATT_NONCE_LEN + 2);
	/* Each text goes in with its NUL, so no two inputs look alike. */
	if ((r = att_buf_put(&input, domain, sizeof(domain))) == ATT_OK &&
	    (r = att_buf_put(&input, rp_id, strlen(rp_id) + 1)) == ATT_OK &&
	    (r = att_buf_put(&input, user, strlen(user) + 1)) == ATT_OK &&
	    (r = att_buf_put(&input, nonce, ATT_NONCE_LEN)) == ATT_OK)
		r = att_sha256(att_buf_get(&input), challenge);
	att_buf_reset(&input);
	return r;
}

/* What the authenticator signed the hash of. */
static enum att_err
check_client_data(const struct att_record *record, struct att_bytes client_data,
    const uint8_t challenge[32], struct att_reason *why)
{
	/* ssh-keygen has no client data: it is the challenge itself. */
	if (!att_sk_is_application(record->rp_id))
		return att_client_data_check(client_data, "webauthn.create",
		    challenge, record->rp_id, why);
	if (att_bytes_is_equal(client_data, att_bytes(challenge, 32)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_RECORD_CHALLENGE,
	    "the record was made over another challenge than one for this "
	    "user and the application \"%s\"",
	    record->rp_id);
}

enum att_err
att_record_get_evidence(const struct att_record *record, const char *user,
    struct att_evidence *evidence, struct att_reason *why)
{
	struct att_bytes client_data =
	    att_bytes(record->client_data, record->client_data_len);
	uint8_t challenge[32];
	enum att_err r;

	*evidence = (struct att_evidence){ 0 };
	r = att_registration_challenge(
	    record->rp_id, user, record->nonce, challenge);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	r = check_client_data(record, client_data, challenge, why);
	if (r != ATT_OK)
		return r;
	if ((r = att_sha256(att_bytes_text(record->rp_id),
		 evidence->rp_id_hash)) != ATT_OK ||
	    (r = att_sha256(client_data, evidence->client_data_hash)) != ATT_OK)
		return att_refuse_plain(why, r);
	evidence->attestation_object = att_bytes(
	    record->attestation_object, record->attestation_object_len);
	evidence->time = record->time;
	return ATT_OK;
}

/* Any key order: how strict to be is the judgement's business. */
enum att_err
att_record_get_credential(const struct att_record *record, struct att_bytes *id,
    struct att_bytes *cose_key, struct att_reason *why)
{
	struct att_auth_data data;
	struct att_object object;
	enum att_err r;

	*id = att_bytes(NULL, 0);
	*cose_key = att_bytes(NULL, 0);
	r = att_object_parse(att_bytes(record->attestation_object,
				 record->attestation_object_len),
	    ATT_CBOR_ANY_ORDER, &object, why);
	if (r == ATT_OK)
		r = att_auth_data_parse(
		    object.auth_data, ATT_CEREMONY_REGISTRATION, &data, why);
	if (r == ATT_OK) {
		*id = data.credential_id;
		*cose_key = data.cose_key;
	}
	return r;
}

enum att_err
att_record_get_credential_id(const struct att_record *record,
    struct att_bytes *id, struct att_reason *why)
{
	struct att_bytes cose_key;

	return att_record_get_credential(record, id, &cose_key, why);
}
