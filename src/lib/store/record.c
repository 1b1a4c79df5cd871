/* SPDX-License-Identifier: BSD-2-Clause */
/* A stored registration as a line of FORMAT.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/base64url.h"
#include "codec/clientdata.h"
#include "ssh/key_options.h"
#include "ssh/sk_key.h"
#include "store/percent.h"
#include "store/record.h"
#include "store/utc.h"

enum {
	SHOWN_MAX = 40
}; /* of foreign text in a message */

/* Those with options of SSH are of the second version, all others are not. */
#define VERSION "1"
#define VERSION_SSH "2"

void
att_record_reset(struct att_record *record)
{
	free(record->label);
	free(record->rp_id);
	free(record->enrolled_by);
	free(record->client_data);
	free(record->attestation_object);
	free(record->ssh_options);
	*record = (struct att_record){ 0 };
}

enum att_err
att_label_check(const char *label, struct att_reason *why)
{
	size_t len = strlen(label);

	if (len == 0 || len > ATT_LABEL_MAX)
		return att_refuse(why, ATT_ERR_USAGE,
		    "the label has %zu bytes; it may have 1 to %d", len,
		    ATT_LABEL_MAX);
	if (!att_text_is_printable(label))
		return att_refuse(why, ATT_ERR_USAGE,
		    "the label \"%s\" is not UTF-8 without control characters",
		    label);
	return ATT_OK;
}

static enum att_err
refuse(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_STORE_MALFORMED, "%s", what);
}

/* --- Fields: reading (value is not empty) ------------------------------- */

static enum att_err
parse_version(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	(void)record;
	if (!att_bytes_is_equal(value, att_bytes_text(VERSION)) &&
	    !att_bytes_is_equal(value, att_bytes_text(VERSION_SSH)))
		return att_refuse(why, ATT_ERR_STORE_MALFORMED,
		    "the version is \"%.*s\", this program knows %s and %s",
		    value.len > SHOWN_MAX ? SHOWN_MAX : (int)value.len,
		    (const char *)value.ptr, VERSION, VERSION_SSH);
	return ATT_OK;
}

static enum att_err
parse_text(
    struct att_bytes value, size_t max, char **out, struct att_reason *why)
{
	enum att_err r = att_percent_decode(value, max, out);

	if (r == ATT_ERR_STORE_MALFORMED)
		return refuse(why, "not strict percent-encoding, or too long");
	return att_refuse_plain(why, r);
}

static enum att_err
parse_label(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	enum att_err r;

	r = parse_text(value, ATT_LABEL_MAX, &record->label, why);
	if (r == ATT_OK && att_label_check(record->label, NULL) != ATT_OK)
		r = refuse(why, "not UTF-8 without control characters");
	return r;
}

