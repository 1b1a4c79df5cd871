/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking every connected authenticator at once for one thing, until the
 * first good answer: what a registration and an assertion have in common.
 * PIN, built-in verification, cue, time and cancelling are dealt with here.
 */
#ifndef ATT_VERIFIER_CEREMONY_H
#define ATT_VERIFIER_CEREMONY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "verifier/authenticators.h"
#include "verifier/session.h"

struct att_ceremony {
	const char *cue; /* sentence that asks for a touch */
	/*
	 * Look silently whether a key has a credential before its owner is
	 * asked for a PIN. Without it a PIN is asked for only when one key
	 * alone could need it.
	 */
	bool can_look;
	/* A key with a PIN needs it even when no verification is wanted. */
	bool pin_always;
	/* Appends a request; up is false for a silent look. */
	enum att_err (*encode)(void *arg, enum att_uv_mode uv, const char *pin,
	    bool up, struct att_buf *out);
	/*
	 * Is the answer to a silent look by a key that has a credential? Only
	 * then its owner is asked for the PIN. NULL where can_look is false.
	 */
	enum att_err (*recognise)(
	    void *arg, struct att_bytes message, struct att_reason *why);
	/*
	 * Judges an answer. ATT_OK ends the ceremony with success; an error
	 * takes this one device out of it, is logged and remembered, and
	 * ATT_ERR_COUNTER ends it.
	 */
	enum att_err (*judge)(
	    void *arg, struct att_bytes message, struct att_reason *why);
	void *arg;
};

/*
 * Runs it. *why describes the returned error; the person has been told what
 * is special to a key (PIN), the rest is for the caller to say.
 * ATT_ERR_NO_AUTHENTICATOR, TIMEOUT, CANCELLED, WRONG_AUTHENTICATOR,
 * ALREADY_REGISTERED, PIN_*, UV_REFUSED, DEVICE_*, CONVERSATION, PEER_*, and
 * what judge() returned.
 */
enum att_err att_ceremony_run(const struct att_ceremony *ceremony,
    struct att_session *session, struct att_authenticators *set,
    struct att_reason *why) ATT_MUST_USE;

#endif
