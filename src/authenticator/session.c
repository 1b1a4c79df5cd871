/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the process that talks to one authenticator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fido.h>

#include "base/lockdown.h"
#include "wire/channel.h"
#include "wire/device.h"
#include "failure.h"
#include "hid.h"
#include "operation.h"
#include "session.h"

enum {
	DEFAULT_MESSAGE = 1024, /* CTAP 2.1, 6.4: without maxMsgSize */
	DEVICE_FD = 3,		/* after the channel, /dev/null and /dev/null */
};

struct session {
	int channel;
	struct att_hid hid;
	struct att_authenticator authenticator;
	struct att_ready ready;
};

static enum att_err
send_failed(const struct session *s, const struct att_failed *failed)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_failed_encode(failed, &message);
	if (err == ATT_OK)
		err = att_channel_send(s->channel, &message, -1);
	att_buf_reset(&message);
	return err;
}

/*
 * From here on the process reads bytes of the device. The end of the channel
 * is what ends it, not the death of a parent: it has to send CTAPHID_CANCEL,
 * so that no key stays waiting for a touch.
 */
static enum att_err
lock_down(struct att_reason *why)
{
	static const struct att_lockdown_limits limits = {
		.cpu_seconds = 30,
		.memory = 128 << 20,
		.descriptors = DEVICE_FD + 1,
	};
	enum att_err err;
	bool is_enforced; /* the verifier logs a kernel without Landlock */

	att_lockdown_deadline(ATT_CEREMONY_SECONDS);
	if ((err = att_lockdown_paths(NULL, 0, &is_enforced, why)) != ATT_OK ||
	    (err = att_lockdown_limits(&limits, why)) != ATT_OK)
		return err;
	return att_lockdown_system_calls(ATT_LOCKDOWN_DEVICE, why);
}

static void
read_options(struct session *s, const fido_cbor_info_t *info)
{
	struct att_limits *limits = &s->authenticator.limits;
	const fido_dev_t *dev = s->authenticator.dev;

	limits->list = fido_cbor_info_maxcredcntlst(info);
	limits->message = fido_cbor_info_maxmsgsiz(info);
	limits->credential_id = fido_cbor_info_maxcredidlen(info);
	if (limits->message == 0)
		limits->message = DEFAULT_MESSAGE;
	s->ready.has_uv = fido_dev_has_uv(dev);
	if (fido_dev_has_pin(dev))
		s->ready.pin = ATT_PIN_SET;
	else if (fido_dev_supports_pin(dev))
		s->ready.pin = ATT_PIN_UNSET;
	if (fido_cbor_info_aaguid_len(info) == sizeof(s->ready.aaguid))
		memcpy(s->ready.aaguid, fido_cbor_info_aaguid_ptr(info),
		    sizeof(s->ready.aaguid));
}

static uint8_t
get_pin_retries(const struct session *s)
{
	int retries;

	if (fido_dev_get_retry_count(s->authenticator.dev, &retries) !=
		FIDO_OK ||
	    retries < 0 || retries >= ATT_PIN_RETRIES_UNKNOWN)
		return ATT_PIN_RETRIES_UNKNOWN;
	return (uint8_t)retries;
}

/* CTAPHID_INIT and authenticatorGetInfo. */
static int
get_acquainted(struct session *s)
{
	fido_cbor_info_t *info = NULL;
	fido_dev_t *dev = s->authenticator.dev;
	int r;

	if ((r = fido_dev_set_io_functions(dev, att_hid_get_io(&s->hid))) !=
		FIDO_OK ||
	    (r = fido_dev_open(dev, "")) != FIDO_OK)
		return r;
	s->ready.is_fido2 = s->authenticator.is_fido2 = fido_dev_is_fido2(dev);
	s->ready.pin_retries = ATT_PIN_RETRIES_UNKNOWN;
	if (!s->ready.is_fido2)
		return FIDO_OK;
	if ((info = fido_cbor_info_new()) == NULL)
		return FIDO_ERR_INTERNAL;
	if ((r = fido_dev_get_cbor_info(dev, info)) == FIDO_OK)
		read_options(s, info);
	fido_cbor_info_free(&info);
	if (r == FIDO_OK && s->ready.pin == ATT_PIN_SET)
		s->ready.pin_retries = get_pin_retries(s);
	return r;
}

static enum att_err
send_ready(const struct session *s)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_ready_encode(&s->ready, &message);
	if (err == ATT_OK)
		err = att_channel_send(s->channel, &message, -1);
	att_buf_reset(&message);
	return err;
}

static enum att_err
introduce(struct session *s)
{
	struct att_failed failed;
	enum att_err err;
	int r;

	if ((err = att_hid_take(&s->hid, ATT_HID_OPEN_MS)) != ATT_OK) {
		att_failure_from_err(err, NULL, &failed);
		return send_failed(s, &failed) != ATT_OK ? ATT_ERR_PEER_GONE
							 : err;
	}
	r = get_acquainted(s);
	att_hid_let_go(&s->hid);
	if (r == FIDO_OK && s->hid.end == ATT_HID_GOES_ON) {
		s->hid.is_open = true;
		return send_ready(s);
	}
	att_failure_from_fido(r, &s->hid, &failed);
	err = send_failed(s, &failed);
	return err != ATT_OK ? err : ATT_ERR_DEVICE_FAILED;
}

