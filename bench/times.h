/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of what is measured. */
#ifndef BENCH_TIMES_H
#define BENCH_TIMES_H

#include <sys/resource.h>

#include <stddef.h>
#include <time.h>

/* Microseconds of a clock. */
double times_now_us(clockid_t clock);

/* Milliseconds of processor time. */
double times_usage_ms(const struct rusage *usage);

/* The least first. */
void times_sort(double *times, size_t count);

#endif
