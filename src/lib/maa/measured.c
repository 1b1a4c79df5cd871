/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs of what was measured, against the PCRs that were extended. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "codec/digest.h"
#include "maa/ima_log.h"
#include "maa/measured.h"
#include "maa/tcg_log.h"

enum {
	TCG_PCRS = 0x3ff, /* 0 to 9 */
	IMA_PCR = 10
};

#define SHA256 "SHA256"

/* --- Whole ---------------------------------------------------------------- */

static enum att_err
check_tcg(struct att_bytes text, struct att_reason *why)
{
	struct att_tcg_event event;
	struct att_tcg_log log;
	enum att_err err;
	bool is_end;

	att_tcg_log_begin(&log, text, why);
	do
		err = att_tcg_log_next(&log, &event, &is_end);
	while (err == ATT_OK && !is_end);
	return err;
}

static enum att_err
check_ima(struct att_bytes text, struct att_reason *why)
{
	struct att_ima_event event;
	struct att_ima_log log;
	enum att_err err;
	bool is_end;

	att_ima_log_begin(&log, text, why);
	do
		err = att_ima_log_next(&log, &event, &is_end);
	while (err == ATT_OK && !is_end);
	return err;
}

enum att_err
att_measured_check(const struct att_tpm_logs *logs, struct att_reason *why)
{
	enum att_err err;

	if ((err = check_tcg(logs->tcg, why)) != ATT_OK)
		return err;
	return check_ima(logs->ima, why);
}

/* --- Reading -------------------------------------------------------------- */

static const struct {
	const char *name, *option;
	enum att_err (*check)(struct att_bytes text, struct att_reason *why);
} kinds[] = {
	[ATT_MEASURED_TCG] = { "TCG log", "host_tcg_log", check_tcg },
	[ATT_MEASURED_IMA] = { "IMA log", "host_ima_log", check_ima },
};

static enum att_err
read_whole(enum att_measured kind, const char *path, struct att_buf *log,
    struct att_reason *why)
{
	struct att_reason found = { 0 };
	uint8_t *text = NULL;
	size_t len;
	enum att_err err;

	err = att_file_read_any(path, log->limit, &text, &len, why);
	if (err == ATT_ERR_FILE_TOO_LARGE)
		return att_refuse_within(why, err,
		    "%s: \"%s = none\" leaves it out", kinds[kind].name,
		    kinds[kind].option);
	if (err != ATT_OK)
		return err;
	if ((err = kinds[kind].check(att_bytes(text, len), &found)) != ATT_OK)
		err = att_refuse(why, err,
		    "%s: %s; try again, and if it stays so, \"%s = none\" "
		    "leaves "
		    "it out",
		    path, found.text, kinds[kind].option);
	else if ((err = att_buf_put(log, text, len)) != ATT_OK)
		err = att_refuse_plain(why, err);
	free(text);
	return err;
}

enum att_err
att_measured_read(enum att_measured kind, const char *path, struct att_buf *log,
    struct att_reason *why)
{
	enum att_err err;

	att_buf_reset(log);
	if (path[0] == '\0')
		return ATT_OK;
	err = read_whole(kind, path, log, why);
	if (err != ATT_OK && err != ATT_ERR_FILE_NOT_FOUND)
		return err;
	if (log->len == 0)
		att_reason_set(why, ATT_OK, "%s: %s %s, so there is no %s",
		    kinds[kind].option, path,
		    err == ATT_OK ? "is empty" : "does not exist",
		    kinds[kind].name);
	return ATT_OK;
}

/* --- Replay --------------------------------------------------------------- */

struct replay {
	struct att_hashes hashes;
	uint8_t values[ATT_TPM_PCR_COUNT][ATT_TPM_SHA256_LEN];
	uint32_t looked_at;
	uint32_t agreed; /* for a moment, for those of IMA */
};

/* The value of a PCR in the bank, or none. */
static struct att_bytes
find(const struct att_tpm_pcr_bank *bank, uint32_t pcr)
{
	size_t at = 0;

	if ((bank->pcrs >> pcr & 1) == 0)
		return att_bytes(NULL, 0);
	for (uint32_t i = 0; i < pcr; i++)
		at += (bank->pcrs >> i & 1) * (size_t)ATT_TPM_SHA256_LEN;
	if (at + ATT_TPM_SHA256_LEN > bank->digests.len)
		return att_bytes(NULL, 0);
	return att_bytes(bank->digests.ptr + at, ATT_TPM_SHA256_LEN);
}

static void
compare(
    struct replay *replay, const struct att_tpm_pcr_bank *bank, uint32_t pcr)
{
	if (att_bytes_is_equal(find(bank, pcr),
		att_bytes(replay->values[pcr], ATT_TPM_SHA256_LEN)))
		replay->agreed |= UINT32_C(1) << pcr;
}

