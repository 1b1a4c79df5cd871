/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the process that talks to one authenticator. */
#ifndef ATT_AUTHENTICATOR_SESSION_H
#define ATT_AUTHENTICATOR_SESSION_H

#include "find.h"

/* The process kills itself after so long, whatever happens. */
enum {
	ATT_SESSION_SECONDS = 330
};

/*
 * Opens the device, gives up every right that is not needed any more, says
 * READY or FAILED, and answers requests until the channel is closed. To be
 * called in a process of its own that has nothing else to do. Returns the
 * exit status: 0 when the verifier closed the channel.
 */
int att_session_run(int channel, const struct att_found *found);

#endif
