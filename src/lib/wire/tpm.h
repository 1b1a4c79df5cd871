/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between the verifier and pam_attest-tpm, which asks the TPM once
 * and is gone; those of a longer talk are in tpm_talk.h. Errors as in login.h.
 */
#ifndef ATT_WIRE_TPM_H
#define ATT_WIRE_TPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/tpm_evidence.h"

enum {
	ATT_TPM_VERSION = 2,
	ATT_TPM_SECONDS_MAX = 60,
	ATT_TPM_TCTI_MAX = 255,
	ATT_TPM_NUMBER_MAX = 512, /* of an RSA key of 4096 bits */
	ATT_TPM_EXPONENT_MAX = 8,
	ATT_TPM_NONCE_LEN = 32,
	ATT_TPM_BLOB_MAX = 2048, /* a structure of the TPM, marshalled */
	ATT_TPM_TEXT_MAX = 400,
	ATT_TPM_PCRS_MAX = 0xffffff, /* bits of PCR 0 to 23 */
};

/*
 * What a key that may sign anything signs: this text, a zero byte, the nonce.
 */
#define ATT_TPM_DOMAIN "pam_attest host proof"

enum att_tpm_want {
	ATT_TPM_WANT_KEY =
	    1, /* that the TPM has the key, and its public part */
	ATT_TPM_WANT_PROOF = 2, /* and that it answers the challenge with it */
};

/*
 * TPM_REQUEST: to pam_attest-tpm, once. A key is looked for by its numbers;
 * with pcrs it is the one of the NULL hierarchy that is made anew, bound to
 * their present values in the SHA-256 bank.
 */
struct att_tpm_request {
	uint8_t seconds;  /* the process ends by itself soon after */
	const char *tcti; /* as for Tss2_TctiLdr_Initialize() */
	enum att_tpm_want want;
	struct att_bytes modulus;
	struct att_bytes exponent;
	uint32_t pcrs; /* 1 << index; 0: a key that is there */
	/* PROOF: a nonce to quote or sign, or with pcrs a text to decrypt */
	struct att_bytes challenge;
	struct att_tpm_wrapped wrapped; /* or none */
};

enum att_err att_tpm_request_encode(
    const struct att_tpm_request *request, struct att_buf *out) ATT_MUST_USE;
/*
 * *tctip, which is request->tcti, is for the caller to free; the bytes are
 * lent by the message.
 */
enum att_err att_tpm_request_decode(struct att_bytes message, char **tctip,
    struct att_tpm_request *request) ATT_MUST_USE;

/* TPM_ANSWER: what the TPM said, as it said it. */
enum att_tpm_answered {
	ATT_TPM_ANSWERED_KEY = 1,	/* nothing more */
	ATT_TPM_ANSWERED_QUOTE = 2,	/* attested and signature */
	ATT_TPM_ANSWERED_SIGNATURE = 3, /* signature */
	ATT_TPM_ANSWERED_TEXT = 4,	/* text: the challenge, decrypted */
};
struct att_tpm_answer {
	enum att_tpm_answered what;
	uint64_t up_ms; /* milliseconds since the TPM was started */
	struct att_bytes public_area; /* TPMT_PUBLIC */
	struct att_bytes attested;    /* TPMS_ATTEST */
	struct att_bytes signature;   /* TPMT_SIGNATURE */
	struct att_bytes text;
};

enum att_err att_tpm_answer_encode(
    const struct att_tpm_answer *answer, struct att_buf *out) ATT_MUST_USE;
/* The bytes are lent by the message. */
enum att_err att_tpm_answer_decode(
    struct att_bytes message, struct att_tpm_answer *answer) ATT_MUST_USE;

/* TPM_FAILED: why there is none. */
enum att_tpm_failure {
	ATT_TPM_UNAVAILABLE = 1, /* the TPM, or the way to it */
	ATT_TPM_NO_KEY = 2,	 /* the TPM does not have the key */
	ATT_TPM_NO_PROOF = 3,	 /* it has, and does not answer with it */
	/* of requests of attestctl: */
	ATT_TPM_KEY_LOST = 4,	 /* the request key is not one of it */
	ATT_TPM_NO_EVIDENCE = 5, /* it does not do what it is asked */
	ATT_TPM_AIK_LOST = 6,	 /* the AIK is not one of it */
};
struct att_tpm_failed {
	enum att_tpm_failure failure;
	char text[ATT_TPM_TEXT_MAX + 1]; /* what went wrong, for people */
};

enum att_err att_tpm_failed_encode(
    const struct att_tpm_failed *failed, struct att_buf *out) ATT_MUST_USE;
enum att_err att_tpm_failed_decode(
    struct att_bytes message, struct att_tpm_failed *failed) ATT_MUST_USE;

#endif