static bool
is_rp_id(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static enum att_err
parse_rp_id(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	enum att_err r;

	r = parse_text(value, ATT_RP_ID_MAX, &record->rp_id, why);
	if (r == ATT_OK && !is_rp_id(record->rp_id))
		r = refuse(why, "not ASCII without blanks");
	return r;
}

static enum att_err
parse_time(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	if (att_utc_parse(value, &record->time) == ATT_OK)
		return ATT_OK;
	return refuse(why, "not a time as 2026-08-22T10:00:00Z");
}

static enum att_err
parse_enrolled_by(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	return parse_text(value, ATT_USER_MAX, &record->enrolled_by, why);
}

static enum att_err
parse_bytes(struct att_bytes value, size_t max, uint8_t **out, size_t *len,
    struct att_reason *why)
{
	enum att_err r = att_base64url_decode(value, max, out, len);

	if (r == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, r);
	if (r != ATT_OK)
		return refuse(why, "not strict base64url, or too long");
	return ATT_OK;
}

static enum att_err
parse_nonce(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	uint8_t *nonce = NULL;
	enum att_err r;
	size_t len;

	r = parse_bytes(value, ATT_NONCE_LEN, &nonce, &len, why);
	if (r == ATT_OK && len != ATT_NONCE_LEN)
		r = refuse(why, "not 32 bytes");
	if (r == ATT_OK)
		memcpy(record->nonce, nonce, ATT_NONCE_LEN);
	free(nonce);
	return r;
}

static enum att_err
parse_client_data(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	return parse_bytes(value, ATT_CLIENT_DATA_MAX, &record->client_data,
	    &record->client_data_len, why);
}

static enum att_err
parse_attestation_object(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	return parse_bytes(value, ATT_RECORD_OBJECT_MAX,
	    &record->attestation_object, &record->attestation_object_len, why);
}

/* Options that were understood are written in one way only. */
static enum att_err
check_options(const char *text, struct att_reason *why)
{
	struct att_ssh_options options;
	struct att_reason wrong = { 0 };
	struct att_buf printed;
	enum att_err r;

	att_buf_init(&printed, ATT_SSH_OPTIONS_MAX);
	if ((r = att_ssh_options_parse(
		 att_bytes_text(text), &options, &wrong)) == ATT_OK &&
	    (r = att_ssh_options_print(&options, &printed, &wrong)) == ATT_OK &&
	    !att_bytes_is_equal(att_buf_get(&printed), att_bytes_text(text)))
		r = refuse(why,
		    "the options are not in the order restrict, from, command");
	else if (r == ATT_ERR_USAGE)
		r = refuse(why, wrong.text);
	att_buf_reset(&printed);
	att_ssh_options_reset(&options);
	return att_refuse_plain(why, r);
}

static enum att_err
parse_ssh_options(
    struct att_bytes value, struct att_record *record, struct att_reason *why)
{
	enum att_err r;

	if (!att_sk_is_application(record->rp_id))
		return refuse(why, "only a credential of SSH has options");
	r = parse_text(value, ATT_SSH_OPTIONS_MAX, &record->ssh_options, why);
	return r == ATT_OK ? check_options(record->ssh_options, why) : r;
}

/* --- Fields: writing ------------------------------------------------------ */

static enum att_err
put_version(const struct att_record *record, struct att_buf *out)
{
	return att_buf_printf(
	    out, "%s", record->ssh_options == NULL ? VERSION : VERSION_SSH);
}

static enum att_err
put_label(const struct att_record *record, struct att_buf *out)
{
	return att_percent_encode(att_bytes_text(record->label), out);
}

static enum att_err
put_rp_id(const struct att_record *record, struct att_buf *out)
{
	return att_percent_encode(att_bytes_text(record->rp_id), out);
}

static enum att_err
put_time(const struct att_record *record, struct att_buf *out)
{
	char text[ATT_UTC_SIZE];
	enum att_err r;

	if ((r = att_utc_print(record->time, text)) != ATT_OK)
		return r;
	return att_buf_printf(out, "%s", text);
}

static enum att_err
put_enrolled_by(const struct att_record *record, struct att_buf *out)
{
	return att_percent_encode(att_bytes_text(record->enrolled_by), out);
}

static enum att_err
put_nonce(const struct att_record *record, struct att_buf *out)
{
	return att_base64url_encode(
	    att_bytes(record->nonce, ATT_NONCE_LEN), out);
}

static enum att_err
put_client_data(const struct att_record *record, struct att_buf *out)
{
	return att_base64url_encode(
	    att_bytes(record->client_data, record->client_data_len), out);
}

static enum att_err
put_attestation_object(const struct att_record *record, struct att_buf *out)
{
	return att_base64url_encode(att_bytes(record->attestation_object,
					record->attestation_object_len),
	    out);
}

static enum att_err
put_ssh_options(const struct att_record *record, struct att_buf *out)
{
	return att_percent_encode(att_bytes_text(record->ssh_options), out);
}

/* --- The line ---------------------------------------------------------------
 */

/* All of them, in this order, each once; the last one in version 2 only. */
static const struct {
	const char *name; /* with its "=" */
	enum att_err (*parse)(struct att_bytes value, struct att_record *record,
	    struct att_reason *why);
	enum att_err (*put)(
	    const struct att_record *record, struct att_buf *out);
} fields[] = {
	{ "record=", parse_version, put_version },
	{ "label=", parse_label, put_label },
	{ "rp_id=", parse_rp_id, put_rp_id },
	{ "time=", parse_time, put_time },
	{ "enrolled_by=", parse_enrolled_by, put_enrolled_by },
	{ "nonce=", parse_nonce, put_nonce },
	{ "client_data=", parse_client_data, put_client_data },
	{ "attestation_object=", parse_attestation_object,
	    put_attestation_object },
	{ "ssh_options=", parse_ssh_options, put_ssh_options },
};
enum {
	FIELDS_OF_SSH = sizeof(fields) / sizeof(fields[0]),
	FIELDS = FIELDS_OF_SSH - 1,
};

/* Cuts the next field off line; what stands up to the blank or the end. */
static struct att_bytes
next_field(struct att_bytes *line)
{
	struct att_bytes field = *line;
	const uint8_t *blank;

	blank = line->len == 0 ? NULL : memchr(line->ptr, ' ', line->len);
	if (blank != NULL)
		field.len = (size_t)(blank - line->ptr);
	line->ptr += field.len;
	line->len -= field.len;
	return field;
}

static enum att_err
take_field(struct att_bytes *line, size_t i, struct att_record *record,
    struct att_reason *why)
{
	struct att_bytes name = att_bytes_text(fields[i].name);
	struct att_bytes field = next_field(line);
	struct att_bytes value;
	enum att_err r;

	if (field.len <= name.len || memcmp(field.ptr, name.ptr, name.len) != 0)
		return att_refuse(why, ATT_ERR_STORE_MALFORMED,
		    "field %zu of a record is \"%sVALUE\", found \"%.*s\"",
		    i + 1, fields[i].name,
		    field.len > SHOWN_MAX ? SHOWN_MAX : (int)field.len,
		    field.len > 0 ? (const char *)field.ptr : "");
	value = att_bytes(field.ptr + name.len, field.len - name.len);
	if ((r = fields[i].parse(value, record, why)) != ATT_OK)
		return att_refuse_within(why, r, "field \"%.*s\"",
		    (int)name.len - 1, fields[i].name);
	return ATT_OK;
}

/* By the version, which is the first field and is checked as such. */
static size_t
count_fields(struct att_bytes line)
{
	static const char start[] = "record=" VERSION_SSH " ";

	return line.len >= sizeof(start) - 1 &&
		       memcmp(line.ptr, start, sizeof(start) - 1) == 0
		   ? FIELDS_OF_SSH
		   : FIELDS;
}

static enum att_err
parse_fields(
    struct att_bytes line, struct att_record *record, struct att_reason *why)
{
	size_t count = count_fields(line);
	enum att_err r;

	for (size_t i = 0; i < count; i++) {
		if (i > 0 && line.len > 0) {
			/* next_field() stopped at a blank. */
			line.ptr++;
			line.len--;
		}
		if ((r = take_field(&line, i, record, why)) != ATT_OK)
			return r;
	}
	if (line.len > 0)
		return refuse(why, "something follows the last field");
	return ATT_OK;
}

enum att_err
att_record_parse(
    struct att_bytes line, struct att_record *record, struct att_reason *why)
{
	enum att_err r;

	*record = (struct att_record){ 0 };
	if (line.len > ATT_RECORD_LINE_MAX)
		return att_refuse(why, ATT_ERR_STORE_MALFORMED,
		    "the line is longer than %d bytes", ATT_RECORD_LINE_MAX);
	if (line.len == 0)
		return refuse(why, "the line is empty");
	if ((r = parse_fields(line, record, why)) != ATT_OK)
		att_record_reset(record);
	return r;
}

/* Refuses what would not be read back: an empty or impossible field. */
static enum att_err
check_printed(struct att_bytes line, struct att_reason *why)
{
	struct att_record record;
	enum att_err r;

	r = att_record_parse(line, &record, why);
	att_record_reset(&record);
	return r;
}

enum att_err
att_record_print(const struct att_record *record, struct att_buf *out,
    struct att_reason *why)
{
	size_t count = record->ssh_options == NULL ? FIELDS : FIELDS_OF_SSH;
	struct att_buf line;
	enum att_err r = ATT_OK;

	att_buf_init(&line, ATT_RECORD_LINE_MAX);
	for (size_t i = 0; i < count && r == ATT_OK; i++) {
		r = att_buf_printf(
		    &line, "%s%s", i == 0 ? "" : " ", fields[i].name);
		if (r == ATT_OK)
			r = fields[i].put(record, &line);
	}
	if (r == ATT_OK)
		r = check_printed(att_buf_get(&line), why);
	if (r == ATT_OK)
		r = att_buf_put(out, line.ptr, line.len);
	att_buf_reset(&line);
	return att_refuse_plain(why, r);
}
