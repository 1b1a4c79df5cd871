/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the packed statement, see statement.h; once as it is and once
 * signed again.
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
	bool is_self = result->type == ATT_TYPE_SELF;

	if ((!is_self && result->type != ATT_TYPE_BASIC) ||
	    is_self != (result->count == 0) ||
	    is_self == result->covers_auth_data ||
	    statement->map->type != ATT_CBOR_MAP ||
	    statement->map->number != (is_self ? 2 : 3))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts[] = {
		{ .require_aaguid_extension = true, .min_rsa_bits = 2048 },
		{ .min_rsa_bits = 2048,
		    .ecdsa_encoding = ATT_ECDSA_ENCODING_ANY },
	};
	struct att_buf again;

	fuzz_statement(
	    att_bytes(data, size), opts, 2, att_format_packed_verify, check);
	if (size < 32)
		return 0;
	att_buf_init(&again, RESIGN_LIMIT);
	resign_input(att_bytes(data, size), &again);
	fuzz_statement(
	    att_buf_get(&again), opts, 2, att_format_packed_verify, check);
	att_buf_reset(&again);
	return 0;
}
