/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between module and verifier, each by the decoder of its type.
 * What is accepted has one encoding: encoding it again gives the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "one_encoding.h"
#include "wire/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum att_err
start_again(struct att_bytes in, struct att_buf *out)
{
	struct att_start start;
	enum att_err r;

	if ((r = att_start_decode(in, &start)) != ATT_OK)
		return r;
	if (att_start_encode(&start, out) != ATT_OK)
		abort();
	att_start_reset(&start);
	return ATT_OK;
}

static enum att_err
text_again(struct att_bytes in, struct att_buf *out)
{
	char *text;
	enum att_err r;

	if ((r = att_text_decode(in, in.ptr[0], &text)) != ATT_OK)
		return r;
	if (att_text_encode(in.ptr[0], text, out) != ATT_OK)
		abort();
	free(text);
	return ATT_OK;
}

static enum att_err
prompt_again(struct att_bytes in, struct att_buf *out)
{
	char *text;
	enum att_err r;
	bool echo;

	if ((r = att_prompt_decode(in, &echo, &text)) != ATT_OK)
		return r;
	if (att_prompt_encode(echo, text, out) != ATT_OK)
		abort();
	free(text);
	return ATT_OK;
}

static enum att_err
log_again(struct att_bytes in, struct att_buf *out)
{
	uint8_t priority;
	char *text;
	enum att_err r;

	if ((r = att_log_decode(in, &priority, &text)) != ATT_OK)
		return r;
	if (att_log_encode(priority, text, out) != ATT_OK)
		abort();
	free(text);
	return ATT_OK;
}

static enum att_err
code_again(struct att_bytes in, struct att_buf *out)
{
	uint32_t code;
	enum att_err r;

	if ((r = att_code_decode(in, in.ptr[0], &code)) != ATT_OK)
		return r;
	if (att_code_encode(in.ptr[0], code, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
deadline_again(struct att_bytes in, struct att_buf *out)
{
	uint32_t seconds;
	enum att_err r;

	if ((r = att_deadline_decode(in, &seconds)) != ATT_OK)
		return r;
	if (att_deadline_encode(seconds, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
cancel_again(struct att_bytes in, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_cancel_decode(in)) != ATT_OK)
		return r;
	if (att_cancel_encode(out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
again(struct att_bytes in, struct att_buf *out)
{
	switch (in.ptr[0]) {
	case ATT_MESSAGE_START:
		return start_again(in, out);
	case ATT_MESSAGE_PROMPT:
		return prompt_again(in, out);
	case ATT_MESSAGE_LOG:
		return log_again(in, out);
	case ATT_MESSAGE_NO_ANSWER:
	case ATT_MESSAGE_RESULT:
		return code_again(in, out);
	case ATT_MESSAGE_DEADLINE:
		return deadline_again(in, out);
	case ATT_MESSAGE_CANCEL:
		return cancel_again(in, out);
	default:
		/* Any type: all but four are refused. */
		return text_again(in, out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size != 0 && size <= ATT_MESSAGE_MAX)
		fuzz_check_encoding(att_bytes(data, size), again);
	return 0;
}