/* One request, decoded and carried out: a result of libfido2. */
typedef int operation(struct session *s, struct att_bytes message,
    struct att_buf *out, enum att_err *errp);

static int
get_assertion(struct session *s, struct att_bytes message, struct att_buf *out,
    enum att_err *errp)
{
	struct att_get_assertion request;
	int r = FIDO_ERR_INTERNAL;

	*errp = att_get_assertion_decode(message, &request);
	if (*errp != ATT_OK)
		return r;
	if ((*errp = att_hid_take(&s->hid, -1)) == ATT_OK)
		r = att_operation_get_assertion(
		    &s->authenticator, &request, out);
	att_get_assertion_reset(&request);
	return r;
}

static int
make_credential(struct session *s, struct att_bytes message,
    struct att_buf *out, enum att_err *errp)
{
	struct att_make_credential request;
	int r = FIDO_ERR_INTERNAL;

	*errp = att_make_credential_decode(message, &request);
	if (*errp != ATT_OK)
		return r;
	if ((*errp = att_hid_take(&s->hid, -1)) == ATT_OK)
		r = att_operation_make_credential(
		    &s->authenticator, &request, out);
	att_make_credential_reset(&request);
	return r;
}

static const struct {
	uint8_t type;
	operation *run;
} operations[] = {
	{ ATT_MESSAGE_GET_ASSERTION, get_assertion },
	{ ATT_MESSAGE_MAKE_CREDENTIAL, make_credential },
};

static bool
is_taken(enum att_err err)
{
	return err != ATT_ERR_DEVICE_BUSY && err != ATT_ERR_CANCELLED &&
	       err != ATT_ERR_DEVICE_FAILED;
}

/* FAILED instead of an answer; the key is told to stop waiting. */
static enum att_err
give_up(struct session *s, int result, enum att_err err)
{
	struct att_failed failed;
	bool is_cancelled =
	    s->hid.end != ATT_HID_GOES_ON && s->hid.end != ATT_HID_DISBELIEVED;

	if (err != ATT_OK) {
		att_failure_from_err(err, NULL, &failed);
		return send_failed(s, &failed);
	}
	att_failure_from_fido(result, &s->hid, &failed);
	if (is_cancelled) {
		fido_dev_cancel(s->authenticator.dev);
	} else if (att_failure_is_about_pin(failed.failure)) {
		failed.pin_retries = get_pin_retries(s);
	}
	err = send_failed(s, &failed);
	if (is_cancelled && s->hid.end != ATT_HID_CHANNEL_GONE)
		att_hid_await_cancelled(&s->hid);
	return err;
}

static enum att_err
serve(struct session *s, operation *run, struct att_bytes message)
{
	struct att_buf out;
	enum att_err err = ATT_OK;
	int r;

	att_buf_init(&out, ATT_MESSAGE_MAX);
	r = run(s, message, &out, &err);
	if (err != ATT_OK && is_taken(err))
		goto out; /* the verifier broke the protocol */
	if (err == ATT_OK && r == FIDO_OK)
		err = att_channel_send(s->channel, &out, -1);
	else
		err = give_up(s, r, err);
	att_hid_let_go(&s->hid);
	if (s->hid.end == ATT_HID_CHANNEL_GONE)
		err = ATT_ERR_PEER_GONE;
out:
	att_buf_reset(&out);
	return err;
}

static enum att_err
serve_message(struct session *s, const struct att_buf *message)
{
	/* Nothing runs, or it would have been read elsewhere. */
	if (message->len == 1 && message->ptr[0] == ATT_MESSAGE_CANCEL)
		return ATT_OK;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (message->ptr[0] == operations[i].type)
			return serve(
			    s, operations[i].run, att_buf_get(message));
	return ATT_ERR_MESSAGE_MALFORMED;
}

static enum att_err
serve_requests(struct session *s)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	do {
		err = att_channel_receive(s->channel, -1, &message, NULL);
		if (err == ATT_OK)
			err = serve_message(s, &message);
		att_buf_reset(&message);
	} while (err == ATT_OK);
	return err;
}

static enum att_err
start(struct session *s, const struct att_found *found)
{
	struct att_reason why = { 0 };
	struct att_failed failed;
	enum att_err err;

	memcpy(s->ready.name, found->name, sizeof(s->ready.name));
	err = att_hid_open(&s->hid, found->path, s->channel, &why);
	if (err == ATT_OK)
		err = lock_down(&why);
	if (err == ATT_OK && (s->authenticator.dev = fido_dev_new()) == NULL)
		err = att_refuse_plain(&why, ATT_ERR_NO_MEMORY);
	if (err == ATT_OK)
		return introduce(s);
	att_failure_from_err(err, why.text, &failed);
	return send_failed(s, &failed) != ATT_OK ? ATT_ERR_PEER_GONE : err;
}

int
att_session_run(int channel, const struct att_found *found)
{
	struct session *s = calloc(1, sizeof(*s));
	enum att_err err;

	if (s == NULL)
		return EXIT_FAILURE;
	s->channel = channel;
	s->authenticator.reply = &s->hid.reply;
	s->hid.fd = -1;
	err = start(s, found);
	if (err == ATT_OK)
		err = serve_requests(s);
	fido_dev_free(&s->authenticator.dev);
	free(s);
	return err == ATT_ERR_PEER_GONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