static enum att_err
extend(struct replay *replay, uint32_t pcr, struct att_bytes value)
{
	const struct att_bytes parts[] = {
		att_bytes(replay->values[pcr], ATT_TPM_SHA256_LEN), value
	};
	struct att_digest digest;
	enum att_err err;

	err = att_digest(&replay->hashes, SHA256, parts, 2, &digest);
	if (err == ATT_OK)
		memcpy(replay->values[pcr], digest.bytes, ATT_TPM_SHA256_LEN);
	return err;
}

static enum att_err
replay_tcg_event(struct replay *replay, const struct att_tcg_event *event)
{
	uint8_t locality;

	if (att_tcg_event_is_locality(event, &locality))
		replay->values[0][ATT_TPM_SHA256_LEN - 1] = locality;
	if (!event->is_extended || event->sha256.len == 0)
		return ATT_OK;
	replay->looked_at |= TCG_PCRS;
	return extend(replay, event->pcr, event->sha256);
}

static enum att_err
replay_tcg(struct replay *replay, struct att_bytes text,
    const struct att_tpm_pcr_bank *bank, struct att_reason *why)
{
	struct att_tcg_event event;
	struct att_tcg_log log;
	enum att_err err;
	bool is_end;

	att_tcg_log_begin(&log, text, why);
	do {
		err = att_tcg_log_next(&log, &event, &is_end);
		if (err == ATT_OK && !is_end)
			err = replay_tcg_event(replay, &event);
	} while (err == ATT_OK && !is_end);
	for (uint32_t i = 0; i < ATT_TPM_PCR_COUNT; i++)
		compare(replay, bank, i);
	return err;
}

/* All bits are set for what is not to be believed: a violation. */
static enum att_err
replay_ima_event(struct replay *replay, const struct att_ima_event *event)
{
	struct att_digest digest = { 0 };
	enum att_err err = ATT_OK;

	if (event->is_violation)
		memset(digest.bytes, 0xff, ATT_TPM_SHA256_LEN);
	else
		err = att_digest(&replay->hashes, SHA256, event->parts,
		    event->part_count, &digest);
	if (err != ATT_OK)
		return err;
	replay->looked_at |= UINT32_C(1) << event->pcr;
	return extend(
	    replay, event->pcr, att_bytes(digest.bytes, ATT_TPM_SHA256_LEN));
}

static enum att_err
replay_ima(struct replay *replay, struct att_bytes text,
    const struct att_tpm_pcr_bank *bank, struct att_reason *why)
{
	struct att_ima_event event;
	struct att_ima_log log;
	enum att_err err;
	bool is_end;

	if (text.len > 0)
		replay->looked_at |= UINT32_C(1) << IMA_PCR;
	att_ima_log_begin(&log, text, why);
	do {
		err = att_ima_log_next(&log, &event, &is_end);
		if (err == ATT_OK && !is_end)
			err = replay_ima_event(replay, &event);
		if (err == ATT_OK && !is_end)
			compare(replay, bank, event.pcr);
	} while (err == ATT_OK && !is_end);
	return err;
}

enum att_err
att_measured_compare(const struct att_tpm_logs *logs,
    const struct att_tpm_pcr_bank *bank, uint32_t *differing,
    struct att_reason *why)
{
	struct replay replay = { 0 };
	enum att_err err;

	*differing = 0;
	if (bank->algorithm != ATT_TPM_ALG_SHA256)
		return ATT_OK;
	if ((err = replay_tcg(&replay, logs->tcg, bank, why)) == ATT_OK)
		err = replay_ima(&replay, logs->ima, bank, why);
	att_hashes_reset(&replay.hashes);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	*differing = replay.looked_at & bank->pcrs & ~replay.agreed;
	return ATT_OK;
}

void
att_measured_describe(uint32_t differing, char text[ATT_MEASURED_TEXT_MAX])
{
	size_t len = 0, size = ATT_MEASURED_TEXT_MAX;
	bool is_one = (differing & (differing - 1)) == 0;

	text[0] = '\0';
	if (differing == 0)
		return;
	for (uint32_t i = 0; i < ATT_TPM_PCR_COUNT; i++) {
		if ((differing >> i & 1) != 0)
			len += (size_t)snprintf(text + len, size - len, "%s%u",
			    len == 0 ? "PCR " : ", ", i);
	}
	snprintf(text + len, size - len,
	    " %s not the value%s that the logs lead to: something was "
	    "measured that they do not have, or they are of another start; "
	    "the service may refuse them",
	    is_one ? "has" : "have", is_one ? "" : "s");
}
