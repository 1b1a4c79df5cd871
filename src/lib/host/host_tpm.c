/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting the process of the TPM, asking it once, judging what it says. */
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "host/host_tpm.h"
#include "token/wrapped_key.h"
#include "wire/channel.h"
#include "wire/tpm.h"

/* What a token may name is what the protocol can carry. */
_Static_assert((int)ATT_BINDING_MODULUS_MAX == (int)ATT_TPM_NUMBER_MAX &&
		   (int)ATT_BINDING_EXPONENT_MAX == (int)ATT_TPM_EXPONENT_MAX &&
		   (int)ATT_BINDING_CHALLENGE_LEN == (int)ATT_TPM_NONCE_LEN &&
		   (int)ATT_WRAPPED_PART_MAX == (int)ATT_TPM_BLOB_MAX &&
		   sizeof(ATT_BINDING_DOMAIN) == sizeof(ATT_TPM_DOMAIN),
    "token and messages have to agree");

#define PROGRAM ATT_PROGRAMSDIR "/pam_attest-tpm"

enum {
	REAP_MS = 150, /* for a process that has answered */
	MS = 1000
};

void
att_host_tpm_init(struct att_host_tpm *tpm)
{
	*tpm = (struct att_host_tpm){ .is_silent = false };
	att_child_init(&tpm->child);
	att_buf_init(&tpm->key_file, ATT_WRAPPED_KEY_MAX);
}

/* --- The start ------------------------------------------------------------ */

static enum att_err
read_key_file(
    struct att_host_tpm *tpm, const char *path, struct att_reason *why)
{
	const struct att_file file = { .dirfd = AT_FDCWD,
		.name = path,
		.shown = path,
		.max = ATT_WRAPPED_KEY_MAX };
	uint8_t *ptr = NULL;
	enum att_err err;
	size_t len = 0;

	err = att_file_read(&file, &ptr, &len, why);
	if (err == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (err == ATT_OK)
		err = att_buf_put(&tpm->key_file, ptr, len);
	if (ptr != NULL)
		explicit_bzero(ptr, len);
	free(ptr);
	return err;
}

enum att_err
att_host_tpm_start(struct att_host_tpm *tpm, const struct att_options *opts,
    struct att_bytes key, struct att_reason *why)
{
	enum att_err err;

	if (opts->host_binding == ATT_HOST_BINDING_NONE)
		return ATT_OK;
	if (key.len == 0)
		err = read_key_file(tpm, opts->host_key, why);
	else
		err = att_refuse_plain(
		    why, att_buf_put(&tpm->key_file, key.ptr, key.len));
	if (err != ATT_OK)
		return err;
	return att_child_start(&tpm->child, PROGRAM, why);
}

/* --- The end -------------------------------------------------------------- */

/*
 * Without an answer in time it is still with the TPM, and is not waited for:
 * it dies with this process.
 */
void
att_host_tpm_stop(struct att_host_tpm *tpm)
{
	att_child_end(&tpm->child, tpm->is_silent ? 0 : REAP_MS);
	att_buf_reset(&tpm->key_file);
	att_host_tpm_init(tpm);
}

/* --- The question --------------------------------------------------------- */

static enum att_err
send_request(struct att_host_tpm *tpm, const struct att_tpm_request *request)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_tpm_request_encode(request, &message)) == ATT_OK)
		err = att_channel_send(tpm->child.channel, &message, -1);
	att_buf_reset(&message);
	return err;
}

static enum att_err
parse_key_file(const struct att_host_tpm *tpm, const struct att_options *opts,
    struct att_wrapped_key **keyp, struct att_reason *why)
{
	enum att_err err;

	*keyp = NULL;
	if (tpm->key_file.len == 0)
		return ATT_OK;
	err = att_wrapped_key_parse(att_buf_get(&tpm->key_file), keyp, why);
	if (err != ATT_OK)
		return att_refuse_within(
		    why, err, "%s (host_key)", opts->host_key);
	return ATT_OK;
}

static void
set_wrapped(const struct att_wrapped_key *key, struct att_tpm_wrapped *wrapped)
{
	wrapped->parent = att_wrapped_key_get_parent(key);
	wrapped->is_rsa_parent = att_wrapped_key_is_below_rsa(key);
	wrapped->public_part = att_wrapped_key_get_public(key);
	wrapped->private_part = att_wrapped_key_get_private(key);
}

