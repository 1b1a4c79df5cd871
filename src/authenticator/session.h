/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the process that talks to one authenticator. */
#ifndef ATT_AUTHENTICATOR_SESSION_H
#define ATT_AUTHENTICATOR_SESSION_H

#include "find.h"

/*
 * Opens the device, gives up every right that is not needed any more, says
 * READY or FAILED, and answers requests until the channel is closed, for at
 * most ATT_CEREMONY_SECONDS. To be called in a process of its own that has
 * nothing else to do, and no other descriptor than 0, 1 and 2. Returns the
 * exit status: 0 when the verifier closed the channel.
 */
int att_session_run(int channel, const struct att_found *found);

#endif
