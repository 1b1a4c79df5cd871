/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of what is measured. */
#include <stdlib.h>

#include "times.h"

double
times_now_us(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static double
milliseconds(const struct timeval *tv)
{
	return (double)tv->tv_sec * 1e3 + (double)tv->tv_usec / 1e3;
}

double
times_usage_ms(const struct rusage *usage)
{
	return milliseconds(&usage->ru_utime) + milliseconds(&usage->ru_stime);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
times_sort(double *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare);
}
