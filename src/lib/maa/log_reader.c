/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes and numbers of a log of what was measured. */
#include <stdarg.h>
#include <stdio.h>

#include "maa/log_reader.h"

enum {
	DETAIL_MAX = 160
};

enum att_err
att_log_refuse(const struct att_log_reader *log, const char *fmt, ...)
{
	char detail[DETAIL_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	return att_refuse(log->why, ATT_ERR_EVENT_LOG,
	    "%s: event %zu, at byte %zu of %zu: %s", log->name, log->number,
	    log->size - log->reader.left, log->size, detail);
}

enum att_err
att_log_get(struct att_log_reader *log, size_t len, struct att_bytes *out)
{
	if (att_reader_get(&log->reader, len, out) == ATT_OK)
		return ATT_OK;
	return att_log_refuse(log, "the log ends within it");
}

enum att_err
att_log_get_u16(struct att_log_reader *log, uint16_t *out)
{
	struct att_bytes bytes;
	enum att_err err;

	*out = 0;
	if ((err = att_log_get(log, sizeof(*out), &bytes)) == ATT_OK)
		*out = (uint16_t)(bytes.ptr[0] | bytes.ptr[1] << 8);
	return err;
}

enum att_err
att_log_get_u32(struct att_log_reader *log, uint32_t *out)
{
	struct att_bytes bytes;
	enum att_err err;

	*out = 0;
	if ((err = att_log_get(log, sizeof(*out), &bytes)) != ATT_OK)
		return err;
	for (size_t i = 0; i < sizeof(*out); i++)
		*out |= (uint32_t)bytes.ptr[i] << 8 * i;
	return ATT_OK;
}

enum att_err
att_log_get_sized(struct att_log_reader *log, struct att_bytes *out)
{
	uint32_t len;
	enum att_err err;

	*out = att_bytes(NULL, 0);
	if ((err = att_log_get_u32(log, &len)) != ATT_OK)
		return err;
	return att_log_get(log, len, out);
}
