/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cursor over a log of what was measured. Numbers are little endian: the TCG
 * says so, and IMA writes what the processor has, which is that wherever the
 * service is used.
 */
#ifndef ATT_MAA_LOG_READER_H
#define ATT_MAA_LOG_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

struct att_log_reader {
	const char *name; /* "the TCG log", static */
	struct att_reader reader;
	size_t size;
	size_t number; /* of the event that is read, from 1 */
	struct att_reason *why;
};

/* ATT_ERR_EVENT_LOG, with the name of the log, the event and the byte. */
enum att_err att_log_refuse(const struct att_log_reader *log, const char *fmt,
    ...) ATT_PRINTF(2, 3) ATT_MUST_USE;

/*
 * The next bytes or number; what is returned is lent by the log.
 * ATT_ERR_EVENT_LOG where the log ends before.
 */
enum att_err att_log_get(
    struct att_log_reader *log, size_t len, struct att_bytes *out) ATT_MUST_USE;
enum att_err att_log_get_u16(
    struct att_log_reader *log, uint16_t *out) ATT_MUST_USE;
enum att_err att_log_get_u32(
    struct att_log_reader *log, uint32_t *out) ATT_MUST_USE;
/* A u32 length and that many bytes. */
enum att_err att_log_get_sized(
    struct att_log_reader *log, struct att_bytes *out) ATT_MUST_USE;

#endif
