/* SPDX-License-Identifier: BSD-2-Clause */
/* Client data of our own ceremonies: WebAuthn Level 3 section 5.8.1. */
#ifndef ATT_CODEC_CLIENTDATA_H
#define ATT_CODEC_CLIENTDATA_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_CHALLENGE_LEN = 32,
	ATT_CLIENT_DATA_MAX = 4096
};

/*
 * Makes {"type":TYPE,"challenge":...,"origin":"pam-attest://RP_ID",
 * "crossOrigin":false}, with TYPE "webauthn.create" or "webauthn.get". The
 * caller frees *jsonp (NUL-terminated) with free(). ATT_ERR_NO_MEMORY.
 */
enum att_err att_client_data_make(const char *type,
    const uint8_t challenge[ATT_CHALLENGE_LEN], const char *rp_id,
    char **jsonp) ATT_MUST_USE;

/* The hash of such client data, which is what an authenticator signs. */
enum att_err att_client_data_hash(const char *type,
    const uint8_t challenge[ATT_CHALLENGE_LEN], const char *rp_id,
    uint8_t hash[32]) ATT_MUST_USE;

/*
 * Checks stored client data: strict JSON object (no duplicate keys, nothing
 * left over), type and challenge as given, origin as made above.
 * ATT_ERR_CLIENT_DATA when malformed or of another type or origin,
 * ATT_ERR_RECORD_CHALLENGE when the challenge differs.
 */
enum att_err att_client_data_check(struct att_bytes json, const char *type,
    const uint8_t challenge[ATT_CHALLENGE_LEN], const char *rp_id,
    struct att_reason *why) ATT_MUST_USE;

#endif
