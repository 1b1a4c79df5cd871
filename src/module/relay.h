/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier's messages on their way to a PAM conversation and the log. */
#ifndef ATT_MODULE_RELAY_H
#define ATT_MODULE_RELAY_H

#include <security/pam_modules.h>

#include "wire/client.h"

/*
 * The operations for att_client_run(); their argument is the pam_handle_t.
 *
 * INFO and ERROR become PAM_TEXT_INFO and PAM_ERROR_MSG, also under
 * PAM_SILENT: sudo always sets it, and somebody who is not told to touch the
 * key waits for nothing. PROMPT becomes PAM_PROMPT_ECHO_ON or _OFF. LOG goes
 * through pam_syslog(3), which leaves the host's openlog(3) alone. Cancelled
 * means that the host holds back a SIGINT, SIGQUIT or SIGTERM, as sudo does
 * while a module runs.
 */
extern const struct att_client_ops relay_ops;

#endif
