/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file: whatever is accepted is printed so that it is
 * accepted again with the same values; whatever is refused is named.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf/layers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUT_MAX = 4096
};

static void
check_refusal(enum att_err err, const struct att_reason *why)
{
	if (why->code != err || strncmp(why->text, "F:", 2) != 0)
		abort();
}

static void
print_value(const struct att_options *opts, size_t index, struct att_buf *out)
{
	att_buf_init(out, 1 << 20);
	if (att_options_print_value(opts, index, out) != ATT_OK)
		abort();
}

/* Writes opts as a file: repeatable options have a line for each value. */
static void
print_file(const struct att_options *opts, struct att_buf *out)
{
	const struct att_option_info *info;
	struct att_buf value;
	struct att_reader reader;
	uint8_t c;

	att_buf_init(out, 1 << 20);
	for (size_t i = 0; (info = att_options_get_info(i)) != NULL; i++) {
		print_value(opts, i, &value);
		reader = att_reader(att_buf_get(&value));
		if (value.len > 0 &&
		    att_buf_printf(out, "%s=", info->name) != ATT_OK)
			abort();
		while (att_reader_get_u8(&reader, &c) == ATT_OK)
			if ((c == '\n'
				    ? att_buf_printf(out, "\n%s=", info->name)
				    : att_buf_put_u8(out, c)) != ATT_OK)
				abort();
		if (value.len > 0 && att_buf_put_u8(out, '\n') != ATT_OK)
			abort();
		att_buf_reset(&value);
	}
}

static void
check_again(const struct att_options *opts)
{
	struct att_buf file, first, second;
	struct att_options *again;
	struct att_reason why = { 0 };

	print_file(opts, &file);
	if (att_options_new(&again) != ATT_OK ||
	    att_options_parse(again, att_buf_get(&file), "F", &why) != ATT_OK)
		abort();
	for (size_t i = 0; att_options_get_info(i) != NULL; i++) {
		print_value(opts, i, &first);
		print_value(again, i, &second);
		if (!att_bytes_is_equal(
			att_buf_get(&first), att_buf_get(&second)))
			abort();
		att_buf_reset(&first);
		att_buf_reset(&second);
	}
	att_options_free(&again);
	att_buf_reset(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_options *opts;
	enum att_err err;

	/* A list may be printed longer than it was written, up to a line. */
	if (size > INPUT_MAX)
		return 0;
	if (att_options_new(&opts) != ATT_OK)
		abort();
	err = att_options_parse(opts, att_bytes(data, size), "F", &why);
	if (err == ATT_OK)
		check_again(opts);
	else
		check_refusal(err, &why);
	att_options_free(&opts);
	return 0;
}
