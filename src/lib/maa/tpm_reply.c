/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the answers of /attest/Tpm. */
#include <stdlib.h>
#include <string.h>

#include "base/tpm_evidence.h"
#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/jws.h"
#include "maa/tpm_reply.h"

enum {
	CHALLENGE_ANSWER_MAX = 64 << 10,
	REPORT_ANSWER_MAX = ATT_JWS_TOKEN_MAX + 1024,
	CONTEXT_MAX = 32 << 10,
	ECHO_MAX = 256
};

static enum att_err
refuse_answer(struct att_reason *why, const char *what, const char *problem)
{
	return att_refuse(why, ATT_ERR_MAA_ANSWER,
	    "the service answered with no %s: %s; is the URL that of a "
	    "provider?",
	    what, problem);
}

/* *message is what is in "payload", or the answer itself without that. */
static enum att_err
read_answer(struct att_bytes answer, size_t max, struct json_t **objectp,
    const struct json_t **message, struct att_reason *why)
{
	struct att_reason found = { 0 };
	enum att_err err;

	*objectp = NULL;
	*message = NULL;
	if (answer.len > max)
		return att_refuse(why, ATT_ERR_MAA_ANSWER,
		    "the service answered with %zu bytes, at most %zu are "
		    "expected",
		    answer.len, max);
	err = att_json_parse_object(answer, objectp, &found);
	if (err != ATT_OK)
		return refuse_answer(why, "message", found.text);
	*message = att_json_get(*objectp, "payload");
	if (*message == NULL)
		*message = *objectp;
	return ATT_OK;
}

/* --- The challenge -------------------------------------------------------- */

static enum att_err
read_challenge(const struct json_t *message,
    struct att_tpm_challenge *challenge, struct att_reason *why)
{
	const char *text = att_json_get_text(message, "challenge");
	const char *context = att_json_get_text(message, "service_context");
	enum att_err err;

	if (text == NULL || context == NULL)
		return refuse_answer(why, "challenge",
		    "\"challenge\" or \"service_context\" is not there or not "
		    "a string");
	err = att_base64url_decode(att_bytes_text(text), ATT_TPM_CHALLENGE_MAX,
	    &challenge->bytes, &challenge->len);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err != ATT_OK || challenge->len == 0)
		return refuse_answer(why, "challenge",
		    "\"challenge\" is not base64url of 1 to 64 bytes");
	if (context[0] == '\0' || strlen(context) > CONTEXT_MAX)
		return refuse_answer(why, "challenge",
		    "\"service_context\" is empty, or longer than 32 KiB");
	if ((challenge->service_context = strdup(context)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	return ATT_OK;
}

enum att_err
att_tpm_challenge_read(struct att_bytes answer,
    struct att_tpm_challenge *challenge, struct att_reason *why)
{
	const struct json_t *message;
	struct json_t *object;
	enum att_err err;

	*challenge = (struct att_tpm_challenge){ 0 };
	err = read_answer(answer, CHALLENGE_ANSWER_MAX, &object, &message, why);
	if (err != ATT_OK)
		return err;
	err = read_challenge(message, challenge, why);
	att_json_free(&object);
	if (err != ATT_OK)
		att_tpm_challenge_reset(challenge);
	return err;
}

void
att_tpm_challenge_reset(struct att_tpm_challenge *challenge)
{
	free(challenge->bytes);
	free(challenge->service_context);
	*challenge = (struct att_tpm_challenge){ 0 };
}

/* --- The report ----------------------------------------------------------- */

/* The echo of what was drawn for this request: in no other report. */
static enum att_err
check_echo(
    const struct att_jws *jws, struct att_bytes rp_data, struct att_reason *why)
{
	const char *said = att_jws_get_text(jws, "rp_data");
	struct att_buf wanted;
	bool is_echo;
	enum att_err err;

	att_buf_init(&wanted, ECHO_MAX);
	err = att_base64url_encode(rp_data, &wanted);
	is_echo = said != NULL && att_bytes_is_equal(att_bytes_text(said),
				      att_buf_get(&wanted));
	att_buf_reset(&wanted);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (!is_echo)
		return refuse_answer(why, "report of this request",
		    "\"rp_data\" is not what was sent");
	return ATT_OK;
}

static enum att_err
read_report(const struct json_t *message, struct att_bytes rp_data,
    struct att_buf *token, struct att_reason *why)
{
	const char *report = att_json_get_text(message, "report");
	struct att_jws *jws = NULL;
	enum att_err err;

	if (report == NULL)
		return refuse_answer(
		    why, "report", "\"report\" is not there or not a string");
	err = att_jws_parse_token(att_bytes_text(report), &jws, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "the report");
	if ((err = check_echo(jws, rp_data, why)) == ATT_OK &&
	    (err = att_buf_put(token, report, strlen(report))) != ATT_OK)
		err = att_refuse_plain(why, err);
	att_jws_free(&jws);
	return err;
}

enum att_err
att_tpm_report_read(struct att_bytes answer, struct att_bytes rp_data,
    struct att_buf *token, struct att_reason *why)
{
	const struct json_t *message;
	struct json_t *object;
	enum att_err err;

	err = read_answer(answer, REPORT_ANSWER_MAX, &object, &message, why);
	if (err != ATT_OK)
		return err;
	err = read_report(message, rp_data, token, why);
	att_json_free(&object);
	return err;
}
