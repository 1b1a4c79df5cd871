/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting the process of the TPM, asking it again and again, ending it. */
#include <sys/wait.h>

#include <stdlib.h>
#include <string.h>

#include "wire/channel.h"
#include "wire/process.h"
#include "wire/tpm.h"
#include "wire/tpm_session.h"

#define PROGRAM ATT_PROGRAMSDIR "/pam_attest-tpm"

/* TPM_GENERATED and TPM_ST: TPM 2.0 Library, Part 2, clauses 6.2 and 6.9. */
#define GENERATED UINT32_C(0xff544347)

enum {
	ST_CERTIFY = 0x8017,
	ST_QUOTE = 0x8018,
	SIGNER_MAX = 68, /* TPM2B_NAME */
	MS = 1000,
	REAP_MS = 150, /* for a process that has hung up, or is to end */
};

struct att_tpm_session {
	struct att_process process;
	bool is_over; /* there is no process any more */
	unsigned int seconds;
	char *tcti; /* for people */
	struct att_buf request;
	struct att_buf answer; /* what results are lent by */
};

/* --- One exchange --------------------------------------------------------- */

/* The filter for system calls kills with SIGSYS. */
static enum att_err
refuse_gone(struct att_tpm_session *session, struct att_reason *why)
{
	const struct att_process *process = &session->process;

	att_process_end(&session->process, REAP_MS);
	session->is_over = true;
	if (!process->has_status || process->is_killed ||
	    !WIFSIGNALED(process->status))
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    PROGRAM " ended without an answer");
	if (WTERMSIG(process->status) == SIGSYS)
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    PROGRAM " was killed by its sandbox: \"%s\" (host_tcti) "
			    "needs system calls that it may not make",
		    session->tcti);
	return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
	    PROGRAM " was killed by signal %d", WTERMSIG(process->status));
}

/* One that is with the TPM still is not waited for. */
static enum att_err
refuse_silent(struct att_tpm_session *session, struct att_reason *why)
{
	att_process_end(&session->process, 0);
	session->is_over = true;
	return att_refuse(why, ATT_ERR_TPM_TIMEOUT,
	    "nothing came by \"%s\" (host_tcti) within %u s", session->tcti,
	    session->seconds);
}

static enum att_err
refuse_failed(struct att_bytes message, struct att_reason *why)
{
	static const enum att_err errors[] = {
		[ATT_TPM_UNAVAILABLE] = ATT_ERR_TPM_UNAVAILABLE,
		[ATT_TPM_NO_KEY] = ATT_ERR_TPM_EVIDENCE,
		[ATT_TPM_NO_PROOF] = ATT_ERR_TPM_EVIDENCE,
		[ATT_TPM_KEY_LOST] = ATT_ERR_HOST_KEY_LOST,
		[ATT_TPM_NO_EVIDENCE] = ATT_ERR_TPM_EVIDENCE,
		[ATT_TPM_AIK_LOST] = ATT_ERR_HOST_AIK_LOST,
	};
	struct att_tpm_failed failed;
	enum att_err err;

	if ((err = att_tpm_failed_decode(message, &failed)) != ATT_OK)
		return att_refuse_plain(why, err);
	return att_refuse(why, errors[failed.failure], "%s", failed.text);
}

/*
 * What the answer was found to be. One that is none ends the talk: what comes
 * next may be an answer to something else.
 */
static enum att_err
judge(struct att_tpm_session *session, enum att_err err, struct att_reason *why)
{
	if (err == ATT_OK)
		return err;
	if (err == ATT_ERR_MESSAGE_MALFORMED && !session->is_over) {
		att_process_end(&session->process, 0);
		session->is_over = true;
	}
	return att_refuse_plain(why, err);
}

/* Both buffers are empty afterwards but for an answer of that type. */
static enum att_err
exchange(struct att_tpm_session *session, struct att_reason *why)
{
	int64_t deadline = att_clock_ms() + (int64_t)session->seconds * MS;
	int channel = session->process.channel;
	enum att_err err;

	err = att_channel_send(channel, &session->request, -1);
	att_buf_reset(&session->request);
	if (err == ATT_OK)
		err = att_channel_receive(
		    channel, deadline, &session->answer, NULL);
	if (err == ATT_ERR_PEER_SILENT)
		return refuse_silent(session, why);
	if (err == ATT_ERR_PEER_GONE)
		return refuse_gone(session, why);
	if (err == ATT_OK && session->answer.ptr[0] == ATT_MESSAGE_TPM_FAILED)
		err = refuse_failed(att_buf_get(&session->answer), why);
	return judge(session, err, why);
}

/*
 * Sends what was encoded with the result err and takes the answer. What the
 * last call lent is gone.
 */
