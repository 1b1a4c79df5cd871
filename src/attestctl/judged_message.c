/* SPDX-License-Identifier: BSD-2-Clause */
/* A judged credential as bytes between two processes: PROTOCOL.md. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/judged_message.h"
#include "ssh/key_options.h"

enum {
	HAS_FORMAT = 1,
	HAS_AUTH_DATA = 2,
	HAS_TYPE = 4,
	HAS_ATTESTATION_KEY = 8,
	HAS_ANCHOR = 16,
	HAS_MODEL = 32,
	HAS_ALL = 63,

	REASON_MAX = sizeof(((struct att_reason *)NULL)->text) - 1,
	DESCRIPTION_MAX = ATT_METADATA_DESCRIPTION,
	STATUS_MAX = ATT_METADATA_STATUS_LEN - 1,
	SUBJECT_MAX = sizeof(((struct att_anchor *)NULL)->subject) - 1
};

/* --- Writing ------------------------------------------------------------ */

static enum att_err
put_reason(struct att_buf *out, enum att_err err, const struct att_reason *why)
{
	const char *text = why->code == err ? why->text : "";
	enum att_err r;

	if ((r = att_buf_put_u16(out, (uint16_t)err)) != ATT_OK)
		return r;
	return att_buf_put_cstring(out, err == ATT_OK ? "" : text);
}

static enum att_err
put_record(struct att_buf *out, const struct att_judged *judged)
{
	const struct att_record *record = judged->record;
	enum att_err r;

	if ((r = att_buf_put_cstring(out, record->label)) != ATT_OK ||
	    (r = att_buf_put_cstring(out, record->rp_id)) != ATT_OK ||
	    (r = att_buf_put_cstring(out, record->enrolled_by)) != ATT_OK ||
	    (r = att_buf_put_u64(out, (uint64_t)record->time)) != ATT_OK)
		return r;
	return att_buf_put_string(out, judged->credential_id);
}

static uint8_t
flags_of(const struct att_judged *judged)
{
	const struct att_verdict *verdict = &judged->verdict;

	return (
	    uint8_t)((verdict->has_format ? HAS_FORMAT : 0) |
		     (verdict->has_auth_data ? HAS_AUTH_DATA : 0) |
		     (verdict->has_type ? HAS_TYPE : 0) |
		     (verdict->has_attestation_key ? HAS_ATTESTATION_KEY : 0) |
		     (verdict->has_anchor ? HAS_ANCHOR : 0) |
		     (judged->has_model ? HAS_MODEL : 0));
}

static enum att_err
put_verdict(struct att_buf *out, const struct att_judged *judged)
{
	const struct att_verdict *verdict = &judged->verdict;
	const struct att_anchor *anchor = &verdict->anchor;
	enum att_err r;

	if ((r = att_buf_put_u8(out, flags_of(judged))) != ATT_OK ||
	    (r = att_buf_put_u8(out, (uint8_t)verdict->format)) != ATT_OK ||
	    (r = att_buf_put_u8(out, (uint8_t)verdict->type)) != ATT_OK ||
	    (r = att_buf_put(out, verdict->aaguid, ATT_AAGUID_LEN)) != ATT_OK ||
	    (r = att_buf_put(out, verdict->attestation_key, ATT_KEY_ID_LEN)) !=
		ATT_OK ||
	    (r = att_buf_put(out, anchor->sha256, sizeof(anchor->sha256))) !=
		ATT_OK)
		return r;
	return att_buf_put_cstring(out, anchor->subject);
}

static enum att_err
put_model(struct att_buf *out, const struct att_judged_model *model)
{
	enum att_err r;

	if ((r = att_buf_put_cstring(out, model->description)) != ATT_OK ||
	    (r = att_buf_put_cstring(out, model->status)) != ATT_OK)
		return r;
	return att_buf_put_u64(out, (uint64_t)model->since);
}

/* No text: none. */
static enum att_err
put_options(struct att_buf *out, const struct att_record *record)
{
	return att_buf_put_cstring(
	    out, record->ssh_options != NULL ? record->ssh_options : "");
}

