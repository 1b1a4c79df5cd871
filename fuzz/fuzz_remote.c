/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: what a person pastes, as a challenge and as a response. The
 * first byte says which, and whether the rest is the line itself or what is in
 * it, since nobody guesses checksums. What is read has one line: printing it
 * again gives the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "remote/challenge.h"
#include "remote/line.h"
#include "remote/response.h"

enum {
	KINDS = 3,
	LINE_MAX = 2 * ATT_LINE_REGISTRATION_MAX
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum att_line line_of[KINDS] = { ATT_LINE_CHALLENGE,
	ATT_LINE_RESPONSE, ATT_LINE_RESPONSE };

/* The line without blanks around it is in text somewhere. */
static void
check_same(struct att_bytes text, const struct att_buf *printed)
{
	size_t blanks = strspn((const char *)text.ptr, " \t\r\n");

	if (text.len - blanks < printed->len ||
	    memcmp(text.ptr + blanks, printed->ptr, printed->len) != 0)
		abort();
}

static void
read_challenge(struct att_bytes text)
{
	struct att_remote_challenge challenge;
	uint8_t id[ATT_REMOTE_ID_LEN], again[ATT_REMOTE_ID_LEN], hash[32];
	struct att_reason why = { 0 };
	struct att_buf line;
	enum att_err r;

	if ((r = att_remote_challenge_read(text, &challenge, id, &why)) !=
	    ATT_OK) {
		if (why.code != r || challenge.batches != NULL)
			abort();
		return;
	}
	att_buf_init(&line, ATT_LINE_CHALLENGE_MAX);
	if (att_remote_challenge_print(&challenge, &line, again) != ATT_OK ||
	    memcmp(id, again, sizeof(id)) != 0 ||
	    att_remote_login_challenge(&challenge, hash) != ATT_OK ||
	    att_remote_registration_nonce(&challenge, hash) != ATT_OK)
		abort();
	check_same(text, &line);
	att_buf_reset(&line);
	att_remote_challenge_reset(&challenge);
}

static void
read_response(struct att_bytes text, enum att_remote_kind kind)
{
	struct att_remote_response response;
	struct att_reason why = { 0 };
	struct att_buf line;
	enum att_err r;

	if ((r = att_remote_response_read(text, kind, &response, &why)) !=
	    ATT_OK) {
		if (why.code != r || response.owned != NULL)
			abort();
		return;
	}
	att_buf_init(&line, ATT_LINE_REGISTRATION_MAX);
	if (response.kind != kind ||
	    att_remote_response_print(&response, &line) != ATT_OK ||
	    (kind == ATT_REMOTE_LOGIN && line.len > ATT_LINE_ASSERTION_MAX))
		abort();
	check_same(text, &line);
	att_buf_reset(&line);
	att_remote_response_reset(&response);
}

static void
read_line(unsigned int kind, struct att_bytes text)
{
	if (kind == 0)
		read_challenge(text);
	else
		read_response(text, (enum att_remote_kind)kind);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_buf line;
	unsigned int kind;

	if (size == 0 || size > ATT_LINE_REGISTRATION_MAX)
		return 0;
	kind = data[0] % (2 * KINDS);
	att_buf_init(&line, LINE_MAX);
	if (kind < KINDS
		? att_line_print(line_of[kind], att_bytes(data + 1, size - 1),
		      LINE_MAX, &line) != ATT_OK
		: att_buf_put(&line, data + 1, size - 1) != ATT_OK)
		abort();
	/* strspn() above needs an end. */
	if (att_buf_put_u8(&line, '\0') != ATT_OK)
		abort();
	read_line(kind % KINDS, att_bytes(line.ptr, line.len - 1));
	att_buf_reset(&line);
	return 0;
}
