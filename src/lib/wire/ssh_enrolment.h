/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What attestctl ssh enroll gives the verifier: the payload of START in the
 * phase ATT_PHASE_SSH_ENROLL. Errors as in login.h.
 */
#ifndef ATT_WIRE_SSH_ENROLMENT_H
#define ATT_WIRE_SSH_ENROLMENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_SSH_PUBLIC_KEY_MAX = 16384,
	ATT_SSH_ATTESTATION_MAX = 16384,
	ATT_SSH_CHALLENGE_MAX = 4096,
	ATT_SSH_OPTIONS_TEXT_MAX = 2048,
};

/* All lent, by the payload where it was decoded. */
struct att_ssh_enrolment {
	struct att_bytes public_key;  /* what is in the .pub file */
	struct att_bytes attestation; /* what is in the file of ssh-keygen */
	bool has_challenge;
	struct att_bytes challenge; /* as it was given out; may be empty */
	struct att_bytes options;   /* as in authorized_keys(5); empty: none */
};

enum att_err att_ssh_enrolment_encode(const struct att_ssh_enrolment *enrolment,
    struct att_buf *out) ATT_MUST_USE;
enum att_err att_ssh_enrolment_decode(
    struct att_bytes payload, struct att_ssh_enrolment *enrolment) ATT_MUST_USE;

#endif
