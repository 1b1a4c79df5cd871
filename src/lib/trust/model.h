/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows from the metadata of one model: FIDO Metadata Service 3.1
 * section 3.1.3, under the options of the configuration.
 */
#ifndef ATT_TRUST_MODEL_H
#define ATT_TRUST_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"
#include "conf/options.h"
#include "trust/metadata_index.h"

/*
 * A report is in force from its effective date until before its sunset date.
 * The latest one in force is the present status; without dates a report counts
 * as the oldest, and of one day the last in the list. NULL: there is none.
 */
const struct att_model_report *att_model_get_status(
    const struct att_model *model, time_t now);

/* SHA-256 of the SubjectPublicKeyInfo of an attestation key, and its CAs. */
struct att_model_keys {
	const uint8_t (*sha256)[32];
	size_t count;
};

/*
 * The report for which the option mds_status_deny refuses the model, or NULL.
 * A compromise counts as long as it is in force, whatever was reported since; a
 * certification, or that there is none, as long as it is the latest of its
 * scheme; any other only as the present status. A report about one attestation
 * key refuses that key only. Lent by model.
 */
const struct att_model_report *att_model_find_denied(
    const struct att_model *model, const struct att_options *opts, time_t now,
    const struct att_model_keys *keys);

/* Is the latest certification in force at least min_certification? */
bool att_model_is_certified(
    const struct att_model *model, const struct att_options *opts, time_t now);

/*
 * A report for people: "REVOKED since 2026-01-01" ("REVOKED" without a date),
 * escaped.
 */
enum {
	ATT_MODEL_REPORT_SHOWN = 4 * ATT_METADATA_STATUS_LEN + 32
};
void att_model_print_report(
    const struct att_model_report *report, char text[ATT_MODEL_REPORT_SHOWN]);

/* "2021-12-01" of that day in UTC, "-" for 0. */
enum {
	ATT_DAY_SHOWN = 16
};
void att_day_print(time_t day, char text[ATT_DAY_SHOWN]);

#endif
