/* SPDX-License-Identifier: BSD-2-Clause */
/* What softkey does when it cannot go on: one line, then exit 1. */
#ifndef SOFTKEY_FATAL_H
#define SOFTKEY_FATAL_H

#include <stddef.h>

/* Prints "softkey: ..." on stderr and ends the process with status 1. */
_Noreturn void fatal(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* Zeroed memory of count elements; ends the process when there is none. */
void *must_alloc(size_t count, size_t size);

/* A copy of len bytes as a string (NUL added), owned by the caller. */
char *must_copy_text(const void *text, size_t len);

#endif
