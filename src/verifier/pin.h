/* SPDX-License-Identifier: BSD-2-Clause */
/* What the person is asked and told about the PIN of an authenticator. */
#ifndef ATT_VERIFIER_PIN_H
#define ATT_VERIFIER_PIN_H

#include "base/err.h"
#include "verifier/session.h"
#include "wire/device.h"

/*
 * Asks for the PIN of the authenticator, naming it, and how many tries are
 * left when they are three or fewer. An answer that cannot be a
 * PIN (empty, short, overlong) never reaches the authenticator. The caller
 * frees *pinp with att_pin_free(). ATT_ERR_PIN_INVALID, PIN_BLOCKED (nobody was
 * asked), CANCELLED, CONVERSATION, PEER_GONE.
 */
enum att_err att_pin_ask(struct att_session *session,
    const struct att_ready *ready, char **pinp) ATT_MUST_USE;

/* Wipes and frees. */
void att_pin_free(char **pinp);

/*
 * The copy of a PIN in a request: put there before the request is encoded, and
 * wiped right after. pin NULL: none.
 */
void att_pin_put(char copy[ATT_PIN_MAX + 1], const char *pin);
void att_pin_wipe(char copy[ATT_PIN_MAX + 1]);

/* Tells the person what a failure that has to do with a PIN means. */
void att_pin_explain(
    struct att_session *session, const struct att_failed *failed);

#endif
