/* SPDX-License-Identifier: BSD-2-Clause */
/* One question to all authenticators: an event loop over their states. */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "verifier/ceremony.h"
#include "verifier/pin.h"
#include "wire/channel.h"

enum {
	REPLY_WAIT_S = 5,     /* for what needs nobody's touch */
	CALLER_MARGIN_S = 10, /* what the caller waits beyond our own limit */
};

/* One run. */
struct run {
	const struct att_ceremony *ceremony;
	struct att_session *session;
	struct att_authenticators *set;
	struct att_reason *why;
	struct att_audit audit; /* what goes with *why */
	struct att_buf message;
	int64_t deadline;
	bool cued;
	bool won;
};

/*
 * How a device failed, as an error of ours; how telling the error is when
 * several devices failed (the most telling one is reported).
 */
static const struct {
	enum att_err err;
	int rank;
} failures[ATT_FAILURE_COUNT] = {
	[ATT_FAILURE_NO_CREDENTIALS] = { ATT_ERR_WRONG_AUTHENTICATOR, 2 },
	[ATT_FAILURE_EXCLUDED] = { ATT_ERR_ALREADY_REGISTERED, 2 },
	[ATT_FAILURE_PIN_INVALID] = { ATT_ERR_PIN_INVALID, 7 },
	[ATT_FAILURE_PIN_BLOCKED] = { ATT_ERR_PIN_BLOCKED, 8 },
	[ATT_FAILURE_PIN_AUTH_BLOCKED] = { ATT_ERR_PIN_BLOCKED, 8 },
	[ATT_FAILURE_PIN_NOT_SET] = { ATT_ERR_PIN_NOT_SET, 4 },
	[ATT_FAILURE_UV] = { ATT_ERR_UV_REFUSED, 7 },
	[ATT_FAILURE_TIMEOUT] = { ATT_ERR_TIMEOUT, 3 },
	[ATT_FAILURE_CANCELLED] = { ATT_ERR_CANCELLED, 3 },
	[ATT_FAILURE_BUSY] = { ATT_ERR_DEVICE_BUSY, 2 },
	[ATT_FAILURE_UNSUPPORTED] = { ATT_ERR_DEVICE_FAILED, 1 },
	[ATT_FAILURE_DEVICE] = { ATT_ERR_DEVICE_FAILED, 1 },
};

enum {
	RANK_JUDGED = 9
};

/* A failure without a row is still a failure. */
static enum att_err
failure_err(enum att_device_failure failure)
{
	enum att_err err = failures[failure].err;

	return err != ATT_OK ? err : ATT_ERR_DEVICE_FAILED;
}

static int
rank_of(enum att_err err)
{
	for (size_t i = 0; i < ATT_FAILURE_COUNT; i++)
		if (failures[i].err == err)
			return failures[i].rank;
	return RANK_JUDGED;
}

static void
debug_device(const struct run *run, size_t which, const char *what)
{
	const struct att_authenticator *device = &run->set->list[which];

	att_session_log(run->session, LOG_DEBUG, "%s (%s): %s", device->path,
	    device->ready.name[0] != '\0' ? device->ready.name : "no name yet",
	    what);
}

/* What a request says in the log when debug is on. */
static const char *const uv_text[] = {
	[ATT_UV_NONE] = "asked for a touch",
	[ATT_UV_BUILT_IN] = "asked for a touch and its own verification",
	[ATT_UV_PIN] = "asked for a touch, with a PIN",
};

/*
 * The most telling reason is the one that is reported, with what is known of
 * the credential it is about.
 */
static void
keep_reason(struct run *run, const struct att_reason *why)
{
	struct att_audit *audit = &run->session->audit;

	if (run->why->code == ATT_OK ||
	    rank_of(why->code) > rank_of(run->why->code)) {
		*run->why = *why;
		run->audit = *audit;
	}
	memset(audit, 0, sizeof(*audit));
}

/* Takes a device out of the ceremony. */
static void
drop_device(struct run *run, size_t which, const struct att_reason *why)
{
	struct att_authenticator *device = &run->set->list[which];

	if (device->state != ATT_DEVICE_GONE)
		device->state = ATT_DEVICE_DONE;
	device->failure = why->code;
	debug_device(run, which, why->text);
	keep_reason(run, why);
}

