/* SPDX-License-Identifier: BSD-2-Clause */
/* The content of one user's credential file. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "store/credentials.h"

enum {
	ID_PREFIX_MIN = 8
}; /* characters of base64url */

void
att_credentials_reset(struct att_credentials *creds)
{
	for (size_t i = 0; i < creds->count; i++)
		att_record_reset(&creds->records[i]);
	free(creds->records);
	free(creds->spans);
	*creds = (struct att_credentials){ 0 };
}

/* Tabs may stand in comments; a record has none anyway. */
static enum att_err
check_characters(struct att_bytes line, struct att_reason *why)
{
	for (size_t i = 0; i < line.len; i++) {
		uint8_t c = line.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return att_refuse(why, ATT_ERR_STORE_MALFORMED,
			    "column %zu is a control character (0x%02x)", i + 1,
			    c);
	}
	return ATT_OK;
}

static enum att_err
check_label_is_new(const struct att_credentials *creds, const char *label,
    struct att_reason *why)
{
	for (size_t i = 0; i < creds->count; i++)
		if (strcmp(creds->records[i].label, label) == 0)
			return att_refuse(why, ATT_ERR_STORE_MALFORMED,
			    "the label \"%s\" is there twice", label);
	return ATT_OK;
}

static enum att_err
reserve(struct att_credentials *creds)
{
	struct att_record *records;
	struct att_span *spans;

	records =
	    reallocarray(creds->records, creds->count + 1, sizeof(*records));
	if (records == NULL)
		return ATT_ERR_NO_MEMORY;
	creds->records = records;
	spans = reallocarray(creds->spans, creds->count + 1, sizeof(*spans));
	if (spans == NULL)
		return ATT_ERR_NO_MEMORY;
	creds->spans = spans;
	return ATT_OK;
}

static bool
has_rp_id(const struct att_credentials *creds, const char *rp_id, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (strcmp(creds->records[i].rp_id, rp_id) == 0)
			return true;
	return false;
}

static size_t
count_rp_ids(const struct att_credentials *creds)
{
	size_t count = 0;

	for (size_t i = 0; i < creds->count; i++)
		if (!has_rp_id(creds, creds->records[i].rp_id, i))
			count++;
	return count;
}

/* What cannot be read has no ID, and no request asks for it. */
static size_t
id_length(const struct att_record *record)
{
	struct att_bytes id;

	if (att_record_get_credential_id(record, &id, NULL) != ATT_OK)
		return 0;
	return id.len;
}

enum att_err
att_credentials_check_room(const struct att_credentials *creds,
    const struct att_record *record, struct att_reason *why)
{
	if (creds->count >= ATT_RECORDS_MAX)
		return att_refuse(why, ATT_ERR_STORE_FULL,
		    "more than %d credentials of one user", ATT_RECORDS_MAX);
	if (!has_rp_id(creds, record->rp_id, creds->count) &&
	    count_rp_ids(creds) >= ATT_RP_IDS_MAX)
		return att_refuse(why, ATT_ERR_STORE_FULL,
		    "credentials of one user for more than %d RP IDs",
		    ATT_RP_IDS_MAX);
	if (id_length(record) > ATT_ID_BYTES_MAX - creds->id_bytes)
		return att_refuse(why, ATT_ERR_STORE_FULL,
		    "credential IDs of one user with more than %d bytes in all",
		    ATT_ID_BYTES_MAX);
	return ATT_OK;
}

/* In a file that is read, "full" is a mistake of whoever wrote it. */
static enum att_err
check_room_left(const struct att_credentials *creds,
    const struct att_record *record, struct att_reason *why)
{
	struct att_reason full = { 0 };

	if (att_credentials_check_room(creds, record, &full) == ATT_OK)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_STORE_MALFORMED,
	    "%s; remove lines from the file", full.text);
}

static enum att_err
take_record(struct att_bytes line, struct att_span span,
    struct att_credentials *creds, struct att_reason *why)
{
	struct att_record record;
	enum att_err r;

	if ((r = att_record_parse(line, &record, why)) != ATT_OK)
		return r;
	if ((r = check_label_is_new(creds, record.label, why)) != ATT_OK ||
	    (r = check_room_left(creds, &record, why)) != ATT_OK ||
	    (r = reserve(creds)) != ATT_OK) {
		att_record_reset(&record);
		return att_refuse_plain(why, r);
	}
	creds->records[creds->count] = record;
	creds->spans[creds->count] = span;
	creds->count++;
	creds->id_bytes += id_length(&record);
	return ATT_OK;
}

