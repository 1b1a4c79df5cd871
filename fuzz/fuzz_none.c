/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the statement "none", see statement.h. */
#include <stdint.h>

#include "statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	if (result->type != ATT_TYPE_NONE || result->count != 0 ||
	    result->covers_auth_data || statement->map->type != ATT_CBOR_MAP ||
	    statement->map->number != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts = { 0 };

	fuzz_statement(
	    att_bytes(data, size), &opts, 1, att_format_none_verify, check);
	return 0;
}
