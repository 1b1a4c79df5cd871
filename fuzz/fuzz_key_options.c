/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of an SSH key: what is read is written in one way, which is read as
 * the same; and sshd, which cuts a line at the first blank outside quotes,
 * finds its end where we do.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/key_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* sshkey_advance_past_options() of OpenSSH. */
static size_t
cut(struct att_bytes text)
{
	bool is_quoted = false;
	size_t i;

	for (i = 0; i < text.len; i++) {
		if (!is_quoted && (text.ptr[i] == ' ' || text.ptr[i] == '\t'))
			break;
		if (text.ptr[i] == '\\' && i + 1 < text.len &&
		    text.ptr[i + 1] == '"')
			i++;
		else if (text.ptr[i] == '"')
			is_quoted = !is_quoted;
	}
	if (is_quoted)
		abort();
	return i;
}

static bool
is_same(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static void
check_printed(const struct att_ssh_options *options, size_t size)
{
	struct att_ssh_options again;
	struct att_buf out;

	att_buf_init(&out, ATT_SSH_OPTIONS_MAX);
	if (att_ssh_options_print(options, &out, NULL) != ATT_OK ||
	    out.len != size || cut(att_buf_get(&out)) != out.len)
		abort();
	if (att_ssh_options_parse(att_buf_get(&out), &again, NULL) != ATT_OK ||
	    again.is_restricted != options->is_restricted ||
	    !is_same(again.from, options->from) ||
	    !is_same(again.command, options->command))
		abort();
	att_ssh_options_reset(&again);
	att_buf_reset(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_ssh_options options;
	enum att_err err;

	err = att_ssh_options_parse(att_bytes(data, size), &options, &why);
	if (err == ATT_OK) {
		if (cut(att_bytes(data, size)) != size)
			abort();
		check_printed(&options, size);
	} else if (options.from != NULL || options.command != NULL ||
		   why.code != err) {
		abort();
	}
	att_ssh_options_reset(&options);
	return 0;
}
