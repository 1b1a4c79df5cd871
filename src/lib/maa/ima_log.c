/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking through the log of IMA. */
#include "base/tpm_evidence.h"
#include "maa/ima_log.h"

enum {
	TEMPLATE_NAME_MAX = 255, /* of the kernel: also a list of fields */
	FILE_NAME_MAX = 255,	 /* of the template "ima" */
};

/* What "ima" hashes a name with: the kernel fills it up to 256 bytes. */
static const uint8_t zeros[FILE_NAME_MAX + 1];

static const struct {
	const char *name;
	unsigned int fields;
} templates[] = {
	{ "ima-ng", 2 },
	{ "ima-ngv2", 2 },
	{ "ima-sig", 3 },
	{ "ima-sigv2", 3 },
	{ "ima-buf", 3 },
};

void
att_ima_log_begin(
    struct att_ima_log *log, struct att_bytes text, struct att_reason *why)
{
	*log = (struct att_ima_log){ .log = { .name = "the IMA log",
					 .reader = att_reader(text),
					 .size = text.len,
					 .why = why } };
}

static bool
is_named(struct att_bytes name, const char *text)
{
	return att_bytes_is_equal(name, att_bytes_text(text));
}

/* Each field has its length before it. */
static enum att_err
check_fields(struct att_ima_log *log, const struct att_ima_event *event)
{
	struct att_log_reader inner = log->log;
	struct att_bytes field;
	unsigned int count = 0;
	enum att_err err;

	inner.reader = att_reader(event->parts[0]);
	inner.size = event->parts[0].len;
	for (; inner.reader.left > 0; count++) {
		if ((err = att_log_get_sized(&inner, &field)) != ATT_OK)
			return err;
	}
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		if (is_named(event->name, templates[i].name) &&
		    count != templates[i].fields)
			return att_log_refuse(&log->log,
			    "it has %u fields, %s has %u", count,
			    templates[i].name, templates[i].fields);
	}
	return ATT_OK;
}

/* The oldest template: a hash and a name, and no length of both. */
static enum att_err
get_oldest(struct att_ima_log *log, struct att_ima_event *event)
{
	struct att_bytes name;
	enum att_err err;

	err = att_log_get(&log->log, ATT_TPM_SHA1_LEN, &event->parts[0]);
	if (err != ATT_OK ||
	    (err = att_log_get_sized(&log->log, &name)) != ATT_OK)
		return err;
	if (name.len > FILE_NAME_MAX)
		return att_log_refuse(&log->log,
		    "its name has %zu bytes, at most %d are possible", name.len,
		    FILE_NAME_MAX);
	event->parts[1] = name;
	event->parts[2] = att_bytes(zeros, sizeof(zeros) - name.len);
	event->part_count = 3;
	return ATT_OK;
}

static enum att_err
get_data(struct att_ima_log *log, struct att_ima_event *event)
{
	enum att_err err;

	if (is_named(event->name, "ima"))
		return get_oldest(log, event);
	err = att_log_get_sized(&log->log, &event->parts[0]);
	if (err != ATT_OK)
		return err;
	event->part_count = 1;
	return check_fields(log, event);
}

static bool
is_zero(struct att_bytes bytes)
{
	return att_bytes_is_equal(bytes, att_bytes(zeros, bytes.len));
}

enum att_err
att_ima_log_next(
    struct att_ima_log *log, struct att_ima_event *event, bool *is_end)
{
	struct att_bytes sha1;
	enum att_err err;

	*event = (struct att_ima_event){ 0 };
	*is_end = log->log.reader.left == 0;
	if (*is_end)
		return ATT_OK;
	log->log.number++;
	if ((err = att_log_get_u32(&log->log, &event->pcr)) != ATT_OK ||
	    (err = att_log_get(&log->log, ATT_TPM_SHA1_LEN, &sha1)) != ATT_OK ||
	    (err = att_log_get_sized(&log->log, &event->name)) != ATT_OK)
		return err;
	if (event->pcr >= ATT_TPM_PCR_COUNT)
		return att_log_refuse(
		    &log->log, "it is for PCR %u", event->pcr);
	if (event->name.len == 0 || event->name.len > TEMPLATE_NAME_MAX)
		return att_log_refuse(&log->log,
		    "its template has a name of %zu bytes", event->name.len);
	event->is_violation = is_zero(sha1);
	return get_data(log, event);
}
