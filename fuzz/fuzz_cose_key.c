/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the reading of credential public keys. */
#include <stdint.h>
#include <stdlib.h>

#include "codec/cose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_cose_key key;
	enum att_err err;

	err = att_cose_key_parse(att_bytes(data, size), NULL, &key, &why);
	if (err != why.code)
		abort();
	if ((err == ATT_OK) != (key.key != NULL))
		abort();
	if (err == ATT_OK && !att_cose_algorithm_fits(key.algorithm, key.key))
		abort();
	att_cose_key_reset(&key);
	return 0;
}
