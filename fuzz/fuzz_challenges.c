/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of the challenges of a user: one that is read is written again byte
 * for byte.
 */
#include <stdint.h>
#include <stdlib.h>

#include "store/challenges.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct att_challenges challenges;
	struct att_reason why = { 0 };
	struct att_buf out;
	enum att_err err;

	if (size > ATT_CHALLENGES_FILE_MAX)
		return 0;
	err = att_challenges_parse(att_bytes(data, size), &challenges, &why);
	if (err != ATT_OK) {
		if (why.code != err)
			abort();
		return 0;
	}
	att_buf_init(&out, ATT_CHALLENGES_FILE_MAX);
	if (att_challenges_print(&challenges, &out) != ATT_OK ||
	    !att_bytes_is_equal(att_bytes(data, size), att_buf_get(&out)))
		abort();
	att_buf_reset(&out);
	return 0;
}