static enum att_err
take_line(struct att_bytes content, struct att_span span,
    struct att_credentials *creds, struct att_reason *why)
{
	struct att_bytes line = att_bytes(content.ptr + span.start, span.len);
	enum att_err r;

	if (line.ptr[line.len - 1] != '\n')
		return att_refuse(why, ATT_ERR_STORE_MALFORMED,
		    "the last line has no end; the file was cut off");
	line.len--;
	if (line.len > ATT_RECORD_LINE_MAX)
		return att_refuse(why, ATT_ERR_STORE_MALFORMED,
		    "the line is longer than %d bytes", ATT_RECORD_LINE_MAX);
	if ((r = check_characters(line, why)) != ATT_OK)
		return r;
	if (line.len == 0 || line.ptr[0] == '#')
		return ATT_OK;
	return take_record(line, span, creds, why);
}

enum att_err
att_credentials_parse(struct att_bytes content, const char *shown,
    struct att_credentials *creds, struct att_reason *why)
{
	struct att_span span = { 0 };
	enum att_err r = ATT_OK;

	*creds = (struct att_credentials){ 0 };
	for (size_t n = 1; span.start < content.len && r == ATT_OK; n++) {
		const uint8_t *rest = content.ptr + span.start;
		const uint8_t *end;

		span.len = content.len - span.start;
		end = memchr(rest, '\n', span.len);
		if (end != NULL)
			span.len = (size_t)(end - rest) + 1;
		r = take_line(content, span, creds, why);
		if (r != ATT_OK)
			r = att_refuse_within(why, r, "%s:%zu", shown, n);
		span.start += span.len;
	}
	if (r != ATT_OK)
		att_credentials_reset(creds);
	return r;
}

static enum att_err
has_id_prefix(const struct att_record *record, const char *prefix, bool *has_it)
{
	struct att_bytes id;
	struct att_buf text;
	enum att_err r;

	*has_it = false;
	/* What cannot be read has no ID to be found by. */
	if (att_record_get_credential_id(record, &id, NULL) != ATT_OK)
		return ATT_OK;
	att_buf_init(&text, ATT_RECORD_LINE_MAX);
	if ((r = att_base64url_encode(id, &text)) == ATT_OK)
		*has_it = text.len >= strlen(prefix) &&
			  memcmp(text.ptr, prefix, strlen(prefix)) == 0;
	att_buf_reset(&text);
	return r;
}

/* The last credential whose ID begins so, and how many there are. */
static enum att_err
find_id(const struct att_credentials *creds, const char *prefix, size_t *index,
    size_t *found)
{
	enum att_err r;
	bool has_it;

	*found = 0;
	if (strlen(prefix) < ID_PREFIX_MIN)
		return ATT_OK;
	for (size_t i = 0; i < creds->count; i++) {
		r = has_id_prefix(&creds->records[i], prefix, &has_it);
		if (r != ATT_OK)
			return r;
		if (has_it) {
			*index = i;
			++*found;
		}
	}
	return ATT_OK;
}

enum att_err
att_credentials_find(const struct att_credentials *creds,
    const char *label_or_id, size_t *index, struct att_reason *why)
{
	enum att_err r;
	size_t found;

	*index = 0;
	for (size_t i = 0; i < creds->count; i++) {
		if (strcmp(creds->records[i].label, label_or_id) == 0) {
			*index = i;
			return ATT_OK;
		}
	}
	if ((r = find_id(creds, label_or_id, index, &found)) != ATT_OK)
		return att_refuse_plain(why, r);
	if (found == 1)
		return ATT_OK;
	*index = 0;
	if (found > 1)
		return att_refuse(why, ATT_ERR_STORE_NOT_FOUND,
		    "%zu credential IDs begin with \"%s\"; give more of the ID",
		    found, label_or_id);
	return att_refuse(why, ATT_ERR_STORE_NOT_FOUND,
	    "no credential has the label \"%s\", or an ID that begins so "
	    "(at least %d characters); \"attestctl list\" shows both",
	    label_or_id, ID_PREFIX_MIN);
}
