/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between attestctl and pam_attest-tpm, which serves one request
 * after the other (tpm_session.h), and answers each of them by one message:
 *
 *	OPEN		OPENED
 *	ATTEST		EVIDENCE
 *	SIGN		BYTES: the signature
 *	GUEST		GUEST_EVIDENCE
 *	DECRYPT		BYTES: the text
 *	ENDORSE		ENDORSEMENT
 *	ACTIVATE	BYTES: the secret
 *
 * or by TPM_FAILED (wire/tpm.h). Errors as in login.h. What a decoder gives is
 * lent by the message, but for text.
 */
#ifndef ATT_WIRE_TPM_TALK_H
#define ATT_WIRE_TPM_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/tpm_evidence.h"

enum {
	ATT_TPM_DIGEST_LEN = 32,	/* SHA-256 */
	ATT_TPM_CERTIFICATE_MAX = 8192, /* an index of an NV has 4096, mostly */
	ATT_TPM_NAME_MAX = 66,		/* of a TPM, with a hash of 64 bytes */
	ATT_TPM_BYTES_MAX = 512,	/* a signature, a text or a secret */
};

/* A request that is only bytes, or nothing. */
enum att_err att_tpm_open_encode(
    const char *tcti, struct att_buf *out) ATT_MUST_USE;
/* The caller frees *tctip. */
enum att_err att_tpm_open_decode(
    struct att_bytes message, char **tctip) ATT_MUST_USE;
enum att_err att_tpm_opened_encode(struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_opened_decode(struct att_bytes message) ATT_MUST_USE;

enum att_err att_tpm_sign_encode(
    const uint8_t digest[ATT_TPM_DIGEST_LEN], struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_sign_decode(
    struct att_bytes message, uint8_t digest[ATT_TPM_DIGEST_LEN]) ATT_MUST_USE;

enum att_err att_tpm_decrypt_encode(
    struct att_bytes cipher, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_decrypt_decode(
    struct att_bytes message, struct att_bytes *cipher) ATT_MUST_USE;

enum att_err att_tpm_bytes_encode(
    struct att_bytes bytes, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_bytes_decode(
    struct att_bytes message, struct att_bytes *bytes) ATT_MUST_USE;

/* The wrapped parts of keys that were made, for files; none of others. */
struct att_tpm_made {
	struct att_tpm_wrapped aik;
	struct att_tpm_wrapped key;
};

/*
 * A quote and a certified key. Both AIK and key are RSA-2048. With has_sha1
 * the PCRs of the SHA-1 bank are quoted, too, if the TPM has that bank.
 */
struct att_tpm_attest {
	struct att_tpm_key aik; /* restricted, signs by RSASSA and SHA-256 */
	struct att_tpm_key key; /* signs by RSAPSS and SHA-256 */
	uint32_t pcrs;		/* 1 << index; at least one */
	bool has_sha1;
	struct att_bytes challenge; /* 1 to ATT_TPM_CHALLENGE_MAX bytes */
};
enum att_err att_tpm_attest_encode(
    const struct att_tpm_attest *attest, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_attest_decode(
    struct att_bytes message, struct att_tpm_attest *attest) ATT_MUST_USE;

enum att_err att_tpm_evidence_encode(const struct att_tpm_evidence *evidence,
    const struct att_tpm_made *made, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_evidence_decode(struct att_bytes message,
    struct att_tpm_evidence *evidence, struct att_tpm_made *made) ATT_MUST_USE;

/* What AzureGuest wants. */
struct att_tpm_guest {
	struct att_tpm_key aik; /* on Azure the one at 0x81000003 */
	uint32_t pcrs;		/* 1 << index; at least one */
};
enum att_err att_tpm_guest_encode(
    const struct att_tpm_guest *guest, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_guest_decode(
    struct att_bytes message, struct att_tpm_guest *guest) ATT_MUST_USE;

enum att_err att_tpm_guest_evidence_encode(
    const struct att_tpm_guest_evidence *evidence,
    const struct att_tpm_made *made, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_guest_evidence_decode(struct att_bytes message,
    struct att_tpm_guest_evidence *evidence,
    struct att_tpm_made *made) ATT_MUST_USE;

enum att_err att_tpm_endorse_encode(
    const struct att_tpm_key *aik, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_endorse_decode(
    struct att_bytes message, struct att_tpm_key *aik) ATT_MUST_USE;

enum att_err att_tpm_endorsement_encode(
    const struct att_tpm_endorsement *endorsement,
    const struct att_tpm_made *made, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_endorsement_decode(struct att_bytes message,
    struct att_tpm_endorsement *endorsement,
    struct att_tpm_made *made) ATT_MUST_USE;

/* A challenge that was made for the EK and this AIK. */
struct att_tpm_activate {
	struct att_tpm_key aik;
	struct att_bytes credential; /* TPM2B_ID_OBJECT */
	struct att_bytes secret;     /* TPM2B_ENCRYPTED_SECRET */
};
enum att_err att_tpm_activate_encode(
    const struct att_tpm_activate *activate, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_activate_decode(
    struct att_bytes message, struct att_tpm_activate *activate) ATT_MUST_USE;

#endif
