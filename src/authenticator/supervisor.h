/* SPDX-License-Identifier: BSD-2-Clause */
/* The process that the verifier starts: see wire/device.h for its messages. */
#ifndef ATT_AUTHENTICATOR_SUPERVISOR_H
#define ATT_AUTHENTICATOR_SUPERVISOR_H

#include "base/err.h"

/*
 * Locks itself down, receives OPEN on descriptor 0, finds the devices, starts
 * one process for each (session.h), sends DEVICE and DEVICES_END, and waits
 * until the verifier closes the channel and the processes have ended: those
 * that have not within a second are killed. Errors of base/lockdown.h and
 * wire/device.h.
 */
enum att_err att_supervisor_run(struct att_reason *why) ATT_MUST_USE;

#endif
