/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages between those who ask for a decision and the verifier. */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/_pam_types.h>

#include "wire/channel.h"
#include "wire/fields.h"
#include "wire/login.h"

const char *
att_phase_name(enum att_phase phase)
{
	switch (phase) {
	case ATT_PHASE_AUTH:
		return "auth";
	case ATT_PHASE_ACCOUNT:
		return "account";
	case ATT_PHASE_PRELIM:
	case ATT_PHASE_PASSWORD:
		return "password";
	case ATT_PHASE_ENROLL:
		return "enroll";
	case ATT_PHASE_SESSION:
		return "session";
	case ATT_PHASE_SSH_ENROLL:
		return "ssh-enroll";
	case ATT_PHASE_RESPOND:
		return "respond";
	}
	return "unknown";
}

/* The items in the order of the message, with their limits. */
#define ITEMS(start)                                                           \
	{                                                                      \
		{ &(start)->service, ATT_ITEM_MAX },                           \
		    { &(start)->user, ATT_ITEM_MAX },                          \
		    { &(start)->ruser, ATT_ITEM_MAX },                         \
		    { &(start)->rhost, ATT_ITEM_MAX },                         \
		    { &(start)->tty, ATT_ITEM_MAX },                           \
		    { &(start)->label, ATT_ITEM_MAX },                         \
		    { &(start)->ssh_auth_info, ATT_SSH_AUTH_INFO_MAX },        \
		    { &(start)->agent_socket, ATT_ITEM_MAX },                  \
		{                                                              \
			&(start)->agent_socket_shown, ATT_ITEM_MAX             \
		}                                                              \
	}
enum {
	ITEM_COUNT = 9
};

void
att_start_reset(struct att_start *start)
{
	const struct {
		char **text;
		size_t max;
	} items[] = ITEMS(start);

	for (size_t i = 0; i < ITEM_COUNT; i++)
		free(*items[i].text);
	free(start->payload);
	for (size_t i = 0; i < start->argument_count; i++)
		free(start->arguments[i]);
	free(start->arguments);
	*start = (struct att_start){ 0 };
}

static enum att_err
put_item(struct att_buf *out, const char *item, size_t max)
{
	enum att_err r;

	if (item == NULL)
		return att_buf_put_u8(out, 0);
	if ((r = att_buf_put_u8(out, 1)) != ATT_OK)
		return r;
	return att_field_put_text(out, item, 0, max);
}

static enum att_err
put_items(struct att_buf *out, const struct att_start *start)
{
	const struct {
		char *const *text;
		size_t max;
	} items[] = ITEMS(start);
	enum att_err r = ATT_OK;

	for (size_t i = 0; r == ATT_OK && i < ITEM_COUNT; i++)
		r = put_item(out, *items[i].text, items[i].max);
	return r;
}

static enum att_err
put_payload(struct att_buf *out, const struct att_start *start)
{
	const struct att_bytes payload = { start->payload, start->payload_len };

	return att_field_put_bytes(out, payload, 0, ATT_PAYLOAD_MAX);
}

static enum att_err
put_arguments(struct att_buf *out, const struct att_start *start)
{
	enum att_err r;

	r = att_field_put_number(
	    out, start->argument_count, 0, ATT_ARGUMENTS_MAX);
	for (size_t i = 0; r == ATT_OK && i < start->argument_count; i++)
		r = att_field_put_text(
		    out, start->arguments[i], 0, ATT_ITEM_MAX);
	return r;
}

enum att_err
att_start_encode(const struct att_start *start, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_START)) != ATT_OK ||
	    (r = att_buf_put_u32(out, ATT_PROTOCOL_VERSION)) != ATT_OK ||
	    (r = att_field_put_choice(out, start->phase, ATT_PHASE_AUTH,
		 ATT_PHASE_RESPOND)) != ATT_OK ||
	    (r = att_buf_put_u32(out, start->flags)) != ATT_OK ||
	    (r = att_buf_put_u32(out, start->uid)) != ATT_OK ||
	    (r = att_buf_put_u32(out, start->gid)) != ATT_OK ||
	    (r = put_items(out, start)) != ATT_OK ||
	    (r = att_buf_put_u8(out, start->is_remote)) != ATT_OK ||
	    (r = put_payload(out, start)) != ATT_OK)
		return r;
	return put_arguments(out, start);
}

static enum att_err
get_item(struct att_reader *r, size_t max, char **itemp)
{
	enum att_err err;
	bool is_set;

	*itemp = NULL;
	if ((err = att_field_get_bool(r, &is_set)) != ATT_OK || !is_set)
		return err;
	return att_field_get_text(r, 0, max, itemp);
}

