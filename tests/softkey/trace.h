/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of every CTAPHID message, one line each. */
#ifndef SOFTKEY_TRACE_H
#define SOFTKEY_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum direction {
	TRACE_IN,
	TRACE_OUT,
};

/* Opens path for appending; NULL path means no trace and returns NULL. */
FILE *trace_open(const char *path);

/* Writes "TIME in|out CHANNEL COMMAND NAME LENGTH [detail]"; trace may be
 * NULL. TIME is seconds of the epoch, LENGTH the bytes of the message. */
void trace_message(FILE *trace, enum direction dir, uint32_t cid, uint8_t cmd,
    const uint8_t *data, size_t len);

#endif
