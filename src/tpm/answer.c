/* SPDX-License-Identifier: BSD-2-Clause */
/* From the request to the answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lockdown.h"
#include "tpm/answer.h"
#include "tpm/connection.h"
#include "tpm/failure.h"
#include "tpm/proof.h"
#include "tpm/talk.h"
#include "wire/channel.h"
#include "wire/tpm_talk.h"

enum {
	WAIT_SECONDS = 900, /* for the request: a login lasts no longer */
	SLACK_SECONDS = 1,  /* beyond what the verifier waits */
	TALK_SECONDS = 3600 /* for all that attestctl asks */
};

/* --- The answer ----------------------------------------------------------- */

static enum att_err
send_answer(const struct att_tpm_answer *answer)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_tpm_answer_encode(answer, &message)) == ATT_OK)
		err = att_channel_send(STDIN_FILENO, &message, -1);
	att_buf_reset(&message);
	return err;
}

static enum att_tpm_failure
find_failure(enum att_err err)
{
	switch (err) {
	case ATT_ERR_BINDING_KEY:
		return ATT_TPM_NO_KEY;
	case ATT_ERR_BINDING_PROOF:
		return ATT_TPM_NO_PROOF;
	case ATT_ERR_HOST_AIK_LOST:
		return ATT_TPM_AIK_LOST;
	case ATT_ERR_HOST_KEY_LOST:
		return ATT_TPM_KEY_LOST;
	case ATT_ERR_TPM_EVIDENCE:
		return ATT_TPM_NO_EVIDENCE;
	default:
		return ATT_TPM_UNAVAILABLE;
	}
}

enum att_err
tpm_send_failed(enum att_err failure, struct att_reason *why)
{
	struct att_tpm_failed failed = { .failure = find_failure(failure) };
	struct att_buf message;
	enum att_err err;

	(void)!att_refuse_plain(why, failure);
	snprintf(failed.text, sizeof(failed.text), "%.*s", ATT_TPM_TEXT_MAX,
	    why->text);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_tpm_failed_encode(&failed, &message)) == ATT_OK)
		err = att_channel_send(STDIN_FILENO, &message, -1);
	att_buf_reset(&message);
	return err;
}

/* --- The TPM -------------------------------------------------------------- */

/* The key first: how long a TPM runs says nothing without it. */
static enum att_err
ask(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_proof *proof, struct att_reason *why)
{
	TPMS_TIME_INFO *times = NULL;
	struct tpm_key key;
	enum att_err err;
	TSS2_RC rc;

	if ((err = tpm_key_find(esys, request, &key, why)) == ATT_OK)
		err = tpm_prove(esys, request, &key, proof, why);
	tpm_key_release(esys, &key);
	if (err != ATT_OK)
		return err;
	rc = Esys_ReadClock(
	    esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &times);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "reading the clock of the TPM", rc);
	proof->answer.up_ms = times->time;
	Esys_Free(times);
	return ATT_OK;
}

/* Nothing of ours is left in the TPM when the answer goes out. */
static enum att_err
serve(const struct att_tpm_request *request)
{
	struct att_reason why = { 0 };
	struct tpm_connection connection;
	struct tpm_proof proof = { 0 };
	enum att_err err;

	err = tpm_connect(request->tcti, &connection, &why);
	if (err == ATT_OK)
		err = ask(connection.esys, request, &proof, &why);
	err = err == ATT_OK ? send_answer(&proof.answer)
			    : tpm_send_failed(err, &why);
	tpm_disconnect(&connection);
	tpm_proof_reset(&proof);
	return err;
}

/* TPM_REQUEST, of a login: this once. */
static enum att_err
run_once(struct att_bytes message)
{
	struct att_tpm_request request;
	char *tcti = NULL;
	enum att_err err;

	if ((err = att_tpm_request_decode(message, &tcti, &request)) != ATT_OK)
		return err;
	att_lockdown_deadline(request.seconds + SLACK_SECONDS);
	err = serve(&request);
	free(tcti);
	return err;
}

static enum att_err
send_opened(void)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_tpm_opened_encode(&message)) == ATT_OK)
		err = att_channel_send(STDIN_FILENO, &message, -1);
	att_buf_reset(&message);
	return err;
}

/* TPM_OPEN, of attestctl, which has a deadline of its own for each request. */
static enum att_err
run_talk(struct att_bytes message)
{
	struct tpm_connection connection;
	struct att_reason why = { 0 };
	struct tpm_talk talk = { 0 };
	char *tcti = NULL;
	enum att_err err;

	if ((err = att_tpm_open_decode(message, &tcti)) != ATT_OK)
		return err;
	att_lockdown_deadline(TALK_SECONDS);
	err = tpm_connect(tcti, &connection, &why);
	if (err == ATT_OK && (err = send_opened()) == ATT_OK) {
		talk.esys = connection.esys;
		err = tpm_talk(&talk);
	} else {
		err = tpm_send_failed(err, &why);
	}
	tpm_disconnect(&connection);
	explicit_bzero(&talk, sizeof(talk));
	free(tcti);
	return err;
}

int
tpm_run(void)
{
	struct att_reason why = { 0 };
	struct att_buf message;
	enum att_err err;

	if (att_lockdown_begin(&why) != ATT_OK) {
		fprintf(stderr, "pam_attest-tpm: %s\n", why.text);
		return EXIT_FAILURE;
	}
	att_lockdown_deadline(WAIT_SECONDS);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_channel_receive(STDIN_FILENO, -1, &message, NULL);
	if (err == ATT_OK)
		err = message.ptr[0] == ATT_MESSAGE_TPM_OPEN
			  ? run_talk(att_buf_get(&message))
			  : run_once(att_buf_get(&message));
	att_buf_reset(&message);
	return err == ATT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
