/* SPDX-License-Identifier: BSD-2-Clause */
/* Authenticator data: WebAuthn Level 3 section 6.1. */
#ifndef ATT_ATTESTATION_AUTHDATA_H
#define ATT_ATTESTATION_AUTHDATA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_FLAG_UP = 0x01,
	ATT_FLAG_UV = 0x04,
	ATT_FLAG_BE = 0x08,
	ATT_FLAG_BS = 0x10,
	ATT_FLAG_AT = 0x40,
	ATT_FLAG_ED = 0x80,
};

/* What a credential demands of its user: CTAP 2.1 section 12.1. */
enum {
	ATT_CRED_PROTECT_UNKNOWN = 0, /* not there, or with no such value */
	ATT_CRED_PROTECT_OPTIONAL = 1,
	ATT_CRED_PROTECT_OPTIONAL_WITH_ID = 2,
	ATT_CRED_PROTECT_REQUIRED = 3,
};

/* What the authenticator was asked for. */
enum att_ceremony {
	ATT_CEREMONY_REGISTRATION,
	ATT_CEREMONY_ASSERTION
};

/* The slices are lent by the bytes that were parsed. */
struct att_auth_data {
	const uint8_t *rp_id_hash; /* 32 bytes */
	uint8_t flags;
	uint32_t sign_count;
	/* Of a registration only. */
	const uint8_t *aaguid; /* 16 bytes */
	struct att_bytes credential_id;
	struct att_bytes cose_key;   /* one CBOR item, its form not looked at */
	struct att_bytes extensions; /* one CBOR map; empty without ED */
	uint8_t cred_protect;	     /* ATT_CRED_PROTECT_* */
};

/*
 * Parses authenticator data to its last byte: no reserved flag, BS only with
 * BE, AT set in a registration and clear in an assertion, a credential ID of
 * 1 to 1023 bytes, one canonical CBOR item as key, and one CBOR map with text
 * keys if ED is set. On an error *data holds what was read until then and
 * zeroes for the rest.
 * ATT_ERR_AUTHDATA_MALFORMED, _TRAILING, _FLAGS, ATT_ERR_CREDENTIAL_ID,
 * ATT_ERR_CBOR_*.
 */
enum att_err att_auth_data_parse(struct att_bytes in,
    enum att_ceremony ceremony, struct att_auth_data *data,
    struct att_reason *why) ATT_MUST_USE;

/*
 * What both ceremonies want of it: the RP ID hash, UP, and UV if require_uv.
 * ATT_ERR_RP_ID_HASH, ATT_ERR_UP_MISSING, ATT_ERR_UV_MISSING.
 */
enum att_err att_auth_data_check(const struct att_auth_data *data,
    const uint8_t rp_id_hash[32], bool require_uv,
    struct att_reason *why) ATT_MUST_USE;

#endif
