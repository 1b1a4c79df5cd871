/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The judgement of a registration: WebAuthn Level 3 section 7.1, steps that
 * concern the attestation object, under the options of the configuration.
 */
#ifndef ATT_ATTESTATION_VERIFY_H
#define ATT_ATTESTATION_VERIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cose.h"
#include "conf/options.h"
#include "trust/anchors.h"
#include "trust/trust.h"

/* What a registration left behind. Everything is lent by the caller. */
struct att_evidence {
	uint8_t rp_id_hash[32];
	uint8_t client_data_hash[32];
	struct att_bytes attestation_object;
	time_t time; /* of the registration: certificates are judged then */
	bool require_uv;
};

/* Attestation types, WebAuthn section 6.5.3. */
enum att_attestation_type {
	ATT_TYPE_NONE,
	ATT_TYPE_SELF,
	ATT_TYPE_BASIC,
	ATT_TYPE_ATTCA,
	ATT_TYPE_ANONCA,
	ATT_TYPE_COMPOUND, /* section 8.9: any of them, several times */
};

/* "none", "self", "basic", "attca", "anonca", "compound". Static. */
const char *att_attestation_type_name(enum att_attestation_type type);

/*
 * What was found. On a refusal it holds what had been read until then, so
 * that logs and audits can name the object; has_* say what is there.
 */
struct att_verdict {
	bool has_format;
	enum att_format format;
	bool has_auth_data;
	uint8_t aaguid[ATT_AAGUID_LEN];
	uint8_t flags;			/* as in authenticator data */
	uint32_t sign_count;		/* likewise */
	uint8_t cred_protect;		/* likewise: ATT_CRED_PROTECT_* */
	struct att_bytes credential_id; /* lent by the attestation object */
	int32_t algorithm;	 /* COSE algorithm of the credential key */
	struct att_cose_key key; /* of the credential; lent likewise */
	bool has_type;
	enum att_attestation_type type;
	bool has_attestation_key;		 /* a certificate says whose */
	uint8_t attestation_key[ATT_KEY_ID_LEN]; /* its key identifier */
	bool has_anchor;
	struct att_anchor anchor;
	/*
	 * What metadata says of the model: of the one whose anchor the path
	 * ends at, else of the first that is named. NULL: nothing. Lent by
	 * trust.
	 */
	const struct att_model *model;
};

/* Zeroes it; it owns nothing. */
void att_verdict_reset(struct att_verdict *verdict);

/*
 * Judges evidence. ATT_OK means accepted: the statement verifies, its path
 * ends at an anchor (or the options accept self or none), every rule of the
 * options holds, and metadata says nothing against it at the time trust->now.
 * verdict is reset first and must have been zeroed or used before; the caller
 * resets it after use, also on a refusal.
 *
 * Bytes come first, then what they say, then who said it: the form of the
 * object, authenticator data and key; RP ID, UP, UV; the statement with its
 * signature and certificate profile; the options; the path. So the code of a
 * refusal is that of the first thing wrong in this order. The format "none"
 * is governed by the option attestation alone, the others by formats, too.
 * A path may end at an anchor of the metadata, but only of the model whose
 * AAGUID, or for U2F whose attestation key, the statement is for.
 * Of a compound, every part verifies, no part's path breaks a rule, and at
 * least one part that the lists of models allow ends at an anchor; the anchor
 * and the attestation key are those of that part.
 * Any credential algorithm that can be verified is accepted; who asked for
 * some compares verdict->algorithm.
 * Errors: every code of err.def from BASE64URL to ANCHOR_UNKNOWN,
 * METADATA_STATUS, METADATA_ATTESTATION, METADATA_LEVEL, METADATA_NO_ENTRY,
 * METADATA_DAMAGED, TOO_LARGE, CRYPTO, NO_MEMORY; *why says which check and
 * which object.
 */
enum att_err att_attestation_verify(const struct att_evidence *evidence,
    const struct att_options *opts, const struct att_trust *trust,
    struct att_verdict *verdict, struct att_reason *why) ATT_MUST_USE;

#endif
