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
 * A ceremony's requests, with how the user is verified, and the PIN (NULL:
 * none) in them for no longer than it takes to encode. A registration has no
 * silent look: ATT_ERR_INTERNAL. Else errors of the encoders.
 */
enum att_err att_pin_encode_assertion(struct att_get_assertion *request,
    enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out) ATT_MUST_USE;
enum att_err att_pin_encode_registration(struct att_make_credential *request,
    enum att_uv_mode uv, const char *pin, bool up,
    struct att_buf *out) ATT_MUST_USE;

/* Tells the person what a failure that has to do with a PIN means. */
void att_pin_explain(
    struct att_session *session, const struct att_failed *failed);

#endif
