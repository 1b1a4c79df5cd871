/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logs of what a host measured: read from the kernel, checked to be whole,
 * and compared with what its TPM says. A service replays them anew; what is
 * found here is found before anything is sent.
 */
#ifndef ATT_MAA_MEASURED_H
#define ATT_MAA_MEASURED_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"

enum {
	/* Bytes of one log. Some ten thousand files measured by IMA have room;
	 * of firmware, logs have some ten thousand bytes. */
	ATT_MEASURED_MAX = 8 << 20,
	ATT_MEASURED_TEXT_MAX = 320
};

/* Lent; empty where there is none. */
struct att_tpm_logs {
	struct att_bytes tcg;
	struct att_bytes ima;
};

enum att_measured {
	ATT_MEASURED_TCG,
	ATT_MEASURED_IMA
};

/*
 * Reads a log to its end (securityfs gives files no size) and walks through
 * it, so that it is whole. A path that is "" names none. Where the file does
 * not exist or is empty, *log is empty and why says so for people, though
 * ATT_OK is returned: whether a log may be missing is for the service to say.
 * log is one of att_buf_init(log, ATT_MEASURED_MAX). ATT_ERR_FILE_UNREADABLE,
 * _TYPE, _TOO_LARGE; ATT_ERR_EVENT_LOG for one that is cut off, with what to
 * do; NO_MEMORY.
 */
enum att_err att_measured_read(enum att_measured kind, const char *path,
    struct att_buf *log, struct att_reason *why) ATT_MUST_USE;

/* Walks through both. ATT_ERR_EVENT_LOG. */
enum att_err att_measured_check(
    const struct att_tpm_logs *logs, struct att_reason *why) ATT_MUST_USE;

/*
 * Replays the logs and sets *differing to the PCRs (1 << index) that do not
 * have the values that the logs lead to. The bank has to be of SHA-256, of
 * another nothing is said. Looked at are, of those in the bank:
 *
 *	0 to 9	 if there is a TCG log with SHA-256, at its end
 *	IMA's	 those that its log names, and 10: after any of its events,
 *since it may have gone on after the quote
 *
 * 11 and those behind are extended by others, too, who log elsewhere (systemd).
 * Kernels before 5.8 extended SHA-256 banks by something else than IMA's log
 * tells. ATT_ERR_EVENT_LOG, CRYPTO.
 */
enum att_err att_measured_compare(const struct att_tpm_logs *logs,
    const struct att_tpm_pcr_bank *bank, uint32_t *differing,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Says so for people: "PCR 4 and 7 do not have ...". "" for none. text has
 * ATT_MEASURED_TEXT_MAX bytes.
 */
void att_measured_describe(
    uint32_t differing, char text[ATT_MEASURED_TEXT_MAX]);

#endif
