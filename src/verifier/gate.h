/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host gate: nobody logs in to a host whose boot is not proven. It judges
 * the token that the option host_token names, by the options host_*, and has
 * the TPM of this host prove that the token is about this host.
 */
#ifndef ATT_VERIFIER_GATE_H
#define ATT_VERIFIER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "host/host.h"
#include "verifier/session.h"

/* What a login needs of the host. */
struct att_gate {
	bool is_asked; /* the options gate this phase */
	struct att_host host;
	enum att_err unready; /* what kept it from being opened */
	struct att_reason why;
};

/* Nothing asked, nothing open. */
void att_gate_init(struct att_gate *gate);

/*
 * Before the lock-down: reads the files that the options name, parses none
 * that is not the administrator's, and starts the process that talks to the
 * TPM. What fails is kept for att_gate_judge(). The caller closes the gate.
 */
void att_gate_open(struct att_gate *gate, const struct att_session *session);
void att_gate_close(struct att_gate *gate);

/*
 * Judges, and has the TPM prove. ATT_OK also where nothing gates the phase,
 * and with a warning in the log for host = report. What is known of the token
 * goes into the audit line. Errors: those of att_host_open() and
 * att_host_judge().
 */
enum att_err att_gate_judge(struct att_gate *gate, struct att_session *session,
    struct att_reason *why) ATT_MUST_USE;

/*
 * What PAM is told of such an error: that the configuration is wrong, or the
 * system failed; otherwise PAM_PERM_DENIED, whoever was to blame.
 */
uint32_t att_gate_pam_code(enum att_err err);

#endif