static void
drop_plainly(struct run *run, size_t which, enum att_err err)
{
	struct att_reason why = { .code = ATT_OK };

	att_reason_set(&why, err, "%s", att_err_text(err));
	drop_device(run, which, &why);
}

/* It spoke out of turn, or nonsense: nothing it says counts any more. */
static void
expel(struct run *run, size_t which)
{
	att_authenticators_drop(run->set, which);
	drop_plainly(run, which, ATT_ERR_DEVICE_FAILED);
}

static void
cue(struct run *run)
{
	if (run->cued)
		return;
	run->cued = true;
	if (run->session->opts->cue)
		att_session_info(run->session, "%s", run->ceremony->cue);
}

static void
request(struct run *run, size_t which, enum att_uv_mode uv, const char *pin)
{
	struct att_authenticator *device = &run->set->list[which];
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = run->ceremony->encode(
		 run->ceremony->arg, uv, pin, true, &message)) == ATT_OK)
		r = att_authenticators_send(run->set, which, &message);
	att_buf_reset(&message);
	if (r != ATT_OK) {
		drop_plainly(run, which, r);
		return;
	}
	debug_device(run, which, uv_text[uv]);
	device->state = ATT_DEVICE_BUSY;
	cue(run);
}

static void
look(struct run *run, size_t which)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = run->ceremony->encode(run->ceremony->arg, ATT_UV_NONE, NULL,
		 false, &message)) == ATT_OK)
		r = att_authenticators_send(run->set, which, &message);
	att_buf_reset(&message);
	if (r != ATT_OK) {
		drop_plainly(run, which, r);
		return;
	}
	debug_device(run, which, "looking whether it has a credential");
	run->set->list[which].state = ATT_DEVICE_LOOKING;
}

/* Asks the owner; the time that takes is not the authenticator's. */
static enum att_err
request_with_pin(struct run *run, size_t which)
{
	struct att_authenticator *device = &run->set->list[which];
	int64_t asked = att_clock_ms();
	char *pin = NULL;
	enum att_err r;

	device->pin_tried = true;
	r = att_pin_ask(run->session, &device->ready, &pin);
	run->deadline += att_clock_ms() - asked;
	if (r == ATT_OK)
		request(run, which, ATT_UV_PIN, pin);
	att_pin_free(&pin);
	if (r == ATT_ERR_PIN_INVALID || r == ATT_ERR_PIN_BLOCKED) {
		drop_plainly(run, which, r);
		return ATT_OK;
	}
	return r;
}

/* How many devices could want a PIN: with more than one, whose is it? */
static size_t
count_with_pin(const struct att_authenticators *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->count; i++)
		if (set->list[i].ready.pin == ATT_PIN_SET)
			n++;
	return n;
}

static enum att_err
begin_with_pin(struct run *run, size_t which)
{
	if (run->ceremony->can_look) {
		look(run, which);
		return ATT_OK;
	}
	if (count_with_pin(run->set) > 1) {
		drop_plainly(run, which, ATT_ERR_SEVERAL_AUTHENTICATORS);
		return ATT_OK;
	}
	return request_with_pin(run, which);
}

/* A device waits: what is it to be asked? */
static enum att_err
begin_device(struct run *run, size_t which)
{
	const struct att_ready *ready = &run->set->list[which].ready;
	enum att_choice_user_verification wanted =
	    run->session->opts->user_verification;

	if (run->ceremony->pin_always && ready->pin == ATT_PIN_SET &&
	    !ready->has_uv)
		return begin_with_pin(run, which);
	if (wanted == ATT_USER_VERIFICATION_DISCOURAGED)
		request(run, which, ATT_UV_NONE, NULL);
	else if (ready->has_uv)
		request(run, which, ATT_UV_BUILT_IN, NULL);
	else if (ready->pin == ATT_PIN_SET)
		return begin_with_pin(run, which);
	else if (wanted == ATT_USER_VERIFICATION_REQUIRED)
		drop_plainly(run, which, ATT_ERR_PIN_NOT_SET);
	else
		request(run, which, ATT_UV_NONE, NULL);
	return ATT_OK;
}

