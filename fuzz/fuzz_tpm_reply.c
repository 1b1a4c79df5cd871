/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: both answers of /attest/Tpm, each of the whole input. A report
 * has to echo 32 zeros.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/tpm_evidence.h"
#include "codec/jws.h"
#include "maa/tpm_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_challenge(struct att_bytes answer)
{
	struct att_tpm_challenge challenge;
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_tpm_challenge_read(answer, &challenge, &why);
	if (err != ATT_OK) {
		if (challenge.bytes != NULL ||
		    challenge.service_context != NULL ||
		    err != ATT_ERR_MAA_ANSWER || why.code != err)
			abort();
		return;
	}
	if (challenge.len == 0 || challenge.len > ATT_TPM_CHALLENGE_MAX ||
	    strlen(challenge.service_context) == 0)
		abort();
	att_tpm_challenge_reset(&challenge);
}

static void
check_report(struct att_bytes answer)
{
	static const uint8_t zeros[32];
	struct att_reason why = { 0 };
	struct att_jws *jws;
	struct att_buf token;
	enum att_err err;

	att_buf_init(&token, ATT_JWS_TOKEN_MAX);
	err = att_tpm_report_read(
	    answer, att_bytes(zeros, sizeof(zeros)), &token, &why);
	if (err != ATT_OK) {
		if (token.len != 0 || why.code != err ||
		    (err != ATT_ERR_MAA_ANSWER &&
			err != ATT_ERR_JWS_MALFORMED &&
			err != ATT_ERR_JWS_ALGORITHM))
			abort();
		return;
	}
	if (att_jws_parse_token(att_buf_get(&token), &jws, &why) != ATT_OK)
		abort();
	att_jws_free(&jws);
	att_buf_reset(&token);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_challenge(att_bytes(data, size));
	check_report(att_bytes(data, size));
	return 0;
}
