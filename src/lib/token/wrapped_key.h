/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key that its TPM has wrapped, in a file: "TSS2 PRIVATE KEY"
 * (draft-bottomley-tpm2-keys), as tpm2_encodeobject(1) writes it.
 */
#ifndef ATT_TOKEN_WRAPPED_KEY_H
#define ATT_TOKEN_WRAPPED_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"

enum {
	ATT_WRAPPED_KEY_MAX = 16384, /* bytes of such a file */
	ATT_WRAPPED_PART_MAX = 2048, /* bytes of each of its parts */
};

struct att_wrapped_key;

/*
 * Reads one in PEM. Refused are a key that has a policy, which nobody could
 * satisfy at a login, one that would have to be imported first, and parts of
 * more than ATT_WRAPPED_PART_MAX bytes. The parts are not looked into, and not
 * whether the key has a password: writers disagree about that. The caller frees
 * *keyp. ATT_ERR_CONF_VALUE, NO_MEMORY.
 */
enum att_err att_wrapped_key_parse(struct att_bytes pem,
    struct att_wrapped_key **keyp, struct att_reason *why) ATT_MUST_USE;
void att_wrapped_key_free(struct att_wrapped_key **keyp);

/* The handle of its parent: of a persistent key, or of a hierarchy. */
uint32_t att_wrapped_key_get_parent(const struct att_wrapped_key *key);
/* The parent in a hierarchy is its RSA storage key, not that on a curve. */
bool att_wrapped_key_is_below_rsa(const struct att_wrapped_key *key);
/* TPM2B_PUBLIC and TPM2B_PRIVATE, lent. */
struct att_bytes att_wrapped_key_get_public(const struct att_wrapped_key *key);
struct att_bytes att_wrapped_key_get_private(const struct att_wrapped_key *key);

/* All of it, lent. */
struct att_tpm_wrapped att_wrapped_key_get(const struct att_wrapped_key *key);

/*
 * Appends to *pem what att_wrapped_key_parse() reads as the same key: in PEM,
 * said to have no password. ATT_ERR_CONF_VALUE for parts that would not be
 * read again, TOO_LARGE, CRYPTO, NO_MEMORY.
 */
enum att_err att_wrapped_key_write(const struct att_tpm_wrapped *wrapped,
    struct att_buf *pem, struct att_reason *why) ATT_MUST_USE;

#endif
