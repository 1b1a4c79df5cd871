/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in files: "2026-08-22T10:00:00Z", one form per value. */
#ifndef ATT_STORE_UTC_H
#define ATT_STORE_UTC_H

#include <time.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_UTC_SIZE = sizeof("9999-12-31T23:59:59Z")
};

/*
 * Writes a time of the years 1970 to 9999, with a NUL.
 * ATT_ERR_STORE_MALFORMED for any other.
 */
enum att_err att_utc_print(time_t time, char text[ATT_UTC_SIZE]) ATT_MUST_USE;

/*
 * Reads exactly what the function above writes; 0 on an error.
 * ATT_ERR_STORE_MALFORMED.
 */
enum att_err att_utc_parse(struct att_bytes text, time_t *out) ATT_MUST_USE;

#endif