static enum att_err
ask(struct att_tpm_session *session, enum att_err err, struct att_reason *why)
{
	att_buf_reset(&session->answer);
	if (err == ATT_OK && session->is_over)
		err = ATT_ERR_INTERNAL;
	if (err == ATT_OK)
		return exchange(session, why);
	att_buf_reset(&session->request);
	return att_refuse_plain(why, err);
}

static struct att_bytes
get_answer(const struct att_tpm_session *session)
{
	return att_buf_get(&session->answer);
}

/* --- The session ---------------------------------------------------------- */

static enum att_err
make_session(const char *tcti, unsigned int seconds,
    struct att_tpm_session **sessionp, struct att_reason *why)
{
	struct att_tpm_session *session = calloc(1, sizeof(*session));

	if (session == NULL || (session->tcti = strdup(tcti)) == NULL) {
		free(session);
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	session->is_over = true;
	session->seconds = seconds;
	att_buf_init(&session->request, ATT_MESSAGE_MAX);
	att_buf_init(&session->answer, ATT_MESSAGE_MAX);
	*sessionp = session;
	return ATT_OK;
}

static enum att_err
start(struct att_tpm_session *session, struct att_reason *why)
{
	enum att_err err;

	err = att_process_start(&session->process, PROGRAM, why);
	session->is_over = err != ATT_OK;
	if (err != ATT_OK)
		return err;
	err = att_tpm_open_encode(session->tcti, &session->request);
	if ((err = ask(session, err, why)) != ATT_OK)
		return err;
	return judge(session, att_tpm_opened_decode(get_answer(session)), why);
}

enum att_err
att_tpm_session_open(const char *tcti, unsigned int seconds,
    struct att_tpm_session **sessionp, struct att_reason *why)
{
	enum att_err err;

	*sessionp = NULL;
	if ((err = make_session(tcti, seconds, sessionp, why)) != ATT_OK)
		return err;
	if ((err = start(*sessionp, why)) != ATT_OK)
		att_tpm_session_close(sessionp);
	return err;
}

void
att_tpm_session_close(struct att_tpm_session **sessionp)
{
	struct att_tpm_session *session = *sessionp;

	if (session == NULL)
		return;
	if (!session->is_over)
		att_process_end(&session->process, REAP_MS);
	att_buf_reset(&session->request);
	att_buf_reset(&session->answer);
	free(session->tcti);
	free(session);
	*sessionp = NULL;
}

/* --- What a TPM attests --------------------------------------------------- */

/*
 * TPMS_ATTEST (Part 2, clause 10.12.8) as far as it says that a TPM made it,
 * of which kind it is, and for which challenge.
 */
static enum att_err
check_attested(
    struct att_bytes attested, uint16_t kind, struct att_bytes challenge)
{
	struct att_reader r = att_reader(attested);
	struct att_bytes signer, extra;
	uint16_t type, len;
	uint32_t magic;

	if (att_reader_get_u32(&r, &magic) != ATT_OK || magic != GENERATED ||
	    att_reader_get_u16(&r, &type) != ATT_OK || type != kind ||
	    att_reader_get_u16(&r, &len) != ATT_OK || len > SIGNER_MAX ||
	    att_reader_get(&r, len, &signer) != ATT_OK ||
	    att_reader_get_u16(&r, &len) != ATT_OK ||
	    att_reader_get(&r, len, &extra) != ATT_OK ||
	    !att_bytes_is_equal(extra, challenge))
		return ATT_ERR_TPM_EVIDENCE;
	return ATT_OK;
}

static enum att_err
check_both(struct att_bytes quote, struct att_bytes certification,
    struct att_bytes challenge, struct att_reason *why)
{
	if (check_attested(quote, ST_QUOTE, challenge) != ATT_OK)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "what the TPM gave as a quote is none for this challenge");
	if (check_attested(certification, ST_CERTIFY, challenge) != ATT_OK)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "what the TPM gave as a certified key is none for this "
		    "challenge");
	return ATT_OK;
}

/*
 * What was made comes back, that and nothing else: it will be in a file. area
 * is the TPMT_PUBLIC that was attested.
 */
static enum att_err
check_made(const struct att_tpm_key *asked, const struct att_tpm_wrapped *made,
    struct att_bytes area)
{
	struct att_reader r = att_reader(made->public_part);
	uint16_t len;

	if ((asked->is_new && asked->handle == 0) !=
	    (made->public_part.len > 0))
		return ATT_ERR_MESSAGE_MALFORMED;
	if (made->public_part.len == 0)
		return ATT_OK;
	if (att_reader_get_u16(&r, &len) != ATT_OK || len != r.left ||
	    !att_bytes_is_equal(att_bytes(r.ptr, r.left), area))
		return ATT_ERR_MESSAGE_MALFORMED;
	return ATT_OK;
}

