/* SPDX-License-Identifier: BSD-2-Clause */
/* A counter file: one form for each value. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[64];
	uint32_t value;

	if (att_counter_parse(att_bytes(data, size), &value) != ATT_OK) {
		if (value != 0)
			abort();
		return 0;
	}
	snprintf(text, sizeof(text), "counter=%u\n", value);
	if (strlen(text) != size || memcmp(text, data, size) != 0)
		abort();
	return 0;
}
