/* SPDX-License-Identifier: BSD-2-Clause */
/* The judgement of an assertion, in the order of WebAuthn section 7.2. */
#include <string.h>

#include "attestation/assertion.h"
#include "attestation/authdata.h"
#include "codec/signature.h"

static enum att_err
verify_by(EVP_PKEY *key, const struct att_assertion *assertion,
    struct att_reason *why)
{
	const struct att_cose_algorithm *algorithm = assertion->key->algorithm;
	const struct att_bytes parts[] = {
		assertion->auth_data,
		att_bytes(assertion->client_data_hash, 32),
	};
	const struct att_signed_data data = { parts, 2 };

	if (assertion->ecdsa_encoding == ATT_ECDSA_ENCODING_ANY)
		return att_signature_verify_any(
		    algorithm, key, &data, assertion->signature, why);
	return att_signature_verify(
	    algorithm, key, &data, assertion->signature, why);
}

static enum att_err
verify_signature(const struct att_assertion *assertion, struct att_reason *why)
{
	struct att_reason detail = { 0 };
	EVP_PKEY *key = NULL;
	enum att_err err;

	if (assertion->key == NULL || assertion->key->algorithm == NULL)
		return att_refuse(why, ATT_ERR_INTERNAL,
		    "the credential has no key to verify an assertion with");
	if (assertion->signature.len == 0)
		return att_refuse(why, ATT_ERR_ASSERTION_MALFORMED,
		    "the assertion has an empty signature");
	if ((err = att_cose_key_make(assertion->key, NULL, &key)) != ATT_OK)
		return att_refuse_plain(why, err);
	err = verify_by(key, assertion, &detail);
	EVP_PKEY_free(key);
	if (err == ATT_ERR_NO_MEMORY || err == ATT_ERR_CRYPTO)
		return att_refuse_plain(why, err);
	if (err != ATT_OK)
		return att_refuse(why, ATT_ERR_ASSERTION_SIGNATURE,
		    "assertion: %s", detail.text);
	return ATT_OK;
}

enum att_err
att_assertion_verify(const struct att_assertion *assertion,
    struct att_assertion_facts *facts, struct att_reason *why)
{
	struct att_auth_data data;
	enum att_err err;

	*facts = (struct att_assertion_facts){ 0 };
	if ((err = att_auth_data_parse(assertion->auth_data,
		 ATT_CEREMONY_ASSERTION, &data, why)) != ATT_OK ||
	    (err = att_auth_data_check(&data, assertion->rp_id_hash,
		 assertion->require_uv, why)) != ATT_OK ||
	    (err = verify_signature(assertion, why)) != ATT_OK)
		return att_refuse_plain(why, err);
	facts->flags = data.flags;
	facts->sign_count = data.sign_count;
	return ATT_OK;
}

enum att_err
att_assertion_recognise(
    const struct att_assertion *assertion, struct att_reason *why)
{
	struct att_auth_data data;
	enum att_err err;

	if ((err = att_auth_data_parse(assertion->auth_data,
		 ATT_CEREMONY_ASSERTION, &data, why)) != ATT_OK)
		return err;
	if (memcmp(data.rp_id_hash, assertion->rp_id_hash, 32) != 0)
		return att_refuse(why, ATT_ERR_RP_ID_HASH,
		    "the silent assertion was made for another RP ID");
	return verify_signature(assertion, why);
}
