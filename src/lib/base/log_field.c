/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of a log line. */
#include "base/log_field.h"

static enum att_err
put(struct att_buf *line, const char *name, const char *value)
{
	enum att_err r;
	size_t used;

	if ((r = att_buf_printf(line, " %s=\"", name)) != ATT_OK)
		return r;
	used = line->len;
	for (const char *p = value; *p != '\0' && r == ATT_OK; p++) {
		unsigned char c = (unsigned char)*p;

		if (line->len - used > ATT_LOG_FIELD_MAX)
			return att_buf_printf(line, "...\"");
		if (c == '"' || c == '\\')
			r = att_buf_printf(line, "\\%c", c);
		else
			r = att_buf_put_u8(line, c);
	}
	return r == ATT_OK ? att_buf_put_u8(line, '"') : r;
}

enum att_err
att_log_field_put(struct att_buf *line, const char *name, const char *value)
{
	size_t start = line->len;
	enum att_err r;

	if ((r = put(line, name, value)) != ATT_OK)
		line->len = start;
	return r;
}