static enum att_err
get_items(struct att_reader *r, struct att_start *start)
{
	const struct {
		char **text;
		size_t max;
	} items[] = ITEMS(start);
	enum att_err err = ATT_OK;

	for (size_t i = 0; err == ATT_OK && i < ITEM_COUNT; i++)
		err = get_item(r, items[i].max, items[i].text);
	return err;
}

static enum att_err
get_payload(struct att_reader *r, struct att_start *start)
{
	struct att_bytes payload;
	enum att_err err;

	if ((err = att_field_get_bytes(r, 0, ATT_PAYLOAD_MAX, &payload)) !=
		ATT_OK ||
	    payload.len == 0)
		return err;
	if ((start->payload = malloc(payload.len)) == NULL)
		return ATT_ERR_NO_MEMORY;
	memcpy(start->payload, payload.ptr, payload.len);
	start->payload_len = payload.len;
	return ATT_OK;
}

static enum att_err
get_arguments(struct att_reader *r, struct att_start *start)
{
	enum att_err err;
	uint32_t count;

	if ((err = att_field_get_number(r, 0, ATT_ARGUMENTS_MAX, &count)) !=
		ATT_OK ||
	    count == 0)
		return err;
	start->arguments = calloc(count, sizeof(*start->arguments));
	if (start->arguments == NULL)
		return ATT_ERR_NO_MEMORY;
	while (start->argument_count < count) {
		err = att_field_get_text(r, 0, ATT_ITEM_MAX,
		    &start->arguments[start->argument_count]);
		if (err != ATT_OK)
			return err;
		start->argument_count++;
	}
	return ATT_OK;
}

static enum att_err
get_start(struct att_reader *r, struct att_start *start)
{
	enum att_err err;
	uint32_t version;
	uint8_t phase;

	if ((err = att_field_get_number(r, ATT_PROTOCOL_VERSION,
		 ATT_PROTOCOL_VERSION, &version)) != ATT_OK ||
	    (err = att_field_get_choice(
		 r, ATT_PHASE_AUTH, ATT_PHASE_RESPOND, &phase)) != ATT_OK ||
	    (err = att_reader_get_u32(r, &start->flags)) != ATT_OK ||
	    (err = att_reader_get_u32(r, &start->uid)) != ATT_OK ||
	    (err = att_reader_get_u32(r, &start->gid)) != ATT_OK ||
	    (err = get_items(r, start)) != ATT_OK ||
	    (err = att_field_get_bool(r, &start->is_remote)) != ATT_OK ||
	    (err = get_payload(r, start)) != ATT_OK ||
	    (err = get_arguments(r, start)) != ATT_OK)
		return err;
	start->phase = phase;
	return att_reader_end(r);
}

enum att_err
att_start_decode(struct att_bytes message, struct att_start *start)
{
	struct att_reader r;
	enum att_err err;

	*start = (struct att_start){ 0 };
	if ((err = att_field_begin(message, ATT_MESSAGE_START, &r)) == ATT_OK)
		err = get_start(&r, start);
	if (err != ATT_OK)
		att_start_reset(start);
	return err;
}

/* The most bytes of a message that is a text; 0 for any other type. */
static size_t
text_max(uint8_t type)
{
	switch (type) {
	case ATT_MESSAGE_INFO:
	case ATT_MESSAGE_ERROR:
		return ATT_ITEM_MAX;
	case ATT_MESSAGE_ANSWER:
	case ATT_MESSAGE_RESPONSE:
		return ATT_ANSWER_MAX;
	default:
		return 0;
	}
}

enum att_err
att_text_encode(uint8_t type, const char *text, struct att_buf *out)
{
	size_t max = text_max(type);
	enum att_err r;

	if (max == 0)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((r = att_buf_put_u8(out, type)) != ATT_OK)
		return r;
	return att_field_put_text(out, text, 0, max);
}

/* The last field of a message: text, and nothing after it. */
static enum att_err
get_last_text(struct att_reader *r, size_t max, char **textp)
{
	enum att_err err;

	if ((err = att_field_get_text(r, 0, max, textp)) != ATT_OK)
		return err;
	if ((err = att_reader_end(r)) != ATT_OK) {
		explicit_bzero(*textp, strlen(*textp));
		free(*textp);
		*textp = NULL;
	}
	return err;
}

enum att_err
att_text_decode(struct att_bytes message, uint8_t type, char **textp)
{
	size_t max = text_max(type);
	struct att_reader r;
	enum att_err err;

	*textp = NULL;
	if (max == 0)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_field_begin(message, type, &r)) != ATT_OK)
		return err;
	return get_last_text(&r, max, textp);
}

