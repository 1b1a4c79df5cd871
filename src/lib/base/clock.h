/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deadlines: points of time on the monotonic clock, in milliseconds; and
 * times of day as people read them.
 */
#ifndef ATT_BASE_CLOCK_H
#define ATT_BASE_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in milliseconds. */
int64_t att_clock_ms(void);

/*
 * What is left until a deadline as poll(2) takes it: 0 when it has passed, at
 * most INT_MAX, and -1 (for ever) for a negative deadline, which is none.
 */
int att_clock_ms_until(int64_t deadline);

/*
 * Seconds since 1970 as "2026-01-31T23:59:59Z"; as a number where the C
 * library knows no such year. Returns text.
 */
enum {
	ATT_UTC_SHOWN = sizeof("-2147481748-12-31T23:59:59Z")
};
const char *att_clock_show_utc(int64_t seconds, char text[ATT_UTC_SHOWN]);

#endif
