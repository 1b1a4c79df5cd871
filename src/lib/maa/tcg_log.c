/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking through the log of the firmware. */
#include "base/tpm_evidence.h"
#include "maa/tcg_log.h"

#define SPEC_ID "Spec ID Event03"	   /* with its NUL: clause 10.4.5.1 */
#define STARTUP_LOCALITY "StartupLocality" /* likewise: clause 10.4.5.3 */

enum {
	SPEC_ID_FIXED = 8, /* class, version, errata, size of a UINTN */
	HASH_SIZE_MAX = 64,
	LOCALITY_MAX = 4
};

/* Sizes that are known; of others the header is believed. */
static const struct {
	uint16_t id, size;
} known[] = {
	{ ATT_TPM_ALG_SHA1, ATT_TPM_SHA1_LEN },
	{ ATT_TPM_ALG_SHA256, ATT_TPM_SHA256_LEN },
	{ 0x000c, 48 }, /* SHA-384 */
	{ 0x000d, 64 }, /* SHA-512 */
};

void
att_tcg_log_begin(
    struct att_tcg_log *log, struct att_bytes text, struct att_reason *why)
{
	*log = (struct att_tcg_log){ .log = { .name = "the TCG log",
					 .reader = att_reader(text),
					 .size = text.len,
					 .why = why } };
}

/* --- The header ----------------------------------------------------------- */

static bool
is_size(uint16_t id, uint16_t size)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].id == id)
			return known[i].size == size;
	}
	return size > 0 && size <= HASH_SIZE_MAX;
}

static bool
begins_with(struct att_bytes data, const char *text, size_t len)
{
	return data.len >= len && memcmp(data.ptr, text, len) == 0;
}

/* TCG_EfiSpecIDEvent: which hashes each event has, and how long they are. */
static enum att_err
read_spec_id(struct att_tcg_log *log, struct att_bytes data)
{
	struct att_log_reader header = log->log;
	struct att_bytes fixed;
	uint32_t count;
	enum att_err err;

	header.reader = att_reader(data);
	header.size = data.len;
	if ((err = att_log_get(
		 &header, sizeof(SPEC_ID) + SPEC_ID_FIXED, &fixed)) != ATT_OK ||
	    (err = att_log_get_u32(&header, &count)) != ATT_OK)
		return err;
	if (count == 0 || count > ATT_TCG_HASHES_MAX)
		return att_log_refuse(&header,
		    "its header announces %u hashes, 1 to %d are possible",
		    count, ATT_TCG_HASHES_MAX);
	for (; log->hash_count < count; log->hash_count++) {
		uint16_t id, size;

		if ((err = att_log_get_u16(&header, &id)) != ATT_OK ||
		    (err = att_log_get_u16(&header, &size)) != ATT_OK)
			return err;
		if (!is_size(id, size))
			return att_log_refuse(&header,
			    "its header gives the hash 0x%04x %u bytes", id,
			    size);
		log->hashes[log->hash_count].id = id;
		log->hashes[log->hash_count].size = size;
	}
	return ATT_OK;
}

/* --- Events --------------------------------------------------------------- */

/* TCG_PCClientPCREvent: of SHA-1, as the first event of any log is. */
static enum att_err
get_plain(struct att_tcg_log *log, struct att_tcg_event *event)
{
	struct att_bytes sha1;
	enum att_err err;

	if ((err = att_log_get(&log->log, ATT_TPM_SHA1_LEN, &sha1)) != ATT_OK)
		return err;
	return att_log_get_sized(&log->log, &event->data);
}

static enum att_err
get_digest(struct att_tcg_log *log, struct att_tcg_event *event)
{
	struct att_bytes digest;
	uint16_t id;
	size_t i = 0;
	enum att_err err;

	if ((err = att_log_get_u16(&log->log, &id)) != ATT_OK)
		return err;
	while (i < log->hash_count && log->hashes[i].id != id)
		i++;
	if (i == log->hash_count)
		return att_log_refuse(&log->log,
		    "it has the hash 0x%04x, which the header does not "
		    "announce",
		    id);
	err = att_log_get(&log->log, log->hashes[i].size, &digest);
	if (err == ATT_OK && id == ATT_TPM_ALG_SHA256)
		event->sha256 = digest;
	return err;
}

/* TCG_PCR_EVENT2, clause 10.2.2. */
static enum att_err
get_agile(struct att_tcg_log *log, struct att_tcg_event *event)
{
	uint32_t count;
	enum att_err err;

	if ((err = att_log_get_u32(&log->log, &count)) != ATT_OK)
		return err;
	if (count > log->hash_count)
		return att_log_refuse(&log->log,
		    "it has %u hashes, the header announces %zu", count,
		    log->hash_count);
	for (uint32_t i = 0; i < count; i++) {
		if ((err = get_digest(log, event)) != ATT_OK)
			return err;
	}
	return att_log_get_sized(&log->log, &event->data);
}

static enum att_err
get_event(struct att_tcg_log *log, struct att_tcg_event *event)
{
	bool is_first = log->log.number == 1;
	enum att_err err;

	if ((err = att_log_get_u32(&log->log, &event->pcr)) != ATT_OK ||
	    (err = att_log_get_u32(&log->log, &event->type)) != ATT_OK)
		return err;
	event->is_extended = event->type != ATT_TCG_NO_ACTION;
	if (event->is_extended && event->pcr >= ATT_TPM_PCR_COUNT)
		return att_log_refuse(
		    &log->log, "it is for PCR %u", event->pcr);
	err =
	    log->hash_count > 0 ? get_agile(log, event) : get_plain(log, event);
	if (err == ATT_OK && is_first && !event->is_extended &&
	    begins_with(event->data, SPEC_ID, sizeof(SPEC_ID)))
		err = read_spec_id(log, event->data);
	return err;
}

enum att_err
att_tcg_log_next(
    struct att_tcg_log *log, struct att_tcg_event *event, bool *is_end)
{
	*event = (struct att_tcg_event){ 0 };
	*is_end = log->log.reader.left == 0;
	if (*is_end)
		return ATT_OK;
	log->log.number++;
	return get_event(log, event);
}

bool
att_tcg_event_is_locality(const struct att_tcg_event *event, uint8_t *locality)
{
	const size_t len = sizeof(STARTUP_LOCALITY);

	*locality = 0;
	if (event->type != ATT_TCG_NO_ACTION || event->pcr != 0 ||
	    event->data.len != len + 1 ||
	    !begins_with(event->data, STARTUP_LOCALITY, len) ||
	    event->data.ptr[len] > LOCALITY_MAX)
		return false;
	*locality = event->data.ptr[len];
	return true;
}
