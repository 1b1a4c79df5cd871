/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines for the system log of a process that can open no socket any more.
 * syslog(3) connects again whenever it likes to, and so cannot be used.
 */
#ifndef ATT_SSH_KEYS_SYSTEM_LOG_H
#define ATT_SSH_KEYS_SYSTEM_LOG_H

#include <stdbool.h>

#include "base/err.h"

struct att_system_log {
	int fd;	       /* a datagram socket; -1: nobody listens */
	bool is_debug; /* LOG_DEBUG goes out, too */
};

/*
 * Connects to /dev/log and reads what the local time is, before the process is
 * locked down. Where there is no log, lines go to standard error alone.
 */
void att_system_log_open(struct att_system_log *log);
void att_system_log_close(struct att_system_log *log);

/*
 * One line of LOG_AUTHPRIV, escaped, which is written to standard error as
 * well; priority as in syslog(3). A log that takes nothing is waited for a
 * second.
 */
void att_system_log_put(const struct att_system_log *log, int priority,
    const char *fmt, ...) ATT_PRINTF(3, 4);

#endif
