/* SPDX-License-Identifier: BSD-2-Clause */
/* One question to the verifier: start it, relay, take its result, end it. */
#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/_pam_types.h>

#include "wire/channel.h"
#include "wire/client_program.h"
#include "wire/process.h"

enum {
	POLL_MS = 100,	       /* how often Ctrl-C is looked for */
	CANCEL_WAIT_MS = 2000, /* for RESULT, after CANCEL */
	END_GRACE_MS = 200,    /* for the process, after RESULT */
};

/* A running conversation with the verifier. */
struct exchange {
	const struct att_client_call *call;
	enum att_phase phase;
	int fd;
	int64_t deadline;
	size_t received;
	bool is_cancelled;
	bool is_done;
	uint32_t code; /* of RESULT, once is_done */
};

/*
 * Sends what was encoded. A verifier that is gone is found by the next
 * receive, after the messages it left behind: its RESULT may be among them.
 */
static enum att_err
send_message(
    const struct exchange *x, enum att_err encoded, struct att_buf *message)
{
	enum att_err r = encoded;

	if (r == ATT_OK)
		r = att_channel_send(x->fd, message, -1);
	att_buf_reset(message);
	return r == ATT_ERR_PEER_GONE ? ATT_OK : r;
}

static enum att_err
send_start(const struct exchange *x, const struct att_start *start)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return send_message(x, att_start_encode(start, &message), &message);
}

static enum att_err
send_no_answer(const struct exchange *x, int code)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return send_message(x,
	    att_code_encode(ATT_MESSAGE_NO_ANSWER, (uint32_t)code, &message),
	    &message);
}

static enum att_err
send_answer(const struct exchange *x, const char *answer)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	r = att_text_encode(ATT_MESSAGE_ANSWER, answer, &message);
	if (r == ATT_ERR_TOO_LARGE) {
		att_buf_reset(&message);
		return send_no_answer(x, PAM_CONV_ERR);
	}
	return send_message(x, r, &message);
}

/* Tells the verifier once that the person wants to stop. */
static void
watch_for_cancel(struct exchange *x)
{
	const struct att_client_call *call = x->call;
	struct att_buf message;
	int64_t latest;

	if (x->is_cancelled || call->ops->is_cancelled == NULL ||
	    !call->ops->is_cancelled(call->arg))
		return;
	x->is_cancelled = true;
	latest = att_clock_ms() + CANCEL_WAIT_MS;
	if (x->deadline > latest)
		x->deadline = latest;
	att_buf_init(&message, ATT_MESSAGE_MAX);
	/* Whether it arrives or not, the deadline stands. */
	if (send_message(x, att_cancel_encode(&message), &message) != ATT_OK)
		x->deadline = att_clock_ms();
}

static enum att_err
relay_info(struct exchange *x, struct att_bytes message)
{
	char *text;
	enum att_err r;

	if ((r = att_text_decode(message, ATT_MESSAGE_INFO, &text)) != ATT_OK)
		return r;
	x->call->ops->info(x->call->arg, text);
	free(text);
	return ATT_OK;
}

static enum att_err
relay_error(struct exchange *x, struct att_bytes message)
{
	char *text;
	enum att_err r;

	if ((r = att_text_decode(message, ATT_MESSAGE_ERROR, &text)) != ATT_OK)
		return r;
	x->call->ops->error(x->call->arg, text);
	free(text);
	return ATT_OK;
}

static enum att_err
relay_log(struct exchange *x, struct att_bytes message)
{
	uint8_t priority;
	char *text;
	enum att_err r;

	if ((r = att_log_decode(message, &priority, &text)) != ATT_OK)
		return r;
	x->call->ops->log(x->call->arg, priority, text);
	free(text);
	return ATT_OK;
}

