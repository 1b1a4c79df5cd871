/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the compound statement, see statement.h. */
#include <stdint.h>

#include "statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	if (result->type != ATT_TYPE_COMPOUND || result->count != 0 ||
	    result->covers_auth_data || result->part_count < 2 ||
	    result->part_count > statement->map->number)
		abort();
	for (size_t i = 0; i < result->part_count; i++) {
		const struct att_statement_result *part = &result->parts[i];

		if (part->count == 0 || part->parts != NULL ||
		    part->type == ATT_TYPE_NONE ||
		    part->type == ATT_TYPE_SELF ||
		    (statement->opts->formats & (1U << part->format)) == 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts[] = {
		{ .formats = ~0U,
		    .android_key_lists = ATT_ANDROID_KEY_LISTS_ABSENT },
		{ .formats = 1U << ATT_FORMAT_COMPOUND |
			     1U << ATT_FORMAT_PACKED |
			     1U << ATT_FORMAT_ANDROID_KEY },
	};

	fuzz_statement(
	    att_bytes(data, size), opts, 2, att_format_compound_verify, check);
	return 0;
}
