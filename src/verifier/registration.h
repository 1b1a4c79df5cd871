/* SPDX-License-Identifier: BSD-2-Clause */
/* A registration: an authenticator makes a credential that is accepted. */
#ifndef ATT_VERIFIER_REGISTRATION_H
#define ATT_VERIFIER_REGISTRATION_H

#include "base/err.h"
#include "verifier/authenticators.h"
#include "verifier/session.h"

/*
 * May the caller register an authenticator for this user at all? Root may,
 * others as self_enroll says; nobody from another machine. Decided before
 * anything is started. ATT_ERR_SELF_ENROLL_REFUSED, REMOTE_CALLER, STORE_*,
 * FILE_*.
 */
enum att_err att_registration_precheck(
    struct att_session *session, struct att_reason *why) ATT_MUST_USE;

/*
 * The registration, after the lock-down: a user who has a credential proves
 * it first (not where root registers), then an authenticator makes a new
 * one, its attestation is judged, and it is stored.
 */
enum att_err att_registration_run(struct att_session *session,
    struct att_authenticators *set, struct att_reason *why) ATT_MUST_USE;

#endif
