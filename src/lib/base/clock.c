/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines on the monotonic clock, and times of day. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"

int64_t
att_clock_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
att_clock_ms_until(int64_t deadline)
{
	int64_t left;

	if (deadline < 0)
		return -1;
	left = deadline - att_clock_ms();
	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

const char *
att_clock_show_utc(int64_t seconds, char text[ATT_UTC_SHOWN])
{
	const time_t time = (time_t)seconds;
	struct tm tm;

	if (time != seconds || gmtime_r(&time, &tm) == NULL ||
	    strftime(text, ATT_UTC_SHOWN, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(text, ATT_UTC_SHOWN, "%" PRId64, seconds);
	return text;
}
