/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole program but main(). */
#ifndef AGENT_SERVE_H
#define AGENT_SERVE_H

/*
 * Takes AGENT_OPEN from descriptor 0, becomes the caller, connects, locks the
 * process down, and answers what is asked until the channel ends. The exit
 * status of the process: a failure only where nothing could be answered.
 */
int agent_run(void);

#endif
