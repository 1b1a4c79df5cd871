/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN prompts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/pin.h"

enum {
	FEW_RETRIES = 3,
	PIN_MIN = 4, /* CTAP 2.1, 6.5.1: code points, so at least bytes */
};

static void
say_blocked(struct att_session *session)
{
	att_session_error(session,
	    "The PIN of this security key is blocked. Use another key, or "
	    "reset this one and have it registered again.");
}

static void
compose(const struct att_ready *ready, char *text, size_t size)
{
	unsigned int left = ready->pin_retries;

	if (left <= FEW_RETRIES)
		snprintf(text, size, "PIN of %s (%u tr%s left): ", ready->name,
		    left, left == 1 ? "y" : "ies");
	else
		snprintf(text, size, "PIN of %s: ", ready->name);
}

enum att_err
att_pin_ask(
    struct att_session *session, const struct att_ready *ready, char **pinp)
{
	char text[256];
	enum att_err r;
	size_t len;

	*pinp = NULL;
	if (ready->pin_retries == 0) {
		say_blocked(session);
		return ATT_ERR_PIN_BLOCKED;
	}
	compose(ready, text, sizeof(text));
	if ((r = att_session_ask(session, text, pinp)) != ATT_OK)
		return r;
	len = strlen(*pinp);
	if (len >= PIN_MIN && len <= ATT_PIN_MAX)
		return ATT_OK;
	att_pin_free(pinp);
	att_session_error(session,
	    "A PIN has %d to %d characters; nothing was sent to the security "
	    "key.",
	    PIN_MIN, ATT_PIN_MAX);
	return ATT_ERR_PIN_INVALID;
}

void
att_pin_free(char **pinp)
{
	if (*pinp != NULL)
		explicit_bzero(*pinp, strlen(*pinp));
	free(*pinp);
	*pinp = NULL;
}

static void
put(char copy[ATT_PIN_MAX + 1], const char *pin)
{
	if (pin != NULL)
		snprintf(copy, ATT_PIN_MAX + 1, "%s", pin);
}

static void
wipe(char copy[ATT_PIN_MAX + 1])
{
	explicit_bzero(copy, ATT_PIN_MAX + 1);
}

enum att_err
att_pin_encode_assertion(struct att_get_assertion *request, enum att_uv_mode uv,
    const char *pin, bool up, struct att_buf *out)
{
	enum att_err r;

	request->up = up;
	request->uv = uv;
	put(request->pin, pin);
	r = att_get_assertion_encode(request, out);
	wipe(request->pin);
	return r;
}

enum att_err
att_pin_encode_registration(struct att_make_credential *request,
    enum att_uv_mode uv, const char *pin, bool up, struct att_buf *out)
{
	enum att_err r;

	if (!up)
		return ATT_ERR_INTERNAL;
	request->uv = uv;
	put(request->pin, pin);
	r = att_make_credential_encode(request, out);
	wipe(request->pin);
	return r;
}

void
att_pin_explain(struct att_session *session, const struct att_failed *failed)
{
	unsigned int left = failed->pin_retries;

	switch (failed->failure) {
	case ATT_FAILURE_PIN_INVALID:
		if (left != ATT_PIN_RETRIES_UNKNOWN)
			att_session_error(session,
			    "Wrong PIN. %u tr%s left before this security key "
			    "is blocked.",
			    left, left == 1 ? "y" : "ies");
		else
			att_session_error(session, "Wrong PIN.");
		break;
	case ATT_FAILURE_PIN_AUTH_BLOCKED:
		att_session_error(session,
		    "Too many wrong PINs. Unplug the security key, plug it in "
		    "again, and try once more.");
		break;
	case ATT_FAILURE_PIN_BLOCKED:
		say_blocked(session);
		break;
	default:
		break;
	}
}
