/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of attestctl, one after the other: wire/tpm_talk.h. */
#ifndef TPM_TALK_H
#define TPM_TALK_H

#include "base/buf.h"
#include "tpm/kept.h"

struct tpm_talk {
	ESYS_CONTEXT *esys;
	/* What later requests are about. */
	bool has_key;
	struct tpm_kept key; /* of the last ATTEST */
	uint32_t pcrs;	     /* of the last GUEST; 0: there was none */
	TPM2B_PUBLIC_KEY_RSA ephemeral; /* its modulus */
};

/*
 * Serves requests until the other end hangs up. ATT_ERR_MESSAGE_MALFORMED for
 * what is no request, and what att_channel_send() gives; what a TPM does not
 * do is answered.
 */
enum att_err tpm_talk(struct tpm_talk *talk) ATT_MUST_USE;

/* --- For the sources of this folder: message is a request, *out its answer.
 * ATT_ERR_HOST_KEY_LOST, TPM_EVIDENCE, TPM_UNAVAILABLE, CRYPTO; and those of
 * the messages. --- */

enum att_err tpm_talk_attest(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_talk_sign(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_talk_guest(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_talk_decrypt(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_talk_endorse(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;
enum att_err tpm_talk_activate(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;

#endif