enum att_err
att_prompt_encode(bool echo, const char *text, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_PROMPT)) != ATT_OK ||
	    (r = att_buf_put_u8(out, echo ? 1 : 0)) != ATT_OK)
		return r;
	return att_field_put_text(out, text, 0, ATT_PROMPT_MAX);
}

enum att_err
att_prompt_decode(struct att_bytes message, bool *echo, char **textp)
{
	struct att_reader r;
	enum att_err err;

	*echo = false;
	*textp = NULL;
	if ((err = att_field_begin(message, ATT_MESSAGE_PROMPT, &r)) !=
		ATT_OK ||
	    (err = att_field_get_bool(&r, echo)) != ATT_OK)
		return err;
	if ((err = get_last_text(&r, ATT_PROMPT_MAX, textp)) != ATT_OK)
		*echo = false;
	return err;
}

enum att_err
att_log_encode(uint8_t priority, const char *text, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_LOG)) != ATT_OK ||
	    (r = att_field_put_choice(out, priority, LOG_ERR, LOG_DEBUG)) !=
		ATT_OK)
		return r;
	return att_field_put_text(out, text, 0, ATT_ITEM_MAX);
}

enum att_err
att_log_decode(struct att_bytes message, uint8_t *priority, char **textp)
{
	struct att_reader r;
	enum att_err err;

	*priority = 0;
	*textp = NULL;
	if ((err = att_field_begin(message, ATT_MESSAGE_LOG, &r)) != ATT_OK ||
	    (err = att_field_get_choice(&r, LOG_ERR, LOG_DEBUG, priority)) !=
		ATT_OK)
		return err;
	if ((err = get_last_text(&r, ATT_ITEM_MAX, textp)) != ATT_OK)
		*priority = 0;
	return err;
}

/* The codes a type may carry: a failed conversation is not a success. */
static enum att_err
get_code_range(uint8_t type, uint32_t *min, uint32_t *max)
{
	*min = type == ATT_MESSAGE_NO_ANSWER ? 1 : 0;
	*max = _PAM_RETURN_VALUES - 1;
	if (type != ATT_MESSAGE_NO_ANSWER && type != ATT_MESSAGE_RESULT)
		return ATT_ERR_MESSAGE_MALFORMED;
	return ATT_OK;
}

enum att_err
att_code_encode(uint8_t type, uint32_t code, struct att_buf *out)
{
	uint32_t min, max;
	enum att_err r;

	if ((r = get_code_range(type, &min, &max)) != ATT_OK ||
	    (r = att_buf_put_u8(out, type)) != ATT_OK)
		return r;
	if (code < min || code > max)
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_buf_put_u32(out, code);
}

/* A message that is a number and nothing else. */
static enum att_err
get_only_number(struct att_reader *r, uint32_t min, uint32_t max, uint32_t *out)
{
	enum att_err err;

	if ((err = att_field_get_number(r, min, max, out)) == ATT_OK &&
	    (err = att_reader_end(r)) != ATT_OK)
		*out = 0;
	return err;
}

enum att_err
att_code_decode(struct att_bytes message, uint8_t type, uint32_t *code)
{
	uint32_t min, max, v = 0;
	struct att_reader r;
	enum att_err err;

	/* What a caller finds that forgets to look at the error. */
	*code = PAM_SYSTEM_ERR;
	if ((err = get_code_range(type, &min, &max)) != ATT_OK ||
	    (err = att_field_begin(message, type, &r)) != ATT_OK ||
	    (err = get_only_number(&r, min, max, &v)) != ATT_OK)
		return err;
	*code = v;
	return ATT_OK;
}

enum att_err
att_deadline_encode(uint32_t seconds, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_buf_put_u8(out, ATT_MESSAGE_DEADLINE)) != ATT_OK)
		return r;
	if (seconds < 1 || seconds > ATT_DEADLINE_MAX)
		return ATT_ERR_MESSAGE_MALFORMED;
	return att_buf_put_u32(out, seconds);
}

enum att_err
att_deadline_decode(struct att_bytes message, uint32_t *seconds)
{
	struct att_reader r;
	enum att_err err;

	*seconds = 0;
	if ((err = att_field_begin(message, ATT_MESSAGE_DEADLINE, &r)) !=
	    ATT_OK)
		return err;
	return get_only_number(&r, 1, ATT_DEADLINE_MAX, seconds);
}

enum att_err
att_cancel_encode(struct att_buf *out)
{
	return att_buf_put_u8(out, ATT_MESSAGE_CANCEL);
}

enum att_err
att_cancel_decode(struct att_bytes message)
{
	struct att_reader r;
	enum att_err err;

	if ((err = att_field_begin(message, ATT_MESSAGE_CANCEL, &r)) != ATT_OK)
		return err;
	return att_reader_end(&r);
}
