/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of what firmware and boot loader measured: TCG PC Client Platform
 * Firmware Profile 1.06, clause 10; what Linux has as
 * tpm0/binary_bios_measurements. Either form is read: the crypto-agile one,
 * which begins with "Spec ID Event03", and the one before it, of SHA-1 alone.
 */
#ifndef ATT_MAA_TCG_LOG_H
#define ATT_MAA_TCG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "maa/log_reader.h"

enum {
	ATT_TCG_HASHES_MAX = 16,
	ATT_TCG_NO_ACTION = 0x00000003, /* EV_NO_ACTION: clause 10.4.1 */
};

struct att_tcg_log {
	struct att_log_reader log;
	/* Of the header; none in a log of SHA-1 alone. */
	struct {
		uint16_t id; /* TPM_ALG_ID */
		uint16_t size;
	} hashes[ATT_TCG_HASHES_MAX];
	size_t hash_count;
};

/* Lent by the log. */
struct att_tcg_event {
	uint32_t pcr;
	uint32_t type;
	bool is_extended;	 /* not EV_NO_ACTION */
	struct att_bytes sha256; /* none where the log has none of it */
	struct att_bytes data;
};

/*
 * Begins with the first event of a log, which is lent; why gets what is wrong
 * in any of them.
 */
void att_tcg_log_begin(
    struct att_tcg_log *log, struct att_bytes text, struct att_reason *why);

/*
 * The next event; *is_end, and none, behind the last one. Refused are events
 * that are cut off, hashes that the header does not announce, PCRs that no TPM
 * has. ATT_ERR_EVENT_LOG.
 */
enum att_err att_tcg_log_next(struct att_tcg_log *log,
    struct att_tcg_event *event, bool *is_end) ATT_MUST_USE;

/*
 * Does the event say at which locality the TPM was started? PCR 0 begins with
 * that number then (clause 10.4.5.3).
 */
bool att_tcg_event_is_locality(
    const struct att_tcg_event *event, uint8_t *locality);

#endif
