/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of a line for the log, whose values others have chosen. */
#ifndef ATT_BASE_LOG_FIELD_H
#define ATT_BASE_LOG_FIELD_H

#include "base/buf.h"
#include "base/err.h"

enum {
	ATT_LOG_FIELD_MAX = 480, /* bytes of a value, escapes included */
};

/*
 * Appends a blank and name="value". Quotes and backslashes are escaped and the
 * value ends in "..." where it is too long, so that a field stays one field and
 * leaves room for the others. The line as a whole still has to go through
 * att_text_escape(). After an error nothing was appended.
 */
enum att_err att_log_field_put(
    struct att_buf *line, const char *name, const char *value) ATT_MUST_USE;

#endif
