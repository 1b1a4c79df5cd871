/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes logs of what a host measured, as firmware and kernel do, and says
 * which values the PCRs get from them. Anything that fails aborts the test.
 */
#ifndef TESTS_UNIT_EVENT_LOGS_H
#define TESTS_UNIT_EVENT_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A PCR of SHA-256 for each index. */
struct event_pcrs {
	uint8_t values[24][32];
};

/* The first event of a crypto-agile log: SHA-1 and SHA-256, or the latter. */
void event_put_spec_id(struct att_buf *log, bool has_sha1);
/* TCG_PCR_EVENT2 over data; extended unless it is EV_NO_ACTION. */
void event_put_tcg(struct att_buf *log, struct event_pcrs *pcrs, uint32_t pcr,
    uint32_t type, const char *data);
/* The same with bytes that are data, and their SHA-1 beside SHA-256. */
void event_put_both(struct att_buf *log, struct event_pcrs *pcrs, uint32_t pcr,
    uint32_t type, struct att_bytes data);
/* TCG_PCClientPCREvent. */
void event_put_sha1(
    struct att_buf *log, uint32_t pcr, uint32_t type, struct att_bytes data);

/* An event of IMA for a file; template "ima" is the oldest one. */
void event_put_ima(struct att_buf *log, struct event_pcrs *pcrs,
    const char *template, const char *file);
/* An event whose hash is zero: a violation. */
void event_put_violation(
    struct att_buf *log, struct event_pcrs *pcrs, const char *file);

/* A start, in both logs, of PCRs 0 to 7 and 10. */
void event_put_start(
    struct att_buf *tcg, struct att_buf *ima, struct event_pcrs *pcrs);

#endif
