/* SPDX-License-Identifier: BSD-2-Clause */
/* TPM_REQUEST, TPM_ANSWER and TPM_FAILED. */
#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/fields.h"
#include "wire/tpm.h"
#include "wire/tpm_fields.h"

/* --- TPM_REQUEST --------------------------------------------------------- */

/* How long a challenge is depends on what is to be done with it. */
static bool
is_challenge_fit(const struct att_tpm_request *request)
{
	size_t len = request->challenge.len;

	if (request->want == ATT_TPM_WANT_KEY)
		return len == 0;
	return request->pcrs == 0 ? len == ATT_TPM_NONCE_LEN
				  : len == request->modulus.len;
}

enum att_err
att_tpm_request_encode(
    const struct att_tpm_request *request, struct att_buf *out)
{
	enum att_err err;

	if (!is_challenge_fit(request) || request->pcrs > ATT_TPM_PCRS_MAX)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_REQUEST)) != ATT_OK ||
	    (err = att_buf_put_u8(out, ATT_TPM_VERSION)) != ATT_OK ||
	    (err = att_field_put_choice(
		 out, request->seconds, 1, ATT_TPM_SECONDS_MAX)) != ATT_OK ||
	    (err = att_field_put_text(
		 out, request->tcti, 1, ATT_TPM_TCTI_MAX)) != ATT_OK ||
	    (err = att_field_put_choice(out, request->want, ATT_TPM_WANT_KEY,
		 ATT_TPM_WANT_PROOF)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, request->modulus, 1, ATT_TPM_NUMBER_MAX)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, request->exponent, 1, ATT_TPM_EXPONENT_MAX)) != ATT_OK ||
	    (err = att_buf_put_u32(out, request->pcrs)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, request->challenge, 0, ATT_TPM_NUMBER_MAX)) != ATT_OK)
		return err;
	return att_tpm_field_put_wrapped(out, &request->wrapped);
}

static enum att_err
get_wanted(struct att_reader *r, struct att_tpm_request *request)
{
	uint8_t want;
	enum att_err err;

	if ((err = att_field_get_choice(
		 r, ATT_TPM_WANT_KEY, ATT_TPM_WANT_PROOF, &want)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 1, ATT_TPM_NUMBER_MAX, &request->modulus)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 1, ATT_TPM_EXPONENT_MAX, &request->exponent)) != ATT_OK ||
	    (err = att_field_get_number(
		 r, 0, ATT_TPM_PCRS_MAX, &request->pcrs)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 0, ATT_TPM_NUMBER_MAX, &request->challenge)) != ATT_OK)
		return err;
	request->want = (enum att_tpm_want)want;
	return att_tpm_field_get_wrapped(r, &request->wrapped);
}

static enum att_err
get_request(struct att_reader *r, char **tctip, struct att_tpm_request *request)
{
	uint8_t version;
	enum att_err err;

	if ((err = att_field_get_choice(
		 r, ATT_TPM_VERSION, ATT_TPM_VERSION, &version)) != ATT_OK ||
	    (err = att_field_get_choice(
		 r, 1, ATT_TPM_SECONDS_MAX, &request->seconds)) != ATT_OK ||
	    (err = att_field_get_text(r, 1, ATT_TPM_TCTI_MAX, tctip)) !=
		ATT_OK ||
	    (err = get_wanted(r, request)) != ATT_OK)
		return err;
	return is_challenge_fit(request) ? att_reader_end(r)
					 : ATT_ERR_MESSAGE_MALFORMED;
}

enum att_err
att_tpm_request_decode(
    struct att_bytes message, char **tctip, struct att_tpm_request *request)
{
	struct att_reader r;
	enum att_err err;

	*tctip = NULL;
	*request = (struct att_tpm_request){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_TPM_REQUEST, &r);
	if (err == ATT_OK)
		err = get_request(&r, tctip, request);
	if (err != ATT_OK) {
		free(*tctip);
		*tctip = NULL;
		*request = (struct att_tpm_request){ 0 };
	}
	request->tcti = *tctip;
	return err;
}

/* --- TPM_ANSWER ---------------------------------------------------------- */