/* The same for who asks for no key but the AIK. */
static enum att_err
check_made_aik(const struct att_tpm_key *asked, const struct att_tpm_made *made,
    struct att_bytes area)
{
	return made->key.public_part.len > 0
		   ? ATT_ERR_MESSAGE_MALFORMED
		   : check_made(asked, &made->aik, area);
}

/* The area of a TPM2B_PUBLIC; what is none is equal to no area. */
static struct att_bytes unwrap(struct att_bytes public)
{
	size_t prefix = sizeof(uint16_t);

	if (public.len < prefix)
		return att_bytes(NULL, 0);
	return att_bytes(public.ptr + prefix, public.len - prefix);
}

/* --- The requests --------------------------------------------------------- */

enum att_err
att_tpm_session_attest(struct att_tpm_session *session,
    const struct att_tpm_attest *attest, struct att_tpm_evidence *evidence,
    struct att_tpm_made *made, struct att_reason *why)
{
	enum att_err err;

	*evidence = (struct att_tpm_evidence){ 0 };
	*made = (struct att_tpm_made){ 0 };
	err = att_tpm_attest_encode(attest, &session->request);
	if ((err = ask(session, err, why)) != ATT_OK)
		return err;
	err = att_tpm_evidence_decode(get_answer(session), evidence, made);
	if (err == ATT_OK)
		err =
		    check_made(&attest->aik, &made->aik, evidence->aik_public);
	if (err == ATT_OK)
		err =
		    check_made(&attest->key, &made->key, evidence->key_public);
	if (err == ATT_OK)
		err = check_both(evidence->quote, evidence->certification,
		    attest->challenge, why);
	if (err != ATT_OK)
		*made = (struct att_tpm_made){ 0 };
	return judge(session, err, why);
}

enum att_err
att_tpm_session_guest(struct att_tpm_session *session,
    const struct att_tpm_guest *guest, struct att_tpm_guest_evidence *evidence,
    struct att_tpm_made *made, struct att_reason *why)
{
	enum att_err err;

	*evidence = (struct att_tpm_guest_evidence){ 0 };
	*made = (struct att_tpm_made){ 0 };
	err = att_tpm_guest_encode(guest, &session->request);
	if ((err = ask(session, err, why)) != ATT_OK)
		return err;
	err =
	    att_tpm_guest_evidence_decode(get_answer(session), evidence, made);
	if (err == ATT_OK)
		err = check_made_aik(
		    &guest->aik, made, unwrap(evidence->aik_public));
	if (err == ATT_OK)
		err = check_both(evidence->quote, evidence->certification,
		    att_bytes(NULL, 0), why);
	if (err != ATT_OK)
		*made = (struct att_tpm_made){ 0 };
	return judge(session, err, why);
}

/* The answer to a request that was encoded with the result err. */
static enum att_err
ask_bytes(struct att_tpm_session *session, enum att_err err,
    struct att_bytes *bytes, struct att_reason *why)
{
	*bytes = att_bytes(NULL, 0);
	if ((err = ask(session, err, why)) != ATT_OK)
		return err;
	return judge(
	    session, att_tpm_bytes_decode(get_answer(session), bytes), why);
}

enum att_err
att_tpm_session_sign(struct att_tpm_session *session,
    const uint8_t digest[ATT_TPM_DIGEST_LEN], struct att_bytes *signature,
    struct att_reason *why)
{
	enum att_err err = att_tpm_sign_encode(digest, &session->request);

	return ask_bytes(session, err, signature, why);
}

enum att_err
att_tpm_session_decrypt(struct att_tpm_session *session,
    struct att_bytes cipher, struct att_bytes *text, struct att_reason *why)
{
	enum att_err err = att_tpm_decrypt_encode(cipher, &session->request);

	return ask_bytes(session, err, text, why);
}

enum att_err
att_tpm_session_activate(struct att_tpm_session *session,
    const struct att_tpm_activate *activate, struct att_bytes *secret,
    struct att_reason *why)
{
	enum att_err err = att_tpm_activate_encode(activate, &session->request);

	return ask_bytes(session, err, secret, why);
}

enum att_err
att_tpm_session_endorse(struct att_tpm_session *session,
    const struct att_tpm_key *aik, struct att_tpm_endorsement *endorsement,
    struct att_tpm_made *made, struct att_reason *why)
{
	enum att_err err = att_tpm_endorse_encode(aik, &session->request);

	*endorsement = (struct att_tpm_endorsement){ 0 };
	*made = (struct att_tpm_made){ 0 };
	if ((err = ask(session, err, why)) != ATT_OK)
		return err;
	err =
	    att_tpm_endorsement_decode(get_answer(session), endorsement, made);
	if (err == ATT_OK)
		err = check_made_aik(aik, made, endorsement->aik_public);
	if (err != ATT_OK)
		*made = (struct att_tpm_made){ 0 };
	return judge(session, err, why);
}