/* Of a line that is for somebody else; nobody logs in by it here. */
static enum att_err
relay_response(struct exchange *x, struct att_bytes message)
{
	char *text;
	enum att_err r;

	if (x->phase != ATT_PHASE_RESPOND || x->call->ops->response == NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((r = att_text_decode(message, ATT_MESSAGE_RESPONSE, &text)) !=
	    ATT_OK)
		return r;
	x->call->ops->response(x->call->arg, text);
	free(text);
	return ATT_OK;
}

/* Asks the person, unless the person has said to stop. */
static int
ask(const struct exchange *x, bool echo, const char *text, char **answerp)
{
	int code;

	*answerp = NULL;
	if (x->is_cancelled)
		return PAM_CONV_ERR;
	code = x->call->ops->prompt(x->call->arg, echo, text, answerp);
	if (code < 0 || code >= _PAM_RETURN_VALUES)
		return PAM_CONV_ERR;
	return code == PAM_SUCCESS && *answerp == NULL ? PAM_CONV_ERR : code;
}

static enum att_err
relay_prompt(struct exchange *x, struct att_bytes message)
{
	char *text, *answer = NULL;
	enum att_err r;
	bool echo;
	int code;

	if ((r = att_prompt_decode(message, &echo, &text)) != ATT_OK)
		return r;
	code = ask(x, echo, text, &answer);
	free(text);
	r = code == PAM_SUCCESS ? send_answer(x, answer)
				: send_no_answer(x, code);
	if (answer != NULL)
		explicit_bzero(answer, strlen(answer));
	free(answer);
	return r;
}

/* The verifier says how long it will need; a cancelled one gets no more. */
static enum att_err
take_deadline(struct exchange *x, struct att_bytes message)
{
	uint32_t seconds;
	enum att_err r;

	if ((r = att_deadline_decode(message, &seconds)) != ATT_OK)
		return r;
	if (!x->is_cancelled)
		x->deadline = att_clock_ms() + (int64_t)seconds * 1000;
	return ATT_OK;
}

/*
 * libpam reads more than PAM_SUCCESS as a yes, or as no answer at all: what
 * the verifier never says is not passed on.
 */
static bool
is_result_allowed(enum att_phase phase, uint32_t code)
{
	switch (code) {
	case PAM_IGNORE:
		return phase == ATT_PHASE_ACCOUNT;
	case PAM_NEW_AUTHTOK_REQD:
	case PAM_CONV_AGAIN:
	case PAM_INCOMPLETE:
		return false;
	default:
		return true;
	}
}

static enum att_err
take_result(struct exchange *x, struct att_bytes message)
{
	uint32_t code;
	enum att_err r;

	if ((r = att_code_decode(message, ATT_MESSAGE_RESULT, &code)) != ATT_OK)
		return r;
	if (!is_result_allowed(x->phase, code))
		return ATT_ERR_MESSAGE_MALFORMED;
	x->code = code;
	x->is_done = true;
	return ATT_OK;
}

static const struct {
	uint8_t type;
	enum att_err (*handle)(struct exchange *x, struct att_bytes message);
} handlers[] = {
	{ ATT_MESSAGE_INFO, relay_info },
	{ ATT_MESSAGE_ERROR, relay_error },
	{ ATT_MESSAGE_PROMPT, relay_prompt },
	{ ATT_MESSAGE_LOG, relay_log },
	{ ATT_MESSAGE_DEADLINE, take_deadline },
	{ ATT_MESSAGE_RESPONSE, relay_response },
	{ ATT_MESSAGE_RESULT, take_result },
};

static enum att_err
handle_message(struct exchange *x, struct att_bytes message)
{
	if (++x->received > ATT_CLIENT_MESSAGES_MAX)
		return ATT_ERR_MESSAGE_MALFORMED;
	for (size_t i = 0; i < sizeof(handlers) / sizeof(*handlers); i++)
		if (message.ptr[0] == handlers[i].type)
			return handlers[i].handle(x, message);
	return ATT_ERR_MESSAGE_MALFORMED;
}

/* Waits for one message, a tenth of a second at most, and handles it. */
static enum att_err
step(struct exchange *x, struct att_buf *message)
{
	int64_t now = att_clock_ms(), until = now + POLL_MS, before;
	enum att_err r;

	if (now >= x->deadline)
		return ATT_ERR_PEER_SILENT;
	if (until > x->deadline)
		until = x->deadline;
	r = att_channel_receive(x->fd, until, message, NULL);
	if (r != ATT_OK)
		return r == ATT_ERR_PEER_SILENT ? ATT_OK : r;
	/* The verifier does not answer for how long people and logs take. */
	before = att_clock_ms();
	r = handle_message(x, att_buf_get(message));
	x->deadline += att_clock_ms() - before;
	return r;
}

static enum att_err
run_exchange(struct exchange *x, const struct att_start *start)
{
	struct att_buf message;
	enum att_err r;

	if ((r = send_start(x, start)) != ATT_OK)
		return r;
	att_buf_init(&message, ATT_MESSAGE_MAX);
	while (r == ATT_OK && !x->is_done) {
		watch_for_cancel(x);
		r = step(x, &message);
	}
	att_buf_reset(&message);
	return r;
}

/* What is known about the end of a verifier that gave no result. */
static void
describe_end(const struct att_process *process, char *text, size_t size)
{
	int status = process->status;

	if (process->is_killed || !process->has_status)
		snprintf(text, size, "without ending");
	else if (WIFSIGNALED(status))
		snprintf(text, size, "killed by signal %d", WTERMSIG(status));
	else
		snprintf(text, size, "exit status %d", WEXITSTATUS(status));
}

static enum att_err
refuse_unanswered(struct att_reason *why, enum att_err r, const char *path,
    const struct att_process *process)
{
	char end[64];

	switch (r) {
	case ATT_ERR_PEER_GONE:
		describe_end(process, end, sizeof(end));
		return att_refuse(why, r,
		    "%s hung up without an answer (%s): look for its last "
		    "messages in this log; if there are none, install "
		    "pam_attest again",
		    path, end);
	case ATT_ERR_PEER_SILENT:
		return att_refuse(why, r,
		    "%s did not answer in time and was killed: look for a "
		    "process that stopped it, or for a machine short of memory",
		    path);
	case ATT_ERR_MESSAGE_MALFORMED:
		return att_refuse(why, r,
		    "%s sent a malformed message and was killed: it has to be "
		    "of the same version as its caller; install pam_attest "
		    "again",
		    path);
	case ATT_ERR_TOO_LARGE:
		return att_refuse(why, r,
		    "the request is too large for %s: an item or argument may "
		    "have %d bytes, and there may be %d arguments",
		    path, ATT_ITEM_MAX, ATT_ARGUMENTS_MAX);
	default:
		return att_refuse(why, r, "%s: %s", path, att_err_text(r));
	}
}

static enum att_err
start_and_ask(const struct att_client_call *call, const struct att_start *start,
    uint32_t *codep, struct att_reason *why)
{
	struct att_process process;
	struct exchange x = { .call = call, .phase = start->phase };
	enum att_err r;

	if ((r = att_process_start(&process, call->path, why)) != ATT_OK)
		return r;
	x.fd = process.channel;
	x.deadline = att_clock_ms() + (int64_t)call->deadline_s * 1000;
	r = run_exchange(&x, start);
	att_process_end(
	    &process, r == ATT_OK || r == ATT_ERR_PEER_GONE ? END_GRACE_MS : 0);
	if (r != ATT_OK)
		return refuse_unanswered(why, r, call->path, &process);
	*codep = x.code;
	return ATT_OK;
}

enum att_err
att_client_run_program(const struct att_client_call *call,
    const struct att_start *start, uint32_t *codep)
{
	struct att_reason why = { 0 };
	enum att_err r;

	*codep = PAM_SYSTEM_ERR;
	if ((r = start_and_ask(call, start, codep, &why)) == ATT_OK)
		return ATT_OK;
	call->ops->log(call->arg, LOG_ERR, why.text);
	call->ops->error(call->arg,
	    "The security key check does not work on this system; ask its "
	    "administrator to look into the system log.");
	return r;
}

enum att_err
att_client_run(const struct att_start *start, const struct att_client_ops *ops,
    void *arg, unsigned int deadline_s, uint32_t *codep)
{
	const struct att_client_call call = {
		.path = ATT_PROGRAMSDIR "/pam_attest-verifier",
		.ops = ops,
		.arg = arg,
		.deadline_s = deadline_s,
	};

	return att_client_run_program(&call, start, codep);
}