/* What is there has to be what was said to be there. */
static bool
is_answer_fit(const struct att_tpm_answer *answer)
{
	bool has_attested = answer->attested.len > 0;
	bool has_signature = answer->signature.len > 0;
	bool has_text = answer->text.len > 0;

	switch (answer->what) {
	case ATT_TPM_ANSWERED_KEY:
		return !has_attested && !has_signature && !has_text;
	case ATT_TPM_ANSWERED_QUOTE:
		return has_attested && has_signature && !has_text;
	case ATT_TPM_ANSWERED_SIGNATURE:
		return !has_attested && has_signature && !has_text;
	case ATT_TPM_ANSWERED_TEXT:
		return !has_attested && !has_signature;
	default:
		return false;
	}
}

enum att_err
att_tpm_answer_encode(const struct att_tpm_answer *answer, struct att_buf *out)
{
	enum att_err err;

	if (!is_answer_fit(answer))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_ANSWER)) != ATT_OK ||
	    (err = att_field_put_choice(out, answer->what, ATT_TPM_ANSWERED_KEY,
		 ATT_TPM_ANSWERED_TEXT)) != ATT_OK ||
	    (err = att_buf_put_u64(out, answer->up_ms)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, answer->public_area, 1, ATT_TPM_BLOB_MAX)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, answer->attested, 0, ATT_TPM_BLOB_MAX)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, answer->signature, 0, ATT_TPM_BLOB_MAX)) != ATT_OK)
		return err;
	return att_field_put_bytes(out, answer->text, 0, ATT_TPM_NUMBER_MAX);
}

static enum att_err
get_answer(struct att_reader *r, struct att_tpm_answer *answer)
{
	uint8_t what;
	enum att_err err;

	if ((err = att_field_get_choice(r, ATT_TPM_ANSWERED_KEY,
		 ATT_TPM_ANSWERED_TEXT, &what)) != ATT_OK ||
	    (err = att_reader_get_u64(r, &answer->up_ms)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 1, ATT_TPM_BLOB_MAX, &answer->public_area)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 0, ATT_TPM_BLOB_MAX, &answer->attested)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 0, ATT_TPM_BLOB_MAX, &answer->signature)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 0, ATT_TPM_NUMBER_MAX, &answer->text)) != ATT_OK)
		return err;
	answer->what = (enum att_tpm_answered)what;
	return is_answer_fit(answer) ? att_reader_end(r)
				     : ATT_ERR_MESSAGE_MALFORMED;
}

enum att_err
att_tpm_answer_decode(struct att_bytes message, struct att_tpm_answer *answer)
{
	struct att_reader r;
	enum att_err err;

	*answer = (struct att_tpm_answer){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_TPM_ANSWER, &r);
	if (err == ATT_OK)
		err = get_answer(&r, answer);
	if (err != ATT_OK)
		*answer = (struct att_tpm_answer){ 0 };
	return err;
}

/* --- TPM_FAILED ---------------------------------------------------------- */

enum att_err
att_tpm_failed_encode(const struct att_tpm_failed *failed, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u8(out, ATT_MESSAGE_TPM_FAILED)) != ATT_OK ||
	    (err = att_field_put_choice(out, failed->failure,
		 ATT_TPM_UNAVAILABLE, ATT_TPM_AIK_LOST)) != ATT_OK)
		return err;
	return att_field_put_text(out, failed->text, 1, ATT_TPM_TEXT_MAX);
}

static enum att_err
get_failed(struct att_reader *r, struct att_tpm_failed *failed)
{
	struct att_bytes text;
	uint8_t failure;
	enum att_err err;

	if ((err = att_field_get_choice(r, ATT_TPM_UNAVAILABLE,
		 ATT_TPM_AIK_LOST, &failure)) != ATT_OK ||
	    (err = att_field_get_bytes(r, 1, ATT_TPM_TEXT_MAX, &text)) !=
		ATT_OK ||
	    (err = att_reader_end(r)) != ATT_OK)
		return err;
	if (memchr(text.ptr, '\0', text.len) != NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	failed->failure = (enum att_tpm_failure)failure;
	memcpy(failed->text, text.ptr, text.len);
	return ATT_OK;
}

enum att_err
att_tpm_failed_decode(struct att_bytes message, struct att_tpm_failed *failed)
{
	struct att_reader r;
	enum att_err err;

	*failed = (struct att_tpm_failed){ 0 };
	err = att_field_begin(message, ATT_MESSAGE_TPM_FAILED, &r);
	if (err == ATT_OK)
		err = get_failed(&r, failed);
	if (err != ATT_OK)
		*failed = (struct att_tpm_failed){ 0 };
	return err;
}
