/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging what ssh-keygen wrote: PROTOCOL.u2f of OpenSSH, WebAuthn 7.1. */
#include <stdlib.h>
#include <string.h>

#include "codec/digest.h"
#include "login/ssh_attestation.h"

/* --- What is presented --------------------------------------------------- */

static enum att_err
check_application(struct att_ssh_presented *presented, struct att_reason *why)
{
	struct att_bytes application = presented->line.key.application;
	uint8_t hash[32];

	presented->application =
	    strndup((const char *)application.ptr, application.len);
	if (presented->application == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (!att_sk_is_application(presented->application))
		return att_refuse(why, ATT_ERR_SSH_APPLICATION,
		    "the SSH public key is for the application \"%s\"; that "
		    "of an SSH key begins with \"ssh:\"",
		    presented->application);
	if (att_sha256(application, hash) != ATT_OK)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	if (memcmp(hash, presented->auth_data.rp_id_hash, sizeof(hash)) != 0)
		return att_refuse(why, ATT_ERR_SSH_APPLICATION,
		    "the SSH public key is for the application \"%s\", and "
		    "the attestation for another one",
		    presented->application);
	return ATT_OK;
}

static enum att_err
refuse_mismatch(const struct att_sk_key *attested,
    const struct att_sk_key *public_key, struct att_reason *why)
{
	char a[ATT_SK_FINGERPRINT_SIZE], b[ATT_SK_FINGERPRINT_SIZE];

	if (att_sk_key_fingerprint(attested, a) != ATT_OK ||
	    att_sk_key_fingerprint(public_key, b) != ATT_OK)
		return att_refuse_plain(why, ATT_ERR_SSH_KEY_MISMATCH);
	return att_refuse(why, ATT_ERR_SSH_KEY_MISMATCH,
	    "the attestation is about the key %s, the SSH public key is %s; "
	    "give the two files that one run of ssh-keygen wrote",
	    a, b);
}

static enum att_err
check_key(const struct att_ssh_presented *presented, struct att_reason *why)
{
	uint8_t numbers[ATT_SK_POINT_LEN - 1];
	struct att_sk_key attested;
	struct att_cose_key cose;
	enum att_err err;

	if ((err = att_cose_key_parse(
		 presented->auth_data.cose_key, NULL, &cose, why)) != ATT_OK ||
	    (err = att_sk_key_make(&cose, presented->application, numbers,
		 &attested, why)) != ATT_OK)
		return err;
	if (!att_sk_key_is_equal(&attested, &presented->line.key))
		return refuse_mismatch(&attested, &presented->line.key, why);
	return ATT_OK;
}

enum att_err
att_ssh_presented_read(struct att_bytes public_key,
    struct att_bytes attestation, struct att_ssh_presented *presented,
    struct att_reason *why)
{
	enum att_err err;

	*presented = (struct att_ssh_presented){ 0 };
	if ((err = att_sk_line_parse(public_key, &presented->line, why)) !=
		ATT_OK ||
	    (err = att_sk_attest_parse(attestation, &presented->attest, why)) !=
		ATT_OK ||
	    (err = att_auth_data_parse(presented->attest.auth_data,
		 ATT_CEREMONY_REGISTRATION, &presented->auth_data, why)) !=
		ATT_OK ||
	    (err = check_application(presented, why)) != ATT_OK)
		return err;
	return check_key(presented, why);
}

void
att_ssh_presented_reset(struct att_ssh_presented *presented)
{
	att_sk_line_reset(&presented->line);
	free(presented->application);
	*presented = (struct att_ssh_presented){ 0 };
}

/* --- The judgement ------------------------------------------------------- */

/*
 * Self attestation is by the credential key. Of certificates the file does not
 * say the algorithm: those that make them sign with ES256.
 */
static int32_t
find_algorithm(const struct att_ssh_presented *presented)
{
	if (presented->attest.certificate.len == 0 &&
	    presented->line.key.kind == ATT_SK_ED25519)
		return ATT_COSE_EDDSA;
	return ATT_COSE_ES256;
}

/* What the client of a U2F key puts there: CTAP 2.1 section 10.2. */
static bool
may_be_u2f(const struct att_ssh_presented *presented)
{
	static const uint8_t zeroes[ATT_AAGUID_LEN];

	return presented->attest.certificate.len > 0 &&
	       presented->line.key.kind == ATT_SK_ECDSA &&
	       memcmp(presented->auth_data.aaguid, zeroes, sizeof(zeroes)) == 0;
}

struct trial {
	const struct att_ssh_judgement *judgement;
	struct att_evidence evidence;
	struct att_buf *object;
	struct att_verdict *verdict;
};

static enum att_err
judge_as(struct trial *trial, enum att_sk_statement statement,
    struct att_reason *why)
{
	const struct att_ssh_judgement *judgement = trial->judgement;
	enum att_err err;

	att_verdict_reset(trial->verdict);
	att_buf_reset(trial->object);
	err = att_sk_attest_make_object(&judgement->presented->attest,
	    statement, find_algorithm(judgement->presented), trial->object);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	trial->evidence.attestation_object = att_buf_get(trial->object);
	return att_attestation_verify(&trial->evidence, judgement->opts,
	    judgement->trust, trial->verdict, why);
}

enum att_err
att_ssh_attestation_judge(const struct att_ssh_judgement *judgement,
    struct att_bytes challenge, struct att_buf *object,
    struct att_verdict *verdict, struct att_reason *why)
{
	const struct att_ssh_presented *presented = judgement->presented;
	struct trial trial = {
		.judgement = judgement, .object = object, .verdict = verdict
	};
	struct att_evidence *evidence = &trial.evidence;
	enum att_err err;

	evidence->time = judgement->time;
	evidence->require_uv = judgement->opts->user_verification ==
			       ATT_USER_VERIFICATION_REQUIRED;
	if (att_sha256(presented->line.key.application, evidence->rp_id_hash) !=
		ATT_OK ||
	    att_sha256(challenge, evidence->client_data_hash) != ATT_OK)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	if (presented->attest.signature.len == 0)
		return judge_as(&trial, ATT_SK_NONE, why);
	err = judge_as(&trial, ATT_SK_PACKED, why);
	if (err == ATT_ERR_STATEMENT_SIGNATURE && may_be_u2f(presented))
		err = judge_as(&trial, ATT_SK_FIDO_U2F, why);
	return err;
}
