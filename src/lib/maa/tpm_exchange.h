/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The talk with /attest/Tpm, without a transport and without a TPM: who calls
 * carries the messages, and asks the TPM. In this order, each once:
 *
 *	att_tpm_exchange_new(&params, &exchange, why)
 *	att_tpm_exchange_begin(exchange, &message, why)
 *	att_tpm_exchange_take_challenge(exchange, answer, &challenge, why)
 *	att_tpm_exchange_put_evidence(exchange, evidence, &logs, digest, why)
 *	att_tpm_exchange_take_signature(exchange, signature, &message, why)
 *	att_tpm_exchange_take_report(exchange, answer, &token, why)
 *	att_tpm_exchange_free(&exchange)		on every path
 *
 * Out of order: ATT_ERR_INTERNAL; nor does an exchange go on after an error.
 * Messages and answers are JSON, before and after the base64url of the "data"
 * in the bodies (maa/client.h).
 *
 *	-> {"payload":{"type":"aikcert"}}
 *	<- {"payload":{"challenge":"...","service_context":"..."}}
 *	-> {"payload":{"request":"JWS"}}
 *	<- {"payload":{"report":"JWT"}}
 *
 * The first two are as recorded. No recording of the others is public: the
 * service documents them without "payload". That it is there on the wire, as
 * it is in the first two, is inferred, so both answers are read in either
 * form, and is_wrapped says how the request is sent.
 */
#ifndef ATT_MAA_TPM_EXCHANGE_H
#define ATT_MAA_TPM_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "maa/measured.h"

enum {
	ATT_TPM_MESSAGE_MAX = 40 << 20, /* with two logs of ATT_MEASURED_MAX */
	ATT_TPM_RP_DATA_LEN = 32,
	ATT_TPM_RP_ID_MAX = 1024,
	ATT_TPM_REQUEST_DIGEST_LEN = 32,
};

struct att_tpm_exchange;

struct att_tpm_exchange_params {
	/* Who wants the report; it enters a number for the machine. UTF-8 */
	const char *rp_id;
	bool is_wrapped;
};

/*
 * Draws rp_data, which the report has to echo. The caller frees *exchangep.
 * ATT_ERR_USAGE for an rp_id that is empty, too long, or not UTF-8; SYSTEM,
 * NO_MEMORY.
 */
enum att_err att_tpm_exchange_new(const struct att_tpm_exchange_params *params,
    struct att_tpm_exchange **exchangep, struct att_reason *why) ATT_MUST_USE;
void att_tpm_exchange_free(struct att_tpm_exchange **exchangep);

/* The ATT_TPM_RP_DATA_LEN bytes that the report has to echo, lent. */
struct att_bytes att_tpm_exchange_get_rp_data(
    const struct att_tpm_exchange *exchange);

/*
 * The first message, appended to one of att_buf_init(message,
 * ATT_TPM_MESSAGE_MAX), as is the second.
 */
enum att_err att_tpm_exchange_begin(struct att_tpm_exchange *exchange,
    struct att_buf *message, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads the answer to it. *challenge is 1 to ATT_TPM_CHALLENGE_MAX bytes, lent
 * by the exchange: the qualifyingData of the quote and of the certification.
 * What else the answer has, "service_context", goes back as it is.
 * ATT_ERR_MAA_ANSWER, NO_MEMORY.
 */
enum att_err att_tpm_exchange_take_challenge(struct att_tpm_exchange *exchange,
    struct att_bytes answer, struct att_bytes *challenge,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Checks what the TPM said (maa/tpm_check.h) and that the logs are whole, and
 * makes the request of it; nothing is lent any longer. digest is what the
 * request key has to sign: SHA-256, RSAPSS with a salt of 32 bytes.
 * ATT_ERR_TPM_EVIDENCE, EVENT_LOG; TOO_LARGE, NO_MEMORY, CRYPTO.
 */
enum att_err att_tpm_exchange_put_evidence(struct att_tpm_exchange *exchange,
    const struct att_tpm_evidence *evidence, const struct att_tpm_logs *logs,
    uint8_t digest[ATT_TPM_REQUEST_DIGEST_LEN],
    struct att_reason *why) ATT_MUST_USE;

/*
 * What people should know after that though it stops nothing: PCRs that the
 * logs do not lead to. "" for nothing; lent.
 */
const char *att_tpm_exchange_get_warning(
    const struct att_tpm_exchange *exchange);

/*
 * Takes the signature, the number alone, and gives the second message, but
 * only if it verifies as PS256 does (RFC 7518 section 3.5). Some TPMs salt
 * with as many bytes as there is room for: that is told apart.
 * ATT_ERR_TPM_EVIDENCE; TOO_LARGE, NO_MEMORY, CRYPTO.
 */
enum att_err att_tpm_exchange_take_signature(struct att_tpm_exchange *exchange,
    struct att_bytes signature, struct att_buf *message,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Reads the answer to that: the token, a compact JWS of at most
 * ATT_JWS_TOKEN_MAX bytes with our rp_data in it, is appended to one of
 * att_buf_init(token, ATT_JWS_TOKEN_MAX). Nothing else of it has been judged:
 * the caller does that as the gate would. ATT_ERR_MAA_ANSWER for what is no
 * report, or one for another request; ATT_ERR_JWS_MALFORMED, JWS_ALGORITHM;
 * NO_MEMORY.
 */
enum att_err att_tpm_exchange_take_report(struct att_tpm_exchange *exchange,
    struct att_bytes answer, struct att_buf *token,
    struct att_reason *why) ATT_MUST_USE;

#endif
