/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that people carry: printing and reading. */
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "remote/line.h"

/* A line is read by the name before its version, then by its prefix. */
static const struct form {
	const char *name;
	const char *prefix;
	enum att_err malformed;
	enum att_err damaged;
} forms[] = {
	[ATT_LINE_CHALLENGE] = { "pam_attest-challenge-",
	    "pam_attest-challenge-1.", ATT_ERR_CHALLENGE_MALFORMED,
	    ATT_ERR_CHALLENGE_DAMAGED },
	[ATT_LINE_RESPONSE] = { "pam_attest-response-",
	    "pam_attest-response-1.", ATT_ERR_RESPONSE_MALFORMED,
	    ATT_ERR_RESPONSE_DAMAGED },
};

/* Over the prefix, too: a challenge is no response. */
static enum att_err
make_checksum(const struct form *form, struct att_bytes message,
    uint8_t checksum[ATT_LINE_CHECKSUM_LEN])
{
	const struct att_bytes parts[] = { att_bytes_text(form->prefix),
		message };
	struct att_digest digest;
	enum att_err r;

	if ((r = att_digest(NULL, "SHA256", parts, 2, &digest)) == ATT_OK)
		memcpy(checksum, digest.bytes, ATT_LINE_CHECKSUM_LEN);
	return r;
}

enum att_err
att_line_print(enum att_line line, struct att_bytes message, size_t max,
    struct att_buf *out)
{
	const struct form *form = &forms[line];
	uint8_t checksum[ATT_LINE_CHECKSUM_LEN];
	struct att_buf body, text;
	enum att_err r;

	att_buf_init(&body, max);
	att_buf_init(&text, max);
	if ((r = make_checksum(form, message, checksum)) == ATT_OK &&
	    (r = att_buf_put(&body, message.ptr, message.len)) == ATT_OK &&
	    (r = att_buf_put(&body, checksum, sizeof(checksum))) == ATT_OK &&
	    (r = att_buf_printf(&text, "%s", form->prefix)) == ATT_OK &&
	    (r = att_base64url_encode(att_buf_get(&body), &text)) == ATT_OK)
		r = att_buf_put(out, text.ptr, text.len);
	att_buf_reset(&text);
	att_buf_reset(&body);
	return r;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct att_bytes
trim(struct att_bytes text)
{
	while (text.len > 0 && is_blank(text.ptr[0])) {
		text.ptr++;
		text.len--;
	}
	while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static bool
begins_with(struct att_bytes text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && memcmp(text.ptr, start, len) == 0;
}

/* What was pasted in the place of such a line. */
static enum att_err
refuse_other(enum att_line line, struct att_bytes text, struct att_reason *why)
{
	const struct form *form = &forms[line];

	if (text.len == 0)
		return att_refuse(why, form->malformed,
		    "nothing was pasted; expected a line that begins with "
		    "\"%s\"",
		    form->prefix);
	if (begins_with(text, form->name))
		return att_refuse(why, form->malformed,
		    "the line is of another version than \"%s\"; both "
		    "machines need the same version of pam_attest",
		    form->prefix);
	if (line == ATT_LINE_RESPONSE &&
	    begins_with(text, forms[ATT_LINE_CHALLENGE].name))
		return att_refuse(why, form->malformed,
		    "this is the challenge itself; give it to \"attestctl "
		    "respond\" at your own machine, and paste the line which "
		    "that prints");
	return att_refuse(why, form->malformed,
	    "expected a line that begins with \"%s\"", form->prefix);
}

/* The bytes of a line that looks like one. */
static enum att_err
decode(const struct form *form, struct att_bytes text, size_t max,
    struct att_line_message *body, struct att_reason *why)
{
	size_t prefix = strlen(form->prefix);
	enum att_err r;

	if (text.len > max)
		return att_refuse(why, form->damaged,
		    "the line has %zu characters, and at most %zu are "
		    "possible; copy it once, from its first character to its "
		    "last",
		    text.len, max);
	text = att_bytes(text.ptr + prefix, text.len - prefix);
	r = att_base64url_decode(text, max, &body->ptr, &body->len);
	if (r == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, r);
	if (r != ATT_OK)
		return att_refuse(why, form->damaged,
		    "something in or at the end of the line does not belong "
		    "there; copy all of it, once, without a line break");
	return ATT_OK;
}

/* Takes the checksum away from the end. */
static enum att_err
check(const struct form *form, struct att_line_message *body,
    struct att_reason *why)
{
	uint8_t checksum[ATT_LINE_CHECKSUM_LEN];
	struct att_bytes message;
	enum att_err r;

	if (body->len < sizeof(checksum))
		return att_refuse(why, form->damaged,
		    "most of the line is missing; copy all of it");
	message = att_bytes(body->ptr, body->len - sizeof(checksum));
	if ((r = make_checksum(form, message, checksum)) != ATT_OK)
		return att_refuse_plain(why, r);
	if (memcmp(body->ptr + message.len, checksum, sizeof(checksum)) != 0)
		return att_refuse(why, form->damaged,
		    "a part of the line is missing or was changed; copy all "
		    "of it, once");
	body->len = message.len;
	return ATT_OK;
}

enum att_err
att_line_read(enum att_line line, struct att_bytes text, size_t max,
    struct att_line_message *message, struct att_reason *why)
{
	const struct form *form = &forms[line];
	enum att_err r;

	*message = (struct att_line_message){ 0 };
	text = trim(text);
	if (!begins_with(text, form->prefix))
		return refuse_other(line, text, why);
	if ((r = decode(form, text, max, message, why)) == ATT_OK)
		r = check(form, message, why);
	if (r != ATT_OK) {
		free(message->ptr);
		*message = (struct att_line_message){ 0 };
	}
	return r;
}
