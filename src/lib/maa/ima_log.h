/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of what Linux measured as it ran: the binary form of IMA
 * (integrity/ima/binary_runtime_measurements; Documentation/security/
 * IMA-templates.rst of the kernel).
 */
#ifndef ATT_MAA_IMA_LOG_H
#define ATT_MAA_IMA_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "maa/log_reader.h"

struct att_ima_log {
	struct att_log_reader log;
};

enum {
	ATT_IMA_PARTS_MAX = 3
};

/* Lent by the log. */
struct att_ima_event {
	uint32_t pcr;
	/* a file changed while it was measured: extended is all ones */
	bool is_violation;
	struct att_bytes name; /* of the template */
	/* what the hash that is extended is over, joined */
	struct att_bytes parts[ATT_IMA_PARTS_MAX];
	size_t part_count;
};

/* As for the TCG log. */
void att_ima_log_begin(
    struct att_ima_log *log, struct att_bytes text, struct att_reason *why);

/*
 * The next event; *is_end, and none, behind the last one. Refused are events
 * that are cut off, PCRs that no TPM has, template data that is not the fields
 * of its template (ima, ima-ng, ima-ngv2, ima-sig, ima-sigv2, ima-buf; of
 * others any number of fields). ATT_ERR_EVENT_LOG.
 */
enum att_err att_ima_log_next(struct att_ima_log *log,
    struct att_ima_event *event, bool *is_end) ATT_MUST_USE;

#endif