/* Has every device that is connected introduced itself, or failed to? */
static bool
is_settled(const struct run *run)
{
	for (size_t i = 0; i < run->set->count; i++)
		if (run->set->list[i].state == ATT_DEVICE_STARTING)
			return false;
	return run->set->is_complete;
}

/*
 * Asks every device that waits. Where nobody can tell from a silent look
 * whose PIN is needed, the number of keys has to be known first.
 */
static enum att_err
begin_waiting(struct run *run)
{
	enum att_err r;

	if (!run->ceremony->can_look && !is_settled(run))
		return ATT_OK;
	for (size_t i = 0; i < run->set->count; i++)
		if (run->set->list[i].state == ATT_DEVICE_IDLE &&
		    (r = begin_device(run, i)) != ATT_OK)
			return r;
	return ATT_OK;
}

/* Built-in verification that failed; a PIN may do. */
static enum att_err
fall_back_to_pin(struct run *run, size_t which)
{
	if (!run->ceremony->can_look || run->set->list[which].is_known)
		return request_with_pin(run, which);
	look(run, which);
	return ATT_OK;
}

static enum att_err
hear_failed(struct run *run, size_t which)
{
	struct att_authenticator *device = &run->set->list[which];
	struct att_reason why = { .code = ATT_OK };
	struct att_failed failed;
	enum att_err r;

	if (device->state == ATT_DEVICE_IDLE ||
	    device->state == ATT_DEVICE_DONE ||
	    att_failed_decode(att_buf_get(&run->message), &failed) != ATT_OK) {
		expel(run, which);
		return ATT_OK;
	}
	if (failed.failure == ATT_FAILURE_UV &&
	    device->state == ATT_DEVICE_BUSY && !device->pin_tried &&
	    device->ready.pin == ATT_PIN_SET)
		return fall_back_to_pin(run, which);
	if (device->pin_tried)
		att_pin_explain(run->session, &failed);
	r = failure_err(failed.failure);
	att_reason_set(&why, r, "%s (CTAP status 0x%02x)", att_err_text(r),
	    (unsigned int)failed.ctap_status);
	/* What a device says in its own words could be a PIN it was given. */
	if (!device->pin_tried && failed.detail[0] != '\0')
		debug_device(run, which, failed.detail);
	drop_device(run, which, &why);
	return ATT_OK;
}

/*
 * An answer that was judged and refused: somebody has a device that claims
 * to be what it is not, which the log has to know even if another one wins.
 * A copied key ends the login.
 */
static enum att_err
refuse_answer(
    struct run *run, size_t which, enum att_err err, struct att_reason *why)
{
	const char *label = run->session->audit.label;

	if (why->code != err)
		att_reason_set(why, err, "%s", att_err_text(err));
	att_session_log(run->session, LOG_WARNING,
	    "the answer of the authenticator at %s%s%s%s was refused: %s: %s",
	    run->set->list[which].path, label[0] != '\0' ? " as \"" : "", label,
	    label[0] != '\0' ? "\"" : "", att_err_code(err), why->text);
	drop_device(run, which, why);
	return err == ATT_ERR_COUNTER ? err : ATT_OK;
}

/* The PIN is asked for only once the key has proved that it is the one. */
static enum att_err
hear_look(struct run *run, size_t which)
{
	struct att_reason why = { .code = ATT_OK };
	enum att_err r;

	run->set->list[which].state = ATT_DEVICE_IDLE;
	r = run->ceremony->recognise(
	    run->ceremony->arg, att_buf_get(&run->message), &why);
	if (r != ATT_OK)
		return refuse_answer(run, which, r, &why);
	run->set->list[which].is_known = true;
	return request_with_pin(run, which);
}

static enum att_err
hear_answer(struct run *run, size_t which)
{
	struct att_authenticator *device = &run->set->list[which];
	struct att_reason why = { .code = ATT_OK };
	enum att_err r;

	if (device->state == ATT_DEVICE_LOOKING)
		return hear_look(run, which);
	if (device->state != ATT_DEVICE_BUSY) {
		expel(run, which);
		return ATT_OK;
	}
	r = run->ceremony->judge(
	    run->ceremony->arg, att_buf_get(&run->message), &why);
	if (r != ATT_OK)
		return refuse_answer(run, which, r, &why);
	debug_device(run, which, "gave the answer that was accepted");
	run->won = true;
	att_authenticators_cancel(run->set, which);
	return ATT_OK;
}

