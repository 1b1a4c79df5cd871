/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one message of /attest/AzureGuest (protocol 2.0 of Microsoft's guest
 * attestation library), and its answer, which only this TPM in its present
 * state can read. Without a transport and without a TPM; in this order:
 *
 *	att_azure_guest_new(&guest, why)
 *	att_azure_guest_put_evidence(guest, &parts, &info, why)
 *	att_azure_guest_take_envelope(guest, envelope, &wrapped, why)
 *	att_azure_guest_take_key(guest, key, &token, why)
 *	att_azure_guest_free(&guest)			on every path
 *
 * Out of order: ATT_ERR_INTERNAL; nor does it go on after an error. info and
 * envelope are JSON, before and after the base64url of the bodies
 * (maa/client.h).
 */
#ifndef ATT_MAA_AZURE_GUEST_H
#define ATT_MAA_AZURE_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "maa/guest_os.h"

enum {
	ATT_GUEST_INFO_MAX = 16 << 20, /* with a log of ATT_MEASURED_MAX */
	ATT_GUEST_NONCE_LEN = 32,
};

/* What is around the virtual machine. */
enum att_guest_isolation {
	ATT_GUEST_TRUSTED_LAUNCH, /* nothing that attests */
	ATT_GUEST_SEV_SNP,
	ATT_GUEST_TDX,
	ATT_GUEST_ISOLATION_COUNT
};

/* All lent. */
struct att_azure_guest_parts {
	const struct att_tpm_guest_evidence *evidence;
	struct att_bytes tcg_log; /* none: empty */
	const struct att_guest_os *os;
	enum att_guest_isolation isolation;
	/* SEV_SNP, TDX: as the platform gives them, opaque */
	struct att_bytes proof;
	struct att_bytes runtime_data;
};

struct att_azure_guest;

/*
 * Draws a nonce, which the token has to echo. That says which request the
 * token is for, and no more: the TPM does not sign it. The caller frees
 * *guestp. SYSTEM, NO_MEMORY.
 */
enum att_err att_azure_guest_new(
    struct att_azure_guest **guestp, struct att_reason *why) ATT_MUST_USE;
/* Wipes what it has. */
void att_azure_guest_free(struct att_azure_guest **guestp);

/*
 * Checks what the TPM said (maa/tpm_check.h) and that the log is whole; the
 * request is appended to one of att_buf_init(info, ATT_GUEST_INFO_MAX).
 * ATT_ERR_TPM_EVIDENCE, EVENT_LOG, TOO_LARGE, NO_MEMORY, CRYPTO.
 */
enum att_err att_azure_guest_put_evidence(struct att_azure_guest *guest,
    const struct att_azure_guest_parts *parts, struct att_buf *info,
    struct att_reason *why) ATT_MUST_USE;

/* As att_tpm_exchange_get_warning(). */
const char *att_azure_guest_get_warning(const struct att_azure_guest *guest);

/*
 * Reads the answer. *wrapped, lent by guest, is what the ephemeral key of the
 * evidence has to decrypt (RSAES). ATT_ERR_MAA_ANSWER, NO_MEMORY.
 */
enum att_err att_azure_guest_take_envelope(struct att_azure_guest *guest,
    struct att_bytes envelope, struct att_bytes *wrapped,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Opens the envelope by what the TPM made of that. The token, a compact JWS of
 * at most ATT_JWS_TOKEN_MAX bytes with our nonce in it, is appended to one of
 * att_buf_init(token, ATT_JWS_TOKEN_MAX). Nothing else of it has been judged.
 * ATT_ERR_MAA_ANSWER for what does not open, is no token, or one for another
 * request; ATT_ERR_JWS_MALFORMED, JWS_ALGORITHM; NO_MEMORY, CRYPTO.
 */
enum att_err att_azure_guest_take_key(struct att_azure_guest *guest,
    struct att_bytes key, struct att_buf *token,
    struct att_reason *why) ATT_MUST_USE;

#endif
