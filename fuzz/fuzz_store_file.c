/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A user's file: every record stands where its span says, what is not a
 * record is empty or a comment, and each record is found by its label.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/credentials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_between(const uint8_t *data, size_t start, size_t end)
{
	bool is_line_start = true;

	for (size_t i = start; i < end; i++) {
		if (is_line_start && data[i] != '#' && data[i] != '\n')
			abort();
		is_line_start = data[i] == '\n';
	}
	if (!is_line_start)
		abort();
}

static void
check_record(const struct att_credentials *creds, size_t i, const uint8_t *data)
{
	struct att_span span = creds->spans[i];
	struct att_record record;
	size_t index;

	if (data[span.start + span.len - 1] != '\n' ||
	    att_record_parse(att_bytes(data + span.start, span.len - 1),
		&record, NULL) != ATT_OK ||
	    strcmp(record.label, creds->records[i].label) != 0)
		abort();
	att_record_reset(&record);
	if (att_credentials_find(
		creds, creds->records[i].label, &index, NULL) != ATT_OK ||
	    index != i)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_credentials creds;
	enum att_err err;
	size_t at = 0;

	err = att_credentials_parse(att_bytes(data, size), "F", &creds, &why);
	if (err != ATT_OK &&
	    (creds.count != 0 || strncmp(why.text, "F:", 2) != 0))
		abort();
	for (size_t i = 0; i < creds.count; i++) {
		check_between(data, at, creds.spans[i].start);
		check_record(&creds, i, data);
		at = creds.spans[i].start + creds.spans[i].len;
	}
	if (err == ATT_OK)
		check_between(data, at, size);
	att_credentials_reset(&creds);
	return 0;
}