static enum att_err
hear_device(struct run *run, size_t which)
{
	struct att_authenticator *device = &run->set->list[which];

	switch (run->message.ptr[0]) {
	case ATT_MESSAGE_READY:
		if (device->state != ATT_DEVICE_STARTING ||
		    att_ready_decode(
			att_buf_get(&run->message), &device->ready) != ATT_OK)
			break;
		device->state = ATT_DEVICE_IDLE;
		debug_device(run, which, "ready");
		return ATT_OK;
	case ATT_MESSAGE_FAILED:
		return hear_failed(run, which);
	case ATT_MESSAGE_ASSERTION:
	case ATT_MESSAGE_CREDENTIAL:
		return hear_answer(run, which);
	default:
		break;
	}
	expel(run, which);
	return ATT_OK;
}

/* Is there anybody left to wait for? */
static bool
is_over(const struct run *run)
{
	if (!run->set->is_complete)
		return false;
	for (size_t i = 0; i < run->set->count; i++)
		if (run->set->list[i].state < ATT_DEVICE_DONE)
			return false;
	return true;
}

/* Devices that took part in a ceremony before this one wait again. */
static void
rejoin(struct att_authenticators *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->list[i].state == ATT_DEVICE_DONE)
			set->list[i].state = ATT_DEVICE_IDLE;
}

static enum att_err
handle(struct run *run, enum att_event event, size_t which)
{
	switch (event) {
	case ATT_EVENT_DEVICE:
		return hear_device(run, which);
	case ATT_EVENT_LOST:
		drop_plainly(run, which, run->set->list[which].failure);
		return ATT_OK;
	case ATT_EVENT_COMPLETE:
		return ATT_OK;
	case ATT_EVENT_CALLER:
		return att_session_interrupted(run->session);
	case ATT_EVENT_DEADLINE:
		break;
	}
	return ATT_ERR_TIMEOUT;
}

static enum att_err
loop(struct run *run)
{
	enum att_event event;
	enum att_err r;
	size_t which;

	rejoin(run->set);
	while (!run->won) {
		struct att_wait wait = { .caller = run->session->fd,
			.deadline = run->deadline };

		if ((r = begin_waiting(run)) != ATT_OK)
			return r;
		if (is_over(run))
			break;
		if ((r = att_authenticators_wait(run->set, &wait, &event,
			 &which, &run->message)) != ATT_OK ||
		    (r = handle(run, event, which)) != ATT_OK)
			return r;
		if (run->session->broken != ATT_OK)
			return run->session->broken;
	}
	if (run->won)
		return ATT_OK;
	if (run->set->count == 0)
		return ATT_ERR_NO_AUTHENTICATOR;
	return run->why->code != ATT_OK ? run->why->code : ATT_ERR_INTERNAL;
}

/*
 * The time ran out while one device waited; what another one did before may
 * be worth more than that.
 */
static enum att_err
most_telling(const struct run *run, enum att_err err)
{
	if (err == ATT_ERR_TIMEOUT && run->why->code != ATT_OK &&
	    rank_of(run->why->code) > rank_of(ATT_ERR_TIMEOUT))
		return run->why->code;
	return err;
}

enum att_err
att_ceremony_run(const struct att_ceremony *ceremony,
    struct att_session *session, struct att_authenticators *set,
    struct att_reason *why)
{
	unsigned int timeout = session->opts->timeout;
	struct run run = {
		.ceremony = ceremony,
		.session = session,
		.set = set,
		.why = why,
		.deadline = att_clock_ms() + (int64_t)timeout * 1000,
	};
	enum att_err r;

	why->code = ATT_OK;
	why->text[0] = '\0';
	att_session_expect(session, timeout + CALLER_MARGIN_S);
	att_buf_init(&run.message, ATT_MESSAGE_MAX);
	r = most_telling(&run, loop(&run));
	att_buf_reset(&run.message);
	if (r == ATT_OK)
		return ATT_OK;
	att_authenticators_cancel(set, SIZE_MAX);
	if (r == why->code)
		session->audit = run.audit;
	return att_refuse_plain(why, r);
}