static enum att_err
ask(struct att_host_tpm *tpm, const struct att_options *opts,
    const struct att_binding *binding,
    const struct att_binding_challenge *challenge, struct att_reason *why)
{
	struct att_tpm_request request = {
		.seconds = (uint8_t)opts->host_tpm_timeout,
		.tcti = opts->host_tcti,
		.want = challenge->sent_len > 0 ? ATT_TPM_WANT_PROOF
						: ATT_TPM_WANT_KEY,
		.modulus = att_binding_get_modulus(binding),
		.exponent = att_binding_get_exponent(binding),
		.pcrs = binding->pcrs,
		.challenge = att_bytes(challenge->sent, challenge->sent_len),
	};
	struct att_wrapped_key *key = NULL;
	enum att_err err;

	if (binding->kind != ATT_BINDING_EPHEMERAL_KEY &&
	    (err = parse_key_file(tpm, opts, &key, why)) != ATT_OK)
		return err;
	if (key != NULL)
		set_wrapped(key, &request.wrapped);
	err = send_request(tpm, &request);
	att_wrapped_key_free(&key);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

/* --- The answer ----------------------------------------------------------- */

static enum att_err
refuse_failed(struct att_bytes message, struct att_reason *why)
{
	static const enum att_err errors[] = {
		[ATT_TPM_UNAVAILABLE] = ATT_ERR_TPM_UNAVAILABLE,
		[ATT_TPM_NO_KEY] = ATT_ERR_BINDING_KEY,
		[ATT_TPM_NO_PROOF] = ATT_ERR_BINDING_PROOF,
		/* not of a login */
		[ATT_TPM_KEY_LOST] = ATT_ERR_BINDING_KEY,
		[ATT_TPM_NO_EVIDENCE] = ATT_ERR_BINDING_PROOF,
		[ATT_TPM_AIK_LOST] = ATT_ERR_BINDING_KEY,
	};
	struct att_tpm_failed failed;
	enum att_err err;

	if ((err = att_tpm_failed_decode(message, &failed)) != ATT_OK)
		return err;
	return att_refuse(why, errors[failed.failure], "%s", failed.text);
}

static struct att_proven
get_proven(const struct att_tpm_answer *answer)
{
	static const enum att_proof proofs[] = {
		[ATT_TPM_ANSWERED_KEY] = ATT_PROOF_NONE,
		[ATT_TPM_ANSWERED_QUOTE] = ATT_PROOF_QUOTE,
		[ATT_TPM_ANSWERED_SIGNATURE] = ATT_PROOF_SIGNATURE,
		[ATT_TPM_ANSWERED_TEXT] = ATT_PROOF_DECRYPTED,
	};

	return (struct att_proven){
		.proof = proofs[answer->what],
		.public_area = answer->public_area,
		.attested = answer->attested,
		.signature = answer->signature,
		.plaintext = answer->text,
	};
}

/* What a prove() is about. */
struct question {
	const struct att_options *opts;
	const struct att_binding *binding;
	struct att_binding_challenge challenge;
	int64_t issued;
};

static enum att_err
judge(const struct question *question, const struct att_tpm_answer *answer,
    struct att_reason *why)
{
	const struct att_options *opts = question->opts;
	const struct att_binding_times times = {
		.now = time(NULL),
		.issued = question->issued,
		.leeway = opts->host_leeway,
	};
	const struct att_proven proven = get_proven(answer);
	enum att_err err;

	if (opts->host_binding == ATT_HOST_BINDING_PROOF)
		err = att_binding_check_proof(
		    question->binding, &question->challenge, &proven, why);
	else
		err = att_binding_check_key(question->binding, &proven, why);
	if (err != ATT_OK || !opts->host_same_boot)
		return err;
	return att_binding_check_start(answer->up_ms, &times, why);
}

/* The filter for system calls kills with SIGSYS. */
static enum att_err
refuse_gone(struct att_host_tpm *tpm, const struct att_options *opts,
    struct att_reason *why)
{
	bool is_killed;
	int status;

	is_killed = att_child_has_ended(&tpm->child, REAP_MS, &status) &&
		    status >= 0 && WIFSIGNALED(status);
	if (is_killed && WTERMSIG(status) == SIGSYS)
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    PROGRAM " was killed by its sandbox: \"%s\" (host_tcti) "
			    "needs system calls that it may not make",
		    opts->host_tcti);
	if (is_killed)
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    PROGRAM " was killed by signal %d", WTERMSIG(status));
	return att_refuse(
	    why, ATT_ERR_TPM_UNAVAILABLE, PROGRAM " ended without an answer");
}

static enum att_err
hear(struct att_host_tpm *tpm, const struct question *question,
    int64_t deadline, struct att_buf *message, struct att_reason *why)
{
	const struct att_options *opts = question->opts;
	struct att_tpm_answer answer;
	enum att_err err;

	err = att_channel_receive(tpm->child.channel, deadline, message, NULL);
	if (err == ATT_ERR_PEER_SILENT) {
		tpm->is_silent = true;
		return att_refuse(why, ATT_ERR_TPM_TIMEOUT,
		    "nothing came by \"%s\" (host_tcti) within %u s "
		    "(host_tpm_timeout)",
		    opts->host_tcti, opts->host_tpm_timeout);
	}
	if (err == ATT_ERR_PEER_GONE)
		return refuse_gone(tpm, opts, why);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (message->ptr[0] == ATT_MESSAGE_TPM_FAILED)
		err = refuse_failed(att_buf_get(message), why);
	else if ((err = att_tpm_answer_decode(att_buf_get(message), &answer)) ==
		 ATT_OK)
		err = judge(question, &answer, why);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

enum att_err
att_host_tpm_prove(struct att_host_tpm *tpm, const struct att_options *opts,
    const struct att_binding *binding, int64_t issued, struct att_reason *why)
{
	int64_t deadline =
	    att_clock_ms() + (int64_t)opts->host_tpm_timeout * MS;
	struct question question = {
		.opts = opts, .binding = binding, .issued = issued
	};
	struct att_buf message;
	enum att_err err = ATT_OK;

	if (opts->host_binding == ATT_HOST_BINDING_NONE)
		return ATT_OK;
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (opts->host_binding == ATT_HOST_BINDING_PROOF)
		err = att_binding_challenge_new(
		    binding, &question.challenge, why);
	if (err == ATT_OK)
		err = ask(tpm, opts, binding, &question.challenge, why);
	if (err == ATT_ERR_PEER_GONE)
		err = refuse_gone(tpm, opts, why);
	if (err == ATT_OK)
		err = hear(tpm, &question, deadline, &message, why);
	att_binding_challenge_reset(&question.challenge);
	att_buf_reset(&message);
	return err;
}
