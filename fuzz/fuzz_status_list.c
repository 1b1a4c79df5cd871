/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the status list of Android key attestation. */
#include <stdint.h>
#include <stdlib.h>

#include "codec/status_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_status_list *list;
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_status_list_parse(att_bytes(data, size), &list, &why);
	if (r != ATT_OK) {
		if (r != ATT_ERR_ROOTS_INVALID || why.code != r || list != NULL)
			abort();
		return 0;
	}
	/* Some bytes of the list for a serial number, with none in front. */
	for (size_t len = 0; len <= size && len < 100; len++)
		(void)att_status_list_find(list, att_bytes(data, len));
	att_status_list_free(&list);
	return 0;
}
