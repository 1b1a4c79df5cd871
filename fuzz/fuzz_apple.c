/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the apple statement, see statement.h. */
#include <stdint.h>

#include "statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	if (result->type != ATT_TYPE_ANONCA || result->count == 0 ||
	    !result->covers_auth_data ||
	    !att_statement_is_credential_key(
		statement, att_certificate_get_key(result->x5c[0])))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts = { 0 };

	fuzz_statement(
	    att_bytes(data, size), &opts, 1, att_format_apple_verify, check);
	return 0;
}
