/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the log of IMA. What is found lies in it, in order, and a log
 * that is whole can be replayed.
 */
#include <stdint.h>
#include <stdlib.h>

#include "maa/ima_log.h"
#include "maa/measured.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	EVENT_MIN = 4 + 20 + 4 + 1 + 4 /* with a name of one character */
};

static enum att_err
walk(struct att_bytes text)
{
	struct att_reason why = { 0 };
	struct att_ima_event event;
	struct att_ima_log log;
	volatile uint8_t seen = 0;
	size_t count = 0;
	enum att_err err;
	bool is_end;

	att_ima_log_begin(&log, text, &why);
	while ((err = att_ima_log_next(&log, &event, &is_end)) == ATT_OK &&
	       !is_end) {
		if (event.part_count == 0 ||
		    event.part_count > ATT_IMA_PARTS_MAX ||
		    event.pcr >= ATT_TPM_PCR_COUNT || event.name.len == 0)
			abort();
		for (size_t i = 0; i < event.part_count; i++) {
			if (event.parts[i].len > 0)
				seen =
				    event.parts[i].ptr[event.parts[i].len - 1];
		}
		if (++count * EVENT_MIN > text.len)
			abort();
	}
	(void)seen;
	if (err != ATT_OK && (err != ATT_ERR_EVENT_LOG || why.code != err))
		abort();
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t zeros[ATT_TPM_PCR_COUNT * ATT_TPM_SHA256_LEN];
	const struct att_tpm_logs logs = { { NULL, 0 }, att_bytes(data, size) };
	const struct att_tpm_pcr_bank bank = { ATT_TPM_ALG_SHA256, 0xffffff,
		att_bytes(zeros, sizeof(zeros)) };
	uint32_t differing;
	enum att_err err = walk(logs.ima);

	if (att_measured_check(&logs, NULL) != err ||
	    att_measured_compare(&logs, &bank, &differing, NULL) != err)
		abort();
	return 0;
}
