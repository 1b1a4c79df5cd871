/* SPDX-License-Identifier: BSD-2-Clause */
/* The judgement of an assertion: WebAuthn Level 3 section 7.2. */
#ifndef ATT_ATTESTATION_ASSERTION_H
#define ATT_ATTESTATION_ASSERTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cose.h"
#include "conf/options.h"

/* All lent by the caller. */
struct att_assertion {
	uint8_t rp_id_hash[32];		/* expected */
	uint8_t client_data_hash[32];	/* over our fresh challenge */
	const struct att_cose_key *key; /* of the stored credential */
	bool require_uv;
	enum att_choice_ecdsa_encoding ecdsa_encoding;
	struct att_bytes auth_data; /* from the authenticator */
	struct att_bytes signature; /* from the authenticator */
};

struct att_assertion_facts {
	uint8_t flags;
	uint32_t sign_count;
};

/*
 * Verifies rpIdHash, UP, UV if required (both read from the signed data),
 * flags, the form of authenticator data with nothing left over, and the
 * signature over authData || clientDataHash. *facts is filled on success.
 * ATT_ERR_ASSERTION_MALFORMED, _SIGNATURE, ATT_ERR_RP_ID_HASH, UP_MISSING,
 * UV_MISSING, AUTHDATA_*, CRYPTO.
 */
enum att_err att_assertion_verify(const struct att_assertion *assertion,
    struct att_assertion_facts *facts, struct att_reason *why) ATT_MUST_USE;

/*
 * Verifies the answer to a silent look (CTAP 2.1, 6.2: option up false):
 * rpIdHash, form and signature, so that it is known to come from the
 * authenticator that holds the credential. Nobody's presence is proven by it,
 * require_uv is not looked at, and it can never stand in for the function
 * above. Errors as above, without UP_MISSING and UV_MISSING.
 */
enum att_err att_assertion_recognise(
    const struct att_assertion *assertion, struct att_reason *why) ATT_MUST_USE;

#endif