enum att_err
att_judged_encode(const struct att_judged *judged, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_JUDGED_CREDENTIAL)) != ATT_OK ||
	    (r = put_reason(out, judged->err, &judged->why)) != ATT_OK ||
	    (r = put_record(out, judged)) != ATT_OK ||
	    (r = put_verdict(out, judged)) != ATT_OK ||
	    (r = put_model(out, &judged->model)) != ATT_OK)
		return r;
	return put_options(out, judged->record);
}

enum att_err
att_judged_encode_failure(const struct att_reason *why, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_JUDGED_FAILURE)) != ATT_OK)
		return r;
	return put_reason(out, why->code, why);
}

enum att_err
att_judged_encode_stale(struct att_buf *out)
{
	return att_buf_put_u8(out, ATT_JUDGED_STALE);
}

/* --- Reading ------------------------------------------------------------ */

static enum att_err
get_text(struct att_reader *from, char *text, size_t max)
{
	struct att_bytes bytes;
	enum att_err r;

	if ((r = att_reader_get_string(from, max, &bytes)) != ATT_OK)
		return r;
	if (memchr(bytes.ptr, '\0', bytes.len) != NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	memcpy(text, bytes.ptr, bytes.len);
	text[bytes.len] = '\0';
	return ATT_OK;
}

static enum att_err
get_bytes(struct att_reader *from, uint8_t *out, size_t len)
{
	struct att_bytes bytes;
	enum att_err r;

	if ((r = att_reader_get(from, len, &bytes)) == ATT_OK)
		memcpy(out, bytes.ptr, len);
	return r;
}

static enum att_err
get_reason(struct att_reader *from, struct att_judged *judged)
{
	uint16_t code;
	enum att_err r;

	if ((r = att_reader_get_u16(from, &code)) != ATT_OK)
		return r;
	if (code >= ATT_ERR_COUNT)
		return ATT_ERR_MESSAGE_MALFORMED;
	judged->err = (enum att_err)code;
	judged->why.code = judged->err;
	if ((r = get_text(from, judged->why.text, REASON_MAX)) != ATT_OK)
		return r;
	/* There is no reason for nothing. */
	if (judged->err == ATT_OK && judged->why.text[0] != '\0')
		return ATT_ERR_MESSAGE_MALFORMED;
	return ATT_OK;
}

static enum att_err
get_record(struct att_reader *from, struct att_judged_message *message)
{
	struct att_record *record = &message->record;
	enum att_err r;
	uint64_t time;

	if ((r = att_reader_get_cstring(from, ATT_LABEL_MAX, &record->label)) !=
		ATT_OK ||
	    (r = att_reader_get_cstring(from, ATT_RP_ID_MAX, &record->rp_id)) !=
		ATT_OK ||
	    (r = att_reader_get_cstring(
		 from, ATT_USER_MAX, &record->enrolled_by)) != ATT_OK ||
	    (r = att_reader_get_u64(from, &time)) != ATT_OK)
		return r;
	record->time = (time_t)time;
	return att_reader_get_string(
	    from, ATT_CREDENTIAL_ID_MAX, &message->judged.credential_id);
}

static enum att_err
get_numbers(struct att_reader *from, struct att_judged *judged)
{
	struct att_verdict *verdict = &judged->verdict;
	uint8_t flags, format, type;
	enum att_err r;

	if ((r = att_reader_get_u8(from, &flags)) != ATT_OK ||
	    (r = att_reader_get_u8(from, &format)) != ATT_OK ||
	    (r = att_reader_get_u8(from, &type)) != ATT_OK)
		return r;
	if (flags > HAS_ALL || format >= ATT_FORMAT_COUNT ||
	    type > ATT_TYPE_COMPOUND)
		return ATT_ERR_MESSAGE_MALFORMED;
	verdict->has_format = (flags & HAS_FORMAT) != 0;
	verdict->has_auth_data = (flags & HAS_AUTH_DATA) != 0;
	verdict->has_type = (flags & HAS_TYPE) != 0;
	verdict->has_attestation_key = (flags & HAS_ATTESTATION_KEY) != 0;
	verdict->has_anchor = (flags & HAS_ANCHOR) != 0;
	judged->has_model = (flags & HAS_MODEL) != 0;
	verdict->format = (enum att_format)format;
	verdict->type = (enum att_attestation_type)type;
	return ATT_OK;
}

static enum att_err
get_verdict(struct att_reader *from, struct att_judged *judged)
{
	struct att_verdict *verdict = &judged->verdict;
	struct att_anchor *anchor = &verdict->anchor;
	enum att_err r;

	if ((r = get_numbers(from, judged)) != ATT_OK ||
	    (r = get_bytes(from, verdict->aaguid, ATT_AAGUID_LEN)) != ATT_OK ||
	    (r = get_bytes(from, verdict->attestation_key, ATT_KEY_ID_LEN)) !=
		ATT_OK ||
	    (r = get_bytes(from, anchor->sha256, sizeof(anchor->sha256))) !=
		ATT_OK)
		return r;
	return get_text(from, anchor->subject, SUBJECT_MAX);
}

static enum att_err
get_model(struct att_reader *from, struct att_judged_model *model)
{
	enum att_err r;
	uint64_t since;

	if ((r = get_text(from, model->description, DESCRIPTION_MAX)) !=
		ATT_OK ||
	    (r = get_text(from, model->status, STATUS_MAX)) != ATT_OK ||
	    (r = att_reader_get_u64(from, &since)) != ATT_OK)
		return r;
	model->since = (time_t)since;
	return ATT_OK;
}

static enum att_err
get_options(struct att_reader *from, struct att_record *record)
{
	enum att_err r;

	r = att_reader_get_cstring(
	    from, ATT_SSH_OPTIONS_MAX, &record->ssh_options);
	if (r == ATT_OK && record->ssh_options[0] == '\0') {
		free(record->ssh_options);
		record->ssh_options = NULL;
	}
	return r;
}

static enum att_err
read_credential(struct att_reader *from, struct att_judged_message *out)
{
	enum att_err r;

	if ((r = get_reason(from, &out->judged)) != ATT_OK ||
	    (r = get_record(from, out)) != ATT_OK ||
	    (r = get_verdict(from, &out->judged)) != ATT_OK ||
	    (r = get_model(from, &out->judged.model)) != ATT_OK)
		return r;
	return get_options(from, &out->record);
}

static enum att_err
read_failure(struct att_reader *from, struct att_judged_message *out)
{
	enum att_err r;

	if ((r = get_reason(from, &out->judged)) != ATT_OK)
		return r;
	/* Nobody says that something failed and that nothing did. */
	return out->judged.err == ATT_OK ? ATT_ERR_MESSAGE_MALFORMED : ATT_OK;
}

static enum att_err
read_message(struct att_reader *from, struct att_judged_message *out)
{
	enum att_err r;
	uint8_t kind;

	if ((r = att_reader_get_u8(from, &kind)) != ATT_OK)
		return r;
	out->kind = (enum att_judged_kind)kind;
	switch (kind) {
	case ATT_JUDGED_CREDENTIAL:
		r = read_credential(from, out);
		break;
	case ATT_JUDGED_FAILURE:
		r = read_failure(from, out);
		break;
	case ATT_JUDGED_STALE:
		break;
	default:
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	return r == ATT_OK ? att_reader_end(from) : r;
}

enum att_err
att_judged_decode(
    struct att_bytes message, const char *user, struct att_judged_message *out)
{
	struct att_reader from = att_reader(message);
	enum att_err r;

	*out = (struct att_judged_message){ 0 };
	if ((r = read_message(&from, out)) != ATT_OK)
		att_judged_message_reset(out);
	out->judged.user = user;
	out->judged.record = &out->record;
	return r;
}

void
att_judged_message_reset(struct att_judged_message *message)
{
	att_record_reset(&message->record);
	att_judged_reset(&message->judged);
}
