/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer of /attest/AzureGuest: a token encrypted by AES-GCM (NIST SP
 * 800-38D), and its key, encrypted to the ephemeral key of a TPM.
 */
#ifndef ATT_MAA_GUEST_ENVELOPE_H
#define ATT_MAA_GUEST_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_ENVELOPE_IV_LEN = 12, /* what CNG takes, which made it */
	ATT_ENVELOPE_TAG_LEN = 16,
	ATT_ENVELOPE_KEY_MAX = 512, /* of RSA with 4096 bits */
};

/* All owned. */
struct att_guest_envelope {
	struct att_buf wrapped_key;
	size_t key_len; /* of what is in it */
	uint8_t iv[ATT_ENVELOPE_IV_LEN];
	uint8_t tag[ATT_ENVELOPE_TAG_LEN];
	struct att_buf sealed;
};

/*
 * Parses an envelope: base64 with padding in all members, AES with a key of
 * 128, 192 or 256 bits in GCM, an IV of 12 and a tag of 16 bytes. Zeroed on an
 * error. ATT_ERR_MAA_ANSWER, NO_MEMORY.
 */
enum att_err att_guest_envelope_parse(struct att_bytes text,
    struct att_guest_envelope *envelope, struct att_reason *why) ATT_MUST_USE;
void att_guest_envelope_reset(struct att_guest_envelope *envelope);

/*
 * Appends what is in it. ATT_ERR_MAA_ANSWER for another key or a changed text;
 * TOO_LARGE, NO_MEMORY, CRYPTO.
 */
enum att_err att_guest_envelope_open(const struct att_guest_envelope *envelope,
    struct att_bytes key, struct att_buf *out,
    struct att_reason *why) ATT_MUST_USE;

#endif
