/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the fido-u2f statement, see statement.h; once as it is and
 * once signed again.
 */
#include <stdint.h>
#include <string.h>

#include "resign.h"
#include "statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	static const uint8_t zero[ATT_AAGUID_LEN];

	if (result->type != ATT_TYPE_BASIC || result->count != 1 ||
	    result->covers_auth_data || statement->auth_data->flags != 0x41 ||
	    statement->key->algorithm->id != ATT_COSE_ES256)
		abort();
	if (statement->opts->u2f_zero_aaguid &&
	    memcmp(statement->auth_data->aaguid, zero, sizeof(zero)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts[] = {
		{ .u2f_zero_aaguid = true },
		{ .u2f_zero_aaguid = false },
	};
	struct att_buf again;

	fuzz_statement(
	    att_bytes(data, size), opts, 2, att_format_fido_u2f_verify, check);
	if (size < 32)
		return 0;
	att_buf_init(&again, RESIGN_LIMIT);
	resign_input(att_bytes(data, size), &again);
	fuzz_statement(
	    att_buf_get(&again), opts, 2, att_format_fido_u2f_verify, check);
	att_buf_reset(&again);
	return 0;
}
