/* SPDX-License-Identifier: BSD-2-Clause */
/* What softkey does when it cannot go on: one line, then exit 1. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fatal.h"

void
fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("softkey: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

void *
must_alloc(size_t count, size_t size)
{
	void *p = calloc(count != 0 ? count : 1, size != 0 ? size : 1);

	if (p == NULL)
		fatal("out of memory");
	return p;
}

char *
must_copy_text(const void *text, size_t len)
{
	char *copy = must_alloc(len + 1, 1);

	if (len != 0)
		memcpy(copy, text, len);
	return copy;
}
