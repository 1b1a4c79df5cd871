/* SPDX-License-Identifier: BSD-2-Clause */
/* The responder: one authenticator from start to signal. */
#ifndef SOFTKEY_SERVE_H
#define SOFTKEY_SERVE_H

#include "options.h"

/* Serves until SIGTERM or SIGINT. The caller must be the leader of a
 * session without a terminal and have both signals blocked. Writes the
 * path of the terminal and a newline to ready_fd, then closes it. */
void serve(const struct options *opt, int ready_fd);

#endif
