/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the log of the firmware. What is found lies in it, in order,
 * and a log that is whole can be replayed.
 */
#include <stdint.h>
#include <stdlib.h>

#include "maa/measured.h"
#include "maa/tcg_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	EVENT_MIN = 4 + 4 + 4 + 4 /* a PCR, a type, no hashes, no data */
};

static void
check_inside(struct att_bytes in, struct att_bytes part)
{
	if (part.len > 0 &&
	    (part.ptr < in.ptr || part.len > in.len ||
		(size_t)(part.ptr - in.ptr) > in.len - part.len))
		abort();
}

static enum att_err
walk(struct att_bytes text)
{
	struct att_reason why = { 0 };
	struct att_tcg_event event;
	struct att_tcg_log log;
	size_t count = 0;
	enum att_err err;
	bool is_end;

	att_tcg_log_begin(&log, text, &why);
	while ((err = att_tcg_log_next(&log, &event, &is_end)) == ATT_OK &&
	       !is_end) {
		check_inside(text, event.data);
		check_inside(text, event.sha256);
		if (event.sha256.len != 0 && event.sha256.len != 32)
			abort();
		if (event.is_extended && event.pcr >= ATT_TPM_PCR_COUNT)
			abort();
		if (++count * EVENT_MIN > text.len)
			abort();
	}
	if (err != ATT_OK && (err != ATT_ERR_EVENT_LOG || why.code != err))
		abort();
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t zeros[ATT_TPM_PCR_COUNT * ATT_TPM_SHA256_LEN];
	const struct att_tpm_logs logs = { att_bytes(data, size), { NULL, 0 } };
	const struct att_tpm_pcr_bank bank = { ATT_TPM_ALG_SHA256, 0xffffff,
		att_bytes(zeros, sizeof(zeros)) };
	char text[ATT_MEASURED_TEXT_MAX];
	uint32_t differing;
	enum att_err err = walk(logs.tcg);

	if (att_measured_check(&logs, NULL) != err ||
	    att_measured_compare(&logs, &bank, &differing, NULL) != err)
		abort();
	if ((differing & ~UINT32_C(0x3ff)) != 0)
		abort();
	att_measured_describe(differing, text);
	return 0;
}
