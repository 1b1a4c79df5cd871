/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talk with the TPM of this host, through pam_attest-tpm: one process, one
 * request after the other. For attestctl; a login asks once (wire/tpm.h).
 *
 *	att_tpm_session_open(opts->host_tcti, seconds, &session, why)
 *	att_tpm_session_attest(session, &request, &evidence, &made, why)
 *	att_tpm_session_sign(session, digest, &signature, why)
 *	att_tpm_session_close(&session);		on every path
 *
 * What comes back is what the process said that the TPM said. Checked are the
 * sizes, that quotes and certifications begin as only those of a TPM do and
 * are for the challenge, and that keys come back for a file if they were to be
 * made, and are those that were attested; no signature is. It is lent by the
 * session until its next call. Nothing of ours is in the memory of the TPM
 * between two calls.
 *
 * Every call takes no longer than the seconds of the session, and fails with
 * ATT_ERR_TPM_TIMEOUT then; ATT_ERR_TPM_UNAVAILABLE when there is no TPM, no
 * way to it, when it is out of order, or when the process died;
 * ATT_ERR_TPM_EVIDENCE when the TPM does not do what it is asked, or what it
 * said does not fit together; ATT_ERR_MESSAGE_MALFORMED, NO_MEMORY, SYSTEM.
 * ATT_ERR_HOST_AIK_LOST when the AIK is not one of this TPM (any more): it was
 * cleared or swapped, or the handle is free; ATT_ERR_HOST_KEY_LOST when the
 * AIK is, and the request key is not. The session goes on after these and after
 * ATT_ERR_TPM_EVIDENCE, and is over after ATT_ERR_MESSAGE_MALFORMED.
 */
#ifndef ATT_WIRE_TPM_SESSION_H
#define ATT_WIRE_TPM_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "wire/tpm_talk.h"

enum {
	ATT_TPM_SESSION_SECONDS = 120, /* enough for two new RSA keys */
};

struct att_tpm_session;

/*
 * Starts ATT_PROGRAMSDIR/pam_attest-tpm and has it open the TCTI (as for
 * Tss2_TctiLdr_Initialize()). seconds is the limit of this and of each further
 * call; the session as a whole may last for an hour. Until the close SIGCHLD
 * has its default action. Also ATT_ERR_SPAWN.
 */
enum att_err att_tpm_session_open(const char *tcti, unsigned int seconds,
    struct att_tpm_session **sessionp, struct att_reason *why) ATT_MUST_USE;

/* Ends the process and wipes what it said. NULL-safe. */
void att_tpm_session_close(struct att_tpm_session **sessionp);

/* A quote and a certified key. */
enum att_err att_tpm_session_attest(struct att_tpm_session *session,
    const struct att_tpm_attest *attest, struct att_tpm_evidence *evidence,
    struct att_tpm_made *made, struct att_reason *why) ATT_MUST_USE;

/*
 * Signs by the key of the last attest: RSAPSS with SHA-256 over its digest.
 * The signature is the number alone, as long as the modulus. How long the salt
 * is, the TPM alone decides: for PS256 the caller has to verify it.
 * ATT_ERR_TPM_EVIDENCE without an attest.
 */
enum att_err att_tpm_session_sign(struct att_tpm_session *session,
    const uint8_t digest[ATT_TPM_DIGEST_LEN], struct att_bytes *signature,
    struct att_reason *why) ATT_MUST_USE;

/*
 * An ephemeral key is made, bound to the present values of the PCRs. An AK
 * that is new serves for tests alone: no cloud knows it.
 */
enum att_err att_tpm_session_guest(struct att_tpm_session *session,
    const struct att_tpm_guest *guest, struct att_tpm_guest_evidence *evidence,
    struct att_tpm_made *made, struct att_reason *why) ATT_MUST_USE;

/*
 * RSAES by the ephemeral key of the last guest. The text is wiped with the
 * session or the next call. ATT_ERR_TPM_EVIDENCE, too, when a PCR has changed
 * since, and without a guest.
 */
enum att_err att_tpm_session_decrypt(struct att_tpm_session *session,
    struct att_bytes cipher, struct att_bytes *text,
    struct att_reason *why) ATT_MUST_USE;

/* Whose TPM it is, and which AIK it has. */
enum att_err att_tpm_session_endorse(struct att_tpm_session *session,
    const struct att_tpm_key *aik, struct att_tpm_endorsement *endorsement,
    struct att_tpm_made *made, struct att_reason *why) ATT_MUST_USE;

/*
 * The secret of a challenge that was made for this EK and this AIK
 * (TPM2_ActivateCredential). It is wiped with the session or the next call.
 */
enum att_err att_tpm_session_activate(struct att_tpm_session *session,
    const struct att_tpm_activate *activate, struct att_bytes *secret,
    struct att_reason *why) ATT_MUST_USE;

#endif
