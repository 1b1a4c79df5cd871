/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN/UV auth protocols 1 and 2 (CTAP 2.1 section 6.5.6, 6.5.7), the token */
#ifndef SOFTKEY_PIN_H
#define SOFTKEY_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "buf.h"
#include "cbor_io.h"
#include "ctap.h"

#define PIN_TOKEN_LEN 32

/* Permissions of a token, section 6.5.5.7 */
#define PERMIT_MAKE 0x01U
#define PERMIT_GET 0x02U
#define PERMIT_MANAGE 0x04U

struct pin_session {
	EVP_PKEY *agreement;
	uint8_t token[PIN_TOKEN_LEN];
	int64_t token_protocol; /* 0: no token is out */
	unsigned int permissions;
	bool has_rp_id;
	uint8_t rp_id_hash[SHA256_LEN];
};

/* The secret shared with one platform. */
struct pin_shared {
	int64_t protocol;
	uint8_t hmac_key[32];
	uint8_t aes_key[32];
};

/* A fresh key agreement key; the token of before is void. */
void pin_session_start(struct pin_session *session);
void pin_session_end(struct pin_session *session);

/* A fresh token with these permissions, for that protocol. */
void pin_session_new_token(
    struct pin_session *session, int64_t protocol, unsigned int permissions);

/* The public half as COSE_Key (algorithm -25). */
void pin_put_agreement(struct buf *out, const struct pin_session *session);

/* Agrees with the COSE_Key of a platform; false when it is no such key. */
bool pin_agree(const struct pin_session *session, int64_t protocol,
    const cbor_item_t *peer, struct pin_shared *shared);

/* Whether sig authenticates message under a 32-byte key. */
bool pin_verify(int64_t protocol, const uint8_t key[32],
    const struct buf *message, const struct view *sig);

/* False when the length does not fit the protocol. */
bool pin_decrypt(
    const struct pin_shared *shared, const struct view *in, struct buf *out);
void pin_encrypt(
    const struct pin_shared *shared, const struct buf *plain, struct buf *out);

bool pin_protocol_is_known(int64_t protocol);

#endif
