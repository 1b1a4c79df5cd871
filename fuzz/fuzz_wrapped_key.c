/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a file of option host_key, a key that a TPM has wrapped. */
#include <stdint.h>
#include <stdlib.h>

#include "token/wrapped_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_part(struct att_bytes part)
{
	volatile uint8_t seen;

	if (part.len == 0 || part.len > ATT_WRAPPED_PART_MAX)
		abort();
	for (size_t i = 0; i < part.len; i++)
		seen = part.ptr[i];
	(void)seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_wrapped_key *key;
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_wrapped_key_parse(att_bytes(data, size), &key, &why);
	if (err != ATT_OK) {
		if (key != NULL || err != ATT_ERR_CONF_VALUE || why.code != err)
			abort();
		return 0;
	}
	if (att_wrapped_key_get_parent(key) == 0)
		abort();
	(void)att_wrapped_key_is_below_rsa(key);
	check_part(att_wrapped_key_get_public(key));
	check_part(att_wrapped_key_get_private(key));
	att_wrapped_key_free(&key);
	return 0;
}
