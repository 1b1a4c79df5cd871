/* SPDX-License-Identifier: BSD-2-Clause */
/* Points in time as people and scripts write them. */
#ifndef ATT_ATTESTCTL_MOMENT_H
#define ATT_ATTESTCTL_MOMENT_H

#include <stdbool.h>
#include <time.h>

#include "base/err.h"

/*
 * Reads Unix seconds ("1767225600") or RFC 3339 section 5.6
 * ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00.5+01:00"; a fraction is
 * dropped, a leap second is the second after it) up to the year 9999. False,
 * with *at zero, for anything else.
 */
bool att_moment_parse(const char *text, time_t *at);

/* The same for the value of --at. ATT_ERR_USAGE. */
enum att_err att_moment_take(
    const char *text, time_t *at, struct att_reason *why) ATT_MUST_USE;

#endif
