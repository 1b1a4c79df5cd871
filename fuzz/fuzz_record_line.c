/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line of a record: one that is read is written again byte for byte, and
 * judging it as evidence never breaks.
 */
#include <stdint.h>
#include <stdlib.h>

#include "store/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_printed(const struct att_record *record, struct att_bytes line)
{
	struct att_buf out;

	att_buf_init(&out, ATT_RECORD_LINE_MAX);
	if (att_record_print(record, &out, NULL) != ATT_OK ||
	    !att_bytes_is_equal(att_buf_get(&out), line))
		abort();
	att_buf_reset(&out);
}

static void
check_evidence(const struct att_record *record)
{
	struct att_evidence evidence;
	struct att_bytes id;
	enum att_err err;

	err = att_record_get_evidence(record, "alice", &evidence, NULL);
	if ((err == ATT_OK) != (evidence.attestation_object.ptr != NULL))
		abort();
	err = att_record_get_credential_id(record, &id, NULL);
	if ((err == ATT_OK) != (id.len > 0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_record record;
	enum att_err err;

	err = att_record_parse(att_bytes(data, size), &record, &why);
	if (err == ATT_OK) {
		check_printed(&record, att_bytes(data, size));
		check_evidence(&record);
	} else if (record.label != NULL || why.code != err) {
		abort();
	}
	att_record_reset(&record);
	return 0;
}
