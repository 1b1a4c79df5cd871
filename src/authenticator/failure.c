/* SPDX-License-Identifier: BSD-2-Clause */
/* What libfido2 and the device node say, as a FAILED message. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <fido.h>

#include "failure.h"
#include "find.h"

/* CTAP 2.1, 8.2. What is not here is ATT_FAILURE_DEVICE. */
static const struct {
	int result;
	enum att_device_failure failure;
} failures[] = {
	{ FIDO_ERR_NO_CREDENTIALS, ATT_FAILURE_NO_CREDENTIALS },
	{ FIDO_ERR_INVALID_CREDENTIAL, ATT_FAILURE_NO_CREDENTIALS },
	{ FIDO_ERR_CREDENTIAL_EXCLUDED, ATT_FAILURE_EXCLUDED },
	{ FIDO_ERR_PIN_INVALID, ATT_FAILURE_PIN_INVALID },
	{ FIDO_ERR_PIN_BLOCKED, ATT_FAILURE_PIN_BLOCKED },
	{ FIDO_ERR_PIN_AUTH_BLOCKED, ATT_FAILURE_PIN_AUTH_BLOCKED },
	{ FIDO_ERR_PIN_NOT_SET, ATT_FAILURE_PIN_NOT_SET },
	/* It wants the user verified, and nobody did: status 0x36. */
	{ FIDO_ERR_PIN_REQUIRED, ATT_FAILURE_UV },
	{ FIDO_ERR_UV_BLOCKED, ATT_FAILURE_UV },
	{ FIDO_ERR_UV_INVALID, ATT_FAILURE_UV },
	{ FIDO_ERR_USER_ACTION_TIMEOUT, ATT_FAILURE_TIMEOUT },
	{ FIDO_ERR_ACTION_TIMEOUT, ATT_FAILURE_TIMEOUT },
	{ FIDO_ERR_TIMEOUT, ATT_FAILURE_TIMEOUT },
	/* Consent was not given: 6.1.2 step 14, 6.2.2 step 9. */
	{ FIDO_ERR_OPERATION_DENIED, ATT_FAILURE_TIMEOUT },
	{ FIDO_ERR_KEEPALIVE_CANCEL, ATT_FAILURE_CANCELLED },
	{ FIDO_ERR_CHANNEL_BUSY, ATT_FAILURE_BUSY },
	{ FIDO_ERR_OPERATION_PENDING, ATT_FAILURE_BUSY },
	{ FIDO_ERR_USER_ACTION_PENDING, ATT_FAILURE_BUSY },
	{ FIDO_ERR_UNSUPPORTED_ALGORITHM, ATT_FAILURE_UNSUPPORTED },
	{ FIDO_ERR_UNSUPPORTED_OPTION, ATT_FAILURE_UNSUPPORTED },
	{ FIDO_ERR_INVALID_OPTION, ATT_FAILURE_UNSUPPORTED },
	{ FIDO_ERR_UNSUPPORTED_EXTENSION, ATT_FAILURE_UNSUPPORTED },
};

static enum att_device_failure
find_failure(int result)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (failures[i].result == result)
			return failures[i].failure;
	return ATT_FAILURE_DEVICE;
}

static void
set_failed(struct att_failed *failed, enum att_device_failure failure,
    const char *detail)
{
	*failed = (struct att_failed){
		.failure = failure,
		.pin_retries = ATT_PIN_RETRIES_UNKNOWN,
	};
	att_text_print(failed->detail, sizeof(failed->detail), detail);
}

/* libfido2 says FIDO_ERR_RX or _TX; the device node knows why. */
static void
set_from_hid(struct att_failed *failed, const struct att_hid *hid)
{
	char detail[ATT_DEVICE_NAME_MAX + 1];

	switch (hid->end) {
	case ATT_HID_CANCELLED:
	case ATT_HID_CHANNEL_GONE:
		set_failed(failed, ATT_FAILURE_CANCELLED, "cancelled");
		return;
	case ATT_HID_SILENT:
		set_failed(failed, ATT_FAILURE_DEVICE,
		    "the device did not answer in time");
		return;
	case ATT_HID_BROKEN:
		set_failed(failed, ATT_FAILURE_DEVICE,
		    "the device was unplugged or sent a report of a wrong "
		    "length");
		return;
	case ATT_HID_DISBELIEVED:
		set_failed(failed, ATT_FAILURE_DEVICE,
		    "the reply is not canonical CBOR, or holds what CTAP does "
		    "not know");
		return;
	case ATT_HID_GOES_ON:
		break;
	}
	if (hid->error == 0) {
		set_failed(failed, ATT_FAILURE_DEVICE,
		    "the device broke the CTAPHID protocol");
		return;
	}
	snprintf(detail, sizeof(detail), "CTAPHID error 0x%02x", hid->error);
	set_failed(failed, find_failure(hid->error), detail);
	failed->ctap_status = hid->error;
}

void
att_failure_from_fido(
    int result, const struct att_hid *hid, struct att_failed *failed)
{
	if (result == FIDO_ERR_RX || result == FIDO_ERR_TX ||
	    hid->end != ATT_HID_GOES_ON) {
		set_from_hid(failed, hid);
		return;
	}
	set_failed(failed, find_failure(result), fido_strerr(result));
	if (result > 0)
		failed->ctap_status = (uint32_t)result;
}

void
att_failure_from_err(
    enum att_err err, const char *text, struct att_failed *failed)
{
	enum att_device_failure failure = ATT_FAILURE_DEVICE;

	if (err == ATT_ERR_DEVICE_BUSY)
		failure = ATT_FAILURE_BUSY;
	else if (err == ATT_ERR_CANCELLED)
		failure = ATT_FAILURE_CANCELLED;
	set_failed(failed, failure, text != NULL ? text : att_err_text(err));
}

bool
att_failure_is_about_pin(enum att_device_failure failure)
{
	return failure == ATT_FAILURE_PIN_INVALID ||
	       failure == ATT_FAILURE_PIN_BLOCKED ||
	       failure == ATT_FAILURE_PIN_AUTH_BLOCKED;
}
